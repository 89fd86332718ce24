//! A part of a long log: the newest first, older ones by cursor. A case may have 10,000 events; its page holds some
//! dozens, and only these are opened.

use crate::engine::{EngineError, Loaded};
use db::Tx;
use db::event::{self, Record};
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
    /// Where the next newer part ends; 0 for the newest of all.
    pub(crate) newer: Option<i64>,
}

impl Part {
    /// Reads it. Events of the team are left out unless `team`.
    pub(crate) async fn read(tx: &mut Tx, (case, team): (&Loaded, bool), wanted: Wanted) -> Result<Self, EngineError> {
        let at = wanted.at.filter(|at| (1..=case.version).contains(at));
        let below = match (at, wanted.before) {
            (Some(at), _) => at.saturating_add(1 + AFTER),
            (None, Some(before)) if before > 0 => before,
            _ => i64::MAX,
        };
        let part = Self::below(tx, (case, team), below).await?;
        match at {
            // What came after is so long that it left no room.
            Some(at) if part.records.first().is_none_or(|first| first.seq > at) => {
                Self::below(tx, (case, team), at + 1).await
            }
            _ => Ok(part),
        }
    }

    async fn below(tx: &mut Tx, (case, team): (&Loaded, bool), below: i64) -> Result<Self, EngineError> {
        let part = event::Part { below, team, limit: EVENTS + 1 };
        let mut records = event::newest(tx, &case.key, case.id, part).await?;
        let keep = fitting(records.iter().rev().map(|record| record.data.to_string().len()));
        let cut = records.len() - keep;
        records.drain(..cut);
        let older = records.first().filter(|_| cut > 0).map(|first| first.seq);
        let newer = (below <= case.version).then(|| {
            let end = records.last().map_or(below, |last| last.seq + 1).saturating_add(EVENTS);
            if end > case.version { 0 } else { end }
        });
        Ok(Self { records, older, newer })
    }

    /// The same with events of another case that belong between these, by time.
    pub(crate) fn beside(mut self, others: Vec<Record>) -> Self {
        let from = self.records.first().filter(|_| self.older.is_some()).map(|first| first.at);
        let until = self.records.last().filter(|_| self.newer.is_some()).map(|last| last.at);
        let fits = |at| from.is_none_or(|from| from <= at) && until.is_none_or(|until| at <= until);
        self.records.extend(others.into_iter().filter(|record| fits(record.at)));
        self.records.sort_by_key(|record| record.at);
        self
    }

    /// Whether it has the end of the log.
    pub(crate) const fn is_newest(&self) -> bool {
        self.newer.is_none()
    }
}

/// The way to the parts before and after.
pub(crate) struct Ways {
    pub(crate) href: String,
    pub(crate) anchor: &'static str,
    pub(crate) older: Option<i64>,
    newer: Option<i64>,
}

impl Ways {
    /// From this part of the page at `href`, whose log is at `anchor`.
    pub(crate) fn of(part: &Part, (href, anchor): (&str, &'static str)) -> Self {
        Self { href: href.to_owned(), anchor, older: part.older, newer: part.newer }
    }

    /// What stands after the path for the next newer part; nothing for the newest.
    pub(crate) fn newer(&self) -> Option<String> {
        self.newer.map(|end| if end == 0 { String::new() } else { format!("?before={end}") })
    }

    /// Whether there are other parts.
    pub(crate) const fn is_there(&self) -> bool {
        self.older.is_some() || self.newer.is_some()
    }
}

/// How many of these, the newest first, fit into one part.
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
