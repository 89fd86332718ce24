//! What is compressed, and what never is.

use crate::site::{House, house};
use axum::http::Method;
use flate2::read::GzDecoder;
use std::io::Read;
use web::testing::{Answer, Client};

const DESK: &str = "__Host-leeward-desk";

async fn ask(client: &Client, path: &str, more: &[(&str, &str)]) -> Answer {
    let call = client.call(Method::GET, path).header("accept", "text/html").header("accept-encoding", "gzip, br");
    more.iter().fold(call, |call, (name, value)| call.header(name, value)).send().await.is(200)
}

fn opened(answer: &Answer) -> String {
    let mut text = String::new();
    GzDecoder::new(answer.bytes.as_slice()).read_to_string(&mut text).unwrap();
    text
}

fn staff(house: &House) -> Client {
    let client = house.site.client();
    client.set_cookie(DESK, "triager");
    client
}

#[tokio::test]
async fn a_page_is_compressed_for_whoever_reads_gzip() {
    let house = house().await;
    let plain = house.site.client().get("/report").await.is(200);
    assert_eq!((plain.header("content-encoding"), plain.header("vary")), ("", "accept-encoding"));
    let small = ask(&house.site.client(), "/report", &[]).await;
    assert_eq!((small.header("content-encoding"), small.header("vary")), ("gzip", "accept-encoding"));
    assert!(small.bytes.len() * 2 < plain.bytes.len(), "{} of {}", small.bytes.len(), plain.bytes.len());
    assert_eq!(opened(&small).len(), plain.text.len());
    assert_eq!(small.header("content-length"), small.bytes.len().to_string());
}

#[tokio::test]
async fn head_tells_what_get_would_send() {
    let house = house().await;
    for (path, encoding) in [("/problems/not-found", "gzip"), (&web::asset::url("leeward.css"), "gzip")] {
        let whole = ask(&house.site.client(), path, &[]).await;
        let head = house.site.client().call(Method::HEAD, path).header("accept-encoding", "gzip").send().await.is(200);
        assert!(head.bytes.is_empty());
        for name in ["content-length", "content-encoding", "vary", "content-type", "etag"] {
            assert_eq!(head.header(name), whole.header(name), "{path} {name}");
        }
        assert_eq!(head.header("content-encoding"), encoding);
    }
}

#[tokio::test]
async fn a_personal_page_is_compressed_only_when_no_other_site_asked_for_it() {
    let house = house().await;
    for (site, encoding) in [("same-origin", "gzip"), ("none", "gzip"), ("same-site", ""), ("cross-site", "")] {
        let answer = ask(&staff(&house), "/desk", &[("sec-fetch-site", site)]).await;
        assert_eq!(answer.header("content-encoding"), encoding, "{site}");
    }
    assert_eq!(ask(&staff(&house), "/desk", &[]).await.header("content-encoding"), "", "a browser that does not say");
}

#[tokio::test]
async fn secrets_and_answers_to_a_post_are_never_compressed() {
    let house = house().await;
    let own = [("sec-fetch-site", "same-origin")];
    assert_eq!(ask(&house.site.client(), "/codes", &own).await.header("content-encoding"), "");
    let client = house.site.client();
    let token = client.form("/report").await.value("csrf").to_owned();
    let call = client.call(Method::POST, "/report").header("content-type", "application/x-www-form-urlencoded");
    let call = call.header("accept-encoding", "gzip").header("sec-fetch-site", "same-origin");
    let again = call.body(format!("csrf={token}&body={}", "typed ".repeat(400))).send().await.is(422);
    assert_eq!((again.header("content-encoding"), again.header("vary")), ("", ""));
    again.says("typed typed");
}

#[tokio::test]
async fn assets_are_compressed_beforehand_and_fonts_are_left_alone() {
    let house = house().await;
    for name in ["leeward.css", "app.js", "sprite.svg"] {
        let answer = ask(&house.site.client(), &web::asset::url(name), &[]).await;
        assert_eq!((answer.header("content-encoding"), answer.header("vary")), ("gzip", "accept-encoding"), "{name}");
        assert_eq!(opened(&answer).as_bytes(), web::asset::content(name).unwrap(), "{name}");
    }
    let plain = house.site.client().get(&web::asset::url("leeward.css")).await.is(200);
    assert_eq!((plain.header("content-encoding"), plain.header("vary")), ("", "accept-encoding"));
    let font = ask(&house.site.client(), &web::asset::url("next.woff2"), &[]).await;
    assert_eq!((font.header("content-encoding"), font.header("vary")), ("", ""));
}
