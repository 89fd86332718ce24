//! Rules in words.

use super::due::{COUNTED, Notice, Preview};
use super::waits::Failing;
use domain::retention::{Because, Rule};
use web::layout::day;

/// `Closed cases go after 24 months, spam after 30 days.`
pub(super) fn of_rule(rule: &Rule) -> String {
    match (rule.closed_months, rule.spam_days) {
        (None, None) => "Everything is kept for ever.".to_owned(),
        (Some(months), None) => format!("Closed cases go {} after their last change.", counted(months, "month")),
        (None, Some(days)) => {
            format!("Spam goes {} after its last change; every other case is kept for ever.", counted(days, "day"))
        }
        (Some(months), Some(days)) => format!(
            "Closed cases go {} after their last change, spam after {}.",
            counted(months, "month"),
            counted(days, "day")
        ),
    }
}

/// Why one case went, for the log.
pub(super) fn reason(slug: &str, because: Because) -> String {
    match because {
        Because::Closed(months) => {
            format!("By the retention rule for {slug}: closed cases are kept for {}.", counted(months, "month"))
        }
        Because::Spam(days) => format!("By the retention rule for {slug}: spam is kept for {}.", counted(days, "day")),
    }
}

/// What a rule would do, counted.
pub(super) fn of_preview(preview: &Preview) -> String {
    match (preview.more, preview.count) {
        (true, _) => format!("More than {COUNTED} cases would be erased now."),
        (false, 0) => "Nothing would be erased now.".to_owned(),
        (false, 1) => "1 case would be erased now.".to_owned(),
        (false, n) => format!("{n} cases would be erased now."),
    }
}

/// What is about to happen: `From 6 Dec 2026 12 cases of acme are erased by rule`.
pub(crate) fn notice(notice: &Notice) -> String {
    let cases = if notice.count == 1 { "1 case is".to_owned() } else { format!("{} cases are", notice.count) };
    format!("From {} {cases} erased by the rule for {}", day(notice.from), notice.scope)
}

/// What a rule could not erase: `2 cases could not be erased, the first since 6 Dec 2026: REP-1, REP-3`.
pub(crate) fn failed(failing: &Failing) -> String {
    let cases = if failing.count == 1 { "1 case".to_owned() } else { format!("{} cases", failing.count) };
    let names = if failing.names.is_empty() { String::new() } else { format!(": {}", failing.names.join(", ")) };
    format!("{cases} could not be erased, the first since {}{names}", day(failing.since))
}

fn counted(n: u32, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
