//! JSON bodies with errors that say where and what.

use crate::body;
use crate::form::FieldError;
use crate::problem::{Kind, Problem};
use axum::body::Body;
use axum::extract::FromRequest;
use axum::http::{HeaderMap, HeaderValue, Request, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A JSON body, in and out.
///
/// Give request types `#[serde(deny_unknown_fields)]`: a misspelt member is then an error with its
/// name. Depth is bounded by the parser (128), size by the row.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request<Body>, _: &S) -> Result<Self, Problem> {
        let (parts, raw) = request.into_parts();
        if !is_json(&parts.headers) {
            return Err(Problem::new(Kind::UnsupportedType, "Send the body as application/json."));
        }
        let bytes = body::whole(raw).await?;
        read(&bytes).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let essence = kind.split(';').next().unwrap_or("").trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut parser = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut parser).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        match inner.classify() {
            serde_json::error::Category::Data => Problem::invalid(vec![field_error(pointer, &inner.to_string())]),
            _ => syntax(&inner),
        }
    })?;
    parser.end().map_err(|error| syntax(&error))?;
    Ok(value)
}

fn syntax(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    Problem::new(Kind::InvalidJson, format!("The body stops being JSON at line {line}, column {column}."))
}

/// The parser's words without the position, at the member they are about.
fn field_error(pointer: String, text: &str) -> FieldError {
    let text = text.rsplit_once(" at line ").map_or(text, |(words, _)| words);
    let named = text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    match named {
        Some(name) => FieldError { field: format!("{pointer}/{name}"), message: "This member is required".into() },
        None => FieldError { field: pointer, message: capital(text) },
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// RFC 6901.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut out = String::new();
    for segment in path {
        let part = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        out.push('/');
        out.push_str(&part);
    }
    out
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(bytes) => {
                let mut response = Response::new(Body::from(bytes));
                let kind = HeaderValue::from_static("application/json");
                response.headers_mut().insert(header::CONTENT_TYPE, kind);
                response
            }
            Err(error) => Problem::internal(error).into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::problem::Kind;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[expect(dead_code, reason = "only read")]
        title: String,
        #[serde(default)]
        #[expect(dead_code, reason = "only read")]
        tags: Vec<u8>,
    }

    fn refused(text: &str) -> (Kind, String, String) {
        let problem = read::<Body>(text.as_bytes()).unwrap_err();
        let error = problem.errors().first();
        (
            problem.kind(),
            error.map(|e| e.field.clone()).unwrap_or_default(),
            error.map(|e| e.message.clone()).unwrap_or_default(),
        )
    }

    #[test]
    fn errors_point_at_the_member() {
        assert_eq!(refused("{}"), (Kind::Invalid, "/title".into(), "This member is required".into()));
        let (_, field, message) = refused(r#"{"title":"x","tags":[1,900]}"#);
        assert_eq!((field.as_str(), message.as_str()), ("/tags/1", "Invalid value: integer `900`, expected u8"));
        let (_, field, message) = refused(r#"{"title":"x","tilte":1}"#);
        assert_eq!(field, "/tilte");
        assert!(message.starts_with("Unknown field `tilte`"), "{message}");
    }

    #[test]
    fn what_is_no_json_is_400() {
        for text in ["", "{", "{\"title\":\"x\"} 1", "\u{0}", &"[".repeat(10_000)] {
            assert_ne!(refused(text).0.status(), 200, "{text:.20}");
        }
        assert_eq!(refused("{").0, Kind::InvalidJson);
        assert_eq!(refused("{\"title\":\"x\"} 1").0, Kind::InvalidJson);
        assert_eq!(read::<Body>(b"{\"title\":\"caf\xE9\"}").unwrap_err().kind(), Kind::InvalidJson);
    }
}
