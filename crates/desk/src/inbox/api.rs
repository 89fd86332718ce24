//! The list for programs.

use super::search::place;
use super::{Cursor, Item, PAGE, list, search, views};
use crate::Viewer;
use crate::programmes::by_slug;
use accounts::ReadKind;
use axum::extract::State;
use axum::response::IntoResponse;
use db::Tx;
use domain::inbox::{CaseFilter, DueFilter, OwnerFilter, SortBy, StateFilter};
use domain::{Permission, PersonId, ProgrammeId, Severity, Ts, Uuid};
use serde::Deserialize;
use serde_json::{Value, json};
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, Json, Problem, Query, Reply, Token};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    r#type: Option<String>,
    state: Option<String>,
    outcome: Option<String>,
    severity: Option<String>,
    programme: Option<String>,
    assignee: Option<String>,
    waiting: Option<String>,
    exploited: Option<String>,
    watched: Option<String>,
    fresh: Option<String>,
    due_before: Option<String>,
    sort: Option<String>,
    view: Option<String>,
    q: Option<String>,
    cursor: Option<String>,
}

impl Asked {
    /// The filter of the view, with what is said beside it in its place.
    async fn filter(&self, tx: &mut Tx, app: &App, viewer: &Viewer) -> Result<CaseFilter, Problem> {
        let mut filter = match given(self.view.as_deref()) {
            None => CaseFilter::default(),
            Some(id) => {
                let views = views::of_person(tx, &app.store, viewer.person).await?;
                let view = views.into_iter().find(|view| view.id.to_string() == id);
                view.ok_or_else(|| Problem::invalid_field("view", "There is no such view"))?.named.filter().clone()
            }
        };
        if let Some(kind) = given(self.r#type.as_deref()) {
            filter.kind = Some(kind.to_owned());
        }
        if let Some(state) = given(self.state.as_deref()) {
            filter.state = StateFilter::of(state);
        }
        if let Some(outcome) = given(self.outcome.as_deref()) {
            if filter.state == StateFilter::Open {
                filter.state = StateFilter::Closed;
            }
            filter.outcome = Some(outcome.to_owned());
        }
        if let Some(word) = given(self.severity.as_deref()) {
            let odd = |_| Problem::invalid_field("severity", "Pick none, low, medium, high or critical");
            filter.severity = Some(word.parse::<Severity>().map_err(odd)?);
        }
        if let Some(slug) = given(self.programme.as_deref()) {
            // One that is not there looks as one that they may not see: empty.
            filter.programme = Some(by_slug(tx, slug).await?.unwrap_or(ProgrammeId::from_uuid(Uuid::nil())));
        }
        if let Some(word) = given(self.assignee.as_deref()) {
            filter.owner = owner(word)?;
        }
        let flags = [
            ("waiting", &self.waiting, &mut filter.waiting),
            ("exploited", &self.exploited, &mut filter.exploited),
            ("watched", &self.watched, &mut filter.watched),
            ("fresh", &self.fresh, &mut filter.fresh),
        ];
        for (name, sent, place) in flags {
            if let Some(word) = given(sent.as_deref()) {
                *place = Some(flag(name, word)?);
            }
        }
        if let Some(at) = given(self.due_before.as_deref()) {
            let odd = |_| Problem::invalid_field("due_before", "Say an instant, as 2026-11-30T00:00:00Z");
            filter.due = Some(DueFilter::Before(at.parse::<Ts>().map_err(odd)?));
        }
        if let Some(word) = given(self.sort.as_deref()) {
            let odd = |_| Problem::invalid_field("sort", "Pick due, newest, severity or activity");
            filter.sort = Some(word.parse::<SortBy>().map_err(odd)?);
        }
        if let Some(words) = given(self.q.as_deref()) {
            filter.text = words.to_owned();
        }
        Ok(filter)
    }
}

fn owner(word: &str) -> Result<OwnerFilter, Problem> {
    let odd = |_| Problem::invalid_field("assignee", "Say me, nobody or an id");
    match word {
        "me" => Ok(OwnerFilter::Me),
        "nobody" => Ok(OwnerFilter::Nobody),
        id => id.parse().map(OwnerFilter::Person).map_err(odd),
    }
}

fn flag(name: &'static str, word: &str) -> Result<bool, Problem> {
    word.parse::<bool>().map_err(|_| Problem::invalid_field(name, "Say true or false"))
}

/// A parameter without blanks around it, if anything is left.
fn given(value: Option<&str>) -> Option<&str> {
    value.map(str::trim).filter(|value| !value.is_empty())
}

