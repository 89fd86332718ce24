//! Every row of this crate by every caller: who comes in, and what the others see.

use crate::support::{House, code};
use axum::http::Method;
use domain::{Permission, Role};
use web::{Access, Route};

/// What a caller gets: in (anything but a refusal), a door, no token, or as if nothing were there.
fn seen(status: u16, location: &str) -> &'static str {
    match status {
        303 if location.starts_with("/desk/sign-in") => "sign-in",
        303 if location == "/case" => "return door",
        401 => "no token",
        404 => "hidden",
        _ => "in",
    }
}

fn wanted(access: Access, caller: &str, role: Option<Role>) -> &'static str {
    let holds = |p: Permission| role.is_some_and(|r| p.roles().contains(&r));
    match (access, caller) {
        (Access::Open | Access::Public | Access::PublicOrToken, _) | (Access::Reporter, "reporter") => "in",
        (Access::Reporter, _) => "return door",
        (Access::Staff(p), "staff") | (Access::Token(p), "token") if holds(p) => "in",
        (Access::Staff(_), "staff") | (Access::Token(_), "token") => "hidden",
        (Access::Token(_), _) => "no token",
        _ => "sign-in",
    }
}

fn path_of(route: &Route, case: &str) -> Option<String> {
    // A tile or file that is there is another test's business: here they would all be "hidden".
    if route.path.contains("/log/") || route.path.contains("{attachment}") {
        return None;
    }
    Some(route.path.replace("{id}", case).replace("{action}", "triage"))
}

#[tokio::test]
async fn every_row_lets_in_whom_it_names() {
    let house = House::new().await;
    let site = house.site().await;
    let case = house.report("Token", Some(code(1))).await;
    let mut callers = vec![("nobody", None, site.client()), ("reporter", None, house.reporter(&site, &code(1)).await)];
    for role in Role::ALL.iter().copied() {
        let person = house.person(role.as_str(), role).await;
        callers.push(("staff", Some(role), house.browser(&site, person).await));
        callers.push(("token", Some(role), house.program(&site, person, role).await));
    }
    let mut wrong = Vec::new();
    for route in desk::routes() {
        let Some(path) = path_of(&route, &case.name) else { continue };
        if route.path == "/case/leave" {
            continue;
        }
        for (kind, role, client) in &callers {
            let call = client.call(route.method.clone(), &path);
            let call = match (route.method.clone(), route.is_api()) {
                (Method::POST, true) => call.header("content-type", "application/json").body("{}"),
                (Method::POST, false) => call.header("content-type", "application/x-www-form-urlencoded").body(""),
                _ => call.header("accept", "text/html"),
            };
            let answer = call.send().await;
            let got = seen(answer.status.as_u16(), answer.header("location"));
            let want = wanted(route.access, kind, *role);
            if got != want {
                wrong.push(format!("{route:?} by {kind} {role:?}: {got} ({}), wanted {want}", answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
