//! Entries as a log book has them: a head for each day, times in a column, long runs of recorded facts
//! folded, so that what people said is not lost between what machines noted.

mod part;

pub(crate) use part::{Part, Wanted, Ways};

use web::layout::{Entry, Ground};

/// Facts in a row that still stand open; more are folded.
const OPEN: usize = 3;

/// What happened on one day, in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// `22 Nov 2026`.
    pub label: String,
    /// `2026-11-22`.
    pub date: String,
    /// In order.
    pub blocks: Vec<Block>,
}

/// Neighbours of one day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Block {
    /// One entry, or the facts of a fold.
    pub entries: Vec<Entry>,
    /// Shown only when somebody asks.
    pub folded: bool,
}

impl Block {
    /// `00:41`, of its first entry.
    pub fn clock(&self) -> &str {
        self.entries.first().map_or("", |entry| entry.at.clock.as_str())
    }

    /// Words of its last entry.
    pub fn last(&self) -> &str {
        self.entries.last().map_or("", Entry::text)
    }
}

/// Entries in order, by day.
pub fn days(entries: Vec<Entry>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for entry in entries {
        let same = days.last().is_some_and(|day| day.label == entry.at.day);
        if !same {
            let date = entry.at.exact.chars().take(10).collect();
            days.push(Day { label: entry.at.day.clone(), date, blocks: Vec::new() });
        }
        if let Some(day) = days.last_mut() {
            day.add(entry);
        }
    }
    for day in &mut days {
        day.unfold_short();
    }
    days
}

impl Day {
    fn add(&mut self, entry: Entry) {
        let fact = entry.ground() == Ground::Fact;
        match self.blocks.last_mut() {
            Some(block) if fact && block.folded => block.entries.push(entry),
            _ => self.blocks.push(Block { entries: vec![entry], folded: fact }),
        }
    }

    /// Runs that are short enough stand open.
    fn unfold_short(&mut self) {
        for block in &mut self.blocks {
            block.folded = block.folded && block.entries.len() > OPEN;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::days;
    use domain::testing::START;
    use domain::{Span, TeamText, Ts};
    use web::layout::Entry;

    fn at(minutes: i64) -> Ts {
        START.plus(Span::from_minutes(minutes))
    }

    fn fact(minutes: i64) -> Entry {
        Entry::fact(at(minutes), format!("fact {minutes}"))
    }

    #[test]
    fn every_day_has_one_head() {
        let days = days(vec![fact(1), fact(5), fact(24 * 60), fact(24 * 60 + 1)]);
        let heads: Vec<(&str, &str)> = days.iter().map(|d| (d.label.as_str(), d.date.as_str())).collect();
        assert_eq!(heads, [("22 Nov 2026", "2026-11-22"), ("23 Nov 2026", "2026-11-23")]);
    }

    #[test]
    fn more_than_three_facts_in_a_row_are_folded() {
        let note = Entry::team(at(3), "Ines", &TeamText::new("seen".to_owned()).unwrap());
        let mut entries: Vec<Entry> = (0..3).map(fact).collect();
        entries.push(note);
        entries.extend((4..8).map(fact));
        let days = days(entries);
        let shape: Vec<(usize, bool)> = days[0].blocks.iter().map(|b| (b.entries.len(), b.folded)).collect();
        assert_eq!(shape, [(3, false), (1, false), (4, true)]);
        assert_eq!((days[0].blocks[2].clock(), days[0].blocks[2].last()), ("00:04", "fact 7"));
    }
}
