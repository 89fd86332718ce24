//! Letters to researchers about reports in their account, at the pace they chose. Like those to the nameless they
//! name a report by its number.

use super::choice::Pace as Due;
use super::digest::due;
use super::house::Letterhead;
use super::told::ToReporter;
use super::words;
use crate::engine::{EngineError, Loaded, of_account};
use accounts::researcher::{self, Pace, Part};
use db::{Db, Tx};
use domain::{CaseId, PersonId, Ts};
use mail::{Kind, Letter, MailAddress, To};

/// Who follows a report from an account.
pub(super) struct Followers {
    /// In whose account it is.
    owner: Option<Owner>,
    /// Each with how often they want mail.
    people: Vec<(PersonId, Pace)>,
}

/// Whose a report is.
enum Owner {
    /// Their account was erased, and with it every way to them.
    Erased,
    /// Letters go to this mailbox.
    There(String),
}

impl Followers {
    /// Whether nobody is to be written to at an address that was left with the report: it is the owner's, who is
    /// written to at the pace they chose, or their account was erased.
    pub(super) fn cover(&self, left: &MailAddress) -> bool {
        match &self.owner {
            None => false,
            Some(Owner::Erased) => true,
            Some(Owner::There(mailbox)) => *mailbox == left.mailbox(),
        }
    }

    /// Whether somebody wants mail at this pace.
    pub(super) fn wish(&self, pace: Pace) -> bool {
        self.people.iter().any(|(_, wanted)| *wanted == pace)
    }

    /// How often somebody wants mail; nothing of whoever does not follow it.
    pub(super) fn pace_of(&self, person: PersonId) -> Option<Pace> {
        self.people.iter().find(|(who, _)| *who == person).map(|(_, pace)| *pace)
    }

    /// Of the report that came.
    pub(super) async fn of(tx: &mut Tx, db: &Db, home: CaseId) -> Result<Self, EngineError> {
        let mut found = Self { owner: None, people: Vec::new() };
        for (person, part) in researcher::followers(tx, home).await.map_err(of_account)? {
            let who = researcher::load(tx, db.keys(), person).await.map_err(of_account)?;
            if part == Part::Owner {
                let there = who.as_ref().and_then(|who| who.address().ok());
                found.owner = Some(there.map_or(Owner::Erased, |address| Owner::There(address.mailbox())));
            }
            found.people.extend(who.map(|who| (person, who.pace)));
        }
        Ok(found)
    }
}

/// Where a report is in an account.
pub(super) fn page(home: CaseId) -> String {
    format!("/me/reports/{home}")
}

/// The letter of a day, which says only that there is something: the first thing of the day queues it, the others find
/// it waiting.
pub(super) fn of_the_day(house: &Letterhead, person: PersonId, now: Ts) -> Letter {
    let at = due(now, Due::Daily, house.digest_hour);
    Letter {
        kind: Kind::Digest,
        to: To::Researcher(person),
        case: None,
        key: format!("researcher {person} day {}", at.micros()),
        after: Some(at),
        words: words::day_of_researcher(house),
    }
}

/// The letters that one thing makes.
pub(super) fn letters(
    house: &Letterhead,
    (case, home, followers): (&Loaded, CaseId, &Followers),
    (told, now): (&ToReporter, Ts),
) -> Vec<Letter> {
    let name = case.name();
    let about = words::Case { name: &name, title: &case.title };
    let one = |(person, pace): &(PersonId, Pace)| match pace {
        Pace::Never => None,
        Pace::Each => Some(Letter {
            kind: told.kind,
            to: To::Researcher(*person),
            case: Some(home),
            key: format!("researcher {person} {} {}", case.id, told.seq),
            after: None,
            words: words::to_researcher(house, &about, (told, &page(home))),
        }),
        Pace::Daily => Some(of_the_day(house, *person, now)),
    };
    followers.people.iter().filter_map(one).collect()
}
