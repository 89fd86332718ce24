//! The page. It shows names of people and cases by number only: no title, no words of a case.

use super::filter::{Before, Day as OneDay, Filter};
use super::queries::{events, reads};
use super::view::{self, Day, HOUSE_KINDS, READ_KINDS};
use crate::Viewer;
use accounts::{ReadKind, person};
use askama::Template;
use axum::extract::State;
use db::{DbError, Tx, fetch_optional, stmt};
use domain::{CaseId, Permission, PersonId};
use form_urlencoded::Serializer;
use serde::Deserialize;
use uuid::Uuid;
use web::{App, Page, Problem, Query, Reply, Staff, View};

/// What stands in the address after `?`. Anything odd is as if it were not there.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// `house`, or the reads.
    show: String,
    person: String,
    case: String,
    kind: String,
    day: String,
    /// `yes`: batches of reads too.
    batches: String,
    before: String,
}

impl Asked {
    fn of_house(&self) -> bool {
        self.show == "house"
    }

    fn is_filtered(&self) -> bool {
        [&self.person, &self.case, &self.kind, &self.day].iter().any(|value| !value.is_empty())
    }

    /// The address of the page after this one.
    fn older(&self, before: Before) -> String {
        let mut query = Serializer::new(String::new());
        let pairs = [
            ("show", &self.show),
            ("person", &self.person),
            ("case", &self.case),
            ("kind", &self.kind),
            ("day", &self.day),
            ("batches", &self.batches),
        ];
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        format!("/desk/audit?{}", query.append_pair("before", &before.to_string()).finish())
    }
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "audit/templates/audit.html")]
struct AuditPage {
    page: Page,
    asked: Asked,
    house: bool,
    people: Vec<Choice>,
    kinds: Vec<Choice>,
    days: Vec<Day>,
    empty: &'static str,
    older: String,
}

pub(super) async fn audit(State(app): State<App>, staff: Staff, view: View, Query(asked): Query<Asked>) -> Reply {
    let viewer = Viewer::from(staff);
    // A right over one desk or case is not a right to read what everybody did.
    if !viewer.may_house(Permission::ReadAudit) {
        return Err(Problem::not_found());
    }
    super::note(&app, viewer.person, ReadKind::Audit, None).await?;
    let db = &app.store;
    let mut tx = db.read().await?;
    let (filter, unknown) = filter(&mut tx, &asked).await?;
    let before = asked.before.parse::<Before>().ok();
    let (days, older) = if unknown {
        (Vec::new(), None)
    } else if asked.of_house() {
        let listed = events(&mut tx, db.keys(), &filter, before).await?;
        (view::of_house(&mut tx, db, listed.rows).await?, listed.older)
    } else {
        let listed = reads(&mut tx, &filter, before).await?;
        (view::of_reads(&mut tx, db, listed.rows).await?, listed.older)
    };
    let people = person::list(&mut tx, db.keys()).await.map_err(Problem::internal)?;
    let people = people
        .into_iter()
        .map(|p| (p.id.to_string(), p.name))
        .map(|(value, label)| choice(value, label, &asked.person));
    let kinds = if asked.of_house() { HOUSE_KINDS } else { READ_KINDS };
    let kinds = kinds.iter().map(|(value, label)| choice((*value).to_owned(), (*label).to_owned(), &asked.kind));
    Ok(view.show(&AuditPage {
        page: view.page("Audit"),
        house: asked.of_house(),
        people: people.collect(),
        kinds: kinds.collect(),
        empty: empty(&asked, (unknown, older.is_some())),
        older: older.map(|before| asked.older(before)).unwrap_or_default(),
        days,
        asked,
    }))
}

fn choice(value: String, label: String, chosen: &str) -> Choice {
    Choice { chosen: value == chosen, value, label }
}

fn empty(asked: &Asked, (unknown, older): (bool, bool)) -> &'static str {
    match asked {
        _ if unknown => "There is no case of this name.",
        _ if older => "Nothing of this among the newest. Go on to older ones.",
        a if a.is_filtered() => "Nothing was recorded that fits.",
        a if !a.before.is_empty() => "This is the end of the list.",
        a if a.of_house() => "Nothing has happened yet.",
        _ => "Nobody has read anything yet.",
    }
}

/// The filter, and whether it names a case that is not there.
async fn filter(tx: &mut Tx, asked: &Asked) -> Result<(Filter, bool), DbError> {
    let case = if asked.of_house() { "" } else { asked.case.trim() };
    let found = numbered(tx, case).await?;
    let kind = asked.kind.trim();
    let filter = Filter {
        person: asked.person.parse::<PersonId>().ok(),
        case: found,
        kind: (!kind.is_empty()).then(|| kind.to_owned()),
        day: OneDay::parse(asked.day.trim()),
        batches: asked.batches == "yes" || kind == "reads_recorded",
    };
    Ok((filter, !case.is_empty() && found.is_none()))
}

/// The case of a name such as `REP-12`. Whether the caller may read it does not matter here: the record
/// names cases by number only.
async fn numbered(tx: &mut Tx, name: &str) -> Result<Option<CaseId>, DbError> {
    let Some((prefix, number)) = name.rsplit_once('-') else { return Ok(None) };
    let Ok(number) = number.parse::<i64>() else { return Ok(None) };
    let row = fetch_optional!(tx, (Uuid, String), stmt!("SELECT id, type FROM cases WHERE number = $1"), number)?;
    let ours = |kind: &str| domain::case::find(kind).is_some_and(|m| m.prefix().eq_ignore_ascii_case(prefix));
    Ok(row.filter(|(_, kind)| ours(kind)).map(|(id, _)| CaseId::from_uuid(id)))
}
