//! The public side of the log, in the paths of C2SP tlog-tiles under `/api/v1/log/`.
//!
//! Everything here is made for caches: a full tile never changes, the checkpoint changes at its
//! interval, and nothing is served that the last published checkpoint does not sign.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use db::log;
use web::{Access, ApiDoc, App, Path, Problem, Reply, Route, get};

/// Full tiles are immutable.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Partial tiles of a given width are immutable too, but soon of no use.
const FOR_A_DAY: &str = "public, max-age=86400, immutable";
/// Checkpoint and keys.
const SHORTLY: &str = "public, max-age=10";

const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let doc = |summary, media| ApiDoc::new("log", summary).gives_media(200, "As C2SP tlog-tiles writes it.", media);
    let open = Access::PublicOrToken;
    vec![
        get("/api/v1/log/checkpoint", open, checkpoint).doc(doc("Read the newest checkpoint", "text/plain")),
        get("/api/v1/log/tile/entries/{*rest}", open, entries).doc(doc("Read a bundle of entries", BYTES)),
        get("/api/v1/log/tile/{level}/{*rest}", open, hashes).doc(doc("Read a tile of hashes", BYTES)),
        get("/api/v1/log/key", open, key).doc(doc("Read the keys of the log", "text/plain")),
    ]
}

fn answer(body: impl Into<Body>, media: &'static str, cache: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media)),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
    ];
    (headers, body.into()).into_response()
}

async fn checkpoint(State(app): State<App>) -> Reply {
    let mut tx = app.store.read().await?;
    let published = log::latest(&mut tx, app.store.keys()).await?.ok_or_else(Problem::not_found)?;
    Ok(answer(published.note.as_str().to_owned(), TEXT, SHORTLY))
}

async fn key(State(app): State<App>) -> Reply {
    let mut tx = app.store.read().await?;
    let file = log::key_file(&mut tx).await?;
    Ok(answer(file.to_string(), TEXT, SHORTLY))
}

async fn entries(State(app): State<App>, Path(rest): Path<String>) -> Reply {
    tile(&app, &format!("tile/entries/{rest}")).await
}

async fn hashes(State(app): State<App>, Path((level, rest)): Path<(String, String)>) -> Reply {
    tile(&app, &format!("tile/{level}/{rest}")).await
}

async fn tile(app: &App, path: &str) -> Reply {
    let mut tx = app.store.read().await?;
    let tile = log::public_tile(&mut tx, app.store.keys(), path).await?.ok_or_else(Problem::not_found)?;
    Ok(answer(tile.bytes, BYTES, if tile.full { FOR_EVER } else { FOR_A_DAY }))
}
