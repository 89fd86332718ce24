//! The one table of route x caller over the whole house: who may call what, walked row by row.
//!
//! `access.txt` says for each route and each caller what must come. Every row is walked against the router that is
//! served. A route without a line fails, a line without a route fails, and so does a caller without a column.

pub mod callers;
mod headers;
pub mod scene;
pub mod table;

use axum::http::Method;
use callers::{CALLERS, Caller};
use futures::future::join_all;
use scene::{Scene, upload};
use std::collections::BTreeMap;
use table::{Line, PLACE, compare, is_of_case};
use web::testing::{Answer, Client};
use web::{App, Route};

const TABLE: &str = include_str!("access.txt");

/// Every row that the binary serves: the house's, the demo's and the kit's.
pub fn routes() -> Vec<Route> {
    [leeward::house::routes(), leeward::command::demo::routes(), web::own_routes::<App>()]
        .into_iter()
        .flatten()
        .collect()
}

/// The word of the table for an answer; a status that the table has no word for stands as its number.
fn word(method: &Method, answer: &Answer) -> String {
    let location = answer.header("location");
    let word = match answer.status.as_u16() {
        303 if location.starts_with("/desk/sign-in?next=") => "signin",
        303 if location.starts_with("/desk/step-up?next=") => "stepup",
        303 if location == "/case" => "door",
        303 if location == "/me/sign-in" => "account",
        303 if method == Method::GET => "leads",
        200 if method == Method::GET => "shows",
        // Taken up by the handler, which may find fault with what was sent: with nothing, mostly.
        200 | 201 | 202 | 204 | 303 | 409 | 412 | 422 => "acts",
        403 if answer.text.contains("Your session ended meanwhile") => "over",
        status => return status.to_string(),
    };
    word.to_owned()
}

/// A path with everything in it replaced; and the same with each part in turn replaced by something that is not there.
pub struct Address {
    pub there: String,
    missing: Vec<String>,
    /// The case by its name, and by a name that no case has.
    by_name: Option<[String; 2]>,
    /// What differs between the two: made alike before answers are compared.
    names: Vec<String>,
}

const NOWHERE: &str = "0190a000-0000-7000-8000-00000000dead";
/// A stock answer that comes with the house.
const SUPPLIED: &str = "1ee7a2d0-0000-7000-8000-000000000001";
const NO_NAME: &str = "REP-9999";

/// What stands for `{id}` and `{token}` of a path.
async fn id_and_token(scene: &Scene, path: &str, case: &str) -> (String, String) {
    let id = if path.starts_with("/desk/people/{id}") {
        scene.target(path).await.to_string()
    } else if path.starts_with("/api/v1/mail/{id}") {
        scene.failed_letter().await.to_string()
    } else {
        case.to_owned()
    };
    let token = if path.starts_with("/mail/") {
        scene.contact().await
    } else if path.starts_with("/api/v1/tokens/") {
        scene.new_token().await
    } else if path.starts_with("/me/link/") {
        scene.researcher_link().await
    } else {
        scene.link.clone()
    };
    (id, token)
}

