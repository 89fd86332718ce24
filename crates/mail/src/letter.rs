//! A letter before it is sent: to whom, about what, in which words.

use crate::MailAddress;
use domain::{CaseId, PersonId, Ts, UnknownWord};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The id of a letter; its `Message-ID` is made of it and never changes.
pub type LetterId = domain::MessageId;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $word:literal $label:literal,)+) => {
        /// What a letter is for: one plain word in its row.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[$doc])* $kind),+ }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The stored word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $word),+ }
            }

            /// What the desk calls it.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$kind => $label),+ }
            }
        }

        impl FromStr for Kind {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($word => Ok(Self::$kind),)+
                    other => Err(UnknownWord { kind: "kind of letter", word: other.to_owned() }),
                }
            }
        }
    };
}

kinds! {
    /// To a reporter's address, before anything else may be sent there: is this you, may we write?
    Confirm = "confirm" "May we write to you?",
    /// To a reporter: the team asks something.
    Question = "question" "Question to the reporter",
    /// To a reporter: the team wrote.
    Message = "message" "Message to the reporter",
    /// To a reporter: the case moved on.
    Progress = "progress" "State changed",
    /// To a reporter: the case ended, or will end by itself.
    Closed = "closed" "Case closed",
    /// To staff: a report came.
    NewReport = "new-report" "New report",
    /// To staff: a case was given to them.
    Assigned = "assigned" "Given to you",
    /// To staff: a reporter answered or wrote.
    Answered = "answered" "A reporter wrote",
    /// To staff: a note names them.
    Mention = "mention" "Named in a note",
    /// To staff: a colleague did something to a case of theirs, or to one that they watch.
    Moved = "moved" "A colleague moved it",
    /// To staff: a reporter appeals against a close.
    Appealed = "appealed" "Appeal",
    /// To staff: several of these in one.
    Digest = "digest" "Digest",
    /// To staff: a clock runs out, or something of the house needs a person.
    Alert = "alert" "Alert",
    /// To somebody who is invited, or who has lost the way in.
    Invitation = "invitation" "Invitation",
    /// To staff: something about their own account changed.
    Account = "account" "About your account",
    /// To a researcher: a link to sign in, or to confirm an address.
    SignIn = "sign-in" "Link to sign in",
    /// To whoever asks for it: does sending work?
    Trial = "trial" "Trial letter",
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// To whom. Addresses of people and reporters are looked up when the letter is sent: somebody who was
/// erased, shut out or has said stop meanwhile gets nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// Somebody of the team, who must be able to sign in.
    Person(PersonId),
    /// The reporter of the case, at the address they gave, once they have confirmed it.
    Reporter(CaseId),
    /// Somebody who was invited and has not come yet: for invitations alone.
    Invited(PersonId),
    /// A researcher, who must have an account and, for a letter about a case, still follow it.
    Researcher(PersonId),
    /// An address that is nobody's yet. Sealed with the letter.
    Address(MailAddress),
}

/// The words of a letter. Plain text and HTML are made of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// One line. Says the number of the case, never what it is about, unless the settings allow it.
    pub subject: String,
    /// Paragraphs of plain text.
    pub paragraphs: Vec<String>,
    /// What to do: a few words and an address of ours.
    pub action: Option<(String, String)>,
    /// Small print: why this came, how to get less of it. Addresses stand alone at the end of a line.
    pub foot: Vec<String>,
    /// Where to stop letters to this address, for `List-Unsubscribe`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<String>,
}

/// A letter that waits to be queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What it is for.
    pub kind: Kind,
    /// To whom.
    pub to: To,
    /// The case it is about: seals it, threads it, shows it on the case, and takes it along when the
    /// case is erased. Letters about one case to one recipient keep their order.
    pub case: Option<CaseId>,
    /// The same key is one letter, however often it is queued: say what happened and who is told, such
    /// as `event 0190… person 0190…`.
    pub key: String,
    /// Not before this instant; none for at once.
    pub after: Option<Ts>,
    /// Its words.
    pub words: Words,
}
