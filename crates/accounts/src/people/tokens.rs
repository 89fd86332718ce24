//! The tokens of everybody for programs: listed with who made each, and ended one by one.

use crate::AccountError;
use crate::ReadKind;
use crate::pages::accounts;
use crate::person::{check_manage, name_of};
use crate::token::{self, TokenInfo};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::{Actor, Permission, PersonId, Ts, may_house};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, Json, Kind, Path, Problem, Query, Reply, Token};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Asked {
    cursor: String,
}

/// A grant for one desk does not reach what everybody made.
fn whole_house(actor: &Actor) -> Result<(), Problem> {
    if may_house(actor, Permission::ManageTokens) { Ok(()) } else { Err(Problem::not_found()) }
}

pub(crate) async fn list(State(app): State<App>, caller: Token, Query(asked): Query<Asked>) -> Reply {
    whole_house(&caller.actor)?;
    let odd = |_| Problem::invalid_field("cursor", "Send `next` of the page before, unchanged");
    let after = if asked.cursor.is_empty() { None } else { Some(asked.cursor.parse::<Uuid>().map_err(odd)?) };
    let accounts = accounts(&app)?;
    accounts.reads().record(Some(caller.person), ReadKind::People, None).await?;
    let db = accounts.db();
    let mut tx = db.read().await?;
    let (tokens, more) = token::everybody(&mut tx, db, after).await?;
    let next = tokens.last().filter(|_| more).map(|(_, token)| token.id.to_string());
    let mut items = Vec::with_capacity(tokens.len());
    for (person, token) in &tokens {
        let name = name_of(&mut tx, db.keys(), *person).await?;
        items.push(document((*person, &name), token));
    }
    Ok(Json(json!({ "items": items, "next": next })).into_response())
}

fn document((person, name): (PersonId, &str), token: &TokenInfo) -> Value {
    let scopes: Vec<&str> = token.permissions.iter().map(|permission| permission.as_str()).collect();
    json!({
        "id": token.id.to_string(),
        "label": token.label,
        "person": { "id": person.to_string(), "name": name },
        "scopes": scopes,
        "made_at": token.created_at.to_string(),
        "ends_at": token.expires_at.to_string(),
        "used_at": token.used_at.map(|at: Ts| at.to_string()),
    })
}

pub(crate) async fn revoke(State(app): State<App>, caller: Token, Path(id): Path<Uuid>) -> Reply {
    whole_house(&caller.actor)?;
    let (db, by, actor) = (app.store.clone(), caller.person, caller.actor);
    let done: Result<(), AccountError> = app
        .store
        .write(move |tx| {
            Box::pin(async move {
                let owner = token::owner_of(tx, id).await?.ok_or(AccountError::NotFound)?;
                check_manage(tx, &actor, Some(owner), None).await?;
                token::revoke(tx, &db, owner, id, by).await
            })
        })
        .await;
    done?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn schema() -> Schema {
    let person = Schema::inline_object().required("id", Schema::id()).required("name", Schema::string());
    Schema::object("ApiToken")
        .required("id", Schema::id())
        .required("label", Schema::string().about("What uses it, in the words of whoever made it."))
        .required("person", person.about("Who made it, and as whom it acts."))
        .required("scopes", Schema::list(Schema::word(Permission::ALL.iter().map(|p| p.as_str()))))
        .required("made_at", Schema::instant())
        .required("ends_at", Schema::instant())
        .required("used_at", Schema::instant().or_null().about("To the minute."))
}

pub(crate) fn list_doc() -> ApiDoc {
    ApiDoc::new("tokens", "List the tokens of everybody")
        .describe("Those that are good now, oldest first; never what they are. For those who look after people.")
        .param(Param::query("cursor", "`next` of the page before.", Schema::string()))
        .gives(200, "A page of tokens.", Schema::page(schema()))
        .may_refuse(Kind::Invalid)
}

pub(crate) fn revoke_doc() -> ApiDoc {
    ApiDoc::new("tokens", "End a token")
        .describe("It opens nothing from now on. Those of an owner are ended by an owner.")
        .param(Param::path("token", "Id of the token, as it is listed.", Schema::id()))
        .gives_nothing(204, "It has ended.")
}
