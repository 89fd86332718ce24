//! A mail in the fields of a report.

use mail::read::{Named, Read};
use serde_json::{Value, json};

/// Longest title that the machine takes, in characters.
const TITLE_MAX: usize = 250;
/// Longest summary that is made of a mail, in characters: its beginning, for the inbox.
const BEGINNING: usize = 600;

/// The input of the machine.
pub(super) fn input(read: &Read, first_answer_days: u32) -> Value {
    let beginning = beginning(&read.text);
    let mut input = json!({
        "title": title(read),
        "summary": beginning,
        "source": "email",
        "first_answer_days": first_answer_days,
    });
    if read.text.trim() != beginning {
        input["body"] = read.text.clone().into();
    }
    if input["body"].as_str().is_some_and(str::is_empty) {
        input["body"] = Value::Null;
    }
    if let Some(name) = read.from.as_ref().map(|from| from.name.as_str()).filter(|name| !name.is_empty()) {
        input["credit"] = name.into();
    }
    input
}

/// One line for lists.
pub(super) fn title(read: &Read) -> String {
    let subject = read.subject.trim();
    let who = read.from.as_ref().map(|from| if from.name.is_empty() { &from.address } else { &from.name });
    let title = match (subject, who) {
        ("", Some(who)) if !who.is_empty() => format!("Mail from {who}"),
        ("", _) => "Mail without a subject".to_owned(),
        (subject, _) => subject.to_owned(),
    };
    title.chars().take(TITLE_MAX).collect()
}

/// A short text whole; else its first paragraph, or as much of it as a summary takes.
fn beginning(text: &str) -> String {
    let whole = text.trim();
    if !whole.is_empty() && whole.chars().count() <= BEGINNING {
        return whole.to_owned();
    }
    let paragraph = text.split("\n\n").map(str::trim).find(|p| !p.is_empty());
    let Some(paragraph) = paragraph else { return "This mail has no text. See its files.".to_owned() };
    let short: String = paragraph.chars().take(BEGINNING).collect();
    if short.len() < paragraph.len() { format!("{} …", short.trim_end()) } else { short }
}

/// What the team's event keeps of the headers.
pub(super) fn headers(read: &Read, sha256: &str) -> Value {
    let named = |who: &Named| json!({ "name": who.name, "address": who.address });
    json!({
        "from": read.from.as_ref().map(named),
        "reply_to": read.reply_to.as_ref().map(named),
        "to": read.to.iter().map(named).collect::<Vec<_>>(),
        "cc": read.cc.iter().map(named).collect::<Vec<_>>(),
        "subject": read.subject,
        "date": read.date,
        "message_id": read.message_id,
        "sha256": sha256,
        "notes": read.notes,
    })
}

#[cfg(test)]
mod tests {
    use super::{input, title};
    use domain::case::ErasedCaseType;
    use domain::case::vulnerability::Vulnerability;
    use domain::testing::START;
    use mail::read::{Named, Read};

    #[test]
    fn every_mail_has_a_title_and_a_summary() {
        let from = Some(Named { name: String::new(), address: "a@b.example".into() });
        for read in [
            Read::default(),
            Read { from, ..Read::default() },
            Read { subject: "ü".repeat(400), text: "x".repeat(90_000), ..Read::default() },
            Read { subject: "s".into(), text: "\n\n  \n\none\n\ntwo".into(), ..Read::default() },
        ] {
            let made = Vulnerability.open(input(&read, 1), START);
            assert!(made.is_ok(), "{:?} of {}", made.err(), title(&read));
        }
    }
}
