//! The plain facts of a case, for the columns of lists and for the reporter's page.

use super::{Alarm, Clock};
use crate::{Severity, Ts};
use serde::Serialize;

/// What a list shows of a case. Words only, nothing that people wrote: these may be plain columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Word of the state: `new`, `triaged`, ... or `closed`.
    pub state: &'static str,
    /// Whether work is left.
    pub open: bool,
    /// Closed, and nothing but unlocking is possible.
    pub locked: bool,
    /// Since when we wait for the reporter.
    pub waiting_since: Option<Ts>,
    /// What the reporter thinks.
    pub severity_claimed: Option<Severity>,
    /// What we decided.
    pub severity_decided: Option<Severity>,
    /// Word of the outcome when closed.
    pub close: Option<&'static str>,
    /// Since when we know that somebody exploits it, while that holds.
    pub exploited_since: Option<Ts>,
    /// Every clock, those of earlier rounds included, oldest first.
    pub clocks: Vec<Clock>,
    /// Of what somebody must be told, from when on; in order.
    pub alarms: Vec<Alarm>,
    /// The next thing the house itself has to do here.
    pub next: Option<Due>,
}

/// An action that [`Party::System`](super::Party::System) should take, with empty input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Due {
    /// Name of the action.
    pub action: &'static str,
    /// Not before.
    pub at: Ts,
}

impl Summary {
    /// The earliest instant at which a running clock is due; none while all are met or paused.
    pub fn due(&self) -> Option<Ts> {
        self.clocks.iter().filter(|c| c.ended.is_none()).filter_map(Clock::due).min()
    }

    /// What is shown for a case whose stored state cannot be read: open, so that somebody looks.
    pub(super) const fn corrupt() -> Self {
        Self {
            state: "corrupt",
            open: true,
            locked: false,
            waiting_since: None,
            severity_claimed: None,
            severity_decided: None,
            close: None,
            exploited_since: None,
            clocks: Vec::new(),
            alarms: Vec::new(),
            next: None,
        }
    }
}
