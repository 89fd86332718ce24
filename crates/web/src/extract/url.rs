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
        let found = AxumQuery::try_from_uri(&parts.uri);
        found.map(|AxumQuery(value)| Self(value)).map_err(|error| {
            // The message names a parameter and what was expected of it: nothing internal.
            Problem::bad_request(format!("The address after \"?\" cannot be read: {}.", source_text(&error)))
        })
    }
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
