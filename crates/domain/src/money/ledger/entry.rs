//! What a move does to the accounts.

use crate::words::words;

words! {
    "account"
    /// Where money of a programme can be. What is on all of them comes to nothing at any time.
    pub enum Account {
        /// What the owner put at the programme's disposal, counted below nothing: the other side of all else.
        Granted = "granted",
        /// Not spoken for. Below nothing where more is spoken for than was granted: a right decision is not refused
        /// for want of a budget, its owner is told.
        Free = "free",
        /// Expected for cases that are not decided yet.
        Reserved = "reserved",
        /// Awarded; somebody else has to approve it.
        Awarded = "awarded",
        /// Owed: approved, not on its way yet.
        Approved = "approved",
        /// Handed to whoever pays.
        Exported = "exported",
        /// With the person it is for.
        Paid = "paid",
    }
}

impl Account {
    /// Whether what is on it is meant for somebody; never below nothing.
    pub const fn is_spoken_for(self) -> bool {
        !matches!(self, Self::Granted | Self::Free)
    }
}

/// One line: so much out of one account and into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    from: Account,
    to: Account,
    minor: i64,
}

impl Line {
    /// The account that has less by it.
    pub const fn from(self) -> Account {
        self.from
    }

    /// The account that has more by it.
    pub const fn to(self) -> Account {
        self.to
    }

    /// How much, in the smallest unit; more than nothing.
    pub const fn minor(self) -> i64 {
        self.minor
    }
}

/// The lines of one move. None can be out of balance.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry(Vec<Line>);

impl Entry {
    /// An entry of one line.
    pub(super) fn of(from: Account, to: Account, minor: i64) -> Self {
        Self::default().and(from, to, minor)
    }

    /// With one more line, if it is about anything.
    pub(super) fn and(mut self, from: Account, to: Account, minor: i64) -> Self {
        if minor > 0 {
            self.0.push(Line { from, to, minor });
        }
        self
    }

    /// Its lines.
    pub fn lines(&self) -> &[Line] {
        &self.0
    }
}