pub async fn address(scene: &Scene, line: &Line) -> Address {
    let case = scene.cases.get(line.of.as_str()).unwrap_or(&scene.cases["@open"]);
    let file = &case.files[usize::from(line.of == "@team-file")];
    let (id, token) = id_and_token(scene, line.path.as_str(), &case.id.to_string()).await;
    let researcher = scene.researcher.to_string();
    let icon = web::asset::url("mark.svg");
    let tile = format!("000.p/{}", scene.log_size);
    let removes = line.method == "DELETE" || line.path.ends_with("/remove");
    let removed = if removes && line.path.contains("{calendar}") { scene.new_calendar().await } else { String::new() };
    let calendar = if removes { &removed } else { &scene.calendar };
    let removed = if removes && line.path.contains("{answer}") { scene.new_answer().await } else { String::new() };
    let answer = if removes { removed.as_str() } else { SUPPLIED };
    let person = if line.path.contains("{person}") { scene.guest_of(case.id).await } else { String::new() };
    let alert = if line.path.contains("{alert}") { scene.new_alert(case.id).await } else { String::new() };
    let fresh = if removes && line.path.contains("{webhook}") { scene.new_webhook().await } else { String::new() };
    let webhook = if removes { &fresh } else { &scene.webhook };
    let erased = line.of == "@erased";
    let issue = if line.path.contains("{issue}") && !erased { scene.new_issue(case.id).await } else { String::new() };
    let entry = if line.path.contains("{entry}") { scene.entry().await } else { String::new() };
    let parts: [(&str, &str, &str); 24] = [
        ("{researcher}", &researcher, NOWHERE),
        ("{entry}", &entry, NOWHERE),
        ("{id}", &id, NOWHERE),
        ("{attachment}", file, NOWHERE),
        ("{part}", &case.part, "REP-999999"),
        ("{action}", "triage", "triage"),
        ("{slug}", "acme", "nowhere"),
        ("{token}", &token, "0000000000000000000000000000dead"),
        // Looking at the page of a ticket tells nothing about it.
        ("{ticket}", "0000000000000000000000000000dead", "0000000000000000000000000000dead"),
        ("{calendar}", calendar, NOWHERE),
        ("{person}", &person, NOWHERE),
        ("{webhook}", webhook, NOWHERE),
        ("{answer}", answer, NOWHERE),
        ("{alert}", &alert, NOWHERE),
        ("{issue}", if issue.is_empty() { NOWHERE } else { &issue }, NOWHERE),
        // A view is its person's, and nobody here has one.
        ("{view}", NOWHERE, NOWHERE),
        ("{deed}", NOWHERE, NOWHERE),
        // So is a message that can still be taken back.
        ("{message}", NOWHERE, NOWHERE),
        ("{scope}", "house", "nowhere"),
        ("{level}", "0", "7"),
        ("{version}", "1", "999999"),
        ("{*rest}", &tile, "x999/999"),
        ("{kind}", "not-found", "nothing"),
        ("{file}", icon.trim_start_matches("/assets/"), "nothing.css"),
    ];
    let fill = |without: &str| {
        parts.iter().fold(line.path.clone(), |path, (name, there, missing)| {
            path.replace(name, if *name == without { missing } else { there })
        })
    };
    let there = fill("");
    assert!(!there.contains('{'), "{}: say in `address` what stands for its part in braces", line.path);
    let missing: Vec<String> = parts.iter().map(|(name, ..)| fill(name)).filter(|path| *path != there).collect();
    let used = parts.iter().filter(|(name, ..)| line.path.contains(name)).flat_map(|(_, a, b)| [*a, *b]);
    let names = used.chain([case.name.as_str(), NO_NAME]).map(str::to_owned).collect();
    let by_name = is_of_case(&line.path).then(|| [&case.name, NO_NAME].map(|name| there.replacen(&id, name, 1)));
    Address { there, missing, by_name, names }
}

/// What a program sends so that the handler gets as far as the thing it is about.
fn probe(path: &str) -> &'static str {
    match path.rsplit('/').next() {
        Some("messages") => r#"{"body":"x","audience":"team"}"#,
        Some("programs") => {
            r#"{"slug":"Bad","name":"x","brief":"","in_scope":[],"out_of_scope":[],"first_answer_days":1,"contact":""}"#
        }
        Some("answers") => r#"{"name":"x","text":"x"}"#,
        Some("guests") => r#"{"email":"a guest"}"#,
        Some("issues") => r#"{"url":"https://git.acme.example/1"}"#,
        Some("appeals") => r#"{"body":"x"}"#,
        Some("split") => r#"{"parts":[]}"#,
        Some("merge") => r#"{"cases":[],"reason":"x"}"#,
        Some("shares") => r#"{"reporter":1,"others":[]}"#,
        Some("away") => r#"{"absences":[]}"#,
        Some("search") => r#"{"address":"finder@there.example"}"#,
        Some("bar") => r#"{"days":1,"reason":"x"}"#,
        Some("hold" | "release") => r#"{"reason":"x"}"#,
        Some("export") => r#"{"contents":"reporter","as":"json"}"#,
        Some("erasure") if path.contains("/researchers/") => r#"{"address":"else@there.example","reason":"x"}"#,
        Some("erasure") => r#"{"name":"x","reason":"x"}"#,
        Some("reports") => r#"{"title":"x","summary":"x"}"#,
        Some("redeliver") => r#"{"failed_days":1}"#,
        Some("secret" | "test") => "{}",
        _ if path.contains("/webhooks/") => {
            r#"{"label":"x","url":"https://hooks.example.com/","events":["case.opened"]}"#
        }
        _ if path.starts_with("/api/v1/programs/") && path.matches('/').count() == 4 => {
            r#"{"slug":"acme","name":"x","brief":"","in_scope":[],"out_of_scope":[],"first_answer_days":0,"contact":""}"#
        }
        _ if path.contains("/answers/") => r#"{"name":"x","text":"x"}"#,
        _ if path.contains("/calendars/") => r#"{"name":"x","zone":"UTC","week":{"monday":"09:00-17:00"}}"#,
        _ if path.contains("/views") => r#"{"name":"x","filter":{}}"#,
        _ => "{}",
    }
}

