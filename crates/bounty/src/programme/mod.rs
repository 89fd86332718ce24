//! Programmes: what may be tested, what we promise, and the address under which reports come in.
//! In this form there is one, and it comes from the settings.

mod store;

pub use store::{Programme, by_slug, install, list};

use crate::intake::SAVED_DAYS_MAX;
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
    /// One or two sentences, at most 2,000 characters.
    pub brief: String,
    /// What may be tested, one a line, at most 200.
    pub in_scope: Vec<String>,
    /// What may not, one a line, at most 200.
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
}

/// What programmes had before it was a setting.
const fn week() -> u32 {
    7
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

impl Brief {
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
        if self.brief.chars().count() > 2_000 {
            return fail("brief", "write at most 2,000 characters");
        }
        let too_long = |list: &[String]| list.len() > 200 || list.iter().any(|l| l.chars().count() > 500);
        if too_long(&self.in_scope) {
            return fail("in_scope", "write at most 200 lines of 500 characters");
        }
        if too_long(&self.out_of_scope) {
            return fail("out_of_scope", "write at most 200 lines of 500 characters");
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
        Brief {
            slug: "main".into(),
            name: "Reports".into(),
            brief: String::new(),
            in_scope: vec![],
            out_of_scope: vec![],
            first_answer_days: 1,
            contact: String::new(),
            good_faith: String::new(),
            draft_days: 7,
        }
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
