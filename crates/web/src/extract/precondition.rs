//! `If-Match` and `Idempotency-Key`.

use crate::app::Kit;
use crate::problem::{Kind, Problem};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// The version of a resource the caller saw: `If-Match: "17"`, required.
///
/// 428 when the header is missing; the feature answers [`Problem::changed_meanwhile`] when the
/// version is no longer the present one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub i64);

impl IfMatch {
    /// The `ETag` value of a version.
    pub fn etag(version: i64) -> String {
        format!("\"{version}\"")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("if-match") else {
            let text = "Send If-Match with the version you saw, which is the ETag of the GET.";
            return Err(Problem::new(Kind::PreconditionRequired, text));
        };
        let version =
            value.to_str().ok().and_then(|text| text.trim().strip_prefix('"')?.strip_suffix('"')?.parse().ok());
        // A tag that we never give matches no version: not a fault of syntax, the resource differs.
        version
            .map(Self)
            .ok_or_else(|| Problem::changed_meanwhile("If-Match is not the present version. Fetch it again."))
    }
}

/// The key that makes a repeated POST one effect: 1 to 255 visible ASCII characters. A caller that
/// sends none gets a random one, and with it no protection against sending twice.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Checks the form.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// The key as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else {
            let kit = parts.extensions.get::<Kit>().ok_or_else(|| Problem::internal("no kit in the request"))?;
            return Ok(Self(domain::Uuid::from_bytes(kit.ambient.bytes()).simple().to_string()));
        };
        let key = value.to_str().ok().and_then(Self::parse);
        key.ok_or_else(|| Problem::bad_request("Idempotency-Key must be 1 to 255 visible ASCII characters."))
    }
}

#[cfg(test)]
mod tests {
    use super::{IdempotencyKey, IfMatch};
    use crate::problem::Kind;
    use axum::extract::FromRequestParts;
    use axum::http::Request;

    async fn if_match(value: Option<&str>) -> Result<IfMatch, Kind> {
        let mut request = Request::new(());
        if let Some(value) = value {
            request.headers_mut().insert("if-match", value.parse().unwrap());
        }
        IfMatch::from_request_parts(&mut request.into_parts().0, &()).await.map_err(|p| p.kind())
    }

    #[tokio::test]
    async fn versions_are_strong_tags() {
        assert_eq!(if_match(Some("\"17\"")).await, Ok(IfMatch(17)));
        assert_eq!(if_match(None).await, Err(Kind::PreconditionRequired));
        for odd in ["17", "W/\"17\"", "*", "\"x\"", "\""] {
            assert_eq!(if_match(Some(odd)).await, Err(Kind::PreconditionFailed), "{odd}");
        }
    }

    #[test]
    fn keys_are_visible_ascii() {
        assert!(IdempotencyKey::parse("a-1").is_some());
        for bad in ["", "a b", "é", "a\n", &"x".repeat(256)] {
            assert!(IdempotencyKey::parse(bad).is_none(), "{bad}");
        }
    }
}
