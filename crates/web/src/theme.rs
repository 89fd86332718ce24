//! The choice of light, dark or the system's: a form and a cookie, no script.

use crate::Reply;
use crate::access::Access;
use crate::app::{House, Kit};
use crate::cookie::{CookieName, SameSite};
use crate::form::FormData;
use crate::layout::{Page, Theme, View, see_other};
use crate::route::{Route, get, post};
use askama::Template;
use axum::Extension;
use axum::http::header;

#[derive(Template)]
#[template(path = "leeward/appearance.html")]
struct Appearance {
    page: Page,
}

async fn appearance(view: View) -> Reply {
    Ok(view.show(&Appearance { page: view.page("Appearance") }))
}

async fn choose(Extension(kit): Extension<Kit>, form: FormData) -> Reply {
    let fields = form.fields().await?;
    let cookies = kit.cookies();
    let cookie = match Theme::of(fields.get("theme")) {
        Theme::System => cookies.clear(CookieName::Theme),
        chosen => cookies.set(CookieName::Theme, chosen.as_str(), SameSite::Lax, Some(365 * 86_400)),
    };
    let back = if fields.get("next").is_empty() { "/appearance" } else { fields.get("next") };
    let mut response = see_other(back);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

pub(crate) fn routes<S: House>() -> Vec<Route<S>> {
    vec![get("/appearance", Access::Public, appearance), post("/appearance", Access::Public, choose)]
}
