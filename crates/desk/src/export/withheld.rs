//! What of an event stays in the house although the event goes out. The reporter's half holds no id of a case that is
//! not the reporter's own, nor of another person's account: an id tells that there is another report, and since when. Whoever
//! takes everything gets no id of a case that they may not see themselves.
//!
//! The place of such an event in the log is proved as that of any other, by its commitment; a digest of what is shown
//! stands on the cover, which the seal vouches for (`tlog::dossier`).

use super::error::ExportError;
use super::order::Contents;
use crate::Viewer;
use crate::engine::{self, EngineError, Loaded, is_called_by_case};
use accounts::researcher;
use db::event::{self, Record};
use db::log::dossier::{Digest, of_shown};
use db::{Db, Tx};
use domain::{CaseId, Permission, PersonId, Uuid};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Members whose words are people's own, or that name a thing of this case.
const OWN: &[&str] = &["report", "text", "reason", "note", "despite", "attachment"];

/// Where the reporter's own page says the name of a case that is not theirs: the one that theirs went into.
const TOLD: &str = "merged_into";

/// Ids that are withheld.
enum Ids {
    /// All but those of the reporter's own cases.
    AllBut(BTreeSet<Uuid>),
    /// These.
    These(BTreeSet<Uuid>),
}

/// What is withheld of one case.
pub(super) struct Withheld {
    ids: Ids,
    /// A digest of what is shown, of each event of which anything is withheld.
    shown: BTreeMap<i64, Digest>,
}

impl Withheld {
    /// Decides it, for the case as it was seen.
    pub(super) async fn of(
        tx: &mut Tx,
        db: &Db,
        (viewer, case): (&Viewer, &Loaded),
        contents: Contents,
    ) -> Result<Self, ExportError> {
        let ids = match contents {
            Contents::Reporter => Ids::AllBut(of_reporter(tx, case).await?),
            Contents::Everything => Ids::These(unseen(tx, db, (viewer, case)).await?),
        };
        let mut withheld = Self { ids, shown: BTreeMap::new() };
        if matches!(&withheld.ids, Ids::These(ids) if ids.is_empty()) {
            return Ok(withheld);
        }
        let mut after = 0;
        loop {
            let records = event::of_case_after(tx, &case.key, (case.id, after)).await?;
            let Some(last) = records.last().map(|record| record.seq) else { return Ok(withheld) };
            let goes = |record: &&Record| {
                record.seq <= case.version && (contents == Contents::Everything || record.audience != "team")
            };
            for record in records.iter().filter(goes) {
                if let Some(shown) = withheld.shown(&as_committed(case.id, record)) {
                    withheld.shown.insert(record.seq, of_shown(&shown)?);
                }
            }
            after = last;
        }
    }

    /// What is shown of an event of which anything is withheld; nothing where it goes out whole.
    pub(super) fn shown(&self, event: &Value) -> Option<Value> {
        let mut shown = event.clone();
        let told = event["kind"] == TOLD;
        self.strip(shown.get_mut("data")?, told).then_some(shown)
    }

    /// For the cover.
    pub(super) fn json(&self) -> Value {
        self.shown.iter().map(|(seq, digest)| json!({ "seq": seq, "shown": digest.to_string() })).collect()
    }

    /// Takes out what is withheld, and the name beside an id, unless it was `told`; whether there was anything.
    fn strip(&self, value: &mut Value, told: bool) -> bool {
        match value {
            Value::Object(members) => self.strip_members(members, told),
            Value::Array(items) => {
                let mut any = false;
                items.retain_mut(|item| {
                    let stays = self.is_withheld(item);
                    let stripped = !stays && self.strip(item, told);
                    any |= stays || stripped;
                    !(stays || stripped && item.as_object().is_some_and(Map::is_empty))
                });
                any
            }
            _ => false,
        }
    }

    fn strip_members(&self, members: &mut Map<String, Value>, told: bool) -> bool {
        let mut any = false;
        members.retain(|name, value| {
            let stays = !OWN.contains(&name.as_str()) && self.is_withheld(value);
            any |= stays;
            !stays
        });
        let named = members.get("name").and_then(Value::as_str).is_some_and(is_called_by_case);
        if any && !told || named && matches!(self.ids, Ids::AllBut(_)) {
            any |= members.remove("name").is_some();
        }
        for (_, value) in members.iter_mut().filter(|(name, _)| !OWN.contains(&name.as_str())) {
            any |= self.strip(value, told);
        }
        any
    }

    fn is_withheld(&self, value: &Value) -> bool {
        let Some(id) = id_of(value) else { return false };
        match &self.ids {
            Ids::AllBut(ids) => !ids.contains(&id),
            Ids::These(ids) => ids.contains(&id),
        }
    }
}

