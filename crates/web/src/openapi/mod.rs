//! The OpenAPI 3.1 document, made from the route table.
//!
//! A row's [`ApiDoc`] says what goes in and out; everything that follows from the row itself (path
//! parameters, who may call, and each refusal that the kit or the row can give) is added here, so
//! the document cannot forget a status.

mod doc;
mod operation;
mod schema;

pub use doc::{ApiDoc, Param};
pub use schema::Schema;

use crate::route::Route;
use crate::settings::Settings;
use axum::Extension;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The document as it is served: written once, when the router is made.
#[derive(Clone)]
pub(crate) struct Document(Arc<str>);

impl Document {
    /// Over these rows.
    pub(crate) fn new<S: Clone + Send + Sync + 'static>(settings: &Settings, routes: &[Route<S>]) -> Self {
        Self(document(settings, routes).to_string().into())
    }
}

/// `/api/openapi.json`
pub(crate) async fn serve(Extension(document): Extension<Document>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document.0.to_string()).into_response()
}

/// The document over every row that has an [`ApiDoc`].
pub fn document<S: Clone + Send + Sync + 'static>(settings: &Settings, routes: &[Route<S>]) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let mut schemas = Map::new();
    schemas.insert("Problem".to_owned(), problem_schema());
    for route in routes {
        let Some(doc) = &route.doc else { continue };
        for schema in doc.schemas() {
            schema.collect(&mut schemas);
        }
        let path = template(route.path);
        let entry = paths.entry(path).or_insert_with(|| json!({}));
        entry[route.method.as_str().to_ascii_lowercase()] = operation::describe(route, doc);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("{} reports and cases", settings.organisation),
            "version": "1",
            "description": "Bearer tokens with scopes; errors as application/problem+json (RFC 9457).",
        },
        "servers": [{ "url": settings.public_url.origin() }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

/// axum's wildcard `{*rest}` is a plain parameter in OpenAPI.
pub(crate) fn template(path: &str) -> String {
    path.replace("{*", "{")
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": { "type": "string", "format": "uri-reference" },
            "title": { "type": "string" },
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "detail": { "type": "string" },
            "code": { "type": "string", "description": "Quote this to us; it names the entry in our log." },
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["field", "message"],
                    "additionalProperties": false,
                    "properties": {
                        "field": { "type": "string", "description": "JSON pointer or form field" },
                        "message": { "type": "string" },
                    },
                },
            },
        },
    })
}
