//! The events of a case as entries of the timeline. The ground of an entry follows from the audience of
//! its event, through the type its words are read into.

use crate::door::Writers;
use crate::people::Names;
use crate::words;
use db::event::Record;
use domain::{PersonId, ReporterText, TeamText};
use std::sync::Arc;
use web::layout::Entry;
use web::markdown::Links;

/// What the reporter goes by.
pub(super) struct Reporter {
    /// The name they gave themselves, or our word for them.
    pub(super) name: String,
    /// Whether they gave one: then it is a claim, in italics.
    pub(super) named: bool,
    /// The others who write from outside.
    pub(super) writers: Writers,
}

impl Reporter {
    /// From the name they want to be thanked under, if they gave one.
    pub(super) fn of(credit: Option<&ReporterText>, writers: Writers) -> Self {
        Self { writers, name: credit.map_or("the reporter".to_owned(), ToString::to_string), named: credit.is_some() }
    }

    /// The name at the start of a line.
    fn heading(&self) -> String {
        if self.named { self.name.clone() } else { "The reporter".to_owned() }
    }
}

/// Words of a person in an event, if it has any.
pub(super) fn said(record: &Record) -> Option<&str> {
    ["text", "reason", "note", "despite", "evidence"].iter().find_map(|name| record.data[*name].as_str())
}

/// Whether the last words that a person wrote, the report itself included, went over the shore: the
/// composer opens on the side of the last entry. What the house says by itself does not count. Nothing where nobody wrote.
pub(super) fn last_was_outside(records: &[Record]) -> Option<bool> {
    let by_person = |r: &&Record| r.party != "system" && (said(r).is_some() || r.data["report"].is_object());
    records.iter().rev().find(by_person).map(|r| r.audience != "team")
}

/// Entries in order; names of cases and files in them lead to `links`.
pub(super) fn entries(records: &[Record], (names, reporter): (&Names, &Reporter), links: &Arc<Links>) -> Vec<Entry> {
    records.iter().flat_map(|record| of(record, names, reporter)).map(|entry| entry.linked(links)).collect()
}

fn of(record: &Record, names: &Names, reporter: &Reporter) -> Vec<Entry> {
    let who = record.actor.map(|id| names.known(PersonId::from_uuid(id)).to_owned());
    let mut entries = Vec::new();
    if let Some(line) = line(record, names) {
        let by = who.as_deref().map(|who| format!(", by {who}")).unwrap_or_default();
        entries.push(Entry::fact(record.at, format!("{line}{by}")));
    }
    if let Some(text) = said(record).map(str::to_owned) {
        let who = who.unwrap_or_else(|| "The house".to_owned());
        entries.extend(spoken(record, who, reporter, text));
    }
    if let Some(first) = entries.first_mut() {
        *first = first.clone().anchored(record.seq);
    }
    entries
}

fn spoken(record: &Record, who: String, reporter: &Reporter, text: String) -> Option<Entry> {
    let at = record.at;
    if record.audience == "team" {
        return TeamText::new(text).ok().map(|text| Entry::team(at, who, &text));
    }
    let text = ReporterText::new(text).ok()?;
    if record.party == "reporter" {
        if let Some(other) = reporter.writers.for_team(record) {
            return Some(Entry::from_reporter(at, other, &text));
        }
        let mut entry = Entry::from_reporter(at, reporter.heading(), &text);
        entry.who_claimed = reporter.named;
        return Some(entry);
    }
    Some(Entry::to_reporter(at, who, &text))
}

fn line(record: &Record, names: &Names) -> Option<String> {
    match record.kind.as_str() {
        "assigned" => {
            let person = record.data["person"].as_str().and_then(|id| id.parse::<PersonId>().ok());
            Some(person.map_or("Given to nobody".to_owned(), |id| format!("Given to {}", names.known(id))))
        }
        "guest_invited" | "guest_sent_away" => {
            let person = record.data["person"].as_str().and_then(|id| id.parse::<PersonId>().ok());
            let name = person.map_or("somebody", |id| names.known(id));
            let invited = record.kind == "guest_invited";
            Some(if invited { format!("Invited as a guest: {name}") } else { format!("No longer a guest: {name}") })
        }
        "linked_issue_added" | "linked_issue_removed" => {
            let url = record.data["url"].as_str().unwrap_or_default();
            let added = record.kind == "linked_issue_added";
            Some(if added { format!("Linked to {url}") } else { format!("No longer linked to {url}") })
        }
        // Shown whole beside, in formal letters; who decided stands with the decision.
        "management_stepped" | "decided" => None,
        kind => words::fact(kind, &record.data),
    }
}

/// Whether the timeline has anything to show of an event.
pub(super) fn is_shown(record: &Record) -> bool {
    said(record).is_some() || line(record, &Names::default()).is_some()
}

/// Everybody whose name the entries need.
pub(super) fn people(records: &[Record]) -> impl Iterator<Item = PersonId> + '_ {
    let named = |record: &Record| record.data["person"].as_str().and_then(|id| id.parse::<PersonId>().ok());
    records.iter().flat_map(move |record| record.actor.map(PersonId::from_uuid).into_iter().chain(named(record)))
}

/// The formal steps, `R → V → A`, one text for each instance. Those of a close that was taken back count no more, as for
/// the machine.
pub(super) fn formal(records: &[Record]) -> Vec<String> {
    let mut instances: Vec<Vec<&str>> = Vec::new();
    for record in records {
        let to = record.data["to"].as_str().unwrap_or("?");
        match (record.kind.as_str(), instances.last_mut()) {
            ("management_stepped", Some(last)) if to != "R" => last.push(to),
            ("management_stepped", _) => instances.push(vec![to]),
            ("close_taken_back", Some(last)) => {
                let closed = last.pop_if(|step| *step == "C").is_some();
                if closed {
                    last.pop_if(|step| matches!(*step, "I" | "D"));
                }
            }
            _ => {}
        }
    }
    instances.iter().map(|steps| steps.join(" → ")).collect()
}
