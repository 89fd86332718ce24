//! The one-time sign-in link of the demo. These routes exist in the demo only, which listens on
//! loopback: a served desk has no way in without a second factor.

use askama::Template;
use db::{Db, DbError, execute, fetch_optional, meta, stmt};
use domain::PersonId;
use uuid::Uuid;
use web::cookie::{CookieName, SameSite};
use web::{Access, App, Page, Path, Problem, Route, View, get, post, see_other};

const TICKET: &str = "demo_ticket";

/// The rows that only the demo has.
pub fn routes() -> Vec<Route> {
    vec![
        get("/demo/enter/{ticket}", Access::Public, show).shows_secret(),
        post("/demo/enter/{ticket}", Access::Public, enter),
    ]
}

/// Makes a ticket that signs in once.
pub(super) async fn open(db: &Db) -> Result<String, DbError> {
    let ticket = Uuid::from_bytes(db.ambient().bytes()).simple().to_string();
    let kept = hashed(db, &ticket);
    db.write(move |tx| Box::pin(async move { meta::put(tx, TICKET, kept).await })).await?;
    Ok(ticket)
}

fn hashed(db: &Db, ticket: &str) -> Vec<u8> {
    db.keys().token().hmac("demo ticket", &[ticket.as_bytes()]).to_vec()
}

#[derive(Template)]
#[template(path = "command/demo/enter.html")]
struct EnterPage {
    page: Page,
}

async fn show(view: View) -> Result<axum::response::Response, Problem> {
    Ok(view.show(&EnterPage { page: view.page("Sign in to the demo") }))
}

async fn enter(
    axum::extract::State(app): axum::extract::State<App>,
    Path(ticket): Path<String>,
) -> Result<axum::response::Response, Problem> {
    let kept = hashed(&app.store, &ticket);
    let db = app.store.clone();
    let session = app
        .store
        .write(move |tx| {
            Box::pin(async move {
                let spent = execute!(tx, stmt!("DELETE FROM meta WHERE name = $1 AND value = $2"), TICKET, kept)?;
                let owner = fetch_optional!(tx, (Uuid,), stmt!("SELECT id FROM people ORDER BY created_at LIMIT 1"))?;
                match owner {
                    Some((id,)) if spent == 1 => {
                        accounts::open_staff_session(tx, &db, PersonId::from_uuid(id)).await.map(Some)
                    }
                    _ => Ok(None),
                }
            })
        })
        .await?;
    let session = session.ok_or_else(|| Problem::gone("This link was used. Start the demo again for a new one."))?;
    let mut answer = see_other("/desk");
    let cookie = app.cookies().set(CookieName::Desk, &session.token, SameSite::Lax, None);
    answer.headers_mut().append(axum::http::header::SET_COOKIE, cookie);
    Ok(answer)
}
