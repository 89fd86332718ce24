//! What people write, as HTML that can stand in a page: Markdown.
//!
//! Two walls. Markup that somebody types is text, nothing is fetched because somebody wrote an address, and a link says
//! where it leads. What comes out is then cleaned by another program that knows only a short list of elements. Both are
//! bounded: a text that would make too much of it is shown as it was typed.

mod links;
mod tame;

pub use links::{Links, case_names};

use pulldown_cmark::{Event, Options, Parser, TextMergeStream, html};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write as _};
use std::sync::LazyLock;

/// Events of one text at most: a text of 100 kB of markers makes as many as it has letters.
const EVENTS: usize = 40_000;
/// Deepest nesting that is drawn.
const DEPTH: usize = 24;
/// Longest HTML of one text, in bytes.
const LONGEST: usize = 600_000;
/// Elements that may come out.
const TAGS: [&str; 25] = [
    "p",
    "br",
    "em",
    "strong",
    "del",
    "small",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "a",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "div",
];
/// Where links of our own may lead.
const OWN: [&str; 2] = ["/desk/cases/", "/case/mine/"];

/// HTML that only [`render`] makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Html(String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Templates print it as it is: nobody but [`render`] makes one.
impl askama::filters::HtmlSafe for Html {}

impl Html {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = ammonia::Builder::empty();
    cleaner
        .tags(HashSet::from(TAGS))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(ammonia::UrlRelative::Custom(Box::new(ours)))
        .link_rel(Some("noopener nofollow"));
    cleaner
});

fn ours(url: &str) -> Option<Cow<'_, str>> {
    OWN.iter().any(|start| url.starts_with(start)).then_some(Cow::Borrowed(url))
}

/// A text as HTML, its headings from `heading` (3 to 6) downwards.
pub fn render(text: &str, links: &Links, heading: u8) -> Html {
    let drawn = events(text).and_then(|events| draw(events, links, heading));
    Html(drawn.unwrap_or_else(|| as_typed(text)))
}

/// The events of a text, if they are neither too many nor too deep.
fn events(text: &str) -> Option<Vec<Event<'_>>> {
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES;
    let (mut events, mut depth) = (Vec::new(), 0_usize);
    for event in TextMergeStream::new(Parser::new_ext(text, options)) {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH || events.len() == EVENTS {
            return None;
        }
        events.push(event);
    }
    Some(events)
}

fn draw(events: Vec<Event<'_>>, links: &Links, heading: u8) -> Option<String> {
    let mut out = String::new();
    html::push_html(&mut out, tame::tame(events, links, heading).into_iter());
    (out.len() <= LONGEST).then(|| CLEANER.clean(&out).to_string())
}

/// As it was typed, line by line.
fn as_typed(text: &str) -> String {
    format!("<pre>{}</pre>", escaped(text))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for letter in text.chars() {
        match letter {
            '<' | '>' | '&' | '"' | '\'' => {
                let _ = write!(out, "&#{};", u32::from(letter));
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests;
