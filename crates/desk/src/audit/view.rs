//! The record in words: lines by day, repetitions folded into one line.

use super::queries::{HouseRow, ReadRow};
use crate::engine::EngineError;
use crate::people::Names;
use crate::words;
use db::{Db, Tx, fetch_optional, stmt};
use domain::case::name_of;
use domain::{CaseId, PersonId, Ts};
use serde_json::Value;
use uuid::Uuid;
use web::layout::Moment;

/// One day of it.
pub(super) struct Day {
    pub(super) label: String,
    pub(super) lines: Vec<Line>,
}

/// What somebody did, once or several times in a row.
pub(super) struct Line {
    /// When it was done last.
    pub(super) at: Moment,
    /// When it was done first; empty when it was done once.
    pub(super) since: String,
    pub(super) times: usize,
    pub(super) who: String,
    pub(super) what: String,
    /// `REP-12`, [`HIDDEN`], or nothing.
    pub(super) case: String,
    /// Place in the log, or nothing.
    pub(super) leaf: String,
    /// Id of the entry, where it can be checked by itself.
    pub(super) entry: String,
}

impl Line {
    /// Whether the case may be named.
    pub(super) fn is_hidden(&self) -> bool {
        self.case == HIDDEN
    }
}

/// In place of the name of a restricted case, for whoever is not named on it.
pub(super) const HIDDEN: &str = "a restricted case";

/// Kinds of reads, as the filter and the lines say them.
pub(super) const READ_KINDS: &[(&str, &str)] = &[
    ("case", "opened"),
    ("attachment", "fetched a file of"),
    ("export", "exported"),
    ("search", "searched"),
    ("audit", "read this record"),
    ("people", "read the list of people"),
];

/// Kinds of events of the house that a filter offers.
pub(super) const HOUSE_KINDS: &[(&str, &str)] = &[
    ("signed_in", "Signed in"),
    ("signed_out_everywhere", "Signed out everywhere"),
    ("person_created", "Person created"),
    ("person_invited", "Person invited"),
    ("person_disabled", "Person disabled"),
    ("person_enabled", "Person enabled"),
    ("role_granted", "Role granted"),
    ("role_removed", "Role removed"),
    ("person_erased", "Person erased"),
    ("password_changed", "Password changed"),
    ("second_factor_enrolled", "Second factor enrolled"),
    ("second_factor_replaced", "Second factor replaced"),
    ("recovery_code_used", "Recovery code used"),
    ("recovery_codes_replaced", "Recovery codes replaced"),
    ("token_made", "Token made"),
    ("token_revoked", "Token revoked"),
    ("tokens_revoked", "All tokens of a person revoked"),
    ("link_made", "Link made"),
    ("link_spent", "Link spent"),
    ("case_erased", "Case erased"),
    ("case_held", "Case put on legal hold"),
    ("case_released", "Legal hold lifted"),
    ("case_watched", "Began to watch a case"),
    ("case_unwatched", "Stopped watching a case"),
    ("case_marked_as_trial", "Case marked as a trial"),
    ("case_marked_as_report", "Case marked as a report again"),
    ("targets_changed", "Targets changed"),
    ("calendar_made", "Calendar made"),
    ("calendar_changed", "Calendar changed"),
    ("calendar_removed", "Calendar removed"),
    ("on_call_changed", "On call changed"),
    ("programme_made", "Programme made"),
    ("programme_changed", "Programme changed"),
    ("answer_made", "Answer made"),
    ("answer_changed", "Answer changed"),
    ("answer_removed", "Answer removed"),
    ("view_shared", "View shared"),
    ("shared_view_changed", "Shared view changed"),
    ("shared_view_removed", "Shared view removed"),
    ("researcher_came", "Researcher: account made"),
    ("researcher_signed_in", "Researcher: signed in"),
    ("researcher_moved", "Researcher: address changed"),
    ("researcher_factor_set", "Researcher: second factor set"),
    ("researcher_codes_made", "Researcher: recovery codes made"),
    ("researcher_factor_dropped", "Researcher: second factor dropped"),
    ("researcher_factor_lifted", "Researcher: second factor taken off by the desk"),
    ("researcher_barred", "Researcher: barred"),
    ("researcher_let_in", "Researcher: bar lifted"),
    ("master_key_rotated", "Master key rotated"),
    ("log_opened", "Log opened"),
    ("log_epoch_opened", "Log goes on under a new key"),
    ("recovery_words_made", "Recovery words made"),
    ("recovery_words_confirmed", "Recovery words confirmed"),
    ("recovery_copy_sealed_again", "Recovery copy sealed again"),
    ("scrub_found_faults", "Files found damaged"),
    ("webhook_added", "Webhook added"),
    ("webhook_changed", "Webhook changed"),
    ("webhook_secret_replaced", "Webhook secret replaced"),
    ("webhook_removed", "Webhook removed"),
    ("webhook_paused", "Webhook paused"),
    ("webhook_resumed", "Webhook resumed"),
    ("webhook_tested", "Webhook tested"),
    ("webhook_redelivered", "Webhook messages sent again"),
    ("webhook_stopped", "Webhook stopped"),
    ("audit_exported", "Record exported"),
    ("many_cases_read", "Many cases read"),
    ("list_exported", "List of cases exported"),
    ("case_exported", "Case exported"),
    ("retention_changed", "Retention changed"),
    ("reads_recorded", "Reads written down"),
];

