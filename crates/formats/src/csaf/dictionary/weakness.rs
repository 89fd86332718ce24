//! Names of weaknesses (CWE), release by release.
//!
//! `weaknesses.tsv` is made by `tools/formats/csaf.py` from the history that MITRE's catalogue carries: the release an
//! entry came with, and the names it had before.

use crate::cwe::{self, Kind};
use std::collections::HashMap;
use std::sync::LazyLock;

/// What is known of a weakness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// There is none of that number, or not yet in that release, or it is a category or view.
    No,
    /// Its name.
    Yes(&'static str),
    /// The release is later than all that are known here; the name it has in the latest of those.
    Later(Option<&'static str>),
}

struct Entry {
    /// The place of the release it came with.
    since: usize,
    /// Earlier names, each with the place of the release that ended it.
    names: Vec<(usize, &'static str)>,
}

struct History {
    releases: Vec<&'static str>,
    entries: HashMap<u32, Entry>,
}

static HISTORY: LazyLock<History> = LazyLock::new(|| {
    let mut lines = include_str!("weaknesses.tsv").lines();
    let releases: Vec<&str> = lines.next().unwrap_or_default().split('\t').skip(1).collect();
    let place = |release: &str| releases.iter().position(|known| *known == release);
    let read = |line: &'static str| {
        let cells: Vec<&'static str> = line.split('\t').collect();
        let [number, since, names @ ..] = cells.as_slice() else { return None };
        let names = names.chunks_exact(2).filter_map(|pair| Some((place(pair.first()?)?, *pair.get(1)?)));
        Some((number.parse().ok()?, Entry { since: place(since)?, names: names.collect() }))
    };
    let entries = lines.filter_map(read).collect();
    History { releases, entries }
});

/// The highest number of a weakness or category here; what comes later has a higher one. Views have their own numbers.
static HIGHEST: LazyLock<u32> = LazyLock::new(|| {
    let numbers = cwe::entries().iter().filter(|entry| entry.kind != Kind::View).map(|entry| entry.number);
    numbers.max().unwrap_or(0)
});
/// Numbers above this are no weakness for a long time to come.
const LATEST: u32 = 9999;

/// The name of `CWE-79` and the like in the newest catalogue that is known. Categories and views are none.
pub fn name(id: &str) -> Option<&'static str> {
    let entry = cwe::find(id.strip_prefix("CWE-")?.parse().ok()?)?;
    (!matches!(entry.kind, Kind::Category | Kind::View)).then_some(entry.name)
}

/// The name of `CWE-79` and the like in a release, or in the newest that is known. Categories and views are none.
pub fn name_in(id: &str, release: Option<&str>) -> Known {
    let Some(release) = release else {
        let newer = cwe::parse(id).is_some_and(|number| number > *HIGHEST && number <= LATEST);
        return name(id).map_or(if newer { Known::Later(None) } else { Known::No }, Known::Yes);
    };
    let Some(place) = place(release) else {
        return if is_later(release) { Known::Later(name(id)) } else { Known::No };
    };
    let Some(newest) = name(id) else { return Known::No };
    match cwe::parse(id).and_then(|number| HISTORY.entries.get(&number)) {
        Some(entry) if place < entry.since => Known::No,
        Some(entry) => {
            let then = entry.names.iter().find(|(ended, _)| place < *ended).map(|(_, name)| *name);
            Known::Yes(then.unwrap_or(newest))
        }
        None => Known::Yes(newest),
    }
}

/// The newest release in which a weakness has this name.
pub fn release_of(id: &str, name: &str) -> Option<&'static str> {
    let named = |release: &&&str| matches!(name_in(id, Some(release)), Known::Yes(own) if own == name);
    HISTORY.releases.iter().rev().find(named).copied()
}

/// `4.0` and `4.0.0` are one release.
fn place(release: &str) -> Option<usize> {
    let short = release.strip_suffix(".0").filter(|short| short.contains('.'));
    HISTORY.releases.iter().position(|known| *known == release || Some(*known) == short)
}

fn is_later(release: &str) -> bool {
    let numbers = |text: &str| text.split('.').map(|part| part.parse().unwrap_or(u64::MAX)).collect::<Vec<_>>();
    numbers(release) > numbers(cwe::release())
}
