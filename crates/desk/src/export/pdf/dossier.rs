//! What stands in the dossier after its cover: facts, people, files, what happened, and the proofs.

use super::cover;
use super::draw::{Around, draw};
use super::paper::{Paper, Style};
use super::text::cost;
use crate::words;
use db::log::dossier::Entry;
use domain::Ts;
use serde_json::Value;
use std::collections::BTreeMap;

/// Room for one value, in ordinary characters.
const VALUE: usize = 20_000;
/// Room for all values before each is cut short: some 700 pages.
const ROOM: usize = 2_000_000;
/// Room for a value from then on.
const SHORT: usize = 300;

/// Members of events that hold the id of somebody of the team. In others an id is what somebody wrote.
const NAMES_SOMEBODY: [&str; 6] = ["person", "people", "by", "team", "alone", "actor"];

/// Whether a member holds an instant; what people write stays as they wrote it, whatever it looks like.
fn says_when(name: &str) -> bool {
    name.ends_with("_at") || ["at", "since", "until", "from"].contains(&name)
}

/// Text as it is.
fn other_words(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A dossier that is being written.
pub(super) struct Dossier {
    pub(super) paper: Paper,
    around: Around,
    names: BTreeMap<String, String>,
    room: usize,
    proofs: Vec<Proof>,
}

/// Where an event stands in the log.
struct Proof {
    seq: i64,
    epoch: u32,
    index: u64,
    commitment: String,
}

pub(super) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

impl Dossier {
    /// Begins with the cover. `seal` is the receipt of the event that recorded the export.
    pub(super) fn new(cover: &Value, seal: &Value) -> Self {
        let (about, case) = (&cover["about"], &cover["case"]);
        let people = cover["people"].as_array().into_iter().flatten();
        let names = people.map(|one| (text(one, "id").to_owned(), text(one, "name").to_owned())).collect();
        let at = text(about, "exported_at").parse().unwrap_or(Ts::from_micros(0));
        let by = about["exported_by"].as_str().map(|name| format!("printed by {name} · ")).unwrap_or_default();
        let around = Around {
            title: format!("{} {}", text(case, "name"), text(case, "title")),
            house: text(about, "house").to_owned(),
            case: text(case, "name").to_owned(),
            printed: format!("{by}{} UTC", instant(at)),
            at: parts(at),
        };
        let mut dossier = Self { paper: Paper::new(), around, names, room: ROOM, proofs: Vec::new() };
        cover::cover(&mut dossier, cover, seal);
        dossier.paper.turn();
        cover::facts(&mut dossier, cover);
        dossier.paper.set(Style::HEADING, "What happened");
        dossier
    }

    /// A row of a table.
    pub(super) fn row(&mut self, label: &str, value: &str) {
        self.paper.set(Style::LABEL, label);
        self.paper.set(Style::ENTRY, value);
    }

    /// One event.
    pub(super) fn event(&mut self, entry: &Entry, commitment: String) {
        let event = &entry.event;
        let seq = event["seq"].as_i64().unwrap_or_default();
        self.proofs.push(Proof { seq, epoch: entry.epoch, index: entry.index, commitment });
        let team = text(event, "audience") == "team";
        let (kind, data) = (text(event, "kind"), &event["data"]);
        let what = words::fact(kind, data).unwrap_or_else(|| cover::capital(&kind.replace('_', " ")));
        let who = match (event["actor"].as_str(), text(event, "party")) {
            (Some(id), _) => self.names.get(id).cloned().unwrap_or_else(|| "the team".to_owned()),
            (None, "reporter") => "the reporter".to_owned(),
            (None, _) => "the house".to_owned(),
        };
        let mark = if team { "TEAM ONLY · " } else { "" };
        self.paper.set(Style::INSTANT, &plain(&event["received_at"]));
        self.paper.set(Style::HEAD.of_team(team), &format!("{mark}{seq}. {what}, by {who}"));
        for (name, value) in data.as_object().into_iter().flatten() {
            // What the head says already.
            if !(name == "kind" || name == "at" && value == &event["received_at"]) {
                self.value(name, value, team);
            }
        }
        if entry.commitment.is_some() {
            self.paper.set(Style::ENTRY.of_team(team), "[ids that are not for whoever gets this are withheld]");
        }
    }

    /// Every member of what was recorded, with its name but for words of people.
    fn value(&mut self, name: &str, value: &Value, team: bool) {
        match value {
            Value::Null => {}
            Value::Object(members) => members.iter().for_each(|(name, value)| self.value(name, value, team)),
            Value::Array(items) => items.iter().for_each(|item| self.value(name, item, team)),
            other => {
                let whole = if says_when(name) || !other.is_string() { plain(other) } else { other_words(other) };
                let whole = self.names.get(&whole).filter(|_| NAMES_SOMEBODY.contains(&name)).cloned().unwrap_or(whole);
                let words = self.cut(&whole);
                let label = match name {
                    "text" | "reason" | "note" => String::new(),
                    name => format!("{}: ", cover::capital(&name.replace('_', " "))),
                };
                self.paper.set(Style::ENTRY.of_team(team), &format!("{label}{words}"));
            }
        }
    }

    /// As much of it as there is room for, and how much that is not.
    fn cut(&mut self, whole: &str) -> String {
        let most = if self.room == 0 { SHORT } else { VALUE };
        let mut used = 0;
        let end = whole.char_indices().find(|(_, c)| {
            used += cost(*c);
            used > most
        });
        self.room = self.room.saturating_sub(used);
        let Some((end, _)) = end else { return whole.to_owned() };
        let left = whole[end..].chars().count();
        format!("{}\n[{left} more characters are in the JSON document]", &whole[..end])
    }

    /// The end: the proofs, under the signed heads of the log. `left` events were not printed.
    pub(super) fn finish(mut self, left: usize, heads: &[String]) -> Result<Vec<u8>, String> {
        if left > 0 {
            self.paper.set(Style::WORDS, &format!("{left} more events are in the JSON document."));
        }
        self.paper.set(Style::HEADING, "Proofs");
        self.paper.set(
            Style::WORDS,
            "The place of each event in the log and its commitment: SHA-256 of 16 random bytes and the event, in base64. \
             The JSON document has those bytes and the way from each commitment to these signed heads of the log.",
        );
        for head in heads {
            self.paper.set(Style::CODE, head.trim_end());
        }
        self.paper.set(Style::WORDS, "");
        for proof in std::mem::take(&mut self.proofs) {
            self.paper.set(Style::NUMBER, &format!("Event {}", proof.seq));
            let place = format!("tree {} entry {} {}", proof.epoch, proof.index, proof.commitment);
            self.paper.set(Style::DIGEST, &place);
        }
        draw(self.paper, &self.around)
    }
}

/// A value as a print says it. Instants, as text or in microseconds, are without their fractions.
pub(super) fn plain(value: &Value) -> String {
    let at = match value {
        Value::String(text) if text.len() == 27 => text.parse().ok(),
        // The years 2001 to 2286; no other number is that large.
        Value::Number(n) => {
            n.as_i64().filter(|n| (1_000_000_000_000_000..10_000_000_000_000_000).contains(n)).map(Ts::from_micros)
        }
        _ => None,
    };
    match (at, value) {
        (Some(at), _) => instant(at),
        (None, Value::String(text)) => text.clone(),
        (None, Value::Null) => String::new(),
        (None, Value::Bool(is)) => if *is { "yes" } else { "no" }.to_owned(),
        (None, other) => other.to_string(),
    }
}

/// `2026-11-22 00:41:07`.
fn instant(at: Ts) -> String {
    at.to_string().chars().take(19).map(|c| if c == 'T' { ' ' } else { c }).collect()
}

fn parts(at: Ts) -> [u16; 6] {
    let mut parts = [0; 6];
    let text = instant(at);
    for (part, digits) in parts.iter_mut().zip(text.split(['-', ' ', ':'])) {
        *part = digits.parse().unwrap_or_default();
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn begun() -> Dossier {
        let cover = json!({
            "about": { "contents": "everything", "house": "Acme", "exported_at": "2026-11-22T00:41:07.123456Z" },
            "case": { "name": "REP-1", "title": "Long", "id": "01a2008d-7400-7dc3-bb7a-1b00771de5c9" },
            "attachments": [], "people": [], "links": [],
        });
        Dossier::new(&cover, &json!({}))
    }

    fn event(seq: usize, text: &str) -> Entry {
        let event = json!({
            "seq": seq, "kind": "note_added", "audience": "team", "party": "team", "actor": null,
            "received_at": 1_795_305_600_000_000_i64 + 3_600_000_000 * i64::try_from(seq).unwrap(), "data": { "text": text },
        });
        Entry::new(event, &[7; 16], (1, 9, Vec::new()))
    }

    fn lines(dossier: &Dossier) -> usize {
        dossier.paper.sheets.iter().map(|sheet| sheet.lines.len()).sum()
    }

    #[test]
    fn ten_thousand_events_are_printed() {
        let mut dossier = begun();
        let words = "The old token still opens the door after the password was changed. ".repeat(5);
        (1..=10_000).for_each(|seq| dossier.event(&event(seq, &words), "x".repeat(44)));
        assert!(lines(&dossier) > 60_000);
        assert!(dossier.finish(0, &[]).unwrap().starts_with(b"%PDF-"));
    }

    /// Letters that no face has take eight times their room, ends of lines sixty times.
    #[test]
    fn what_has_no_room_is_left_to_the_document() {
        let mut dossier = begun();
        let (signs, ends) = ("\u{4f60}".repeat(33_000), "\n".repeat(90_000));
        (1..=400).for_each(|seq| dossier.event(&event(seq, if seq % 2 == 0 { &signs } else { &ends }), "x".repeat(44)));
        assert!(lines(&dossier) < 50_000, "{}", lines(&dossier));
        let last = &dossier.paper.sheets.last().unwrap().lines;
        assert!(last.iter().any(|placed| placed.line.drawn().contains("more characters are in the JSON document")));
        assert!(dossier.finish(7, &[]).is_ok());
    }

    #[test]
    fn words_that_look_like_something_else_stay_as_they_are() {
        let ana = "01a2008d-7400-7dc3-bb7a-1b00771de5c8";
        let cover = json!({
            "about": { "contents": "everything", "house": "Acme" }, "case": { "name": "REP-1", "title": "Odd" },
            "attachments": [], "people": [{ "id": ana, "name": "Ana", "as": ["acted"] }], "links": [],
        });
        let mut dossier = Dossier::new(&cover, &json!({}));
        dossier.event(&event(1, ana), String::new());
        dossier.event(&event(2, "2026-11-22T00:41:07.123456Z"), String::new());
        let mut given = event(3, "");
        given.event["data"] = json!({ "person": ana, "since": "2026-11-22T00:41:07.123456Z" });
        dossier.event(&given, String::new());
        let lines: Vec<String> =
            dossier.paper.sheets.iter().flat_map(|s| &s.lines).map(|placed| placed.line.drawn()).collect();
        let text = lines.join("\n");
        // Once in the list of people, and once as the words of a note.
        assert_eq!(text.matches(ana).count(), 2, "{text}");
        assert!(text.contains("2026-11-22T00:41:07.123456Z") && text.contains("Person: Ana"), "{text}");
        assert!(text.contains("Since: 2026-11-22 00:41:07"), "{text}");
    }

    #[test]
    fn instants_are_said_and_small_numbers_stay() {
        let said = |value: Value| plain(&value);
        assert_eq!(said(json!(1_795_305_600_123_456_i64)), "2026-11-22 00:00:00");
        assert_eq!(said(json!("2026-11-22T00:41:07.123456Z")), "2026-11-22 00:41:07");
        assert_eq!(
            (said(json!(4_000_000_000_i64)), said(json!(true)), said(Value::Null)),
            ("4000000000".into(), "yes".into(), String::new())
        );
    }
}
