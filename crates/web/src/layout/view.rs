//! The extractor that makes pages.

use super::page::{Page, Theme};
use crate::app::Kit;
use crate::caller::Caller;
use crate::csrf::Csrf;
use crate::problem::Problem;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// What a handler needs to answer with a page: `view.show(&Template { page: view.page("Inbox"), … })`.
#[derive(Clone)]
pub struct View {
    kit: Kit,
    caller: Caller,
    csrf: Csrf,
    theme: Theme,
    path: String,
}

impl View {
    /// The frame of a page with this title.
    pub fn page(&self, title: &str) -> Page {
        let mut page = Page::bare(&self.kit, self.theme, title);
        page.path.clone_from(&self.path);
        page.csrf = Some(self.csrf.clone());
        if let Caller::Staff { unseen, keys_off, .. } = self.caller {
            page.keys_off = keys_off;
            page.signed_in = true;
            page.unseen = unseen;
            let seen = |item: &&super::NavItem| item.permission.is_none_or(|p| self.caller.holds(p));
            page.nav = self.kit.nav.iter().filter(seen).copied().collect();
        }
        page
    }

    /// Who looks at it.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// 200 with the template.
    pub fn show(&self, template: &impl Template) -> Response {
        self.show_as(StatusCode::OK, template)
    }

    /// 422 with the form shown again: give the page `with_errors(true)`.
    pub fn show_again(&self, template: &impl Template) -> Response {
        self.show_as(StatusCode::UNPROCESSABLE_ENTITY, template)
    }

    /// The template under another status.
    pub fn show_as(&self, status: StatusCode, template: &impl Template) -> Response {
        match template.render() {
            Ok(html) => (status, Html(html)).into_response(),
            Err(error) => Problem::internal(error).into_response(),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for View {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let missing = || Problem::internal("a page outside the guard");
        let kit = parts.extensions.get::<Kit>().cloned().ok_or_else(missing)?;
        let caller = parts.extensions.get::<Caller>().cloned().ok_or_else(missing)?;
        let csrf = parts.extensions.get::<Csrf>().cloned().ok_or_else(missing)?;
        let theme = Theme::read(&kit, &parts.headers);
        Ok(Self { kit, caller, csrf, theme, path: parts.uri.path().to_owned() })
    }
}

/// 303 to a path of ours, after an action or to a door. A path that could lead to another host
/// (`//evil`, `/\evil`, a scheme) goes to `/` instead.
pub fn see_other(path: &str) -> Response {
    let rest = path.strip_prefix('/');
    let ours = rest.is_some_and(|rest| !rest.starts_with(['/', '\\'])) && path.bytes().all(|b| b.is_ascii_graphic());
    let target = if ours { path } else { "/" };
    let value = HeaderValue::from_str(target).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, value)]).into_response()
}

#[cfg(test)]
mod tests {
    use super::see_other;

    #[test]
    fn redirects_stay_in_the_house() {
        let to = |path: &str| see_other(path).headers()["location"].to_str().unwrap().to_owned();
        assert_eq!(to("/desk?next=%2Fa"), "/desk?next=%2Fa");
        for elsewhere in ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\r\nb: c", "/\t/evil"] {
            assert_eq!(to(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
