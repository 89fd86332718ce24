//! The embedded tables and their decision points.

use super::choice::SsvcError;
use std::sync::LazyLock;

/// A decision point: what is asked, or what comes out.
#[derive(Debug, PartialEq, Eq)]
pub struct Point {
    /// `"ssvc:E:1.1.0"`: namespace, key, version.
    pub id: &'static str,
    /// `"Exploitation"`
    pub name: &'static str,
    /// What it is about; empty for the metrics of CVSS.
    pub definition: &'static str,
    /// In the published order, the least pressing first.
    pub values: Vec<PointValue>,
}

impl Point {
    /// `"E"`
    pub fn key(&self) -> &'static str {
        self.id.split(':').nth(1).unwrap_or(self.id)
    }

    /// `"1.1.0"`
    pub fn version(&self) -> &'static str {
        self.id.rsplit(':').next().unwrap_or(self.id)
    }
}

/// A value of a decision point.
#[derive(Debug, PartialEq, Eq)]
pub struct PointValue {
    /// `"P"`
    pub key: &'static str,
    /// `"Public PoC"`
    pub name: &'static str,
    /// When it applies; empty for the metrics of CVSS.
    pub definition: &'static str,
}

/// A decision table: an outcome for every combination of its inputs' values.
#[derive(Debug)]
pub struct Table {
    /// `"ssvc"`, `"cisa"` or `"cvss"`
    pub namespace: &'static str,
    /// `"DT_SP"`
    pub key: &'static str,
    /// `"1.0.0"`
    pub version: &'static str,
    /// `"Supplier Patch Development Priority"`
    pub name: &'static str,
    /// What is asked.
    pub inputs: Vec<&'static Point>,
    /// What is decided.
    pub outcome: &'static Point,
    /// A digit a row: the place of the outcome's value; the first input is the slowest.
    digits: &'static str,
}

impl Table {
    /// `"ssvc:DT_SP:1.0.0"`
    pub fn id(&self) -> String {
        format!("{}:{}:{}", self.namespace, self.key, self.version)
    }

    /// How many rows it has.
    pub const fn rows(&self) -> usize {
        self.digits.len()
    }

    /// The outcome of one row, given as the place of each input's value; `None` where a place is none.
    pub(super) fn row(&self, places: &[usize]) -> Option<&'static PointValue> {
        let mut at = 0;
        for (point, place) in self.inputs.iter().zip(places) {
            at = at * point.values.len() + Some(*place).filter(|place| *place < point.values.len())?;
        }
        let digit = char::from(*self.digits.as_bytes().get(at)?).to_digit(10)?;
        self.outcome.values.get(usize::try_from(digit).ok()?)
    }
}

static POINTS: LazyLock<Vec<Point>> = LazyLock::new(|| {
    let mut points: Vec<Point> = Vec::new();
    for line in include_str!("points.tsv").lines() {
        let cells: Vec<&'static str> = line.split('\t').collect();
        match cells[..] {
            ["point", id, name, definition] => points.push(Point { id, name, definition, values: Vec::new() }),
            ["value", key, name, definition] => {
                if let Some(point) = points.last_mut() {
                    point.values.push(PointValue { key, name, definition });
                }
            }
            _ => {}
        }
    }
    points
});

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let point = |id: &str| POINTS.iter().find(|point| point.id == id);
    let read = |line: &'static str| {
        let cells: Vec<&'static str> = line.split('\t').collect();
        let [namespace, key, version, name, inputs, outcome, digits] = cells[..] else { return None };
        let inputs = inputs.split(',').map(point).collect::<Option<Vec<_>>>()?;
        Some(Table { namespace, key, version, name, inputs, outcome: point(outcome)?, digits })
    };
    include_str!("tables.tsv").lines().filter_map(read).collect()
});

/// Every embedded table.
pub fn tables() -> &'static [Table] {
    &TABLES
}

/// A table by its key, its id, or as much of its name as no other table has.
pub fn find(name: &str) -> Result<&'static Table, SsvcError> {
    let exact = |table: &&Table| {
        let id = table.id();
        [id.as_str(), table.key, table.name].iter().any(|own| plain(own) == plain(name))
            || id.rsplit_once(':').is_some_and(|(without, _)| plain(without) == plain(name))
            || plain(&format!("{}{}", table.name, table.version)) == plain(name)
    };
    if let Some(table) = TABLES.iter().find(exact) {
        return Ok(table);
    }
    let near = nearest(&TABLES, name, |table| table.name);
    let [table] = near[..] else {
        let of = if near.is_empty() { TABLES.iter().collect() } else { near };
        let known = of.iter().map(|table| format!("{} ({})", table.key, table.name)).collect::<Vec<_>>();
        return Err(SsvcError::Table { given: name.to_owned(), known: known.join(", ") });
    };
    Ok(table)
}

/// Letters and digits alone, lower case.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Those whose name begins with `given`, else those whose name holds it.
pub(super) fn nearest<'a, T>(all: &'a [T], given: &str, name: impl Fn(&T) -> &str) -> Vec<&'a T> {
    let given = plain(given);
    if given.is_empty() {
        return Vec::new();
    }
    let begins: Vec<_> = all.iter().filter(|one| plain(name(one)).starts_with(&given)).collect();
    if begins.is_empty() { all.iter().filter(|one| plain(name(one)).contains(&given)).collect() } else { begins }
}
