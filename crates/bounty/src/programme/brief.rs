//! What a programme says.

use crate::intake::SAVED_DAYS_MAX;
use domain::Intake;
use domain::case::vulnerability::FIRST_ANSWER_DAYS_MAX;
use serde::{Deserialize, Serialize};

/// A programme as the operator writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brief {
    /// Last part of its address: 1 to 60 lower-case letters, digits and hyphens.
    pub slug: String,
    /// Its name, 1 to 120 characters.
    pub name: String,
    /// What it is about, in Markdown; at most 500,000 characters.
    pub brief: String,
    /// What may be tested, one a line, at most 10,000.
    pub in_scope: Vec<String>,
    /// What may not, one a line, at most 10,000.
    pub out_of_scope: Vec<String>,
    /// Days until a person answers, 1 to 90.
    pub first_answer_days: u32,
    /// Where to write when the desk is down; may be empty.
    pub contact: String,
    /// What we do when somebody acts in good faith, at most 2,000 characters. Empty: nothing is said.
    #[serde(default)]
    pub good_faith: String,
    /// Days that a report which is not sent is kept under its code, 1 to 90.
    #[serde(default = "week")]
    pub draft_days: u32,
    /// How to test and how not to, in Markdown; at most 100,000 characters. Empty: the four lines that we ask of everybody.
    #[serde(default)]
    pub rules: String,
    /// What is no finding here, one a line, at most 200.
    #[serde(default)]
    pub exclusions: Vec<String>,
    /// When a finding may be told to the world, in Markdown; at most 20,000 characters. Empty: nothing is said.
    #[serde(default)]
    pub disclosure: String,
    /// Whether new reports are taken.
    #[serde(default = "open")]
    pub intake: Intake,
}

/// What programmes had before it was a setting.
const fn week() -> u32 {
    7
}

const fn open() -> Intake {
    Intake::Open
}

/// A setting of the programme that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {reason}")]
pub struct BriefError {
    /// Name of the setting.
    pub setting: &'static str,
    /// What to write instead.
    pub reason: &'static str,
}

/// Characters of the words about a programme.
pub const BRIEF_MAX: usize = 500_000;
/// Characters of its rules.
pub const RULES_MAX: usize = 100_000;
/// Characters of its words about disclosure.
pub const DISCLOSURE_MAX: usize = 20_000;
/// Rows of either half of its scope.
pub const SCOPE_MAX: usize = 10_000;
/// Lines of what is no finding.
pub const EXCLUSIONS_MAX: usize = 200;
/// Characters of a programme's words that lists show.
const LEAD_MAX: usize = 280;
/// Characters of one line of a list.
pub const LINE_MAX: usize = 500;

impl BriefError {
    /// What to write instead, as a sentence.
    pub fn sentence(&self) -> String {
        let mut letters = self.reason.chars();
        let first = letters.next().map(char::to_uppercase);
        format!("{}{}.", first.into_iter().flatten().collect::<String>(), letters.as_str())
    }
}

impl Brief {
    /// Whether anything new is taken.
    pub fn takes(&self) -> bool {
        self.intake != Intake::Closed
    }

    /// What lists show of it: the first line of its words that is no heading, shortened.
    pub fn lead(&self) -> String {
        let mut lines = self.brief.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let line = lines.next().unwrap_or_default();
        if line.chars().count() <= LEAD_MAX {
            return line.to_owned();
        }
        let cut: String = line.chars().take(LEAD_MAX).collect();
        format!("{}…", cut.trim_end())
    }

    /// A programme of which nothing is said yet.
    pub fn named(slug: &str, name: &str) -> Self {
        Self {
            slug: slug.to_owned(),
            name: name.to_owned(),
            brief: String::new(),
            in_scope: Vec::new(),
            out_of_scope: Vec::new(),
            first_answer_days: 1,
            contact: String::new(),
            good_faith: String::new(),
            draft_days: week(),
            rules: String::new(),
            exclusions: Vec::new(),
            disclosure: String::new(),
            intake: open(),
        }
    }

    /// Checks every setting.
    pub fn check(&self) -> Result<(), BriefError> {
        let fail = |setting, reason| Err(BriefError { setting, reason });
        let slug_letters = self.slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if self.slug.is_empty() || self.slug.len() > 60 || !slug_letters {
            return fail("slug", "write 1 to 60 lower-case letters, digits and hyphens");
        }
        if self.name.trim().is_empty() || self.name.chars().count() > 120 {
            return fail("name", "write 1 to 120 characters");
        }
        if self.brief.chars().count() > BRIEF_MAX {
            return fail("brief", "write at most 500,000 characters");
        }
        let too_long = |list: &[String], most| list.len() > most || list.iter().any(|l| l.chars().count() > LINE_MAX);
        if too_long(&self.in_scope, SCOPE_MAX) {
            return fail("in_scope", "write at most 10,000 lines of 500 characters");
        }
        if too_long(&self.out_of_scope, SCOPE_MAX) {
            return fail("out_of_scope", "write at most 10,000 lines of 500 characters");
        }
        if self.rules.chars().count() > RULES_MAX {
            return fail("rules", "write at most 100,000 characters");
        }
        if too_long(&self.exclusions, EXCLUSIONS_MAX) {
            return fail("exclusions", "write at most 200 lines of 500 characters");
        }
        if self.disclosure.chars().count() > DISCLOSURE_MAX {
            return fail("disclosure", "write at most 20,000 characters");
        }
        if self.contact.chars().count() > LINE_MAX {
            return fail("contact", "write at most 500 characters");
        }
        if !(1..=FIRST_ANSWER_DAYS_MAX).contains(&self.first_answer_days) {
            return fail("first_answer_days", "write a number from 1 to 90");
        }
        if self.good_faith.chars().count() > 2_000 {
            return fail("good_faith", "write at most 2,000 characters");
        }
        if !(1..=SAVED_DAYS_MAX).contains(&self.draft_days) {
            return fail("draft_days", "write a number from 1 to 90");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Brief;

    fn brief() -> Brief {
        Brief::named("main", "Reports")
    }

    #[test]
    fn limits_are_checked() {
        assert_eq!(brief().check(), Ok(()));
        for slug in ["", "Main", "a/b", "ä", &"a".repeat(61)] {
            let bad = Brief { slug: slug.into(), ..brief() };
            assert_eq!(bad.check().unwrap_err().setting, "slug", "{slug}");
        }
        assert_eq!(Brief { first_answer_days: 0, ..brief() }.check().unwrap_err().setting, "first_answer_days");
        assert_eq!(Brief { draft_days: 91, ..brief() }.check().unwrap_err().setting, "draft_days");
        assert_eq!(Brief { good_faith: "x".repeat(2_001), ..brief() }.check().unwrap_err().setting, "good_faith");
        let long = vec!["x".repeat(501)];
        assert_eq!(Brief { in_scope: long, ..brief() }.check().unwrap_err().setting, "in_scope");
    }

    #[test]
    fn programmes_from_before_the_settings_are_read() {
        let old = r#"{"slug":"main","name":"Reports","brief":"","in_scope":[],"out_of_scope":[],"first_answer_days":1,"contact":""}"#;
        assert_eq!(serde_json::from_str::<Brief>(old).unwrap(), brief());
    }
}
