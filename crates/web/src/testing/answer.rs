//! An answer, already checked.

use super::html::house_rules;
use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as bytes.
    pub bytes: Vec<u8>,
    /// The body as text, lossy.
    pub text: String,
}

impl Answer {
    /// A header as text, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("no JSON ({e}): {}", self.text))
    }

    /// Fails unless the status is this one; gives the answer back.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// Fails unless it is a 303 to this path (a query may follow); gives the answer back.
    #[track_caller]
    pub fn leads_to(self, path: &str) -> Self {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        let location = self.header("location");
        assert_eq!(location.split('?').next(), Some(path), "leads to {location}");
        self
    }

    /// Fails unless the page's text, with entities as they stand, contains `words`.
    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.text.contains(words), "{words:?} is not in:\n{}", self.text);
        self
    }

    /// Fails if `words` are anywhere in it.
    #[track_caller]
    pub fn is_silent_about(self, words: &str) -> Self {
        assert!(!self.text.contains(words), "{words:?} is in:\n{}", self.text);
        self
    }

    pub(super) fn check(&self, method: &Method, path: &str, allow_5xx: bool) {
        assert!(allow_5xx || !self.status.is_server_error(), "{method} {path} answered {}: {}", self.status, self.text);
        for name in
            ["content-security-policy", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy"]
        {
            assert!(!self.header(name).is_empty(), "{method} {path} has no {name}");
        }
        let is_page = self.header("content-type").starts_with("text/html");
        if is_page && self.text.contains("<html") {
            let faults = house_rules(&self.text);
            assert!(faults.is_empty(), "{method} {path}: {}\n{}", faults.join("; "), self.text);
        }
    }
}
