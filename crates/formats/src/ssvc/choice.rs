//! Choosing a value for each decision point, and what follows.

use super::table::{Point, PointValue, Table, nearest, plain};

/// What was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SsvcError {
    /// No table, or more than one.
    #[error("\"{given}\" does not name one table; there are {known}")]
    Table {
        /// What was asked.
        given: String,
        /// What could be meant.
        known: String,
    },
    /// The table does not ask this.
    #[error("{table} does not ask \"{given}\"; it asks {known}")]
    Point {
        /// The table's key.
        table: &'static str,
        /// What was given.
        given: String,
        /// What it asks.
        known: String,
    },
    /// The point has no such value.
    #[error("{point} has no value \"{given}\"; it has {known}")]
    Value {
        /// The point's name.
        point: &'static str,
        /// What was given.
        given: String,
        /// Its values.
        known: String,
    },
    /// A point was answered twice, differently.
    #[error("{point} is given twice")]
    Twice {
        /// The point's name.
        point: &'static str,
    },
}

/// Values chosen so far.
#[derive(Clone, Debug)]
pub struct Choice {
    table: &'static Table,
    places: Vec<Option<usize>>,
}

/// What a choice decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The outcome, if it is the same whatever the missing points would say.
    pub outcome: Option<&'static PointValue>,
    /// Outcomes that can still come, in the order of the outcome's values.
    pub possible: Vec<&'static PointValue>,
    /// Points without a value.
    pub missing: Vec<&'static Point>,
}

impl Choice {
    /// Nothing chosen yet.
    pub fn new(table: &'static Table) -> Self {
        Self { table, places: vec![None; table.inputs.len()] }
    }

    /// Chooses a value by key or name, for a point by key, id or name.
    pub fn set(&mut self, point: &str, value: &str) -> Result<&mut Self, SsvcError> {
        let at = self.place_of_point(point)?;
        let asked = self.table.inputs[at];
        let place = place_of_value(asked, value)?;
        if self.places[at].is_some_and(|before| before != place) {
            return Err(SsvcError::Twice { point: asked.name });
        }
        self.places[at] = Some(place);
        Ok(self)
    }

    fn place_of_point(&self, given: &str) -> Result<usize, SsvcError> {
        let inputs = &self.table.inputs;
        let exact = |point: &&Point| [point.id, point.key(), point.name].iter().any(|own| plain(own) == plain(given));
        if let Some(at) = inputs.iter().position(exact) {
            return Ok(at);
        }
        let near = nearest(inputs, given, |point| point.name);
        if let [one] = near[..]
            && let Some(at) = inputs.iter().position(|point| point.id == one.id)
        {
            return Ok(at);
        }
        let known = inputs.iter().map(|point| format!("{} ({})", point.key(), point.name)).collect::<Vec<_>>();
        Err(SsvcError::Point { table: self.table.key, given: given.to_owned(), known: known.join(", ") })
    }

    /// What has been chosen, in the table's order.
    pub fn chosen(&self) -> impl Iterator<Item = (&'static Point, &'static PointValue)> + '_ {
        let places = self.table.inputs.iter().zip(&self.places);
        places.filter_map(|(point, place)| place.map(|place| (*point, &point.values[place])))
    }

    /// What follows.
    pub fn decide(&self) -> Decision {
        let inputs = self.table.inputs.iter();
        let missing = inputs.zip(&self.places).filter(|(_, p)| p.is_none()).map(|(point, _)| *point).collect();
        let mut keys = Vec::new();
        self.walk(&mut Vec::with_capacity(self.places.len()), &mut keys);
        let values = self.table.outcome.values.iter();
        let possible: Vec<_> = values.filter(|value| keys.contains(&value.key)).collect();
        let outcome = if let [only] = possible[..] { Some(only) } else { None };
        Decision { outcome, possible, missing }
    }

    /// Every row that the choice leaves open; the largest table has 729.
    fn walk(&self, row: &mut Vec<usize>, keys: &mut Vec<&'static str>) {
        let at = row.len();
        let Some(place) = self.places.get(at) else {
            keys.extend(self.table.row(row).map(|value| value.key));
            return;
        };
        let all = 0..self.table.inputs[at].values.len();
        for place in all.filter(|one| place.is_none_or(|chosen| chosen == *one)) {
            row.push(place);
            self.walk(row, keys);
            row.pop();
        }
    }
}

fn place_of_value(point: &'static Point, given: &str) -> Result<usize, SsvcError> {
    let exact = |value: &PointValue| plain(value.key) == plain(given) || plain(value.name) == plain(given);
    if let Some(place) = point.values.iter().position(exact) {
        return Ok(place);
    }
    let near = nearest(&point.values, given, |value| value.name);
    if let [one] = near[..]
        && let Some(place) = point.values.iter().position(|value| value.key == one.key)
    {
        return Ok(place);
    }
    let known = point.values.iter().map(|value| format!("{} ({})", value.key, value.name)).collect::<Vec<_>>();
    Err(SsvcError::Value { point: point.name, given: given.to_owned(), known: known.join(", ") })
}