/// Another site, whose script asks: it must not be told that it may read the answer.
const STRANGER: &str = "https://evil.example";

/// One request of a caller. `form` is what a page's form holds; one that another site sends is refused, so forms come
/// from nowhere in particular.
async fn call(scene: &Scene, client: &Client, method: &Method, (path, form): (&str, &str)) -> Answer {
    let call = client.call(method.clone(), path);
    let call = if *method == Method::GET {
        call.header("accept", "text/html").header("origin", STRANGER)
    } else if path.starts_with("/api/") {
        let call = call.header("origin", STRANGER);
        let call = call.header("if-match", "\"1\"").header("idempotency-key", &scene.number().to_string());
        if path.ends_with("/attachments") || path.ends_with("/mails") {
            call.header("content-type", "multipart/form-data; boundary=b").body(upload("team"))
        } else {
            call.header("content-type", "application/json").body(probe(path))
        }
    } else {
        let call = call.header("content-type", "application/x-www-form-urlencoded").header("accept", "text/html");
        call.body(form.to_owned())
    };
    call.send().await
}

/// An answer without what may differ between a thing that is hidden and one that is not there.
fn plain(answer: &Answer, names: &[String]) -> String {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "set-cookie" && *name != "date")
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?")))
        .collect();
    headers.sort();
    let mut text = format!("{}\n{}\n\n{}", answer.status, headers.join("\n"), answer.text);
    for name in names.iter().filter(|name| !name.is_empty()) {
        text = text.replace(name.as_str(), "THIS");
    }
    let mut parts = text.split("name=\"csrf\" value=\"");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.split_once('"').map_or(part, |(_, rest)| rest));
    }
    out
}

/// A caller with a session, used until it may have been ended by what they did.
#[derive(Default)]
struct Sessions(BTreeMap<(Caller, String), (Client, String)>);

impl Sessions {
    /// The caller's client, and the token of its forms.
    async fn of(&mut self, scene: &Scene, caller: Caller, of: &str) -> (Client, String) {
        let key = (caller, of.to_owned());
        if let Some(found) = self.0.get(&key) {
            return found.clone();
        }
        let client = scene.client(caller, of).await;
        // Who sends a bad token is refused the page with the form too: it gets its form without.
        let browser = if caller.is_token() { scene.site.client() } else { client.clone() };
        let csrf = browser.form("/appearance").await.value("csrf").to_owned();
        for (name, value) in browser.cookies() {
            client.set_cookie(&name, &value);
        }
        self.0.insert(key, (client.clone(), csrf.clone()));
        (client, csrf)
    }

    fn forget(&mut self, caller: Caller, of: &str) {
        self.0.remove(&(caller, of.to_owned()));
    }
}

/// Walks one cell: the word that came, and what else was wrong.
async fn cell(scene: &Scene, sessions: &mut Sessions, line: &Line, caller: Caller) -> (String, Vec<String>) {
    let method: Method = line.method.parse().unwrap();
    let (get, page) = (method == Method::GET, !line.path.starts_with("/api/"));
    let address = address(scene, line).await;
    let (mut client, csrf) = sessions.of(scene, caller, &line.of).await;
    let mut faults = Vec::new();
    let fields = scene.fields(&line.path, &line.of, caller).await;
    if page && !get {
        let without = call(scene, &client, &method, (&address.there, &fields)).await;
        if matches!(word(&method, &without).as_str(), "acts" | "shows" | "leads") {
            faults.push(format!("without a token of the form it answered {}", without.status));
        }
    }
    let mut form = format!("csrf={csrf}{fields}");
    let answer = call(scene, &client, &method, (&address.there, &form)).await;
    let came = word(&method, &answer);
    faults.extend(headers::lacking((&line.method, &line.path), &answer));
    if matches!(came.as_str(), "acts" | "shows") {
        for missing in &address.missing {
            if !get {
                sessions.forget(caller, &line.of);
                let (again, csrf) = sessions.of(scene, caller, &line.of).await;
                (client, form) = (again, format!("csrf={csrf}{fields}"));
            }
            let nothing = call(scene, &client, &method, (missing, &form)).await;
            if !matches!(nothing.status.as_u16(), 404 | 410) {
                faults.push(format!("{missing} is not there and answered {}", nothing.status));
            }
        }
        if !get {
            sessions.forget(caller, &line.of);
        }
    } else if came == "404" {
        let missing = address.missing.iter().map(|missing| [&address.there, missing]);
        for [hidden, gone] in missing.chain(address.by_name.iter().map(|[a, b]| [a, b])) {
            let ways = [hidden, gone].map(|path| (path.as_str(), form.as_str()));
            let hidden = plain(&call(scene, &client, &method, ways[0]).await, &address.names);
            let gone = plain(&call(scene, &client, &method, ways[1]).await, &address.names);
            if hidden != gone {
                faults.push(format!("hidden and missing differ:\n--- hidden\n{hidden}\n--- missing\n{gone}"));
            }
        }
    }
    (came, faults)
}

