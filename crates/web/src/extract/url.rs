//! Path and query, with problems instead of axum's plain text.

use crate::problem::Problem;
use axum::extract::{FromRequestParts, Path as AxumPath, Query as AxumQuery};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// Parameters of the path. What does not parse (an id that is none) is simply not found.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if has_nul(parts.uri.path()) {
            return Err(Problem::not_found());
        }
        let found = AxumPath::from_request_parts(parts, state).await;
        found.map(|AxumPath(value)| Self(value)).map_err(|_| Problem::not_found())
    }
}

/// Parameters of the query. Give the type `#[serde(deny_unknown_fields)]` on API rows.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some_and(has_nul) {
            return Err(Problem::bad_request("The address after \"?\" holds a character that no text has."));
        }
        let found = AxumQuery::try_from_uri(&parts.uri);
        found.map(|AxumQuery(value)| Self(value)).map_err(|error| {
            // The message names a parameter and what was expected of it: nothing internal.
            Problem::bad_request(format!("The address after \"?\" cannot be read: {}.", source_text(&error)))
        })
    }
}

/// Whether a NUL is written in it. No text of ours has one, and PostgreSQL refuses to be asked for it.
fn has_nul(text: &str) -> bool {
    text.contains("%00")
}

fn source_text(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut at = error.source();
    while let Some(inner) = at {
        text = inner.to_string();
        at = inner.source();
    }
    text
}