async fn list_cases(app: &App, viewer: &Viewer, asked: Asked) -> Result<Value, Problem> {
    let odd = || Problem::invalid_field("cursor", "Send `next` of the page before, unchanged");
    let caller = viewer.caller();
    let mut tx = app.store.read().await?;
    let filter = asked.filter(&mut tx, app, viewer).await?;
    let cursor = asked.cursor.unwrap_or_default();
    let (items, next) = if filter.text.is_empty() {
        let cursor =
            (!cursor.is_empty()).then(|| Cursor::opened(&cursor, &app.store)).transpose().map_err(|_| odd())?;
        let listing = list(&mut tx, &app.store, &caller, &filter, cursor).await?;
        (listing.items, listing.after.map(|c| c.sealed(&app.store)))
    } else {
        if !caller.holds(Permission::SearchCases) {
            return Err(Problem::not_found());
        }
        crate::audit::note(app, viewer.person, ReadKind::Search, None).await?;
        let index = app.carried().ok_or_else(|| Problem::internal("the app carries no search"))?;
        let from = if cursor.is_empty() { 0 } else { place(&cursor).ok_or_else(odd)? };
        let found = search(&mut tx, (&app.store, index), &caller, (&filter, &filter.text), from).await?;
        (found.items, found.more.then(|| format!("s{}", from + PAGE)))
    };
    let items: Vec<Value> = items.iter().map(item).collect();
    Ok(json!({ "items": items, "next": next }))
}

pub(super) async fn list_route(State(app): State<App>, token: Token, Query(asked): Query<Asked>) -> Reply {
    let body = list_cases(&app, &Viewer::from(token), asked).await?;
    Ok(Json(body).into_response())
}

fn item(item: &Item) -> Value {
    json!({
        "id": item.id.to_string(),
        "name": item.name,
        "number": item.number,
        "type": item.kind,
        "programme": item.slug,
        "title": item.title,
        "state": item.state,
        "open": item.open,
        "waiting_since": item.waiting_since.map(|t: Ts| t.to_string()),
        "outcome": item.outcome,
        "severity_claimed": item.claimed.map(Severity::as_str),
        "severity_decided": item.decided.map(Severity::as_str),
        "exploited_since": item.exploited_at.map(|t: Ts| t.to_string()),
        "restricted": item.restricted,
        "assignee": item.assignee.map(|p: PersonId| p.to_string()),
        "received_at": item.received_at.to_string(),
        "updated_at": item.updated_at.to_string(),
        "due_at": item.due_at.map(|t: Ts| t.to_string()),
        "version": item.version,
    })
}

fn schema() -> Schema {
    let severity = || Schema::word(Severity::ALL.iter().map(|s| s.as_str())).or_null();
    Schema::object("CaseItem")
        .required("id", Schema::id())
        .required("name", Schema::string())
        .required("number", Schema::integer(1, i64::MAX))
        .required("type", Schema::string())
        .required("programme", Schema::string())
        .required("title", Schema::string())
        .required("state", Schema::string())
        .required("open", Schema::flag())
        .required("waiting_since", Schema::instant().or_null())
        .required("outcome", Schema::string().or_null())
        .required("severity_claimed", severity())
        .required("severity_decided", severity())
        .required("exploited_since", Schema::instant().or_null())
        .required("restricted", Schema::flag())
        .required("assignee", Schema::id().or_null())
        .required("received_at", Schema::instant())
        .required("updated_at", Schema::instant())
        .required("due_at", Schema::instant().or_null())
        .required("version", Schema::integer(1, i64::MAX))
}

pub(super) fn doc() -> ApiDoc {
    let severities = Severity::ALL.iter().map(|s| s.as_str());
    let orders = SortBy::ALL.iter().map(|s| s.as_str());
    ApiDoc::new("cases", "List cases")
        .describe("The cases the token's person may see: open ones by what is due first, closed ones newest first. A search gives the best matches first, at most 500 in all. A page can be short and have a next one: cases were looked through that did not fit.")
        .param(Param::query("type", "Only cases of this type.", Schema::string()))
        .param(Param::query("state", "A state, `open` (the default), `closed` or `all`.", Schema::string()))
        .param(Param::query("outcome", "How it ended, by its word (`duplicate`): closed cases only.", Schema::string()))
        .param(Param::query("severity", "Only cases of this severity, ours before the reporter's.", Schema::word(severities)))
        .param(Param::query("programme", "Only cases of the programme with this address part.", Schema::string()))
        .param(Param::query("assignee", "`me`, `nobody` or the id of a person.", Schema::string()))
        .param(Param::query("waiting", "Whether we wait for the reporter.", Schema::word(["true", "false"])))
        .param(Param::query("exploited", "Whether we know that somebody exploits it.", Schema::word(["true", "false"])))
        .param(Param::query("watched", "Whether the token's person watches it.", Schema::word(["true", "false"])))
        .param(Param::query("fresh", "Whether something happened since the token's person looked, with a browser.", Schema::word(["true", "false"])))
        .param(Param::query("due_before", "Only cases with something due before this instant.", Schema::instant()))
        .param(Param::query("sort", "The order: what is due first, the newest, the worst, what changed last.", Schema::word(orders)))
        .param(Param::query("view", "A view of yours; what is said beside it counts in its place.", Schema::id()))
        .param(Param::query("q", "Words to search for.", Schema::string()))
        .param(Param::query("cursor", "`next` of the page before.", Schema::string()))
        .gives(200, "A page of cases.", Schema::page(schema()))
        .may_refuse(web::Kind::Invalid)
}