/// Walks a line: what came for each caller, and what else was wrong.
async fn walk(scene: &Scene, sessions: &mut [Sessions], line: &Line) -> (Line, Vec<String>) {
    let mut came = Line { words: Vec::new(), ..line.clone() };
    let mut faults = Vec::new();
    // Callers do not wait for each other's writes.
    let cells = CALLERS.iter().zip(sessions).map(|((_, caller), own)| cell(scene, own, line, *caller));
    for ((name, _), (word, more)) in CALLERS.iter().zip(join_all(cells).await) {
        came.words.push(word);
        faults.extend(
            more.into_iter().map(|fault| format!("{} {} {} by {name}: {fault}", line.method, line.path, line.of)),
        );
    }
    (came, faults)
}

fn report(missing: &[Line], odd: &[String], wrong: &[String]) -> String {
    let mut text = Vec::new();
    if !missing.is_empty() {
        let lines: Vec<String> = missing.iter().map(Line::write).collect();
        text.push(format!(
            "\nThese routes have no line in {PLACE}. Below is what they answer today: read each word, ask whether it is \
             what this caller should get, and put the lines into the table.\n{}\n",
            lines.join("\n")
        ));
    }
    if !odd.is_empty() {
        text.push(format!("\nThese lines of {PLACE} fit no route:\n{}\n", odd.join("\n")));
    }
    if !wrong.is_empty() {
        text.push(format!("\nThese answers are not what {PLACE} says:\n{}\n", wrong.join("\n")));
    }
    text.concat()
}

#[tokio::test]
async fn every_route_answers_every_caller_as_the_table_says() {
    let lines = table::read(TABLE).unwrap_or_else(|faults| panic!("\n{}", faults.join("\n")));
    let routes: Vec<(String, &'static str)> = routes().iter().map(|r| (r.method.to_string(), r.path)).collect();
    let (missing, odd) = compare(&lines, &routes);
    let known = |line: &&Line| routes.iter().any(|(m, p)| *m == line.method && *p == line.path);
    let scene = Scene::new().await;
    let mut sessions = CALLERS.map(|_| Sessions::default());
    let mut wrong = Vec::new();
    for line in lines.iter().filter(known) {
        let (came, faults) = walk(&scene, &mut sessions, line).await;
        for (((name, _), want), got) in CALLERS.iter().zip(&line.words).zip(&came.words) {
            if want != got {
                wrong.push(format!("{} {} {} by {name}: {got}, wanted {want}", line.method, line.path, line.of));
            }
        }
        wrong.extend(faults);
    }
    let mut lacking = Vec::new();
    for line in &missing {
        let (came, faults) = walk(&scene, &mut sessions, line).await;
        lacking.push(came);
        wrong.extend(faults);
    }
    let text = report(&lacking, &odd, &wrong);
    scene.house.close().await;
    assert!(text.is_empty(), "{text}");
}

#[test]
fn every_page_of_settings_is_served() {
    let served: Vec<&str> = routes().iter().filter(|row| row.method == Method::GET).map(|row| row.path).collect();
    let missing: Vec<&str> = desk::settings::pages().filter(|path| !served.contains(path)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn paths_of_cases_are_known_as_such() {
    assert!(is_of_case("/desk/cases/{id}/notes") && is_of_case("/case/mine") && !is_of_case("/case"));
}
