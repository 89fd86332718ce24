//! An alert in words.

use super::rows::Alert;
use super::whom::Step;
use crate::words::clock;
use domain::case::AlarmKind;

/// What it is about: `First answer is late`.
pub(super) fn what(alert: &Alert) -> String {
    let name = alert.clock.map_or("Target", clock);
    match alert.kind {
        AlarmKind::Exploited => "Somebody exploits it".to_owned(),
        AlarmKind::Critical => "Critical".to_owned(),
        AlarmKind::Late => format!("{name} is late"),
        AlarmKind::Soon => format!("{name} is due soon"),
    }
}

/// Why this person is told.
pub(super) fn why(alert: &Alert) -> &'static str {
    match Step::of(alert.step) {
        Some(Step::Assignee) => "because the case is yours",
        Some(Step::OnCall) => "because you are on call",
        Some(Step::Owners) => "because you own this desk and nobody else looked",
        Some(Step::Named) => "because you are named on this case",
        None => "",
    }
}
