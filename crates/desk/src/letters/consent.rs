//! The page behind the link in a letter to a reporter: yes, write to me, or no. Opening it does nothing,
//! so that a program which follows the links of a mailbox says neither.

use crate::engine::{EngineError, load, load_for_change};
use askama::Template;
use axum::extract::State;
use db::{Db, Tx, execute, stmt};
use domain::ReturnCode;
use mail::contact::{self, Contact, ContactToken, Standing};
use web::{App, FormData, Page, Path, Problem, Reply, View};

#[derive(Template)]
#[template(path = "letters/templates/consent.html")]
struct ConsentPage {
    page: Page,
    name: String,
    href: String,
    standing: Standing,
    /// Something was just decided.
    decided: bool,
    /// How to come back, for a report that came by mail and has no other way.
    code: String,
}

impl ConsentPage {
    fn yes(&self) -> bool {
        self.standing == Standing::Confirmed
    }

    fn stopped(&self) -> bool {
        self.standing == Standing::Stopped
    }
}

pub(super) async fn show(State(app): State<App>, view: View, Path(token): Path<String>) -> Reply {
    let (contact, name) = found(&app, &token).await?;
    Ok(view.show(&page(&view, (&contact, name), (contact.standing, false), String::new())))
}

pub(super) async fn decide(State(app): State<App>, view: View, Path(token): Path<String>, form: FormData) -> Reply {
    let fields = form.fields().await?;
    let yes = match fields.get("answer") {
        "yes" => true,
        "no" => false,
        _ => return Err(Problem::bad_request("Say yes or no.")),
    };
    let (contact, name) = found(&app, &token).await?;
    let (store, about) = (app.store.clone(), contact.clone());
    let decided: Result<(Standing, Option<ReturnCode>), EngineError> = app
        .store
        .write(move |tx| {
            Box::pin(async move {
                // The case before its contact, as in an erasure; one that was erased meanwhile is not found.
                load_for_change(tx, &store, about.case).await?;
                let standing = contact::decide(tx, &store, (about.case, yes)).await?;
                let code = if yes { way_back(tx, &store, &about).await? } else { None };
                Ok((standing, code))
            })
        })
        .await;
    let (standing, code) = decided?;
    let code = code.map(|code| code.to_string()).unwrap_or_default();
    Ok(view.show(&page(&view, (&contact, name), (standing, true), code)))
}

/// The contact behind a token and the name of its case. A token of nothing, and one of an erased case, are
/// the same from outside.
async fn found(app: &App, token: &str) -> Result<(Contact, String), Problem> {
    let token: ContactToken = token.parse().map_err(|_| Problem::not_found())?;
    let mut tx = app.store.read().await?;
    let contact = contact::by_token(&mut tx, &app.store, &token).await?.ok_or_else(Problem::not_found)?;
    let case = load(&mut tx, &app.store, contact.case).await?;
    Ok((contact, case.name()))
}

/// A code for a case that has none: its report came by mail, so whoever reads that mailbox is its reporter. One in an
/// account has none because it was sent from there: an address that was typed into it is no key to it, nor once we took it
/// out of that account.
/// Derived, so that pressing twice gives the same.
async fn way_back(tx: &mut Tx, db: &Db, contact: &Contact) -> Result<Option<ReturnCode>, EngineError> {
    let mac = db.keys().token().hmac("return code of contact", &[contact.token.to_string().as_bytes()]);
    let mut bytes = [0; 15];
    bytes.copy_from_slice(&mac[..15]);
    let code = ReturnCode::from_bytes(bytes);
    let given = execute!(
        tx,
        stmt!(
            "UPDATE cases SET code_index = $1 WHERE id = $2 AND erased_at IS NULL
               AND (code_index = $1 OR (code_index IS NULL AND NOT EXISTS (
                 SELECT 1 FROM case_reporters r WHERE r.case_id = cases.id AND r.part = 'owner') AND NOT EXISTS (
                 SELECT 1 FROM events e WHERE e.case_id = cases.id AND e.kind = 'account_left')))"
        ),
        accounts::code_index(db.keys(), &code),
        contact.case.uuid()
    )?;
    Ok((given == 1).then_some(code))
}

fn page(
    view: &View,
    (contact, name): (&Contact, String),
    (standing, decided): (Standing, bool),
    code: String,
) -> ConsentPage {
    ConsentPage {
        page: view.page(&format!("Mail about {name}")),
        href: format!("/mail/{}", contact.token),
        name,
        standing,
        decided,
        code,
    }
}
