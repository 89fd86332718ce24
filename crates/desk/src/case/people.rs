//! Giving a case to somebody, and restricting who may know of it.

use super::show::{Shown, refused, show};
use crate::Viewer;
use crate::engine::{self, EngineError, Loaded};
use crate::people::colleagues;
use axum::extract::State;
use axum::http::StatusCode;
use domain::{Permission, PersonId};
use std::collections::BTreeSet;
use web::{App, Fields, Form, FormData, Path, Reply, Staff, View, see_other};

pub(super) async fn assign(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(reference): Path<String>,
    form: FormData,
) -> Reply {
    let fields = form.fields().await?;
    let viewer = Viewer::from(staff);
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = viewer.case(&mut tx, db, (&reference, Permission::AssignCases)).await?;
    let to = fields.get("assignee").trim().to_owned();
    let to = match to.as_str() {
        "" => None,
        id => match id.parse::<PersonId>() {
            Ok(id) if can_read(&mut tx, db, &case, id).await? => Some(id),
            _ => {
                let mut form = Form::of(fields);
                form.refuse("assignee", "Choose somebody who can see this case");
                return refused(&app, &view, &viewer, (case, form)).await;
            }
        },
    };
    drop(tx);
    let (store, id, by, seen) = (db.clone(), case.id, viewer.person, seen(&fields));
    let done: Result<i64, EngineError> = db
        .write(move |tx| {
            Box::pin(async move {
                engine::load_seen(tx, &store, id, (seen, by)).await?;
                engine::assign(tx, &store, id, (by, to)).await
            })
        })
        .await;
    answer((&app, &view, &viewer), (case.name(), fields), done).await
}

/// Whether somebody could be given the case.
pub(super) async fn can_read(tx: &mut db::Tx, db: &db::Db, case: &Loaded, id: PersonId) -> Result<bool, EngineError> {
    let people = colleagues(tx, db).await?;
    Ok(people.iter().any(|c| c.id == id && c.may(Permission::ReadCases, &case.facts)))
}

pub(super) async fn restrict(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(reference): Path<String>,
    form: FormData,
) -> Reply {
    let fields = form.fields().await?;
    let viewer = Viewer::from(staff);
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = viewer.case(&mut tx, db, (&reference, Permission::RestrictCases)).await?;
    let people = colleagues(&mut tx, db).await?;
    drop(tx);
    let mut members = BTreeSet::new();
    if fields.get("do") != "lift" {
        let chosen: BTreeSet<PersonId> = fields.all("member").filter_map(|id| id.parse().ok()).collect();
        let offered: BTreeSet<PersonId> = people.iter().filter(|c| c.could_read(&case.facts)).map(|c| c.id).collect();
        // Who is named and not offered here, such as a guest who has not come yet, was not taken off by anybody.
        members = case.facts.members.difference(&offered).copied().collect();
        members.extend(offered.intersection(&chosen));
        members.insert(viewer.person);
    }
    let (store, id, by, seen) = (db.clone(), case.id, viewer.person, seen(&fields));
    let done: Result<i64, EngineError> = db
        .write(move |tx| {
            Box::pin(async move {
                engine::load_seen(tx, &store, id, (seen, by)).await?;
                engine::restrict(tx, &store, id, (by, members)).await
            })
        })
        .await;
    answer((&app, &view, &viewer), (case.name(), fields), done).await
}

/// The version of the case that the form was made for.
fn seen(fields: &Fields) -> Option<i64> {
    fields.get("version").parse().ok()
}

/// Back to the case; it says so when somebody was faster.
async fn answer(
    (app, view, viewer): (&App, &View, &Viewer),
    (name, fields): (String, Fields),
    done: Result<i64, EngineError>,
) -> Reply {
    match done {
        Ok(_) => Ok(see_other(&format!("/desk/cases/{name}"))),
        Err(EngineError::Stale { .. }) => {
            let mut tx = app.store.read().await?;
            let case = viewer.case(&mut tx, &app.store, (&name, Permission::ReadCases)).await?;
            drop(tx);
            let trouble =
                Some("Somebody changed this case since you looked. Look at it now and decide anew.".to_owned());
            let (status, form) = (StatusCode::PRECONDITION_FAILED, Form::of(fields));
            show(app, view, viewer, case, Shown { status, form, trouble, ..Shown::default() }).await
        }
        Err(other) => Err(other.into()),
    }
}
