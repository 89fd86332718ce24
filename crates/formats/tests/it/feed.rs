//! Feeds, read back by an XML parser of others.

use formats::feed::{Entry, Feed, FeedError};
use formats::stamp::Stamp;
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;

fn stamp(text: &str) -> Stamp {
    Stamp::parse(text).expect("a time").0
}

fn feed(title: &str, html: &str) -> Feed {
    Feed {
        id: "https://desk.test/feed".into(),
        title: "Advisories".into(),
        subtitle: Some("What was fixed".into()),
        author: "Acme & Sons".into(),
        page: "https://desk.test/advisories".into(),
        own: "https://desk.test/feed.atom".into(),
        updated: stamp("2026-11-22T00:41:07Z"),
        language: Some("en-GB".into()),
        entries: vec![Entry {
            id: "urn:uuid:0190c3f0-0000-7000-8000-000000000001".into(),
            title: title.into(),
            page: "https://desk.test/advisories/1?a=1&b=2".into(),
            published: stamp("2024-02-29T23:00:00+01:00"),
            updated: stamp("2026-11-22T00:41:07Z"),
            author: None,
            summary: title.into(),
            html: Some(html.into()),
            categories: vec!["security".into(), "a\"b".into()],
        }],
    }
}

/// Path and text of every element, and its attributes as `path@name`.
fn elements(xml: &str) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(xml);
    let (mut path, mut found, mut text) = (Vec::<String>::new(), Vec::new(), String::new());
    loop {
        let event = reader.read_event().expect("well-formed");
        let empty = matches!(event, Event::Empty(_));
        match event {
            Event::Start(start) | Event::Empty(start) => {
                path.push(String::from_utf8(start.name().as_ref().to_vec()).expect("UTF-8"));
                for attribute in start.attributes() {
                    let attribute = attribute.expect("an attribute");
                    let name = String::from_utf8(attribute.key.as_ref().to_vec()).expect("UTF-8");
                    let raw = std::str::from_utf8(&attribute.value).expect("UTF-8");
                    let value = quick_xml::escape::unescape(raw).expect("references").into_owned();
                    found.push((format!("{}@{name}", path.join("/")), value));
                }
                text.clear();
                if empty {
                    path.pop();
                }
            }
            Event::Text(part) => text.push_str(&part.decode().expect("UTF-8")),
            Event::GeneralRef(name) => {
                let reference = format!("&{};", std::str::from_utf8(&name).expect("UTF-8"));
                text.push_str(&quick_xml::escape::unescape(&reference).expect("a reference"));
            }
            Event::End(_) => {
                found.push((path.join("/"), std::mem::take(&mut text)));
                path.pop();
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn of<'a>(found: &'a [(String, String)], path: &str) -> Vec<&'a str> {
    found.iter().filter(|(at, _)| at == path).map(|(_, text)| text.as_str()).collect()
}

#[test]
fn atom_has_what_the_standard_asks() {
    let found = elements(&feed("A < B & \"C\"", "<p>x &amp; y</p>").atom().unwrap());
    assert_eq!(of(&found, "feed@xmlns"), ["http://www.w3.org/2005/Atom"]);
    assert_eq!(of(&found, "feed/author/name"), ["Acme & Sons"]);
    assert_eq!(of(&found, "feed/updated"), ["2026-11-22T00:41:07Z"]);
    assert_eq!(of(&found, "feed/entry/id"), ["urn:uuid:0190c3f0-0000-7000-8000-000000000001"]);
    assert_eq!(of(&found, "feed/entry/title"), ["A < B & \"C\""]);
    assert_eq!(of(&found, "feed/entry/content"), ["<p>x &amp; y</p>"]);
    assert_eq!(of(&found, "feed/entry/content@type"), ["html"]);
    assert_eq!(of(&found, "feed/entry/category@term"), ["security", "a\"b"]);
    assert_eq!(of(&found, "feed/entry/link@href"), ["https://desk.test/advisories/1?a=1&b=2"]);
    assert_eq!(of(&found, "feed/link@rel"), ["alternate", "self"]);
}

#[test]
fn rss_has_what_the_board_asks() {
    let found = elements(&feed("A < B", "<p>x</p>").rss().unwrap());
    assert_eq!(of(&found, "rss@version"), ["2.0"]);
    assert_eq!(of(&found, "rss/channel/lastBuildDate"), ["Sun, 22 Nov 2026 00:41:07 +0000"]);
    assert_eq!(of(&found, "rss/channel/item/pubDate"), ["Thu, 29 Feb 2024 23:00:00 +0100"]);
    assert_eq!(of(&found, "rss/channel/item/guid@isPermaLink"), ["false"]);
    assert_eq!(of(&found, "rss/channel/item/description"), ["A &lt; B"], "a description is HTML");
    assert_eq!(of(&found, "rss/channel/item/content:encoded"), ["<p>x</p>"]);
    assert_eq!(of(&found, "rss/channel/item/dc:creator"), ["Acme & Sons"]);
}

#[test]
fn what_readers_would_stumble_over_is_refused() {
    let mut twice = feed("x", "");
    twice.entries.push(twice.entries[0].clone());
    assert!(matches!(twice.atom(), Err(FeedError::Repeated(_))));
    let mut relative = feed("x", "");
    relative.entries[0].page = "/advisories/1".into();
    assert_eq!(
        relative.rss().unwrap_err().to_string().split(',').next(),
        Some("the page \"/advisories/1\" is no address with a scheme")
    );
    assert!(matches!(feed(" ", "").atom(), Err(FeedError::NoTitle(_))));
}

proptest! {
    #[test]
    fn any_text_comes_back_as_it_was(title in "[^\u{0}-\u{8}\u{b}\u{c}\u{e}-\u{1f}\u{fffe}\u{ffff}]{1,40}", html in "\\PC{0,40}") {
        prop_assume!(!title.trim().is_empty());
        let feed = feed(&title, &html);
        let atom = elements(&feed.atom().unwrap());
        prop_assert_eq!(of(&atom, "feed/entry/title"), [title.as_str()]);
        prop_assert_eq!(of(&atom, "feed/entry/content"), [html.as_str()]);
        let rss = elements(&feed.rss().unwrap());
        prop_assert_eq!(of(&rss, "rss/channel/item/title"), [title.as_str()]);
    }

    #[test]
    fn any_control_leaves_it_well_formed(title in "a[\u{0}-\u{1f}\u{fffe}<&>]{0,10}") {
        let _ = elements(&feed(&title, &title).atom().unwrap());
    }
}

#[test]
fn dates_of_atom_have_capitals() {
    let mut feed = feed("t", "");
    feed.updated = stamp("2026-11-22t00:41:07z");
    let atom = feed.atom().expect("written");
    assert!(atom.contains("<updated>2026-11-22T00:41:07Z</updated>") && !atom.contains("22t00"), "{atom}");
}
