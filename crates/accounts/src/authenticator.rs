//! Who calls: a cookie or a bearer token, looked up in the store on every request, so that a session
//! that was ended or a role that was taken away is gone at once, on every node.

use crate::{AccountError, Accounts, session, token};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use std::net::IpAddr;
use web::cookie::CookieName;
use web::security::{self, Subject};
use web::{Authenticator, BoxFuture, Caller, ClientAddress, Cookies, Problem};

/// Reads cookies of this scheme and tokens.
pub struct HouseAuthenticator {
    accounts: Accounts,
    cookies: Cookies,
}

impl HouseAuthenticator {
    /// `cookies` must be those of the kit: `Cookies::new(settings.public_url.scheme())`.
    pub fn new(accounts: Accounts, cookies: Cookies) -> Self {
        Self { accounts, cookies }
    }

    async fn find(&self, parts: &Parts) -> Result<Caller, Problem> {
        if let Some(text) = bearer(&parts.headers) {
            return self.by_token(text, parts.extensions.get::<ClientAddress>().map(|at| at.0)).await;
        }
        for name in sessions_by_door(parts.uri.path()) {
            match self.by_cookie(parts, name).await? {
                Caller::Nameless => {}
                caller => return Ok(caller),
            }
        }
        Ok(Caller::Nameless)
    }

    async fn by_token(&self, text: &str, from: Option<IpAddr>) -> Result<Caller, Problem> {
        if let Some((actor, scopes)) = token::actor_of(self.accounts.db(), text).await? {
            return Ok(Caller::Token { actor, scopes });
        }
        security::refused("token refused", Subject::Nobody, from);
        Err(Problem::unauthorised(
            "This token is wrong, was revoked or has ended. Make a new one on your account page.",
        ))
    }

    async fn by_cookie(&self, parts: &Parts, name: CookieName) -> Result<Caller, Problem> {
        let Some(value) = self.cookies.read(&parts.headers, name) else { return Ok(Caller::Nameless) };
        let db = self.accounts.db();
        if name == CookieName::Case {
            let found = session::reporter_of(db, &value).await?;
            return Ok(found.map_or(Caller::Nameless, |(case, session)| Caller::Reporter { case, session }));
        }
        if name == CookieName::Me {
            let found = session::researcher_of(db, &value).await?;
            return Ok(found.map_or(Caller::Nameless, |(person, session)| Caller::Researcher { person, session }));
        }
        let found = session::staff_of(db, &value).await?;
        Ok(found.map_or(Caller::Nameless, |s| Caller::Staff {
            actor: s.actor,
            session: s.id,
            step_up_at: s.step_up_at,
            unseen: s.unseen,
            keys_off: s.keys_off,
        }))
    }
}

/// One browser may hold sessions of several kinds: the door decides which one counts.
fn sessions_by_door(path: &str) -> [CookieName; 3] {
    use CookieName::{Case, Desk, Me};
    let at = |door: &str| path.strip_prefix(door).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if at("/case") {
        [Case, Desk, Me]
    } else if at("/me") || at("/programs") {
        [Me, Desk, Case]
    } else {
        [Desk, Case, Me]
    }
}

impl Authenticator for HouseAuthenticator {
    fn caller<'a>(&'a self, parts: &'a Parts) -> BoxFuture<'a, Result<Caller, Problem>> {
        Box::pin(self.find(parts))
    }
}

/// The token of `Authorization: Bearer …`. Any other scheme is an empty token, which is refused: who
/// sends credentials that we do not read should hear about it.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().unwrap_or_default();
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    Some(if scheme.eq_ignore_ascii_case("bearer") { token.trim() } else { "" })
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        let text = error.to_string();
        match error {
            AccountError::Store(error) => error.into(),
            AccountError::Invalid { field, message } => Self::invalid_field(field, message),
            AccountError::NotFound => Self::not_found(),
            AccountError::LastOwner
            | AccountError::Yourself
            | AccountError::OwnersOnly
            | AccountError::EmailTaken
            | AccountError::Unkept(_) => Self::conflict(sentence(&text)),
            AccountError::CaseErased(_) => Self::gone("This report was erased."),
            AccountError::Changed => Self::changed_meanwhile(sentence(&text)),
            AccountError::LinkGone => {
                Self::gone("This link was used before or is older than three days. Ask for a new one.")
            }
            AccountError::Refused => Self::invalid_field("email", sentence(&text)),
            AccountError::Wait(seconds) => Self::too_many(seconds),
            AccountError::Busy => Self::unavailable(sentence(&text)),
        }
    }
}

/// The text of an error as it stands on a page.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}
