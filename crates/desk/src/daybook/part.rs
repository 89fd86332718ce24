//! A part of a long log: the newest first, older ones by cursor. A case may have 10,000 events; its page holds some
//! dozens, and only these are opened.

use crate::engine::{EngineError, Loaded};
use db::Tx;
use db::event::{self, Record};
use domain::Ts;
use serde::Deserialize;

/// Events of a part at most.
const EVENTS: i64 = 40;
/// Bytes of what they hold at most; a longer one has a part to itself.
const WORDS: usize = 16_000;
/// Events that are shown after the one that somebody asked for.
const AFTER: i64 = 10;

/// Which part is wanted, in the address after `?`: the newest when nothing stands there.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    /// What came before this place.
    pub(crate) before: Option<i64>,
    /// The part that has the event of this place.
    pub(crate) at: Option<i64>,
}

/// Some neighbours of a case's events.
pub(crate) struct Part {
    pub(crate) records: Vec<Record>,
    /// Where the next older part ends.
    pub(crate) older: Option<i64>,
    /// What comes after it, unless it has the end of the log.
    newer: Option<Newer>,
}

/// The part after one, as far as links need it.
#[derive(Debug, Clone, Copy)]
struct Newer {
    /// Where it ends; nothing for the newest of all.
    end: Option<i64>,
    /// When its first event was.
    from: Ts,
}

impl Part {
    /// Reads it. Events of the team are left out unless `team`: where a part ends, and whether there is another, then
    /// follows from the others alone.
    pub(crate) async fn read(tx: &mut Tx, (case, team): (&Loaded, bool), wanted: Wanted) -> Result<Self, EngineError> {
        let at = wanted.at.filter(|at| *at > 0);
        let below = match (at, wanted.before) {
            (Some(at), _) => at.saturating_add(1 + AFTER),
            (None, Some(before)) if before > 0 => before,
            _ => i64::MAX,
        };
        let part = Self::below(tx, (case, team), below).await?;
        match at {
            // What came after is so long that it left no room.
            Some(at) if part.records.first().is_none_or(|first| first.seq > at) => {
                Self::below(tx, (case, team), at.saturating_add(1)).await
            }
            _ => Ok(part),
        }
    }

    async fn below(tx: &mut Tx, (case, team): (&Loaded, bool), below: i64) -> Result<Self, EngineError> {
        let part = event::Part { below, team, limit: EVENTS + 1 };
        let mut records = event::newest(tx, &case.key, case.id, part).await?;
        let keep = fitting(records.iter().rev().map(size));
        let cut = records.len() - keep;
        records.drain(..cut);
        let older = records.first().filter(|_| cut > 0).map(|first| first.seq);
        let newer = if below == i64::MAX {
            None
        } else {
            let last = records.last().map_or(below.saturating_sub(1), |last| last.seq);
            let after = event::following(tx, &case.key, case.id, (last, team, EVENTS + 1)).await?;
            Newer::of(&after)
        };
        Ok(Self { records, older, newer })
    }

    /// The same with events of another case that belong between these, by time: each is in one of two neighbours.
    pub(crate) fn beside(mut self, others: Vec<Record>) -> Self {
        let from = self.records.first().filter(|_| self.older.is_some()).map(|first| first.at);
        let until = self.newer.map(|newer| newer.from);
        let fits = |at| from.is_none_or(|from| from <= at) && until.is_none_or(|until| at < until);
        self.records.extend(others.into_iter().filter(|record| fits(record.at)));
        self.records.sort_by_key(|record| record.at);
        self
    }

    /// Whether it has the end of the log.
    pub(crate) const fn is_newest(&self) -> bool {
        self.newer.is_none()
    }
}

impl Newer {
    /// Of what comes after a part, from its first event on.
    fn of(after: &[Record]) -> Option<Self> {
        let from = after.first()?.at;
        let keep = fitting(after.iter().map(size));
        let last = after.get(..keep).and_then(<[Record]>::last).filter(|_| keep < after.len());
        Some(Self { end: last.map(|last| last.seq + 1), from })
    }
}

/// Bytes of what an event holds.
fn size(record: &Record) -> usize {
    record.data.to_string().len()
}

/// The way to the parts before and after.
pub(crate) struct Ways {
    pub(crate) href: String,
    pub(crate) anchor: &'static str,
    pub(crate) older: Option<i64>,
    newer: Option<Newer>,
}

impl Ways {
    /// From this part of the page at `href`, whose log is at `anchor`.
    pub(crate) fn of(part: &Part, (href, anchor): (&str, &'static str)) -> Self {
        Self { href: href.to_owned(), anchor, older: part.older, newer: part.newer }
    }

    /// What stands after the path for the next newer part; nothing for the newest.
    pub(crate) fn newer(&self) -> Option<String> {
        self.newer.map(|newer| newer.end.map(|end| format!("?before={end}")).unwrap_or_default())
    }

    /// Whether there are other parts.
    pub(crate) const fn is_there(&self) -> bool {
        self.older.is_some() || self.newer.is_some()
    }
}

/// How many of these, in the order they are read, fit into one part.
fn fitting(sizes: impl Iterator<Item = usize>) -> usize {
    let (mut count, mut sum) = (0, 0_usize);
    for size in sizes.take(usize::try_from(EVENTS).unwrap_or_default()) {
        sum = sum.saturating_add(size);
        if count > 0 && sum > WORDS {
            break;
        }
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::{EVENTS, WORDS, fitting};

    #[test]
    fn a_part_is_bounded_by_count_and_by_words_and_never_empty() {
        assert_eq!(fitting([100; 41].into_iter()), usize::try_from(EVENTS).unwrap());
        assert_eq!(fitting([WORDS / 2, WORDS / 2, 1].into_iter()), 2);
        assert_eq!(fitting([WORDS * 9, 1].into_iter()), 1);
        assert_eq!(fitting([].into_iter()), 0);
    }
}
