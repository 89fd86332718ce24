//! The fields of the form, and what the machine makes of them.

use crate::intake;
use domain::{ReporterText, Ts};
use serde_json::{Map, Value};
use web::Form;

/// A field of the report: name in form and machine, and what it is called on the check page.
pub(crate) struct Asked {
    pub name: &'static str,
    pub label: &'static str,
}

const fn asked(name: &'static str, label: &'static str) -> Asked {
    Asked { name, label }
}

/// Fields that the machine takes, in the order of the form.
pub(crate) const REPORT: &[Asked] = &[
    asked("title", "In one line"),
    asked("target", "Where it is"),
    asked("version", "Version"),
    asked("weakness", "Kind of weakness"),
    asked("summary", "What you found"),
    asked("steps", "Steps"),
    asked("impact", "What an attacker gains"),
    asked("proof", "Proof"),
    asked("severity", "How bad"),
    asked("ai_assistance", "Help by AI"),
    asked("credit", "Name for thanks"),
    asked("disclosure_wish", "Telling the public"),
];

/// How to reach the reporter: beside the report, not in it.
pub(crate) const CONTACT: Asked = asked("contact", "How to reach you");
/// Hidden field with the token of the draft.
pub(crate) const DRAFT: &str = "draft";
/// Hidden field with the key of this report, made when the empty form was shown.
pub(crate) const ONCE: &str = "once";
/// Name of the upload field without its draft.
pub(crate) const FILES: &str = "files";

/// Choices of the question about severity: words, no scores.
pub(crate) const SEVERITIES: &[(&str, &str)] = &[
    ("", "I do not know"),
    ("low", "Low: a nuisance"),
    ("medium", "Medium: harm to some, or hard to use"),
    ("high", "High: harm to many, or easy to use"),
    ("critical", "Critical: act today"),
    ("none", "None: only something to know"),
];

/// Choices of the question about AI. A question, no accusation: the words are kept as they stand.
pub(crate) const AI: &[(&str, &str)] = &[
    ("no", "No"),
    ("yes, to find it", "Yes, to find it"),
    ("yes, to write this", "Yes, to write this"),
    ("yes, for both", "Yes, for both"),
];

/// Choices of the wish about disclosure.
pub(crate) const WISHES: &[(&str, &str)] = &[
    ("", "No wish"),
    ("publish once it is fixed", "Publish it once it is fixed"),
    ("ask me first", "Ask me first"),
    ("please do not publish", "Please do not publish it"),
];

/// The machine's input: every word as it was typed.
pub(crate) fn input(form: &Form) -> Value {
    let mut input = Map::new();
    for field in REPORT {
        let value = form.value(field.name);
        if !value.trim().is_empty() {
            input.insert(field.name.to_owned(), value.into());
        }
    }
    input.insert("source".to_owned(), "form".into());
    Value::Object(input)
}

/// Marks everything that is wrong.
pub(crate) fn check(form: &mut Form, now: Ts) {
    for fault in intake::faults(&input(form), now) {
        form.refuse(&fault.field, fault.message);
    }
    if let Err(message) = contact(form) {
        form.refuse(CONTACT.name, message);
    }
}

/// The contact, when one was given.
pub(crate) fn contact(form: &Form) -> Result<Option<ReporterText>, &'static str> {
    form.optional(CONTACT.name).map(|text| intake::contact(&text)).transpose()
}

/// What a choice is called; free text stands for itself.
pub(crate) fn said<'a>(name: &str, value: &'a str) -> &'a str {
    let choices = match name {
        "severity" => SEVERITIES,
        "ai_assistance" => AI,
        "disclosure_wish" => WISHES,
        _ => &[],
    };
    choices.iter().find(|(word, _)| *word == value).map_or(value, |(_, label)| label)
}
