//! Extractors: the caller with the right the row gave, the caller's address, JSON and preconditions.

mod json;
mod precondition;
mod rights;
mod url;

pub use json::Json;
pub use precondition::{IdempotencyKey, IfMatch};
pub use rights::{Allowed, Anyone, Reporter, Researcher, Staff, Token};
pub use url::{Path, Query};

use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::net::IpAddr;

/// The caller's address after trusted proxies: for allowances, never stored with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The network that shares one allowance: the address, or the first half of one of the sixth version.
    pub fn network(self) -> IpAddr {
        crate::proxy::network(self.0)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get().copied().ok_or_else(|| Problem::internal("a handler outside the guard"))
    }
}
