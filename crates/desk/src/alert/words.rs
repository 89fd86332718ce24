//! An alert in words.

use super::rows::{Alert, Of};
use super::whom::Step;
use crate::words::clock;
use domain::case::{AlarmKind, ClockName};

/// What it is about: `First answer is late`.
pub(super) fn what(alert: &Alert) -> String {
    match alert.of {
        Of::Alarm(kind) => of(kind, alert.clock),
        Of::Mention(_) => "A note names you".to_owned(),
    }
}

/// The same of what is not kept yet.
pub(super) fn of(kind: AlarmKind, of: Option<ClockName>) -> String {
    let name = of.map_or("Target", clock);
    match kind {
        AlarmKind::Exploited => "Somebody exploits it".to_owned(),
        AlarmKind::Critical => "Critical".to_owned(),
        AlarmKind::Late => format!("{name} is late"),
        AlarmKind::Soon => format!("{name} is due soon"),
    }
}

/// The same in a letter. Mail is read by machines on its way: unless letters may say what a case is about, none says
/// that something is critical or exploited, and in which case.
pub(super) fn in_letter(kind: AlarmKind, clock: Option<ClockName>, detail: bool) -> String {
    if kind.is_urgent() && !detail { "Needs somebody now".to_owned() } else { of(kind, clock) }
}

/// Why this person is told.
pub(super) fn why(alert: &Alert) -> &'static str {
    match alert.of {
        Of::Alarm(_) => because(alert.step),
        Of::Mention(_) => "because a colleague wrote your name after an @",
    }
}

/// The same by the step that told them.
pub(super) fn because(step: i64) -> &'static str {
    match Step::of(step) {
        Some(Step::Assignee) => "because the case is yours, or you stand in for its owner",
        Some(Step::OnCall) => "because you are on call",
        Some(Step::Owners) => "because you own this desk and nobody else looked",
        Some(Step::Named) => "because you are named on this case",
        None => "because you watch the case",
    }
}

#[cfg(test)]
mod tests {
    use super::in_letter;
    use domain::case::{AlarmKind, ClockName};

    #[test]
    fn letters_do_not_say_what_is_critical_or_exploited_unless_they_may() {
        for kind in [AlarmKind::Critical, AlarmKind::Exploited] {
            assert_eq!(in_letter(kind, None, false), "Needs somebody now");
        }
        assert_eq!(in_letter(AlarmKind::Exploited, None, true), "Somebody exploits it");
        assert_eq!(in_letter(AlarmKind::Late, Some(ClockName::Triage), false), "Decision is late");
    }
}
