//! The post office as others see it: whether there is one, and how it is doing. The desk shows it,
//! `/metrics` shows it, and silence is told as loudly as failure.

use crate::answer::Answer;
use crate::{Envelope, MailSettings};
use domain::{Span, Ts};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Silence of the courier after which it counts as stopped: it looks at least every minute.
const SILENT: Span = Span::from_minutes(5);
/// Letters that wait longer than this, with trouble or without, count as stalled.
pub const STALLED: Span = Span::from_minutes(15);

/// The server takes no letters: what it said, or what we saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble(pub Answer);

#[derive(Debug, Default)]
struct Now {
    beat: Option<Ts>,
    trouble: Option<(Ts, Trouble)>,
}

/// Settings and state of sending. Cheap to clone; put into the app with `carry`.
#[derive(Clone)]
pub struct Post {
    settings: Arc<MailSettings>,
    now: Arc<Mutex<Now>>,
}

impl Post {
    /// A post office with these settings, in which nothing has happened yet.
    pub fn new(settings: MailSettings) -> Self {
        Self { settings: Arc::new(settings), now: Arc::default() }
    }

    /// What the operator decided.
    pub fn settings(&self) -> &MailSettings {
        &self.settings
    }

    /// Whether there is a server to give letters to.
    pub fn is_on(&self) -> bool {
        self.settings.server.is_some()
    }

    /// In whose name letters go.
    pub fn envelope(&self) -> Envelope {
        let MailSettings { from, name, reply_to, .. } = &*self.settings;
        Envelope { from: from.clone(), name: name.clone(), reply_to: reply_to.clone() }
    }

    /// Since when the server takes nothing, and what it said; none while all is well.
    pub fn trouble(&self) -> Option<(Ts, Trouble)> {
        self.lock().trouble.clone()
    }

    /// Whether the courier has not been heard of for too long.
    pub fn is_silent(&self, now: Ts) -> bool {
        self.is_on() && self.lock().beat.is_some_and(|beat| now.since(beat) > SILENT)
    }

    /// The courier looked.
    pub(crate) fn beat(&self, now: Ts) {
        self.lock().beat = Some(now);
    }

    /// The server failed, or works again.
    pub(crate) fn saw(&self, now: Ts, trouble: Option<Trouble>) {
        let mut state = self.lock();
        state.trouble = trouble.map(|new| (state.trouble.as_ref().map_or(now, |(since, _)| *since), new));
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