/// The id that a value is, of whatever.
fn id_of(value: &Value) -> Option<Uuid> {
    value.as_str().filter(|text| text.len() == 36)?.parse().ok()
}

/// The ids that are the reporter's own: of their cases, and of their account.
async fn of_reporter(tx: &mut Tx, case: &Loaded) -> Result<BTreeSet<Uuid>, ExportError> {
    let home = engine::home(tx, case.id).await?;
    let owner = researcher::owner_of(tx, home).await.map_err(EngineError::corrupt)?;
    let cases = engine::of_reporter(tx, case.id).await?;
    Ok(cases.into_iter().map(CaseId::uuid).chain(owner.map(PersonId::uuid)).collect())
}

/// Cases named in the events of this one of which whoever takes it out may not know.
async fn unseen(tx: &mut Tx, db: &Db, (viewer, case): (&Viewer, &Loaded)) -> Result<BTreeSet<Uuid>, ExportError> {
    let (mut asked, mut unseen, mut after) = (BTreeSet::from([case.id.uuid()]), BTreeSet::new(), 0);
    loop {
        let records = event::of_case_after(tx, &case.key, (case.id, after)).await?;
        let Some(last) = records.last() else { return Ok(unseen) };
        after = last.seq;
        let mut named = Vec::new();
        for record in &records {
            cases_in(&record.data, "", &mut named);
        }
        for id in named {
            if asked.insert(id)
                && let Err(error) = viewer.case(tx, db, (&id.to_string(), Permission::ReadCases)).await
            {
                match error {
                    EngineError::NotFound => unseen.insert(id),
                    error => return Err(error.into()),
                };
            }
        }
    }
}

/// The ids of cases in what an event says, by the members that hold such.
fn cases_in(value: &Value, name: &str, found: &mut Vec<Uuid>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| cases_in(value, name, found)),
        Value::Array(items) => items.iter().for_each(|item| cases_in(item, name, found)),
        value if ["case", "to", "appeal", "about"].contains(&name) => found.extend(id_of(value)),
        _ => {}
    }
}

/// An event as the log committed to it.
fn as_committed(case: CaseId, record: &Record) -> Value {
    json!({
        "v": 1,
        "id": record.id.to_string(),
        "case": case.to_string(),
        "seq": record.seq,
        "kind": record.kind,
        "audience": record.audience,
        "party": record.party,
        "actor": record.actor.map(|id| id.to_string()),
        "received_at": record.at.micros(),
        "data": record.data,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn withheld(ids: Ids) -> Withheld {
        Withheld { ids, shown: BTreeMap::new() }
    }

    #[test]
    fn ids_of_others_go_with_the_names_beside_them() {
        let (own, other) = (id(1).to_string(), id(2).to_string());
        let half = withheld(Ids::AllBut([id(1)].into()));
        let shown =
            |kind: &str, data: Value| half.shown(&json!({ "kind": kind, "data": data })).map(|v| v["data"].clone());
        let closed = json!({ "outcome": { "duplicate": { "case": other } }, "reason": other });
        assert_eq!(shown("closed", closed), Some(json!({ "outcome": { "duplicate": {} }, "reason": other })));
        let merged = json!({ "cases": [{ "case": other, "name": "REP-2" }, { "case": own, "name": "REP-1" }] });
        assert_eq!(shown("merged", merged), Some(json!({ "cases": [{ "case": own, "name": "REP-1" }] })));
        let into = json!({ "case": other, "name": "REP-2" });
        assert_eq!(shown("merged_into", into.clone()), Some(json!({ "name": "REP-2" })));
        assert_eq!(shown("appeal_opened", into), Some(json!({})));
        assert_eq!(shown("split", json!({ "parts": [{ "case": own, "name": "REP-1" }] })), None);
        assert_eq!(shown("attachment_added", json!({ "attachment": other, "name": "poc.txt" })), None);
        for name in ["Reporter of REP-2", "reporter of REP-2"] {
            let shares = json!({ "shares": { "others": [{ "name": name, "percent": 50 }] } });
            assert_eq!(shown("shares_set", shares), Some(json!({ "shares": { "others": [{ "percent": 50 }] } })));
        }
        assert_eq!(shown("reported", json!({ "report": { "title": other } })), None);
    }

    #[test]
    fn whoever_takes_everything_misses_what_they_may_not_see_alone() {
        let all = withheld(Ids::These([id(3)].into()));
        let event = |case: u128| json!({ "kind": "closed", "data": { "outcome": { "rerouted": { "to": id(case).to_string() } } } });
        assert_eq!(all.shown(&event(2)), None);
        assert_eq!(all.shown(&event(3)).unwrap()["data"], json!({ "outcome": { "rerouted": {} } }));
    }
}
