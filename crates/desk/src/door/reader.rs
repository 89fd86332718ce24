//! Who reads the conversation of a report, and what the others are called who write in it from outside. Whoever came
//! by the code, or has the report in their account, is one and the same; each co-reporter writes under their own
//! account, and only they read "You" beside their words.

use super::Holder;
use crate::engine::{self, EngineError, Loaded, came_with_report, credit};
use accounts::researcher::{self, Part};
use db::event::Record;
use db::{Db, Tx};
use domain::{CaseId, PersonId, Ts};
use std::collections::{BTreeMap, BTreeSet};

/// What is said of somebody who gave no name that others may read.
pub(super) const ANOTHER: &str = "Another reporter";

/// Somebody who found it too.
struct CoReporter {
    /// The name they want to be thanked under; may be empty.
    credit: String,
    /// Whether others may read it.
    named: bool,
}

/// Those who wrote to us from an account.
#[derive(Default)]
pub(crate) struct Writers {
    /// In whose account the report is.
    owner: Option<PersonId>,
    others: BTreeMap<PersonId, CoReporter>,
}

impl Writers {
    /// Of these events of a case, which may be a part of a report.
    pub(crate) async fn of(tx: &mut Tx, db: &Db, case: CaseId, records: &[Record]) -> Result<Self, EngineError> {
        let who: BTreeSet<PersonId> = records.iter().filter_map(writer).collect();
        if who.is_empty() {
            return Ok(Self::default());
        }
        let home = engine::home(tx, case).await?;
        let owner = researcher::owner_of(tx, home).await.map_err(EngineError::corrupt)?;
        let mut others = BTreeMap::new();
        for id in who.into_iter().filter(|id| Some(*id) != owner) {
            let profile =
                researcher::load(tx, db.keys(), id).await.map_err(EngineError::corrupt)?.map(|who| who.profile);
            let (credit, named) = profile.map_or((String::new(), false), |profile| (profile.credit, profile.named));
            others.insert(id, CoReporter { credit, named });
        }
        Ok(Self { owner, others })
    }

    /// The co-reporter who did it; none for whoever sent the report.
    pub(crate) fn co_reporter(&self, record: &Record) -> Option<PersonId> {
        writer(record).filter(|id| Some(*id) != self.owner)
    }

    /// What the team reads beside the words of a co-reporter; nothing for whoever sent the report.
    pub(crate) fn for_team(&self, record: &Record) -> Option<String> {
        let id = self.co_reporter(record)?;
        let credit = self.others.get(&id).map_or("", |other| other.credit.as_str());
        Some(if credit.is_empty() { "A co-reporter".to_owned() } else { format!("The co-reporter {credit}") })
    }

    /// What another one of their side reads.
    fn for_others(&self, id: PersonId) -> &str {
        let other = self.others.get(&id).filter(|other| other.named && !other.credit.is_empty());
        other.map_or(ANOTHER, |other| other.credit.as_str())
    }
}

/// Whoever reads, and the names of the others.
pub(super) struct Reader {
    /// Their account, if they came from one.
    me: Option<PersonId>,
    /// Whether they sent the report.
    first: bool,
    /// The name under which whoever sent it wants to be thanked.
    sender: Option<String>,
    /// When the report came.
    came: Ts,
    /// Whether somebody follows it beside whoever sent it.
    shared: bool,
    writers: Writers,
}

impl Reader {
    /// For the events that are shown.
    pub(super) async fn of(
        tx: &mut Tx,
        db: &Db,
        (holder, case): (&Holder, &Loaded),
        records: &[Record],
    ) -> Result<Self, EngineError> {
        let sender = if holder.decides {
            None
        } else {
            credit::of_report(tx, &case.key, case.id.uuid()).await?.map(|name| name.to_string())
        };
        let writers = Writers::of(tx, db, case.id, records).await?;
        let home = engine::home(tx, case.id).await?;
        let followers = researcher::followers(tx, home).await.map_err(EngineError::corrupt)?;
        let shared = followers.iter().any(|(_, part)| *part == Part::CoReporter);
        Ok(Self { me: holder.person, first: holder.decides, sender, came: case.received_at, shared, writers })
    }

    /// What somebody of their side is called who is not the one that reads; nothing where that one did it.
    pub(super) fn other(&self, record: &Record) -> Option<&str> {
        match self.writers.co_reporter(record) {
            Some(id) if Some(id) == self.me => None,
            Some(id) => Some(self.writers.for_others(id)),
            None if self.first => None,
            None => Some(self.sender.as_deref().unwrap_or(ANOTHER)),
        }
    }

    /// Whether whoever reads is not to: how somebody else can be reached.
    pub(super) fn keeps_from(&self, record: &Record) -> bool {
        !self.first && is_contact(record, self.came)
    }

    /// Whether others of their side read what they write.
    pub(super) const fn shares(&self) -> bool {
        self.shared
    }

    /// Whether they sent the report.
    pub(super) const fn sent(&self) -> bool {
        self.first
    }

    /// What whoever sent the report is called.
    pub(super) fn sender(&self) -> &str {
        if self.first { "you" } else { self.sender.as_deref().unwrap_or("another reporter") }
    }
}

/// Whether an event says how whoever sent a report can be reached. It came with the report, so no account stands with it.
pub(crate) fn is_contact(record: &Record, came: Ts) -> bool {
    came_with_report(record, came) && record.data["person"].is_null()
}

/// Who wrote or added a file from an account.
fn writer(record: &Record) -> Option<PersonId> {
    let by_account = ["message_received", "answered", "attachment_added"].contains(&record.kind.as_str());
    if !by_account || record.party != "reporter" {
        return None;
    }
    record.data["person"].as_str()?.parse().ok()
}
