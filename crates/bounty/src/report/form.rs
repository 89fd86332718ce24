//! The four pages, their fields, and what the machine makes of them.

use crate::intake::{self, CONTACT, Written};
use domain::Ts;
use web::Form;

/// A field of the report: its name in form and machine, and what it is called on the check page.
pub(crate) struct Asked {
    pub name: &'static str,
    pub label: &'static str,
}

/// A page of the form.
pub(crate) struct Sheet {
    /// 1 to 4.
    pub number: u8,
    /// Its heading.
    pub title: &'static str,
    /// Its fields, in order.
    pub asked: &'static [Asked],
}

const fn asked(name: &'static str, label: &'static str) -> Asked {
    Asked { name, label }
}

/// The pages in order.
pub(crate) const SHEETS: [Sheet; 4] = [
    Sheet {
        number: 1,
        title: "Where it is",
        asked: &[asked("title", "In one line"), asked("target", "Where it is"), asked("version", "Version")],
    },
    Sheet {
        number: 2,
        title: "What and how",
        asked: &[asked("summary", "What you found"), asked("weakness", "Kind of weakness"), asked("steps", "Steps")],
    },
    Sheet {
        number: 3,
        title: "Impact and files",
        asked: &[asked("impact", "What an attacker gains"), asked("severity", "How bad"), asked("proof", "Proof")],
    },
    Sheet {
        number: 4,
        title: "About you",
        asked: &[
            asked("ai_assistance", "Help by AI"),
            asked(CONTACT, "How to reach you"),
            asked("credit", "Name for thanks"),
            asked("disclosure_wish", "Telling the public"),
        ],
    },
];

/// Name of the upload field without its draft, and of everything about files.
pub(crate) const FILES: &str = "files";
/// The page that has the files.
pub(crate) const FILES_SHEET: u8 = 3;

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

impl Sheet {
    /// The page with this number; the nearest when there is none.
    pub(crate) fn number(number: u8) -> &'static Self {
        &SHEETS[usize::from(number.clamp(1, 4)) - 1]
    }

    /// Whether a field, or the files, belong to this page.
    pub(crate) fn has(&self, field: &str) -> bool {
        let own = self.asked.iter().any(|asked| asked.name == field);
        own || (self.number == FILES_SHEET && field == FILES)
    }

    /// The page of a field.
    pub(crate) fn of(field: &str) -> Option<&'static Self> {
        SHEETS.iter().find(|sheet| sheet.has(field))
    }
}

/// Marks everything that is wrong with what was written.
pub(crate) fn check(form: &mut Form, written: &Written, now: Ts) {
    for fault in intake::faults(&written.input(), now) {
        form.refuse(&fault.field, fault.message);
    }
    if let Err(message) = written.contact() {
        form.refuse(CONTACT, message);
    }
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

#[cfg(test)]
mod tests {
    use super::{SHEETS, Sheet};
    use crate::intake::{CONTACT, WORDS};

    #[test]
    fn every_word_has_its_page() {
        let mut wanted: Vec<&str> = WORDS.into_iter().chain([CONTACT]).collect();
        let mut asked: Vec<&str> = SHEETS.iter().flat_map(|sheet| sheet.asked).map(|asked| asked.name).collect();
        wanted.sort_unstable();
        asked.sort_unstable();
        assert_eq!(asked, wanted);
        for (number, sheet) in (1_u8..).zip(&SHEETS) {
            assert_eq!((sheet.number, Sheet::number(number).title), (number, sheet.title));
        }
        assert_eq!((Sheet::number(0).number, Sheet::number(9).number), (1, 4));
        assert_eq!(Sheet::of("files").map(|sheet| sheet.number), Some(3));
        assert!(Sheet::of("source").is_none());
    }
}
