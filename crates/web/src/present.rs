//! The outermost layer: headers, panics, and problems shown the way the caller asked for.

use crate::access::Access;
use crate::app::{House, Kit};
use crate::compress;
use crate::headers::secure;
use crate::layout::{Page, Theme};
use crate::problem::{Kind, PROBLEM_JSON, Problem};
use crate::route::{Route, get, is_api};
use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE32_NOPAD;
use futures::FutureExt;
use std::panic::AssertUnwindSafe;

/// What is kept of a request for showing a problem.
struct Asked {
    path: String,
    wants_json: bool,
    theme: Theme,
}

/// The middleware around the whole router.
pub(crate) async fn present(State(kit): State<Kit>, request: Request, next: Next) -> Response {
    let asked = Asked {
        path: request.uri().path().to_owned(),
        wants_json: wants_json(request.uri().path(), request.headers()),
        theme: Theme::read(&kit, request.headers()),
    };
    let method = request.method().clone();
    let may_shrink = compress::allowed(&method, request.headers());
    let caught = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let response = caught.unwrap_or_else(|panic| Problem::internal(panic_text(&*panic)).into_response());
    let mut response = match problem_in(&response) {
        Some(problem) => show(&kit, &asked, &problem, response.headers()),
        None => response,
    };
    kit.figures.answered(&method, response.status());
    secure(response.headers_mut(), kit.settings.public_url.scheme());
    compress::shrink(response, may_shrink).await
}

/// The problem of a response: one of ours, or a bare error that axum or a library made.
fn problem_in(response: &Response) -> Option<Problem> {
    if let Some(problem) = response.extensions().get::<Problem>() {
        return Some(problem.clone());
    }
    let status = response.status();
    let bare =
        response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !bare || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    Some(match Kind::of_status(status) {
        Kind::NotFound => Problem::not_found(),
        Kind::MethodNotAllowed => Problem::new(
            Kind::MethodNotAllowed,
            "The Allow header of this answer names the methods that are taken here.",
        ),
        Kind::Internal => Problem::internal(format!("a library answered {status}")),
        kind => Problem::new(kind, "Check the address and what you sent."),
    })
}

fn show(kit: &Kit, asked: &Asked, problem: &Problem, headers: &HeaderMap) -> Response {
    let code = problem.internal_text().map(|internal| {
        let code = BASE32_NOPAD.encode(&kit.ambient.bytes::<5>());
        tracing::error!(code, path = asked.path, internal, "{}", problem.kind().name());
        code
    });
    let mut response = if asked.wants_json {
        ([(header::CONTENT_TYPE, PROBLEM_JSON)], problem.document(code.as_deref()).to_string()).into_response()
    } else {
        page(kit, asked, problem, code)
    };
    *response.status_mut() = problem.status();
    for name in [header::ALLOW, header::SET_COOKIE, header::CACHE_CONTROL] {
        for value in headers.get_all(&name) {
            response.headers_mut().append(&name, value.clone());
        }
    }
    for (name, value) in problem.headers() {
        response.headers_mut().insert(name, value.clone());
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[derive(Template)]
#[template(path = "leeward/problem.html")]
struct ProblemPage<'a> {
    page: Page,
    title: &'static str,
    detail: &'a str,
    errors: &'a [crate::form::FieldError],
    kept: &'a crate::form::Fields,
    code: Option<String>,
    back: (&'static str, &'static str),
}

/// Where somebody goes on who met a problem at this path.
fn way_back(path: &str) -> (&'static str, &'static str) {
    if path.starts_with("/desk") {
        ("/desk", "To the desk")
    } else if path.starts_with("/case/") {
        ("/case/mine", "To your report")
    } else {
        ("/", "To the front page")
    }
}

fn page(kit: &Kit, asked: &Asked, problem: &Problem, code: Option<String>) -> Response {
    let title = problem.kind().title();
    let page = Page::bare(kit, asked.theme, title);
    let (detail, errors, kept) = (problem.detail(), problem.errors(), problem.kept());
    let template = ProblemPage { page, title, detail, errors, kept, code, back: way_back(&asked.path) };
    match template.render() {
        Ok(html) => axum::response::Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "the problem page cannot be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, title).into_response()
        }
    }
}

/// JSON for the API and for whoever asks for JSON and not for HTML.
fn wants_json(path: &str, headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("");
    is_api(path) || (accept.contains("json") && !accept.contains("text/html"))
}

/// The name of a field as a word: `ask.text` is `Text`.
fn spoken(name: &str) -> String {
    let words = name.rsplit('.').next().unwrap_or(name).replace(['-', '_'], " ");
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + letters.as_str()
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text =
        panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panic: {}", text.unwrap_or_default())
}

#[derive(Template)]
#[template(path = "leeward/kind.html")]
struct KindPage {
    page: Page,
    title: &'static str,
    status: u16,
    name: &'static str,
}

/// The page a problem's `type` leads to.
async fn kind_page(view: crate::View, Path(name): Path<String>) -> crate::Reply {
    let kind = Kind::find(&name).ok_or_else(Problem::not_found)?;
    let (title, status) = (kind.title(), kind.status().as_u16());
    Ok(view.show(&KindPage { page: view.page(title), title, status, name: kind.name() }))
}

pub(crate) fn routes<S: House>() -> Vec<Route<S>> {
    vec![get("/problems/{kind}", Access::Public, kind_page)]
}
