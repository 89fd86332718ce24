//! Answers made smaller on the way, where their size can tell nobody anything.
//!
//! Who can watch sizes on the network and make somebody's browser fetch pages with guesses in the
//! address could read a page by how well the guess compresses (BREACH). So: only whole answers to
//! GET; never a row that shows a secret; and an answer to somebody with a cookie only when their
//! browser says that the request came from our own pages or from the address bar, which no other
//! site can make it say. Form tokens are fresh in every answer besides. See SECURITY.md.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body::Body as _;
use http_body_util::BodyExt;
use std::io::Write;

/// Below this the headers weigh as much as what is saved.
const LEAST: u64 = 1_000;
/// Above this an answer is sent as it is: its memory and time would be other people's.
const MOST: u64 = 4 << 20;
/// From here on the work is moved off the threads that serve everybody.
const ASIDE: usize = 64 << 10;

/// Media types that shrink.
const SHRINKS: &[&str] =
    &["text/html", "text/css", "text/javascript", "text/plain", "application/json", "image/svg+xml"];

/// Marks an answer of a row that shows secrets.
#[derive(Clone, Copy)]
pub(crate) struct Secret;

/// Whether the client reads gzip.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|part| {
        let mut halves = part.split(';').map(str::trim);
        let gzip = halves.next().is_some_and(|coding| coding.eq_ignore_ascii_case("gzip"));
        let weight = halves.find_map(|p| p.strip_prefix("q=")).map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0));
        gzip && weight > 0.0
    })
}

/// Whether the answer to this request may be compressed at all.
pub(crate) fn allowed(method: &Method, headers: &HeaderMap) -> bool {
    let asked_by_us = headers
        .get(HeaderName::from_static("sec-fetch-site"))
        .is_some_and(|site| matches!(site.as_bytes(), b"same-origin" | b"none"));
    let nameless = !headers.contains_key(header::COOKIE);
    matches!(*method, Method::GET | Method::HEAD) && takes_gzip(headers) && (nameless || asked_by_us)
}

/// The same answer, smaller where it can be; `allowed` comes from the request.
pub(crate) async fn shrink(response: Response, allowed: bool) -> Response {
    if !shrinks(&response) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    if !parts.headers.get_all(header::VARY).iter().any(|v| v == "accept-encoding") {
        parts.headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if !allowed {
        return Response::from_parts(parts, body);
    }
    let Ok(whole) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
        // The size was known, so the bytes were all there; this cannot be reached by a client.
        parts.status = StatusCode::INTERNAL_SERVER_ERROR;
        return Response::from_parts(parts, Body::empty());
    };
    let smaller = if whole.len() > ASIDE {
        let bytes = whole.clone();
        tokio::task::spawn_blocking(move || gzip(&bytes, Compression::new(6))).await.ok().flatten()
    } else {
        gzip(&whole, Compression::new(6))
    };
    let Some(smaller) = smaller else { return Response::from_parts(parts, Body::from(whole)) };
    parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(smaller))
}

/// Whether an answer is of a kind that is compressed: whole, of some size, no download, no secret,
/// and without an entity tag, which names the exact bytes of one representation.
fn shrinks(response: &Response) -> bool {
    let headers = response.headers();
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    let settled = [header::CONTENT_ENCODING, header::CONTENT_RANGE, header::CONTENT_DISPOSITION, header::ETAG];
    let size = response.body().size_hint().exact().unwrap_or(0);
    response.status() == StatusCode::OK
        && SHRINKS.contains(&kind)
        && (LEAST..=MOST).contains(&size)
        && !settled.iter().any(|name| headers.contains_key(name))
        && response.extensions().get::<Secret>().is_none()
}

/// The bytes as gzip, when that is smaller.
pub(crate) fn gzip(bytes: &[u8], level: Compression) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), level);
    encoder.write_all(bytes).ok()?;
    let smaller = encoder.finish().ok()?;
    (smaller.len() < bytes.len()).then(|| smaller.into())
}

#[cfg(test)]
mod tests {
    use super::{allowed, takes_gzip};
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn gzip_is_given_to_whoever_reads_it() {
        for (line, reads) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip; q=0.0, br", false),
            ("br", false),
            ("*", false),
            ("", false),
        ] {
            assert_eq!(takes_gzip(&headers(&[("accept-encoding", line)])), reads, "{line:?}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn another_site_cannot_have_a_personal_page_compressed() {
        let gzip = ("accept-encoding", "gzip");
        let cookie = ("cookie", "__Host-leeward-desk=x");
        assert!(allowed(&Method::GET, &headers(&[gzip])));
        assert!(!allowed(&Method::POST, &headers(&[gzip])));
        for (site, may) in [("same-origin", true), ("none", true), ("cross-site", false), ("same-site", false)] {
            assert_eq!(allowed(&Method::GET, &headers(&[gzip, cookie, ("sec-fetch-site", site)])), may, "{site}");
        }
        assert!(!allowed(&Method::GET, &headers(&[gzip, cookie])), "a browser that does not say");
    }
}
