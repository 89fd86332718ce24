//! The page that says somebody was faster, with what was typed and both ways on.

use super::linked;
use super::report;
use super::timeline::{self, Reporter};
use crate::daybook::{Day, days};
use crate::door::Writers;
use crate::engine::{EngineError, Loaded};
use crate::links::{Child, Linked, SHOWN, linked as linked_cases};
use crate::people::Names;
use crate::{Viewer, audit};
use accounts::ReadKind;
use askama::Template;
use axum::http::StatusCode;
use db::{Db, Tx, event};
use domain::case::{ActionDoc, Party};
use domain::{Permission, PersonId};
use std::collections::BTreeSet;
use web::layout::span_words;
use web::{App, Fields, Page, Reply, View};

/// Newest events that are shown at most.
const SINCE: i64 = 40;

/// Something that was typed or ticked.
struct Kept {
    label: &'static str,
    name: String,
    value: String,
    /// The value as people read it.
    said: String,
}

#[derive(Template)]
#[template(path = "case/templates/stale.html")]
struct StalePage {
    page: Page,
    href: String,
    name: String,
    label: &'static str,
    action: &'static str,
    who: String,
    ago: String,
    version: i64,
    still_possible: bool,
    kept: Vec<Kept>,
    /// Whether some of what was ticked can no longer be.
    left_out: bool,
    /// What happened since.
    days: Vec<Day>,
}

/// 412: "Ines changed this 20 s ago. Show / keep mine".
pub(super) async fn show(
    app: &App,
    view: &View,
    viewer: &Viewer,
    (reference, doc): (&str, &ActionDoc),
    fields: &Fields,
) -> Reply {
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = viewer.case(&mut tx, db, (reference, Permission::ActOnCases)).await?;
    let team = viewer.may(Permission::ReadTeamText, &case.facts);
    let newest = event::Part { below: i64::MAX, team: true, limit: SINCE };
    let records = event::newest(&mut tx, &case.key, case.id, newest).await?;
    // What the house does of itself follows from what somebody did.
    let somebody = records.iter().rev().find(|record| record.party != "system");
    let last = somebody.or(records.last()).ok_or_else(|| EngineError::corrupt("a case without events"))?;
    let (last_at, last_party, last_actor) = (last.at, last.party.clone(), last.actor);
    let credit = report::read(&mut tx, &case).await?.credit;
    let seen = fields.get("version").parse::<i64>().unwrap_or(i64::MAX);
    let since: Vec<event::Record> =
        records.into_iter().filter(|r| r.seq > seen && (team || r.audience != "team")).collect();
    let reporter = Reporter::of(credit.as_ref(), Writers::of(&mut tx, db, case.id, &since).await?);
    let href = format!("/desk/cases/{}", case.name());
    let links = linked::links(&mut tx, viewer, (linked::of_records(&since), &[]), &href).await?;
    let mut names = Names::default();
    for person in timeline::people(&since) {
        names.get(&mut tx, db, person).await?;
    }
    let who = match (last_party.as_str(), last_actor) {
        (_, Some(person)) => names.get(&mut tx, db, PersonId::from_uuid(person)).await?,
        ("reporter", None) => "The reporter".to_owned(),
        _ => "The house".to_owned(),
    };
    let (children, left_out) =
        children(&mut tx, db, (viewer, &case), fields.all(&format!("{}.children", doc.name))).await?;
    drop(tx);
    audit::note(app, viewer.person, ReadKind::Case, Some(case.id)).await?;
    let legal = case.machine.legal(&case.state, &Party::Team(viewer.person));
    let kept = doc.fields.iter().map(|field| {
        let name = format!("{}.{}", doc.name, field.name);
        let value = fields.get(&name).to_owned();
        Kept { label: field.label, said: value.clone(), value, name }
    });
    let ticked = children.into_iter().map(|child| Kept {
        label: "Duplicate that follows",
        name: format!("{}.children", doc.name),
        value: child.id,
        said: format!("{} {}", child.name, child.title),
    });
    let template = StalePage {
        page: view.page("This changed since you looked"),
        href,
        name: case.name(),
        label: doc.label,
        action: doc.name,
        who,
        ago: span_words(db.ambient().now().since(last_at)),
        version: case.version,
        still_possible: legal.iter().any(|d| d.name == doc.name),
        kept: kept.filter(|k| !k.value.is_empty()).chain(ticked).collect(),
        left_out,
        days: days(timeline::entries(&since, (&names, &reporter), &links)),
    };
    Ok(view.show_as(StatusCode::PRECONDITION_FAILED, &template))
}

/// Those of the ticked duplicates that still are some of this case, and whether others were ticked too.
async fn children<'f>(
    tx: &mut Tx,
    db: &Db,
    of: (&Viewer, &Loaded),
    ticked: impl Iterator<Item = &'f str>,
) -> Result<(Vec<Child>, bool), EngineError> {
    let ticked: BTreeSet<&str> = ticked.collect();
    if ticked.is_empty() {
        return Ok((Vec::new(), false));
    }
    let mut there: Vec<Child> = linked_cases(tx, db, of, SHOWN).await?.shown.iter().filter_map(Linked::child).collect();
    there.retain(|child| ticked.contains(child.id.as_str()));
    let left_out = there.len() < ticked.len();
    Ok((there, left_out))
}
