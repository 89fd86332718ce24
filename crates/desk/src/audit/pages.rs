//! The page. It shows names of people and cases by number only: no title, no words of a case.

use super::filter::{Before, Day as OneDay, Filter};
use super::queries::{events, reads};
use super::view::{self, Day, HOUSE_KINDS, READ_KINDS};
use crate::Viewer;
use accounts::{ReadKind, person};
use askama::Template;
use axum::extract::State;
use db::{DbError, Tx, fetch_optional, log, stmt};
use domain::{CaseId, Permission, PersonId};
use form_urlencoded::Serializer;
use serde::Deserialize;
use uuid::Uuid;
use web::layout::span_words;
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
    from: String,
    until: String,
    /// One day, instead of both.
    day: String,
    /// `yes`: batches of reads too.
    batches: String,
    before: String,
}

impl Asked {
    /// From the fields of a form.
    pub(super) fn of(field: impl Fn(&str) -> String) -> Self {
        Self {
            show: field("show"),
            person: field("person"),
            case: field("case"),
            kind: field("kind"),
            from: field("from"),
            until: field("until"),
            day: field("day"),
            batches: field("batches"),
            before: String::new(),
        }
    }

    pub(super) fn of_house(&self) -> bool {
        self.show == "house"
    }

    fn is_filtered(&self) -> bool {
        [&self.person, &self.case, &self.kind, &self.from, &self.until, &self.day].iter().any(|value| !value.is_empty())
    }

    /// What is asked for, name by name.
    pub(super) fn pairs(&self) -> Vec<(&'static str, &str)> {
        let pairs = [
            ("show", &self.show),
            ("person", &self.person),
            ("case", &self.case),
            ("kind", &self.kind),
            ("from", &self.from),
            ("until", &self.until),
            ("day", &self.day),
            ("batches", &self.batches),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, value.as_str())).collect()
    }

    /// The first value that the filter could not take: a page is as if it were not there, a file must hold just what
    /// the record says was taken.
    pub(super) fn odd(&self, taken: &Filter) -> Option<&'static str> {
        let day = OneDay::parse(self.day.trim());
        let values = [
            ("person", &self.person, taken.person.is_some()),
            ("kind", &self.kind, taken.kind.is_some()),
            ("from", &self.from, taken.from.is_some()),
            ("until", &self.until, taken.until.is_some()),
            ("day", &self.day, day.is_some()),
        ];
        let odd = values.into_iter().find(|(_, value, taken)| !value.trim().is_empty() && !taken);
        odd.map(|(name, ..)| name).or_else(|| (self.of_house() && !self.case.is_empty()).then_some("case"))
    }

    /// The address of the page after this one.
    fn older(&self, before: Before) -> String {
        let mut query = Serializer::new(String::new());
        format!("/desk/audit?{}", query.extend_pairs(self.pairs()).append_pair("before", &before.to_string()).finish())
    }

    /// The address of the page that exports what is asked for.
    fn export(&self) -> String {
        let mut query = Serializer::new(String::new());
        format!("/desk/audit/export?{}", query.extend_pairs(self.pairs()).finish())
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
    export: String,
    log: String,
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
    let (filter, unknown) = filter(&mut tx, viewer.person, &asked).await?;
    let before = asked.before.parse::<Before>().ok();
    let (days, older) = if unknown {
        (Vec::new(), None)
    } else if asked.of_house() {
        let listed = events(&mut tx, db.keys(), &filter, before).await?;
        (view::of_house(&mut tx, db, (viewer.person, listed.rows)).await?, listed.older)
    } else {
        let listed = reads(&mut tx, (viewer.person, &filter), before).await?;
        (view::of_reads(&mut tx, db, listed.rows).await?, listed.older)
    };
    let log = log_words(&mut tx, &app).await?;
    let people = person::with_roles(&mut tx, db.keys(), true).await.map_err(Problem::internal)?;
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
        export: asked.export(),
        log,
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

/// How the log is: its size, and how much of it the last public checkpoint covers.
async fn log_words(tx: &mut Tx, app: &App) -> Result<String, DbError> {
    let current = log::current(tx).await?;
    let covered = match log::latest(tx, app.store.keys()).await? {
        None => "No checkpoint is published yet.".to_owned(),
        Some(last) => {
            let age = span_words(app.store.ambient().now().since(last.at));
            format!("The last public checkpoint covers {} and is {age} old.", last.head.size)
        }
    };
    Ok(format!("The log {} has {} entries. {covered}", current.origin, current.head.size))
}

/// The filter, and whether it names a case that is not there for this viewer.
pub(super) async fn filter(tx: &mut Tx, viewer: PersonId, asked: &Asked) -> Result<(Filter, bool), DbError> {
    let case = if asked.of_house() { "" } else { asked.case.trim() };
    let found = numbered(tx, viewer, case).await?;
    let kind = asked.kind.trim();
    let day = OneDay::parse(asked.day.trim());
    let filter = Filter {
        person: asked.person.parse::<PersonId>().ok(),
        case: found,
        kind: (!kind.is_empty() && kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')).then(|| kind.to_owned()),
        from: if asked.from.trim().is_empty() { day } else { OneDay::parse(asked.from.trim()) },
        until: if asked.until.trim().is_empty() { day } else { OneDay::parse(asked.until.trim()) },
        batches: asked.batches == "yes" || kind == "reads_recorded",
    };
    Ok((filter, !case.is_empty() && found.is_none()))
}

/// The case of a name such as `REP-12`. Whether the caller may read it does not matter here, since the record
/// names cases by number only; but a restricted one is there for those alone who are named on it.
async fn numbered(tx: &mut Tx, viewer: PersonId, name: &str) -> Result<Option<CaseId>, DbError> {
    let Some((prefix, number)) = name.rsplit_once('-') else { return Ok(None) };
    let Ok(number) = number.parse::<i64>() else { return Ok(None) };
    let row = fetch_optional!(
        tx,
        (Uuid, String),
        stmt!(
            "SELECT c.id, c.type FROM cases c
             WHERE c.number = $1 AND (NOT c.restricted
                   OR EXISTS (SELECT 1 FROM case_members m WHERE m.case_id = c.id AND m.person = $2))"
        ),
        number,
        viewer.uuid()
    )?;
    let ours = |kind: &str| domain::case::find(kind).is_some_and(|m| m.prefix().eq_ignore_ascii_case(prefix));
    Ok(row.filter(|(_, kind)| ours(kind)).map(|(id, _)| CaseId::from_uuid(id)))
}