/// Reads, newest first, by day.
pub(super) async fn of_reads(tx: &mut Tx, db: &Db, rows: Vec<ReadRow>) -> Result<Vec<Day>, EngineError> {
    let mut names = Names::default();
    let mut days = Vec::new();
    for row in rows {
        let who = named(tx, db, &mut names, row.person).await?;
        let what = READ_KINDS.iter().find(|(kind, _)| *kind == row.what).map_or("read", |(_, words)| words);
        let case = read_case(&row);
        add(&mut days, (row.at, who, what.to_owned()), (case, String::new()));
    }
    Ok(days)
}

/// Events of the house, newest first, by day, as `viewer` may know of the cases.
pub(super) async fn of_house(
    tx: &mut Tx,
    db: &Db,
    (viewer, rows): (PersonId, Vec<HouseRow>),
) -> Result<Vec<Day>, EngineError> {
    let mut names = Names::default();
    let mut days = Vec::new();
    for row in rows {
        let who = named(tx, db, &mut names, row.actor).await?;
        let mut what = event_words(&row);
        let case = case_of(tx, viewer, &row).await?;
        if let Some(id) = about(&row).filter(|id| Some(*id) != row.actor) {
            what = format!("{what}: {}", names.get(tx, db, id).await?);
        }
        let leaf = row.index.map(|n| n.to_string()).unwrap_or_default();
        add(&mut days, (row.at, who, what), (case, leaf));
        if let Some(line) = days.last_mut().and_then(|day| day.lines.last_mut()) {
            line.entry = row.id.to_string();
        }
    }
    Ok(days)
}

/// The case of a read, by name.
pub(super) fn read_case(row: &ReadRow) -> String {
    match &row.case {
        Some(_) if row.hidden => HIDDEN.to_owned(),
        Some((_, kind, number)) => name_of(kind, *number),
        None => String::new(),
    }
}

/// The person that an event of the house is about.
pub(super) fn about(row: &HouseRow) -> Option<PersonId> {
    row.data["person"].as_str().and_then(|id| id.parse().ok())
}

