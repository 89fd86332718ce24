//! The same strings by program, in searches, in names of people and of files.

use super::strings::{has_controls, strings, unescaped};
use crate::access::callers::Caller;
use crate::access::scene::Scene;
use axum::http::Method;
use domain::{Grant, Role, Scope};
use form_urlencoded::Serializer;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use web::testing::{Client, Typed};

#[tokio::test]
async fn every_text_of_the_api_takes_them_as_words() {
    let Some(strings) = strings() else { return };
    let scene = Scene::new().await;
    let program = scene.site.client().token(scene.token(Caller::All));
    let case = scene.case_after(&[]).await;
    let at = format!("/api/v1/cases/{}", case.id);
    let (odd, plain): (Vec<String>, Vec<String>) = strings.iter().cloned().partition(|text| has_controls(text));
    assert!(!odd.is_empty());
    for (n, audience) in ["team", "reporter"].into_iter().enumerate() {
        for part in plain.chunks(40) {
            let body = json!({ "body": part.join("\n"), "audience": audience });
            program.json(Method::POST, &format!("{at}/messages"), &body).send().await.is(201);
        }
        for text in odd.iter().skip(n).step_by(2) {
            let body = json!({ "body": text, "audience": audience });
            program.json(Method::POST, &format!("{at}/messages"), &body).send().await.is(422);
        }
    }
    let whole = program.get(&at).await.is(200).json();
    let said = whole["events"].to_string();
    for text in plain.iter().step_by(7) {
        let written = Value::from(text.as_str()).to_string();
        assert!(said.contains(written.trim_matches('"')), "{text:?} was not kept as it was sent");
    }
    let mut page = scene.client(Caller::Owner, "").await.get(&format!("/desk/cases/{}", case.name)).await.is(200);
    assert_eq!(unescaped(&page.text, plain.iter()), Vec::<String>::new());
    page = scene.reporter_of(case.code).await.get("/case/mine").await.is(200);
    assert_eq!(unescaped(&page.text, plain.iter()), Vec::<String>::new());
    for (n, text) in strings.iter().enumerate() {
        // In every field of every action, in a path, as the name of an action and as a version.
        let encoded = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let action = ["close", "ask", "set-severity", "reopen", &encoded][n % 5];
        let fields = ["outcome", "reason", "text", "severity", "of", "note"];
        let body: Value = fields.iter().map(|f| ((*f).to_owned(), Value::from(text.as_str()))).collect();
        let call = program.json(Method::POST, &format!("{at}/actions/{action}"), &body);
        let status = call.header("if-match", whole["version"].to_string().as_str()).send().await.status.as_u16();
        assert!(matches!(status, 200 | 400 | 404 | 409 | 412 | 422), "{action} with {text:?}: {status}");
        let status = program.get(&format!("/api/v1/cases/{encoded}")).await.status.as_u16();
        assert_eq!(status, 404, "{text:?} is no case");
    }
    scene.house.close().await;
}

#[tokio::test]
async fn searches_and_names_take_them_as_words() {
    let Some(strings) = strings() else { return };
    let scene = Scene::new().await;
    let owner = scene.client(Caller::Owner, "").await;
    let program = scene.site.client().token(scene.token(Caller::All));
    for part in strings.chunks(3) {
        let text = |n: usize| part[n % part.len()].as_str();
        let asked = ["q", "state", "severity", "owner", "waiting", "late", "from"];
        let query = Serializer::new(String::new()).extend_pairs((0..).zip(asked).map(|(n, f)| (f, text(n)))).finish();
        let page = owner.get(&format!("/desk?{query}")).await.is(200);
        assert_eq!(unescaped(&page.text, part.iter()), Vec::<String>::new());
        let asked = ["q", "type", "state", "cursor", "severity"];
        let keep = part.len() - 1;
        let query =
            Serializer::new(String::new()).extend_pairs(asked[..=keep].iter().map(|f| (*f, text(keep)))).finish();
        let status = program.get(&format!("/api/v1/cases?{query}")).await.status.as_u16();
        assert!(matches!(status, 200 | 400 | 422), "{query}: {status}");
    }
    let names: Vec<&String> = strings.iter().filter(|t| t.len() < 120 && !t.chars().any(char::is_control)).collect();
    for (n, name) in names.iter().step_by(6).enumerate() {
        let grants = vec![Grant { role: Role::Triager, scope: Scope::House }];
        scene.person_called(&format!("p{n}@acme.example"), name, grants).await;
    }
    let name = scene.cases["@open"].name.clone();
    for path in ["/desk/people".to_owned(), "/desk/audit".to_owned(), format!("/desk/cases/{name}")] {
        let page = owner.get(&path).await.is(200);
        assert_eq!(unescaped(&page.text, strings.iter()), Vec::<String>::new(), "{path}");
    }
    scene.house.close().await;
}

