//! Apps, by the ids that their stores give them.

use super::asset::Kind;
use super::host::glob;
use super::web::Address;
use std::borrow::Cow;

/// Where an app comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Store {
    /// For iOS.
    Apple,
    /// For Android.
    Google,
}

/// An app, or apps by a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct App<'a> {
    /// `None`: whichever store has it.
    pub(super) store: Option<Store>,
    /// Lower case; stars inside, of an asset. Numbers of the App Store without `id`.
    pub(super) id: Cow<'a, str>,
}

impl<'a> App<'a> {
    /// `com.example.app`, `493086499`, `id493086499`, `acme-chat/id493086499`, `8x8-meeting-rooms`.
    pub(super) fn named(text: &'a str, store: Option<Store>) -> Option<Self> {
        // The end of an address in Apple's store is its number.
        let slug = |(front, end): &(&str, &str)| !front.contains(['.', ':', '/']) && number(end).is_some();
        let text = text.rsplit_once('/').filter(slug).map_or(text, |(_, end)| end);
        let fits = text.len() <= 200
            && text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'*')
            && text.bytes().any(|b| b.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-*".contains(&b));
        let text = number(text).unwrap_or(text);
        let capitals = text.bytes().any(|b| b.is_ascii_uppercase());
        let id = if capitals { text.to_ascii_lowercase().into() } else { text.into() };
        fits.then_some(Self { store, id })
    }

    /// The app that a store's page is about.
    pub(super) fn of_page(address: &Address<'_>) -> Option<App<'static>> {
        let is = |host: &str| address.host.eq_ignore_ascii_case(host);
        // Pages of developers have numbers too.
        if address.path.split('/').any(|step| matches!(step, "dev" | "developer")) {
            return None;
        }
        if is("play.google.com") {
            let id = address.query?.split('&').find_map(|pair| pair.strip_prefix("id="))?;
            return Some(App { store: Some(Store::Google), id: id.to_ascii_lowercase().into() });
        }
        if !is("apps.apple.com") && !is("itunes.apple.com") {
            return None;
        }
        let id = address.path.split('/').filter_map(number).next_back()?;
        Some(App { store: Some(Store::Apple), id: id.to_owned().into() })
    }

    pub(super) fn star(&self) -> bool {
        self.id.contains('*')
    }

    pub(super) fn covers(&self, other: &App<'_>) -> bool {
        let store = self.store.is_none() || other.store.is_none() || self.store == other.store;
        store && if self.star() { glob(&self.id, &other.id) } else { self.id == other.id }
    }

    /// Whether it covers no more than `other`.
    pub(super) fn within(&self, other: &App<'_>) -> bool {
        other.covers(self) && (other.store.is_none() || other.store == self.store)
    }
}

impl Kind {
    /// The store of its ids.
    pub(super) const fn store(self) -> Option<Store> {
        match self {
            Self::Ios => Some(Store::Apple),
            Self::Android => Some(Store::Google),
            _ => None,
        }
    }
}

/// The digits of `id493086499`; packages may begin with `id` too (`id.example.app`).
fn number(text: &str) -> Option<&str> {
    text.strip_prefix("id").filter(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}