/// The case that an event of the house is about, or that a role was given for, by name.
pub(super) async fn case_of(tx: &mut Tx, viewer: PersonId, row: &HouseRow) -> Result<String, EngineError> {
    let id = if row.data["scope"] == "case" {
        &row.data["scope_id"]
    } else if row.kind.starts_with("case_") {
        &row.data["subject"]
    } else {
        &Value::Null
    };
    let Some(id) = id.as_str().and_then(|id| id.parse::<CaseId>().ok()) else { return Ok(String::new()) };
    let found = fetch_optional!(
        tx,
        (String, i64, bool, Option<Uuid>),
        stmt!(
            "SELECT c.type, c.number, c.restricted, m.person
             FROM cases c LEFT JOIN case_members m ON m.case_id = c.id AND m.person = $2 WHERE c.id = $1"
        ),
        id.uuid(),
        viewer.uuid()
    )?;
    Ok(match found {
        Some((_, _, true, None)) => HIDDEN.to_owned(),
        Some((kind, number, ..)) => name_of(&kind, number),
        None => String::new(),
    })
}

/// What happened, in one line.
pub(super) fn event_words(row: &HouseRow) -> String {
    if !row.logged {
        let words = words::fact(&row.kind, &row.data).unwrap_or_default();
        return format!("{words}: the log has no entry of it, check the entry");
    }
    if !row.opens {
        let words = words::fact(&row.kind, &row.data).unwrap_or_default();
        return format!("{words}: what it says cannot be read, check the entry");
    }
    match row.kind.as_str() {
        "audit_exported" => return exported("Audit", &row.data),
        "list_exported" => return exported("List of cases", &row.data),
        _ => {}
    }
    if row.kind != "reads_recorded" {
        return words::fact(&row.kind, &row.data).unwrap_or_default();
    }
    match row.data["count"].as_u64() {
        Some(1) => "Wrote down 1 read".to_owned(),
        Some(n) => format!("Wrote down {n} reads"),
        None => "Wrote down reads".to_owned(),
    }
}

/// That somebody took the record or the list of cases as a file, and how much of it.
fn exported(what: &str, data: &Value) -> String {
    let rows = match data["rows"].as_u64() {
        Some(1) => ": 1 row".to_owned(),
        Some(n) => format!(": {n} rows"),
        None => String::new(),
    };
    format!("{what} exported{rows}{}", if data["cut"] == true { ", cut there" } else { "" })
}

pub(super) async fn named(
    tx: &mut Tx,
    db: &Db,
    names: &mut Names,
    id: Option<PersonId>,
) -> Result<String, EngineError> {
    match id {
        Some(person) => names.get(tx, db, person).await,
        None => Ok("the house".to_owned()),
    }
}

/// Adds a line at the end, or counts it when it is the last one again. What has its own place in the log
/// stands alone.
fn add(days: &mut Vec<Day>, (at, who, what): (Ts, String, String), (case, leaf): (String, String)) {
    let at = Moment::from(at);
    if days.last().is_none_or(|day| day.label != at.day) {
        days.push(Day { label: at.day.clone(), lines: Vec::new() });
    }
    let Some(day) = days.last_mut() else { return };
    if let Some(last) = day.lines.last_mut() {
        let again = leaf.is_empty() && last.leaf.is_empty();
        if again && last.who == who && last.what == what && last.case == case {
            last.times += 1;
            last.since = at.clock;
            return;
        }
    }
    day.lines.push(Line { at, since: String::new(), times: 1, who, what, case, leaf, entry: String::new() });
}

#[cfg(test)]
mod tests {
    use super::add;
    use domain::Span;
    use domain::testing::START;

    #[test]
    fn the_same_again_is_counted_on_its_line() {
        let mut days = Vec::new();
        let mut put = |minutes: i64, who: &str, case: &str| {
            let at = START.plus(Span::from_minutes(minutes));
            add(&mut days, (at, who.to_owned(), "opened".to_owned()), (case.to_owned(), String::new()));
        };
        put(24 * 60, "Ines", "REP-1");
        put(9, "Ines", "REP-1");
        put(7, "Ines", "REP-1");
        put(5, "Tomas", "REP-1");
        put(4, "Tomas", "REP-2");
        let lines: Vec<_> = days[1].lines.iter().map(|l| (l.at.clock.as_str(), l.since.as_str(), l.times)).collect();
        assert_eq!((days.len(), lines), (2, vec![("00:09", "00:07", 2), ("00:05", "", 1), ("00:04", "", 1)]));
    }
}
