//! The page on which the account of a researcher is erased: what goes, what stays, and a last look.

use super::Record;
use super::erase::{self, Wanted, eraser, is_of, without_code};
use crate::Viewer;
use crate::erasing::list_of;
use crate::hold::reason;
use crate::once::Once;
use accounts::researcher::{self, Researcher};
use askama::Template;
use axum::extract::State;
use db::erase::Order;
use domain::PersonId;
use serde_json::Value;
use web::{App, Form, FormData, Page, Path, Problem, Reply, Staff, View, see_other};

#[derive(Template)]
#[template(path = "researchers/templates/erase.html")]
struct ErasePage {
    page: Page,
    form: Form,
    href: String,
    name: String,
    address: String,
    /// Their reports that the viewer may see.
    sent: i64,
    open: i64,
    without_code: i64,
    /// Reports of others that they follow.
    beside: i64,
}

pub(super) async fn ask(State(app): State<App>, staff: Staff, view: View, Path(id): Path<PersonId>) -> Reply {
    let viewer = eraser(Viewer::from(staff))?;
    let found = present(&app, id).await?;
    draw(&app, &view, (&viewer, found), Form::empty()).await
}

pub(super) async fn erase(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(id): Path<PersonId>,
    form: FormData,
) -> Reply {
    let viewer = eraser(Viewer::from(staff))?;
    let mut form = Form::of(form.fields().await?);
    let said = [form.value("confirm"), form.value("reason")].join("\n");
    let (caller, route) = (viewer.person.to_string(), format!("erase researcher {id}"));
    let key = form.value("idempotency").to_owned();
    let once = || Once::new(&app.store, &key, (&caller, &route), said.as_bytes());
    if once().replay::<Value>(&app.store).await?.is_some() {
        return Ok(see_other("/desk/erasures"));
    }
    let found = present(&app, id).await?;
    let confirmed = form.required("confirm", "Type the address to confirm");
    if form.ok() && !is_of(&confirmed, &found) {
        form.refuse("confirm", format!("This is not the address of this account. Type {}", found.email));
    }
    let Some(reason) = reason(&mut form) else { return draw(&app, &view, (&viewer, found), form).await };
    let order = Order { by: Some(viewer.person), reason: reason.as_str().to_owned() };
    let wanted = Wanted { researcher: id, address: found.email, order };
    erase::once(&app, list_of(&app)?, (wanted, once()))
        .await
        .map_err(|error| Problem::from(error).keeping(form.fields().clone()))?;
    Ok(see_other("/desk/erasures"))
}

async fn present(app: &App, id: PersonId) -> Result<Researcher, Problem> {
    let mut tx = app.store.read().await?;
    researcher::load(&mut tx, app.store.keys(), id).await?.ok_or_else(Problem::not_found)
}

async fn draw(app: &App, view: &View, (viewer, found): (&Viewer, Researcher), form: Form) -> Reply {
    let mut tx = app.store.read().await?;
    let record = Record::of(&mut tx, viewer, found.id).await?;
    let without_code = without_code(&mut tx, (viewer, found.id)).await?;
    drop(tx);
    let ok = form.ok();
    let shown = ErasePage {
        page: view.page("Erase an account").with_errors(!ok),
        form,
        href: format!("/desk/researchers/{}", found.id),
        name: found.name().to_owned(),
        address: found.email,
        sent: record.sent,
        open: record.sent - record.closed.values().sum::<i64>(),
        without_code,
        beside: record.beside,
    };
    Ok(if ok { view.show(&shown) } else { view.show_again(&shown) })
}
