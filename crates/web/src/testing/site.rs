//! The thing under test: a router and its OpenAPI document.

use super::client::Client;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

/// A site that clients can call without a network.
#[derive(Clone)]
pub struct Site {
    pub(super) router: Router,
    pub(super) document: Arc<Value>,
    pub(super) touched: Arc<Mutex<BTreeSet<String>>>,
}

impl Site {
    /// Over a router made by [`crate::router`].
    pub async fn new(router: Router) -> Self {
        let request = Request::get("/api/openapi.json").body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let document = serde_json::from_slice(&bytes).expect("the OpenAPI document is JSON");
        Self { router, document: Arc::new(document), touched: Arc::default() }
    }

    /// A client that nobody knows, at 192.0.2.1.
    pub fn client(&self) -> Client {
        Client::new(self.clone())
    }

    /// The OpenAPI document.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// `GET /x 200` for everything that was called so far, for coverage tests.
    pub fn touched(&self) -> BTreeSet<String> {
        self.touched.lock().unwrap().clone()
    }
}

/// Checks one reply of the API against the document; the error says what does not fit.
///
/// `path` is the path as called; the template is found in the document.
pub fn validate_reply(
    document: &Value,
    method: &str,
    path: &str,
    status: u16,
    media: &str,
    body: &[u8],
) -> Result<(), String> {
    let Some(template) = find_template(document, path) else {
        return if status == 404 {
            Ok(())
        } else {
            Err(format!("{path} is not in the OpenAPI document, answered {status}"))
        };
    };
    let method = if method == "HEAD" { "get".to_owned() } else { method.to_ascii_lowercase() };
    let Some(operation) = document["paths"][&template].get(&method) else {
        return if status == 405 {
            Ok(())
        } else {
            Err(format!("{method} {template} is not documented, answered {status}"))
        };
    };
    let Some(reply) = operation["responses"].get(status.to_string()) else {
        return Err(format!("{method} {template}: status {status} is not documented"));
    };
    let essence = media.split(';').next().unwrap_or("").trim();
    let Some(content) = reply["content"].as_object() else {
        return if body.is_empty() {
            Ok(())
        } else {
            Err(format!("{method} {template} {status}: a body where none is documented"))
        };
    };
    let Some(schema) = content.get(essence).map(|c| &c["schema"]) else {
        return Err(format!("{method} {template} {status}: media type {essence:?} is not documented"));
    };
    if !essence.ends_with("json") || body.is_empty() {
        return Ok(());
    }
    let value: Value = serde_json::from_slice(body).map_err(|e| format!("{method} {template} {status}: {e}"))?;
    let whole = json!({ "allOf": [schema], "components": document["components"] });
    let validator = jsonschema::validator_for(&whole).map_err(|e| format!("schema of {method} {template}: {e}"))?;
    let faults: Vec<String> = validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(format!("{method} {template} {status}: {}\n{value:#}", faults.join("; ")))
    }
}

/// The template that fits a path; the one with the most fixed parts wins, as in the router.
fn find_template(document: &Value, path: &str) -> Option<String> {
    let path = path.split('?').next().unwrap_or("");
    let fits = |template: &str| {
        let (wanted, given): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        let open_end = wanted.last().is_some_and(|w| w.starts_with('{')) && given.len() > wanted.len();
        (wanted.len() == given.len() || open_end)
            && wanted.iter().zip(&given).all(|(w, g)| w.starts_with('{') && !g.is_empty() || w == g)
    };
    let paths = document["paths"].as_object()?.keys().filter(|template| fits(template));
    // A template of the same length goes before one whose last part may stand for several.
    let parts = path.split('/').count();
    let rank = |template: &&String| {
        (template.split('/').count() != parts, template.matches('{').count(), std::cmp::Reverse(template.len()))
    };
    paths.min_by_key(rank).cloned()
}
