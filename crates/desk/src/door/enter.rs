//! The code field, and the way out.

use super::erased;
use accounts::{AccountError, Accounts, session};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use web::cookie::{CookieName, SameSite};
use web::{Anyone, App, Caller, ClientAddress, Form, FormData, Page, Problem, Reply, View, see_other};

/// The same words for a slip of the pen and an unknown code.
pub(crate) const UNKNOWN: &str = "No report has this code. Check it against your receipt and try again";

#[derive(Template)]
#[template(path = "door/templates/enter.html")]
struct EnterPage {
    page: Page,
    form: Form,
    inside: bool,
}

#[derive(Template)]
#[template(path = "door/templates/left.html")]
struct LeftPage {
    page: Page,
}

pub(super) async fn ask(view: View, Anyone(caller): Anyone) -> Reply {
    let inside = matches!(caller, Caller::Reporter { .. });
    Ok(view.show(&EnterPage { page: view.page("Return to your report"), form: Form::empty(), inside }))
}

pub(super) async fn enter(
    State(app): State<App>,
    view: View,
    ClientAddress(ip): ClientAddress,
    headers: HeaderMap,
    form: FormData,
) -> Reply {
    let mut form = Form::of(form.fields().await?);
    let accounts = app.carried::<Accounts>().ok_or_else(|| Problem::internal("the app carries no accounts"))?;
    let typed = form.required("code", "Type or paste the code you got with your receipt");
    if form.ok() {
        match accounts.enter_by_code(ip, &typed).await {
            Ok((session, _)) => {
                session::try_end_presented(&app, &headers, CookieName::Case).await;
                let cookie = app.cookies().set(CookieName::Case, &session.token, SameSite::Strict, None);
                let mut response = see_other("/case/mine");
                response.headers_mut().append(header::SET_COOKIE, cookie);
                return Ok(response);
            }
            Err(AccountError::Refused | AccountError::NotFound) => {
                form.refuse("code", UNKNOWN);
            }
            Err(AccountError::CaseErased(case)) => return erased::show(&app, &view, case).await,
            Err(AccountError::Wait(seconds)) => return Err(Problem::too_many(seconds)),
            Err(AccountError::Store(error)) => return Err(error.into()),
            Err(other) => return Err(Problem::internal(other)),
        }
    }
    let page = view.page("Return to your report").with_errors(true);
    Ok(view.show_as(StatusCode::UNPROCESSABLE_ENTITY, &EnterPage { page, form, inside: false }))
}

/// Ends the session and takes its cookie and the browser's copies of our pages away.
pub(super) async fn leave(State(app): State<App>, headers: HeaderMap, form: FormData) -> Reply {
    form.fields().await?;
    session::try_end_presented(&app, &headers, CookieName::Case).await;
    let mut response: Response = see_other("/case/left");
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, app.cookies().clear(CookieName::Case));
    headers.insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    Ok(response)
}

pub(super) async fn left(view: View) -> Reply {
    Ok(view.show(&LeftPage { page: view.page("You have left") }))
}
