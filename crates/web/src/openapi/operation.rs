//! One operation of the document.

use super::doc::{Answer, ApiDoc};
use super::template;
use crate::access::Access;
use crate::problem::{Kind, PROBLEM_JSON};
use crate::route::{RateClass, Route};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub(super) fn describe<S: Clone + Send + Sync + 'static>(route: &Route<S>, doc: &ApiDoc) -> Value {
    let mut operation = json!({
        "summary": doc.summary,
        "tags": [doc.tag],
        "operationId": operation_id(route),
        "parameters": parameters(route.path, doc),
        "responses": responses(route, doc),
        "security": security(route.access),
    });
    if !doc.description.is_empty() {
        operation["description"] = doc.description.into();
    }
    if let Some((media, schema)) = &doc.request {
        let mut content = Map::new();
        content.insert((*media).to_owned(), json!({ "schema": schema.reference() }));
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    operation
}

/// `get-api-v1-cases-id`: stable, since generated clients name functions after it.
fn operation_id<S: Clone + Send + Sync + 'static>(route: &Route<S>) -> String {
    let words = route.path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    let mut id = route.method.as_str().to_ascii_lowercase();
    for word in words {
        id.push('-');
        id.push_str(word);
    }
    id
}

fn security(access: Access) -> Value {
    match access {
        Access::Token(_) => json!([{ "token": [] }]),
        Access::PublicOrToken => json!([{}, { "token": [] }]),
        _ => json!([]),
    }
}

fn parameters(path: &str, doc: &ApiDoc) -> Vec<Value> {
    let mut list: Vec<Value> = doc
        .params
        .iter()
        .map(|p| {
            json!({
                "name": p.name, "in": p.place, "required": p.place == "path",
                "description": p.what, "schema": p.schema.reference(),
            })
        })
        .collect();
    let path = template(path);
    let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    for name in names.filter(|name| !doc.params.iter().any(|p| p.place == "path" && p.name == *name)) {
        list.push(json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
    }
    let mut header = |name: &str, required: bool, what: &str, schema: Value| {
        list.push(json!({ "name": name, "in": "header", "required": required, "description": what, "schema": schema }));
    };
    if doc.if_match {
        header(
            "If-Match",
            true,
            "The ETag of the version you saw.",
            json!({ "type": "string", "examples": ["\"3\""] }),
        );
    }
    if doc.idempotent {
        let schema = json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" });
        header("Idempotency-Key", false, "The same key again gives the same answer and no second effect.", schema);
    }
    list
}

fn responses<S: Clone + Send + Sync + 'static>(route: &Route<S>, doc: &ApiDoc) -> Value {
    let mut map = Map::new();
    for answer in &doc.replies {
        map.insert(answer.status.to_string(), reply(answer));
    }
    let mut titles: BTreeMap<u16, Vec<&'static str>> = BTreeMap::new();
    for kind in kinds(route, doc) {
        let list = titles.entry(kind.status().as_u16()).or_default();
        if !list.contains(&kind.title()) {
            list.push(kind.title());
        }
    }
    for (status, titles) in titles {
        let mut content = Map::new();
        content.insert(PROBLEM_JSON.to_owned(), json!({ "schema": { "$ref": "#/components/schemas/Problem" } }));
        map.insert(status.to_string(), json!({ "description": titles.join(", or: "), "content": content }));
    }
    Value::Object(map)
}

fn reply(answer: &Answer) -> Value {
    let mut reply = json!({ "description": answer.what });
    if let Some((media, schema)) = &answer.body {
        let mut content = Map::new();
        content.insert((*media).to_owned(), json!({ "schema": schema.reference() }));
        reply["content"] = Value::Object(content);
    }
    if answer.etag {
        reply["headers"] = json!({ "ETag": { "description": "The version.", "schema": { "type": "string" } } });
    }
    reply
}

/// Every problem that this row can answer with.
fn kinds<S: Clone + Send + Sync + 'static>(route: &Route<S>, doc: &ApiDoc) -> Vec<Kind> {
    let mut kinds = vec![Kind::BadRequest, Kind::NotFound, Kind::HeadersTooLarge, Kind::Internal, Kind::Unavailable];
    if route.rate != RateClass::Free {
        kinds.push(Kind::TooManyRequests);
    }
    // A token that is sent is looked at wherever the caller is, and must then be good.
    if route.access != Access::Open {
        kinds.push(Kind::Unauthorised);
    }
    if doc.request.is_some() {
        kinds.extend([Kind::InvalidJson, Kind::TooSlow, Kind::UnsupportedType, Kind::Invalid]);
    }
    // A body may be sent with any method; one that is too large is refused before it is ignored.
    kinds.push(Kind::TooLarge);
    if !route.method.is_safe() {
        kinds.extend([Kind::Conflict, Kind::Invalid, Kind::TooSlow]);
    }
    if doc.if_match {
        kinds.extend([Kind::PreconditionFailed, Kind::PreconditionRequired]);
    }
    kinds.extend(doc.problems.iter().copied());
    kinds
}
