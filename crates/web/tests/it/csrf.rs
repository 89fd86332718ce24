//! Forms that are not ours, or not this caller's, do nothing.

use crate::site::house;
use axum::http::Method;
use web::testing::{Client, FormWalk};

const DESK: &str = "__Host-leeward-desk";
const FORM: &str = "application/x-www-form-urlencoded";

async fn note(client: &Client) -> FormWalk {
    client.form("/desk/note").await.fill("note", "Reproduced on staging.")
}

#[tokio::test]
async fn our_own_form_is_taken() {
    let house = house().await;
    let client = house.site.client();
    client.set_cookie(DESK, "triager");
    note(&client).await.submit().await.leads_to("/desk");
    assert_eq!(house.deeds.count(), 1);
}

#[tokio::test]
async fn the_token_is_another_one_in_every_answer() {
    let house = house().await;
    let client = house.site.client();
    client.set_cookie(DESK, "triager");
    let (one, two) = (note(&client).await, note(&client).await);
    let (one, two) = (one.value("csrf"), two.value("csrf"));
    // No stretch stays the same: nothing of it can be guessed from the size of a compressed answer.
    let same = (0..one.len() - 4).filter(|at| two.contains(&one[*at..at + 4])).count();
    assert_eq!(same, 0, "{one} {two}");
}

#[tokio::test]
async fn without_the_token_nothing_happens_and_the_text_is_kept() {
    let house = house().await;
    let client = house.site.client();
    client.set_cookie(DESK, "triager");
    for token in ["", "AAAA", "c29tZXRoaW5nIGVsc2U"] {
        let answer = note(&client).await.forge("csrf", token).submit().await.is(403);
        answer.says("Reproduced on staging.").says("was not saved");
    }
    client.call(Method::POST, "/desk/note").send().await.is(403);
    client.call(Method::POST, "/desk/note").header("content-type", "application/json").body("{}").send().await.is(415);
    client.call(Method::POST, "/desk/note").header("content-type", "text/plain").body("csrf=x").send().await.is(415);
    assert_eq!(house.deeds.count(), 0, "the handler never ran");
}

#[tokio::test]
async fn a_token_of_another_session_is_no_token() {
    let house = house().await;
    let (mine, theirs) = (house.site.client(), house.site.client());
    mine.set_cookie(DESK, "triager");
    theirs.set_cookie(DESK, "owner");
    let token = note(&theirs).await.value("csrf").to_owned();
    note(&mine).await.forge("csrf", &token).submit().await.is(403);
    assert_eq!(house.deeds.count(), 0);
}

#[tokio::test]
async fn other_sites_are_refused_even_with_a_token() {
    let house = house().await;
    let client = house.site.client();
    client.set_cookie(DESK, "triager");
    let body = format!("csrf={}", note(&client).await.value("csrf"));
    let send = |name: &'static str, value: &'static str| {
        client
            .call(Method::POST, "/desk/note")
            .header("content-type", FORM)
            .header(name, value)
            .body(body.clone())
            .send()
    };
    send("sec-fetch-site", "cross-site").await.is(403);
    send("sec-fetch-site", "same-site").await.is(403);
    send("origin", "https://evil.example").await.is(403);
    assert_eq!(house.deeds.count(), 0);
    send("origin", "https://security.acme.example").await.leads_to("/desk");
    send("sec-fetch-site", "same-origin").await.leads_to("/desk");
    assert_eq!(house.deeds.count(), 2);
}

#[tokio::test]
async fn the_nameless_get_a_form_cookie_only_with_a_form() {
    let house = house().await;
    let client = house.site.client();
    client.get("/problems/not-found").await.is(200);
    assert!(client.cookies().is_empty(), "looking around leaves no trace");
    let form = client.form("/report").await;
    assert_eq!(client.cookies().keys().collect::<Vec<_>>(), ["__Host-leeward-form"]);
    form.fill("title", "Token accepted").submit().await.is(200);
    let late = client.form("/report").await.fill("title", "Typed for an hour").file("file", "a", b"x");
    late.forge("csrf", "old").submit().await.is(403).says("Typed for an hour");
    let stranger = house.site.client();
    let stolen = client.form("/report").await.value("csrf").to_owned();
    stranger.form("/report").await.forge("csrf", &stolen).fill("title", "x").submit().await.is(403);
    assert_eq!(house.deeds.count(), 1);
}

#[tokio::test]
async fn get_never_changes_anything() {
    let house = house().await;
    let client = house.site.client();
    client.set_cookie(DESK, "owner");
    for path in [
        "/",
        "/report?title=x",
        "/desk",
        "/desk/note?note=x&csrf=1",
        "/desk/keys",
        "/appearance?theme=dark",
        "/api/openapi.json",
    ] {
        client.get(path).await.is(200);
        client.call(Method::HEAD, path).send().await.is(200);
    }
    assert_eq!(house.deeds.count(), 0);
}

#[tokio::test]
async fn the_theme_is_a_form_and_a_cookie() {
    let house = house().await;
    let client = house.site.client();
    client.form("/appearance").await.fill("theme", "dark").submit().await.leads_to("/appearance");
    client.get("/").await.says("data-theme=\"dark\"");
    client
        .form("/appearance")
        .await
        .forge("next", "//evil.example")
        .fill("theme", "system")
        .submit()
        .await
        .leads_to("/");
    client.get("/").await.is_silent_about("data-theme");
}
