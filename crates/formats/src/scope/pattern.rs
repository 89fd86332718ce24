//! One way in which an asset covers targets.

use super::app::App;
use super::place::Place;
use super::rule::Size;

/// One way in which an asset covers targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// By address.
    Place(Box<Place>),
    /// By the id of an app.
    App(App<'static>),
    /// By its own [`words`], or [`verbatim`].
    Words(String),
}

impl Pattern {
    pub(super) fn size(&self) -> Size {
        let text = |text: &str| u32::try_from(text.bytes().filter(|b| *b != b'*').count()).unwrap_or(u32::MAX);
        match self {
            Self::Place(place) => place.size(),
            Self::App(app) => Size { one_host: !app.star(), host: text(&app.id), ..Size::default() },
            Self::Words(words) => Size { one_host: true, host: text(words), ..Size::default() },
        }
    }

    /// Whether it covers nothing that `other` does not. What is of another sort is never within: that the letters of an
    /// address are those of a remark says nothing about either.
    pub(super) fn within(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Place(own), Self::Place(other)) => own.within(other),
            (Self::App(own), Self::App(other)) => own.within(other),
            (Self::Words(own), Self::Words(other)) => own == other,
            // An id looks like a host: `com.example.app` is none of those that `*.app` is about.
            (Self::App(own), Self::Place(other)) => !own.star() && other.host.star(),
            _ => false,
        }
    }

    /// Whether it is within and `other` covers more.
    pub(super) fn narrower(&self, other: &Self) -> bool {
        self.within(other) && !other.within(self)
    }
}

/// Letters and digits alone, lower case.
pub(super) fn words(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A text as it stands, case aside; no result of [`words`].
pub(super) fn verbatim(text: &str) -> String {
    format!("={}", text.trim().to_lowercase())
}
