//! An alert in words.

use super::rows::Alert;
use super::whom::Step;
use crate::words::clock;
use domain::case::{AlarmKind, ClockName};

/// What it is about: `First answer is late`.
pub(super) fn what(alert: &Alert) -> String {
    of(alert.kind, alert.clock)
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

/// Why this person is told.
pub(super) fn why(alert: &Alert) -> &'static str {
    because(alert.step)
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
