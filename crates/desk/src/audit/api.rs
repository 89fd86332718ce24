//! The record for programs, a page at a time.

use super::filter::Before;
use super::pages::{Asked, filter};
use super::queries::{events, reads};
use super::rows::{Row, object, of_event, of_read};
use super::view::READ_KINDS;
use crate::Viewer;
use crate::people::Names;
use accounts::ReadKind;
use axum::extract::State;
use axum::response::IntoResponse;
use domain::Permission;
use serde::Deserialize;
use serde_json::{Value, json};
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, Json, Kind, Problem, Query, Reply, Token};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Sent {
    of: String,
    person: String,
    case: String,
    kind: String,
    from: String,
    until: String,
    batches: String,
    cursor: String,
}

impl Sent {
    /// The same as the page asks it.
    fn asked(&self) -> Result<Asked, Problem> {
        let show = match self.of.as_str() {
            "" | "reads" => "",
            "house" => "house",
            _ => return Err(Problem::invalid_field("of", "Say reads or house")),
        };
        let batches = match self.batches.as_str() {
            "" | "false" => "",
            "true" => "yes",
            _ => return Err(Problem::invalid_field("batches", "Say true or false")),
        };
        let value = |name: &str| match name {
            "show" => show,
            "batches" => batches,
            "person" => &self.person,
            "case" => &self.case,
            "kind" => &self.kind,
            "from" => &self.from,
            "until" => &self.until,
            _ => "",
        };
        Ok(Asked::of(|name| value(name).to_owned()))
    }
}

pub(super) async fn list(State(app): State<App>, token: Token, Query(sent): Query<Sent>) -> Reply {
    let viewer = Viewer::from(token);
    // A right over one desk or case is not a right to read what everybody did.
    if !viewer.may_house(Permission::ReadAudit) {
        return Err(Problem::not_found());
    }
    let asked = sent.asked()?;
    let odd = |_| Problem::invalid_field("cursor", "Send `next` of the page before, unchanged");
    let before = Some(sent.cursor.trim()).filter(|place| !place.is_empty());
    let before = before.map(str::parse::<Before>).transpose().map_err(odd)?;
    super::note(&app, viewer.person, ReadKind::Audit, None).await?;
    let db = &app.store;
    let mut tx = db.read().await?;
    let (wanted, unknown) = filter(&mut tx, viewer.person, &asked).await?;
    if let Some(odd) = asked.odd(&wanted) {
        return Err(Problem::invalid_field(odd, "This cannot be read, or does not go with the rest"));
    }
    let (mut items, mut names, mut next) = (Vec::new(), Names::default(), None);
    if asked.of_house() {
        let listed = events(&mut tx, db.keys(), &wanted, before).await?;
        for row in listed.rows {
            items.push(item(of_event(&mut tx, db, (viewer.person, &mut names), row).await?));
        }
        next = listed.older;
    } else if !unknown {
        let listed = reads(&mut tx, (viewer.person, &wanted), before).await?;
        for row in listed.rows {
            items.push(item(of_read(&mut tx, db, &mut names, row).await?));
        }
        next = listed.older;
    }
    let next = next.map(|place| place.to_string());
    Ok(Json(json!({ "items": items, "next": next })).into_response())
}

/// Empty cells are null, and the place in the log is a number.
fn item((cells, data): Row) -> Value {
    let value = |(place, cell): (usize, String)| match place {
        _ if cell.is_empty() => Value::Null,
        INDEX => json!(cell.parse::<i64>().ok()),
        _ => json!(cell),
    };
    object(cells.into_iter().enumerate().map(value).chain([data]))
}

/// Which cell has the place in the log.
const INDEX: usize = 2;

fn schema() -> Schema {
    let text = || Schema::string().or_null();
    Schema::object("RecordEntry")
        .required("at", Schema::instant())
        .required(
            "entry",
            Schema::id().about("Its id; of an event of the house that of `/desk/audit/entries/{entry}`."),
        )
        .required("index", Schema::integer(0, i64::MAX).or_null().about("Place in the log, once it has one."))
        .required("person", Schema::id().or_null().about("Who did it."))
        .required("name", text())
        .required("kind", Schema::string())
        .required("what", Schema::string().about("The same in words."))
        .required("about", Schema::id().or_null().about("The person that it happened to."))
        .required("about_name", text())
        .required("case", text().about("Name of the case, or `a restricted case` for whoever is not named on it."))
        .required("data", Schema::anything().or_null().about("All that the event of the house says."))
}

pub(super) fn doc() -> ApiDoc {
    let kinds: Vec<&str> = READ_KINDS.iter().map(|(kind, _)| *kind).collect();
    let kinds = Schema::string()
        .about(&format!("Of reads one of {}; of the house as in `kind` of an entry.", kinds.join(", ")));
    ApiDoc::new("audit", "Read the record: who read what, or what happened to the house")
        .describe("Newest first, 100 at once. A page can be short and have a next one. Each call is itself recorded as a read.")
        .param(Param::query("of", "`reads` (the default) or `house`.", Schema::word(["reads", "house"])))
        .param(Param::query("person", "Only what this person did.", Schema::id()))
        .param(Param::query("case", "Of reads: only of this case, by its name.", Schema::string()))
        .param(Param::query("kind", "Only of this kind.", kinds))
        .param(Param::query("from", "Not before this day in UTC, as 2026-11-22.", Schema::string()))
        .param(Param::query("until", "Not after this day in UTC.", Schema::string()))
        .param(Param::query("batches", "Of the house: the batches of reads too.", Schema::word(["true", "false"])))
        .param(Param::query("cursor", "`next` of the page before.", Schema::string()))
        .gives(200, "A page of the record.", Schema::page(schema()))
        .may_refuse(Kind::Invalid)
}
