//! What goes wrong, in one value (RFC 9457).
//!
//! A feature maps its errors to a [`Problem`]; the outermost layer shows it as
//! `application/problem+json` or as a page. Text of internal errors never leaves: it is logged with
//! a short code, and the code is what the caller can quote.

mod kind;
mod store;

pub use kind::Kind;

use crate::form::{FieldError, Fields};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};
use std::fmt;

/// A refusal or a failure, ready to be shown to the caller.
#[derive(Clone)]
pub struct Problem(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    detail: String,
    errors: Vec<FieldError>,
    extra: Map<String, Value>,
    headers: HeaderMap,
    kept: Fields,
    internal: Option<String>,
}

impl Problem {
    /// A problem of this kind. `detail` is shown: say what happened, what is safe and what to do.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            extra: Map::new(),
            headers: HeaderMap::new(),
            kept: Fields::default(),
            internal: None,
        }))
    }

    /// 400: the request cannot be read.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(Kind::BadRequest, detail)
    }

    /// 401: a token is missing or not good.
    pub fn unauthorised(detail: impl Into<String>) -> Self {
        Self::new(Kind::Unauthorised, detail).header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// 404, the same for what is missing and for what the caller may not know of.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "There is nothing here, or it is not for you to see.")
    }

    /// 409: the present state does not allow it.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, detail)
    }

    /// 410: it was here and was erased.
    pub fn gone(detail: impl Into<String>) -> Self {
        Self::new(Kind::Gone, detail)
    }

    /// 412: somebody changed it since the caller looked.
    pub fn changed_meanwhile(detail: impl Into<String>) -> Self {
        Self::new(Kind::PreconditionFailed, detail)
    }

    /// 422: the request was read, and some of its fields are not acceptable.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(Kind::Invalid, "Some fields need another look.");
        problem.0.errors = errors;
        problem
    }

    /// 422 about one field (a name, or a JSON pointer such as `/title`).
    pub fn invalid_field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError { field: field.into(), message: message.into() }])
    }

    /// 429: try again after so many seconds.
    pub fn too_many(retry_after_seconds: u64) -> Self {
        let wait = retry_after_seconds.max(1);
        Self::new(
            Kind::TooManyRequests,
            format!("Too many tries from your network. Wait {wait} seconds and try again."),
        )
        .header(header::RETRY_AFTER, HeaderValue::from(wait))
    }

    /// 500: `error` is logged, never shown.
    pub fn internal(error: impl fmt::Display) -> Self {
        let mut problem = Self::new(
            Kind::Internal,
            "Something failed on our side and was recorded. Nothing of what you sent was half done. Try again, or write to us and quote the code.",
        );
        problem.0.internal = Some(error.to_string());
        problem
    }

    /// 503: not now; `detail` is shown, say when to come back.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(Kind::Unavailable, detail).header(header::RETRY_AFTER, HeaderValue::from_static("10"))
    }

    /// Adds the text of an internal error for the log.
    #[must_use]
    pub fn because(mut self, error: impl fmt::Display) -> Self {
        self.0.internal = Some(error.to_string());
        self
    }

    /// Adds a member to the JSON document, for example the legal actions of a 409.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Value) -> Self {
        self.0.extra.insert(name.to_owned(), value);
        self
    }

    /// Adds a response header.
    #[must_use]
    pub fn header(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.0.headers.insert(name, value);
        self
    }

    /// Keeps what the caller typed, to be shown on the page of the problem.
    #[must_use]
    pub fn keeping(mut self, fields: Fields) -> Self {
        self.0.kept = fields;
        self
    }

    /// The kind.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.kind.status()
    }

    /// What is shown.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The fields at fault.
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// What the caller typed.
    pub(crate) fn kept(&self) -> &Fields {
        &self.0.kept
    }

    /// The text for the log.
    pub(crate) fn internal_text(&self) -> Option<&str> {
        self.0.internal.as_deref()
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The document; `code` is what the caller may quote.
    pub fn document(&self, code: Option<&str>) -> Value {
        let mut map = self.0.extra.clone();
        map.insert("type".into(), self.0.kind.type_uri().into());
        map.insert("title".into(), self.0.kind.title().into());
        map.insert("status".into(), self.status().as_u16().into());
        map.insert("detail".into(), self.0.detail.as_str().into());
        if !self.0.errors.is_empty() {
            let errors = self.0.errors.iter();
            let list = errors.map(|e| serde_json::json!({ "field": e.field, "message": e.message }));
            map.insert("errors".into(), list.collect());
        }
        if let Some(code) = code {
            map.insert("code".into(), code.into());
        }
        Value::Object(map)
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Problem")
            .field("kind", &self.0.kind)
            .field("detail", &self.0.detail)
            .field("errors", &self.0.errors)
            .field("internal", &self.0.internal)
            .finish_non_exhaustive()
    }
}

impl IntoResponse for Problem {
    /// The bare JSON form; the outermost layer finds the problem in the extensions and shows it the
    /// way the caller asked for.
    fn into_response(self) -> Response {
        let mut response = (self.status(), self.document(None).to_string()).into_response();
        *response.headers_mut() = self.0.headers.clone();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        response.extensions_mut().insert(self);
        response
    }
}

/// Media type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";