/// One file by program; its name as the case tells it afterwards.
async fn upload(client: &Client, at: &str, name: &str) -> String {
    let body =
        format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\nhello\r\n--b--\r\n");
    let call = client.call(Method::POST, &format!("{at}/attachments"));
    let made = call.header("content-type", "multipart/form-data; boundary=b").body(body).send().await.is(201).json();
    let (id, name) = (made["items"][0]["id"].as_str().unwrap(), made["items"][0]["name"].as_str().unwrap());
    let file = client.get(&format!("{at}/attachments/{id}")).await.is(200);
    assert!(file.header("content-disposition").starts_with("attachment;"), "{}", file.header("content-disposition"));
    assert_eq!(file.text, "hello");
    name.to_owned()
}

#[tokio::test]
async fn names_of_files_play_no_tricks_on_the_desk() {
    let scene = Scene::new().await;
    let program = scene.site.client().token(scene.token(Caller::All));
    let case = scene.case_after(&[]).await;
    let at = format!("/api/v1/cases/{}", case.id);
    let long = "x".repeat(500);
    let table = [
        ("../../x", "x"),
        ("..\\..\\win.ini", "win.ini"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("evil\u{202E}gpj.exe", "evilgpj.exe"),
        (".htaccess", "htaccess"),
        ("a|b?.txt", "a_b_.txt"),
        ("<img src=x onerror=alert(1)>.txt", "_img src=x onerror=alert(1)_.txt"),
        (long.as_str(), &long[..200]),
    ];
    for (given, wanted) in table {
        assert_eq!(upload(&program, &at, given).await, wanted, "{given:?}");
    }
    let reporter = scene.reporter_of(case.code).await;
    let forms = reporter.get("/case/mine").await;
    let form = reporter.forms_in("/case/mine", &forms).into_iter().find(|f| f.action().ends_with("/attachments"));
    let form = form.expect("a form for files").file("file", "..\\evil\u{202E}gpj.exe", b"x").file("file", "aux", b"y");
    form.submit().await.is(303);
    reporter.get("/case/mine").await.is(200).says("evilgpj.exe").says("_aux").is_silent_about("\u{202E}");
    scene.client(Caller::Owner, "").await.get(&format!("/desk/cases/{}", case.name)).await.is(200).says("_nul.txt");
    scene.house.close().await;
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused_everywhere() {
    let scene = Scene::new().await;
    let case = scene.case_after(&[]).await;
    let desk = format!("/desk/cases/{}", case.name);
    let owner = scene.client(Caller::Owner, "").await;
    let reporter = scene.reporter_of(case.code).await;
    let places = [(&owner, desk.as_str()), (&owner, "/desk/people/invite"), (&owner, "/desk/account/tokens")];
    let places = places.into_iter().chain([(&reporter, "/case/mine")]);
    let (mut walked, mut taken) = (0, Vec::new());
    for (client, path) in places {
        let page = client.get(path).await.is(200);
        for form in client.forms_in(path, &page) {
            let Some((field, _)) = form.typed().iter().find(|(_, kind)| *kind != Typed::Choice) else { continue };
            let body = format!("csrf={}&version={}&{field}=caf%E9", form.value("csrf"), form.value("version"));
            let call = client.call(Method::POST, form.action()).header("accept", "text/html");
            let answer = call.header("content-type", "application/x-www-form-urlencoded").body(body).send().await;
            if !matches!(answer.status.as_u16(), 409 | 422) {
                taken.push(format!("{} {field}: {}", form.action(), answer.status));
            }
            walked += 1;
        }
    }
    assert!(walked > 6 && taken.is_empty(), "of {walked} forms these took it: {taken:#?}");
    let program = scene.site.client().token(scene.token(Caller::All));
    let call = program.call(Method::POST, &format!("/api/v1/cases/{}/messages", case.id));
    let call = call.header("content-type", "application/json");
    call.body(&b"{\"body\":\"caf\xE9\",\"audience\":\"team\"}"[..]).send().await.is(400);
    scene.house.close().await;
}
