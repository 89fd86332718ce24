//! What the layouts read: every page template has a field `page: Page`.

use super::nav::NavItem;
use crate::app::Kit;
use crate::asset;
use crate::cookie::CookieName;
use crate::csrf::Csrf;
use axum::http::HeaderMap;
use data_encoding::HEXLOWER;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// What the system prefers.
    #[default]
    System,
    /// Day chart.
    Light,
    /// Night chart.
    Dark,
}

impl Theme {
    /// The word in the cookie, the form and the `data-theme` attribute.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of this word; anything unknown is the system's.
    pub fn of(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    pub(crate) fn read(kit: &Kit, headers: &HeaderMap) -> Self {
        kit.cookies().read(headers, CookieName::Theme).map_or(Self::System, |word| Self::of(&word))
    }
}

/// The frame around a page. Made by [`crate::View::page`].
#[derive(Clone)]
pub struct Page {
    /// Title of the page, before the organisation's name.
    pub title: String,
    /// Name of the organisation.
    pub organisation: String,
    /// Light, dark or the system's choice.
    pub theme: Theme,
    /// Language of the page.
    pub lang: &'static str,
    /// Path of the page, for the navigation.
    pub path: String,
    /// What the caller may see of the desk's navigation; empty outside the desk.
    pub nav: Vec<NavItem>,
    /// How many alerts they have not seen: 100 stands for more.
    pub unseen: i64,
    /// Whether they switched the single keys of the desk off.
    pub keys_off: bool,
    /// Whether a member of staff is signed in.
    pub signed_in: bool,
    /// Whether the form on it has errors: the title then starts with "Error:".
    pub has_errors: bool,
    pub(super) csrf: Option<Csrf>,
    pub(super) form_key: String,
}

impl Page {
    /// A page for nobody in particular, for problems found before the caller was known.
    pub(crate) fn bare(kit: &Kit, theme: Theme, title: &str) -> Self {
        Self {
            title: title.to_owned(),
            organisation: kit.settings.organisation.clone(),
            theme,
            lang: "en-GB",
            path: String::new(),
            nav: Vec::new(),
            unseen: 0,
            keys_off: false,
            signed_in: false,
            has_errors: false,
            csrf: None,
            form_key: HEXLOWER.encode(&kit.ambient.bytes::<16>()),
        }
    }

    /// The same page, for a form that is shown again when `errors` is true.
    #[must_use]
    pub fn with_errors(mut self, errors: bool) -> Self {
        self.has_errors = errors;
        self
    }

    /// The number beside an entry of the navigation: of alerts those that were not seen.
    pub fn count_of(&self, item: &NavItem) -> String {
        match (item.href == super::nav::ALERTS, self.unseen) {
            (false, _) | (true, ..=0) => String::new(),
            (true, n @ 1..=99) => n.to_string(),
            (true, _) => "99+".to_owned(),
        }
    }

    /// Content of the title element.
    pub fn full_title(&self) -> String {
        let error = if self.has_errors { "Error: " } else { "" };
        format!("{error}{} · {}", self.title, self.organisation)
    }

    /// A CSRF token for a form; the `form_token` macro puts it in.
    pub fn csrf(&self) -> String {
        self.csrf.as_ref().map(Csrf::token).unwrap_or_default()
    }

    /// An idempotency key for a form: the same page sent twice has one effect.
    pub fn form_key(&self) -> &str {
        &self.form_key
    }

    /// Address of an asset by its plain name, with the hash of its content in it.
    pub fn asset(&self, name: &str) -> String {
        asset::url(name)
    }

    /// Address of a picture of the sprite.
    pub fn glyph(&self, name: &str) -> String {
        format!("{}#{name}", self.asset("sprite.svg"))
    }
}
