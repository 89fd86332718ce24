//! A line of the record with its ids and names, as a file and a program get it.

use super::queries::{HouseRow, ReadRow};
use super::view::{HIDDEN, READ_KINDS, about, case_of, event_words, named, read_case};
use crate::engine::EngineError;
use crate::people::Names;
use db::{Db, Tx};
use domain::PersonId;
use serde_json::{Map, Value, json};

/// What a line has; columns of a file, and members in JSON. `about` is the person that it happened to, `index` the place in the
/// log, `data` all that the event says, such as a role and where it reaches, as JSON.
pub(super) const COLUMNS: [&str; 11] =
    ["at", "entry", "index", "person", "name", "kind", "what", "about", "about_name", "case", "data"];

/// The cells of a row but the last, and that.
pub(super) type Row = ([String; COLUMNS.len() - 1], Value);

/// What somebody read.
pub(super) async fn of_read(tx: &mut Tx, db: &Db, names: &mut Names, row: ReadRow) -> Result<Row, EngineError> {
    let case = read_case(&row);
    let ReadRow { id, person, what, at, .. } = row;
    let name = named(tx, db, names, person).await?;
    let person = person.map(|id| id.to_string()).unwrap_or_default();
    let words = READ_KINDS.iter().find(|(kind, _)| *kind == what).map_or("read", |(_, words)| words);
    let none = String::new;
    let (at, entry, words) = (at.to_string(), id.to_string(), words.to_owned());
    Ok(([at, entry, none(), person, name, what, words, none(), none(), case], Value::Null))
}

/// What happened to the house, as far as `viewer` may know of the case in it.
pub(super) async fn of_event(
    tx: &mut Tx,
    db: &Db,
    (viewer, names): (PersonId, &mut Names),
    row: HouseRow,
) -> Result<Row, EngineError> {
    let name = named(tx, db, names, row.actor).await?;
    let (what, case) = (event_words(&row), case_of(tx, viewer, &row).await?);
    let about = about(&row);
    let about_name = if about.is_some() { named(tx, db, names, about).await? } else { String::new() };
    let text = |person: Option<PersonId>| person.map(|id| id.to_string()).unwrap_or_default();
    let (person, about) = (text(row.actor), text(about));
    let index = row.index.map(|index| index.to_string()).unwrap_or_default();
    let (at, entry) = (row.at.to_string(), row.id.to_string());
    // The event of a case that the reader may not know of has its id.
    let mut data = if case == HIDDEN { Value::Null } else { row.data };
    if row.kind == "audit_exported"
        && let Some(typed) = data.pointer_mut("/filter/case")
    {
        // Kept as it was typed until a later version: it may be the number of such a case.
        *typed = json!(true);
    }
    Ok(([at, entry, index, person, name, row.kind, what, about, about_name, case], data))
}

/// These values under their names.
pub(super) fn object(values: impl IntoIterator<Item = Value>) -> Value {
    let members: Map<String, Value> =
        COLUMNS.iter().zip(values).map(|(name, value)| ((*name).to_owned(), value)).collect();
    Value::Object(members)
}
