//! The first page of a dossier, what it is and how it is checked, and the facts on the second.

use super::dossier::{Dossier, plain, text};
use super::paper::Style;
use serde_json::Value;

/// Facts of a case, by their name in the document and in words.
const FACTS: &[(&str, &str)] = &[
    ("programme_name", "Programme"),
    ("state", "State"),
    ("outcome", "Closed as"),
    ("severity_decided", "Severity"),
    ("severity_claimed", "Severity claimed"),
    ("received_at", "Received"),
    ("waiting_since", "Waits for the reporter since"),
    ("exploited_since", "Exploited since"),
    ("held_since", "On legal hold since"),
    ("due_at", "Due"),
    ("updated_at", "Last change"),
    ("restricted", "Restricted to named people"),
];

/// The first page.
pub(super) fn cover(dossier: &mut Dossier, cover: &Value, seal: &Value) {
    let (about, case) = (&cover["about"], &cover["case"]);
    let record: Value = serde_json::from_str(text(&seal["opening"], "event")).unwrap_or_default();
    let sealed = &record["data"];
    dossier.paper.set(Style::WORDS, text(about, "house"));
    dossier.paper.set(Style::TITLE, text(case, "title"));
    dossier.paper.set(Style::CODE, &format!("{} {}", text(case, "name"), text(case, "id")));
    dossier.paper.set(Style::WORDS, "");
    dossier.row(
        "What",
        match text(about, "contents") {
            "everything" => "Everything of the case. What only the team reads is hatched and says TEAM ONLY.",
            _ => "What the reporter may read. Events of the team are left out, so that numbers have gaps.",
        },
    );
    dossier.row("Taken out", &format!("{}, all times in UTC", plain(&about["exported_at"])));
    if let Some(name) = about["exported_by"].as_str() {
        dossier.row("By", name);
    }
    dossier.row("Events", &plain(&sealed["count"]));
    let withheld = cover["withheld"].as_array().map_or(0, Vec::len);
    if withheld > 0 {
        dossier.row("Of them not whole", &format!("{withheld}: ids of other cases or of people are withheld"));
    }
    let files = cover["attachments"].as_array().map_or(0, Vec::len);
    dossier.row("Files", &files.to_string());
    dossier.paper.set(Style::HEADING, "Seal");
    dossier.paper.set(
        Style::WORDS,
        "Before this was printed the log of the house recorded that the case was taken out, with digests of what the house \
         says of the case and of its events in order. It cannot take that back.",
    );
    let mut digest = |label: &str, value: &str| {
        dossier.paper.set(Style::LABEL, label);
        dossier.paper.set(Style::DIGEST, value);
    };
    digest("Record", text(&record, "id"));
    digest("Place in the log", &format!("tree {} entry {}", plain(&seal["epoch"]), plain(&seal["index"])));
    digest("Digest of the facts", text(sealed, "cover"));
    digest("Digest of the events", text(sealed, "events"));
    digest("Signed head", text(seal, "checkpoint").trim_end());
    how_to_check(dossier, text(case, "name"));
}

fn how_to_check(dossier: &mut Dossier, name: &str) {
    dossier.paper.set(Style::HEADING, "How to check this");
    let steps = [
        "A print alone proves nothing. Ask for the JSON document that was taken out with it (the archive holds both), and \
         for the keys of the log: a copy of /api/v1/log/key of the desk, best from somebody else.",
        "No desk and no network are needed to check the document, only the program:",
    ];
    for step in &steps {
        dossier.paper.set(Style::WORDS, step);
    }
    dossier.paper.set(Style::CODE, &format!("leeward case verify {name}.json --key KEYS"));
    dossier.paper.set(
        Style::WORDS,
        "It names every word that was changed and every event that was taken away, added or moved. Then compare the two \
         digests above with those under \"seal\" in the document. The digest of the events is the same in every document \
         of the same events; that of the facts and the record are of this export alone.",
    );
}

/// What the house says of the case.
pub(super) fn facts(dossier: &mut Dossier, cover: &Value) {
    let case = &cover["case"];
    dossier.paper.set(Style::HEADING, "Facts");
    for (name, label) in FACTS {
        let value = plain(&case[*name]);
        if !value.is_empty() {
            dossier.row(label, &value);
        }
    }
    list(dossier, "People", &cover["people"], |one| {
        let roles: Vec<&str> = one["as"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        (capital(&roles.join(", ")), text(one, "name").to_owned(), text(one, "id").to_owned())
    });
    list(dossier, "Cases that belong to it", &cover["links"], |one| {
        let other = format!("{} {}", text(one, "name"), text(one, "title"));
        (capital(&text(one, "kind").replace('_', " ")), other, text(one, "id").to_owned())
    });
    let mut number = 0;
    list(dossier, "Files", &cover["attachments"], |one| {
        number += 1;
        let size = one["size"].as_u64().map(crate::attachment::size_words).unwrap_or_default();
        let team = if text(one, "audience") == "team" { ", TEAM ONLY" } else { "" };
        let name = format!("{}\n{size}, added {}{team}", text(one, "name"), plain(&one["created_at"]));
        (number.to_string(), name, format!("SHA-256 {}", text(one, "sha256")))
    });
}

/// A table of a heading: label, words and a line of code for each.
fn list(dossier: &mut Dossier, heading: &str, items: &Value, mut row: impl FnMut(&Value) -> (String, String, String)) {
    let Some(items) = items.as_array().filter(|items| !items.is_empty()) else { return };
    dossier.paper.set(Style::HEADING, heading);
    for item in items {
        let (label, words, code) = row(item);
        dossier.row(&label, &words);
        dossier.paper.set(Style::DIGEST, &code);
    }
}

/// With a capital at its beginning.
pub(super) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
