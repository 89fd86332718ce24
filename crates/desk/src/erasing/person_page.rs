//! The page on which a person is erased: what goes, what stays, who is affected, and a last look.

use super::error::only_one;
use super::person::{self, PersonOrder};
use super::{ErasingError, list_of};
use crate::Viewer;
use crate::engine::EngineError;
use crate::hold::reason;
use crate::once::Once;
use accounts::AccountError;
use accounts::person::{Person, PersonState, fold_email, foresee_erasure, load, unkept};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use db::erase::Order;
use db::{Tx, fetch_one, stmt};
use domain::{Permission, PersonId};
use serde_json::Value;
use web::{App, Form, FormData, Page, Path, Problem, Reply, Staff, View, see_other};

#[derive(Template)]
#[template(path = "erasing/templates/person.html")]
struct ErasePage {
    page: Page,
    form: Form,
    href: String,
    name: String,
    email: String,
    assigned: i64,
    named: i64,
    button: String,
}

#[derive(Template)]
#[template(path = "erasing/templates/person_refused.html")]
struct RefusedPage {
    page: Page,
    href: String,
    name: String,
    why: String,
}

pub(super) async fn ask(State(app): State<App>, staff: Staff, view: View, Path(id): Path<PersonId>) -> Reply {
    let viewer = whole_house(staff)?;
    let mut tx = app.store.read().await?;
    let person = present(&mut tx, &app, id).await?;
    let refused = refusal(&mut tx, id, viewer.person).await?;
    drop(tx);
    match refused {
        Some(why) => Ok(refuse(&view, &person, why)),
        None => show(&app, &view, (person, Form::empty())).await,
    }
}

pub(super) async fn erase(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(id): Path<PersonId>,
    form: FormData,
) -> Reply {
    let viewer = whole_house(staff)?;
    let mut form = Form::of(form.fields().await?);
    let said = [form.value("confirm"), form.value("reason")].join("\n");
    let (caller, route) = (viewer.person.to_string(), format!("erase person {id}"));
    let key = form.value("idempotency").to_owned();
    let once = || Once::new(&app.store, &key, (&caller, &route), said.as_bytes());
    if once().replay::<Value>(&app.store).await?.is_some() {
        return Ok(see_other("/desk/erasures"));
    }
    let mut tx = app.store.read().await?;
    let person = present(&mut tx, &app, id).await?;
    drop(tx);
    let confirmed = form.required("confirm", "Type the address to confirm");
    if form.ok() && fold_email(&confirmed).ok().as_deref() != Some(person.email.as_str()) {
        form.refuse("confirm", format!("This is not the address of this person. Type {}", person.email));
    }
    let Some(reason) = reason(&mut form) else { return show(&app, &view, (person, form)).await };
    let order = Order { by: Some(viewer.person), reason: reason.as_str().to_owned() };
    let wanted = PersonOrder { person: id, heir: None, order };
    match person::once(&app.store, list_of(&app)?, (wanted, once())).await {
        Ok(()) => Ok(see_other("/desk/erasures")),
        Err(ErasingError::OnlyOne(cases)) => Ok(refuse(&view, &person, only_one(cases))),
        Err(ErasingError::Account(error)) => match words(&error) {
            Some(why) => Ok(refuse(&view, &person, why.to_owned())),
            None => Err(error.into()),
        },
        Err(other) => Err(other.into()),
    }
}

/// People belong to the house: a grant for one desk does not reach them.
fn whole_house(staff: Staff) -> Result<Viewer, Problem> {
    let viewer = Viewer::from(staff);
    if viewer.may_house(Permission::ErasePeople) { Ok(viewer) } else { Err(Problem::not_found()) }
}

async fn present(tx: &mut Tx, app: &App, id: PersonId) -> Result<Person, Problem> {
    let person = load(tx, app.store.keys(), id).await?.ok_or_else(Problem::not_found)?;
    if person.state == PersonState::Erased {
        return Err(Problem::gone("This person was erased before."));
    }
    Ok(person)
}

/// Why this person cannot be erased as things stand.
async fn refusal(tx: &mut Tx, id: PersonId, by: PersonId) -> Result<Option<String>, Problem> {
    match foresee_erasure(tx, id, by).await {
        Ok(()) => {}
        Err(error) => {
            return match words(&error) {
                Some(why) => Ok(Some(why.to_owned())),
                None => Err(error.into()),
            };
        }
    }
    let alone = unkept(tx, id, true).await?.len();
    Ok((alone > 0).then(|| only_one(alone)))
}

fn words(error: &AccountError) -> Option<&'static str> {
    match error {
        AccountError::Yourself => Some("This is you. Ask another owner, who then answers for it."),
        AccountError::LastOwner => Some("This is the last owner. Make somebody else an owner first."),
        _ => None,
    }
}

fn called(person: &Person) -> &str {
    if person.name.is_empty() { &person.email } else { &person.name }
}

fn refuse(view: &View, person: &Person, why: String) -> axum::response::Response {
    let name = called(person).to_owned();
    let page = view.page(&format!("{name} cannot be erased now"));
    let shown = RefusedPage { page, href: format!("/desk/people/{}", person.id), name, why };
    view.show_as(StatusCode::CONFLICT, &shown)
}

async fn show(app: &App, view: &View, (person, form): (Person, Form)) -> Reply {
    let mut tx = app.store.read().await?;
    let (assigned, named) = affected(&mut tx, person.id).await?;
    drop(tx);
    let name = called(&person).to_owned();
    let ok = form.ok();
    let shown = ErasePage {
        page: view.page(&format!("Erase {name}")).with_errors(!ok),
        form,
        href: format!("/desk/people/{}", person.id),
        button: format!("Erase {name} for good"),
        email: person.email,
        name,
        assigned,
        named,
    };
    Ok(if ok { view.show(&shown) } else { view.show_again(&shown) })
}

/// How many cases they work on, and on how many restricted ones they are named.
async fn affected(tx: &mut Tx, person: PersonId) -> Result<(i64, i64), EngineError> {
    let (assigned,) = fetch_one!(
        tx,
        (i64,),
        stmt!("SELECT COUNT(*) FROM cases WHERE assignee = $1 AND erased_at IS NULL"),
        person.uuid()
    )?;
    let (named,) = fetch_one!(
        tx,
        (i64,),
        stmt!(
            "SELECT COUNT(*) FROM case_members m JOIN cases c ON c.id = m.case_id
             WHERE m.person = $1 AND c.restricted AND c.erased_at IS NULL"
        ),
        person.uuid()
    )?;
    Ok((assigned, named))
}
