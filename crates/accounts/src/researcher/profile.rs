//! What a researcher says of themselves, and how often they want mail.

use super::Researcher;
use crate::AccountError;
use db::{DataKey, Db, Tx, execute, stmt};
use domain::{Ambient, PersonId};
use seal::field;
use serde::{Deserialize, Serialize};

/// Longest name and longest list of languages, in characters.
const LINE_MAX: usize = 100;
/// Most addresses of pages.
pub const LINKS_MAX: usize = 5;
/// Longest address of a page, in bytes.
const LINK_MAX: usize = 300;

/// What a researcher says of themselves. All of it may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Profile {
    /// How they want to be named.
    pub credit: String,
    /// Pages of theirs, each `https://…`.
    pub links: Vec<String>,
    /// Languages they read, as they write them.
    pub languages: String,
    /// Whether they want to be named in public unless a report says otherwise.
    pub named: bool,
}

impl Profile {
    /// As typed; the error names the field.
    pub fn read(credit: &str, links: &str, languages: &str, named: bool) -> Result<Self, AccountError> {
        let credit = line("credit", credit)?;
        let languages = line("languages", languages)?;
        let links: Vec<String> = links.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
        if links.len() > LINKS_MAX {
            return Err(AccountError::invalid("links", "Give at most 5 pages, one on a line."));
        }
        let odd = |c: char| c.is_control() || c.is_whitespace() || "<>\"'\\^`{|}".contains(c);
        let good = |link: &String| {
            link.len() <= LINK_MAX
                && link.strip_prefix("https://").is_some_and(|rest| rest.contains('.') && !rest.starts_with('/'))
                && !link.contains('@')
                && !link.chars().any(odd)
        };
        if !links.iter().all(good) {
            return Err(AccountError::invalid("links", "Write each page as https://example.org/name, one on a line."));
        }
        Ok(Self { credit, links, languages, named })
    }

    /// Sealed under the key of its person.
    pub(super) fn seal(&self, key: &DataKey, id: PersonId, ambient: &Ambient) -> Vec<u8> {
        let plain = serde_json::json!(self).to_string();
        key.seal(field::PROFILE, id.uuid(), 0, plain.as_bytes(), ambient.random.as_ref())
    }
}

fn line(field: &'static str, typed: &str) -> Result<String, AccountError> {
    let text = typed.trim();
    if text.chars().count() > LINE_MAX || text.chars().any(char::is_control) {
        return Err(AccountError::invalid(field, "Use at most 100 characters on one line."));
    }
    Ok(text.to_owned())
}

/// How often a researcher wants mail about their reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pace {
    /// A letter for each answer.
    #[default]
    Each,
    /// One letter a day, when there is something.
    Daily,
    /// None.
    Never,
}

impl Pace {
    /// Each with its stored word and what a form says.
    pub const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Each, "each", "For each answer and each step"),
        (Self::Daily, "daily", "Once a day, when there is something"),
        (Self::Never, "never", "Never"),
    ];

    /// The stored word.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(pace, ..)| *pace == self).map_or("each", |(_, word, _)| word)
    }

    /// The pace of a word; one that is not known is the first.
    pub fn parse(word: &str) -> Self {
        Self::ALL.iter().find(|(_, known, _)| *known == word).map_or(Self::Each, |(pace, ..)| *pace)
    }
}

/// Keeps profile and pace. `seen` is the version the form was made from.
pub async fn change(
    tx: &mut Tx,
    db: &Db,
    (id, seen): (PersonId, i64),
    (profile, pace): (&Profile, Pace),
) -> Result<(), AccountError> {
    let Some(key) = db.keys().person(tx, id).await? else { return Err(AccountError::NotFound) };
    let changed = execute!(
        tx,
        stmt!(
            "UPDATE researchers SET profile = $1, pace = $2, version = version + 1
             WHERE id = $3 AND version = $4 AND state = 'active'"
        ),
        profile.seal(&key, id, db.ambient()),
        pace.as_str(),
        id.uuid(),
        seen
    )?;
    if changed == 1 { Ok(()) } else { Err(AccountError::Changed) }
}

impl Researcher {
    /// The pages of the profile, one on a line: what a form shows.
    pub fn links_text(&self) -> String {
        self.profile.links.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::Profile;

    #[test]
    fn a_profile_is_short_lines_and_pages_of_the_web() {
        let good =
            Profile::read(" quietharbour ", "https://a.example/x\n\nhttps://b.example", "English", true).unwrap();
        assert_eq!((good.credit.as_str(), good.links.len()), ("quietharbour", 2));
        let bad = ["http://a.example", "javascript:alert(1)", "https://", "https://a b.example", "https://u@a.example"];
        for link in bad.into_iter().chain(["https://a.example\n".repeat(6).as_str()]) {
            assert!(Profile::read("", link, "", false).is_err(), "{link:?}");
        }
        assert!(Profile::read("a\u{7}b", "", "", false).is_err());
        assert!(Profile::read(&"x".repeat(101), "", "", false).is_err());
    }
}
