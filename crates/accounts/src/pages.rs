//! What the pages of this crate share: finding [`Accounts`], forms of the signed in, field errors, session cookies.

use crate::session::{NewSession, STAFF_LIFE};
use crate::{AccountError, Accounts};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use std::net::IpAddr;
use web::cookie::{CookieName, SameSite};
use web::{App, ClientAddress, Form, FormData, Problem, Staff, View};

/// A form that somebody signed in sent about their own credentials, with what each such page needs.
pub(crate) struct StaffForm {
    pub app: App,
    pub who: Staff,
    /// Where it came from: guesses are counted by it.
    pub ip: IpAddr,
    pub view: View,
    pub form: Form,
}

impl FromRequest<App> for StaffForm {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let who = Staff::from_request_parts(&mut parts, app).await?;
        let ClientAddress(ip) = ClientAddress::from_request_parts(&mut parts, app).await?;
        let view = View::from_request_parts(&mut parts, app).await?;
        let sent = FormData::from_request(Request::from_parts(parts, body), app).await?;
        Ok(Self { app: app.clone(), who, ip, view, form: Form::of(sent.fields().await?) })
    }
}

/// The part that the binary carried into the app.
pub(crate) fn accounts(app: &App) -> Result<&Accounts, Problem> {
    app.carried::<Accounts>().ok_or_else(|| Problem::internal("the app does not carry accounts::Accounts"))
}

/// Puts an error of a field beside it; every other error is the answer.
pub(crate) fn beside(form: &mut Form, error: AccountError) -> Result<(), Problem> {
    match error {
        AccountError::Invalid { field, message } => form.refuse(field, message),
        AccountError::EmailTaken => {
            form.refuse("email", "This address already has an account. Find the person in the list.");
        }
        other => return Err(other.into()),
    }
    Ok(())
}

/// The same answer with the cookie of a new staff session.
pub(crate) fn with_session(app: &App, session: &NewSession, mut response: Response) -> Response {
    let seconds = u32::try_from(STAFF_LIFE.seconds()).ok();
    let cookie = app.cookies().set(CookieName::Desk, &session.token, SameSite::Lax, seconds);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// The same answer, taking the cookie of the desk away.
pub(crate) fn without_session(app: &App, mut response: Response) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cleared(app));
    response
}

fn cleared(app: &App) -> HeaderValue {
    app.cookies().clear(CookieName::Desk)
}

/// A path on the desk to go on to; anything else is the desk itself.
pub(crate) fn next_on_desk(typed: &str) -> &str {
    let inside = typed == "/desk" || typed.starts_with("/desk/") || typed.starts_with("/desk?");
    if inside && !typed.starts_with("/desk/sign-") { typed } else { "/desk" }
}

#[cfg(test)]
mod tests {
    use super::next_on_desk;

    #[test]
    fn only_the_desk_is_led_to() {
        assert_eq!(next_on_desk("/desk/cases/1"), "/desk/cases/1");
        for other in ["", "//evil", "https://evil", "/desk.evil", "/case", "/desk/sign-out"] {
            assert_eq!(next_on_desk(other), "/desk");
        }
    }
}
