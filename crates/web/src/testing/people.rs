//! An authenticator for tests without a store: cookies and tokens name fixed callers.

use crate::caller::{Authenticator, BoxFuture, Caller};
use crate::cookie::{CookieName, Cookies};
use crate::problem::Problem;
use crate::settings::Scheme;
use axum::http::request::Parts;
use std::collections::BTreeMap;

/// The value of a session cookie or a bearer token is looked up here.
#[derive(Default)]
pub struct FixedCallers(pub BTreeMap<String, Caller>);

impl Authenticator for FixedCallers {
    fn caller<'a>(&'a self, parts: &'a Parts) -> BoxFuture<'a, Result<Caller, Problem>> {
        Box::pin(async move {
            let bearer = parts.headers.get("authorization").and_then(|v| v.to_str().ok()?.strip_prefix("Bearer "));
            if let Some(token) = bearer {
                return self.0.get(token).cloned().ok_or_else(|| Problem::unauthorised("This token is not known."));
            }
            let schemes = [Scheme::Https, Scheme::Loopback];
            let names = [CookieName::Desk, CookieName::Case, CookieName::Me];
            let values = schemes.iter().flat_map(|s| names.map(|n| Cookies::new(*s).read(&parts.headers, n)));
            Ok(values.flatten().find_map(|value| self.0.get(&value).cloned()).unwrap_or(Caller::Nameless))
        })
    }
}
