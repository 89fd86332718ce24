//! The events of a text made harmless: markup as text, images as links, links with their host, headings below those of
//! the page.

use super::escaped;
use super::links::{Links, case_names};
use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd};
use url::Url;

/// What an open link or image became.
enum Open {
    /// Nothing: it stands inside of another.
    Inner,
    /// A link, with what is said after it when its words do not.
    Link { host: Option<Host>, dest: String, words: String },
    /// No link: where it wanted to lead is said in words.
    Dead { dest: String },
}

/// Where a link really leads.
struct Host {
    /// `https://gateway.acme.example`, or `mailto:`.
    start: String,
    /// `gateway.acme.example`, or the mailbox.
    name: String,
}

/// A link of these words' own.
struct Target {
    href: String,
    host: Option<Host>,
}

struct Tamer<'t, 'l> {
    links: &'l Links,
    out: Vec<Event<'t>>,
    open: Vec<Open>,
    in_code: bool,
    headings: Headings,
}

pub(super) fn tame<'t>(events: Vec<Event<'t>>, links: &Links, heading: u8) -> Vec<Event<'t>> {
    let headings = Headings::of(&events, heading);
    let mut tamer = Tamer { links, out: Vec::with_capacity(events.len()), open: Vec::new(), in_code: false, headings };
    for event in events {
        tamer.take(event);
    }
    tamer.out
}

impl<'t> Tamer<'t, '_> {
    fn take(&mut self, event: Event<'t>) {
        match event {
            Event::Html(text) => self.lines(&text),
            Event::InlineHtml(text) | Event::Text(text) => self.text(text),
            Event::Code(text) => {
                self.said(&text);
                self.out.push(Event::Code(text));
            }
            // A line end that somebody typed is one they meant.
            Event::SoftBreak => self.out.push(Event::HardBreak),
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::HardBreak | Event::Rule => self.out.push(event),
            // Not asked for: notes, formulas, tick boxes.
            other => self.text(CowStr::from(format!("{other:?}"))),
        }
    }

    fn start(&mut self, tag: Tag<'t>) {
        match tag {
            Tag::Link { dest_url, link_type, .. } => self.link(&dest_url, link_type == LinkType::Email),
            Tag::Image { dest_url, .. } => {
                self.link(&dest_url, false);
                if !matches!(self.open.last(), Some(Open::Inner)) {
                    self.out.push(Event::Text(CowStr::Borrowed("image: ")));
                }
            }
            Tag::Heading { level, .. } => {
                let level = self.headings.next(level);
                self.out.push(Event::Start(Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() }));
            }
            Tag::HtmlBlock => self.out.push(Event::Start(Tag::Paragraph)),
            other => {
                self.in_code |= matches!(other, Tag::CodeBlock(_));
                self.out.push(Event::Start(other));
            }
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Link | TagEnd::Image => self.close(),
            TagEnd::Heading(_) => self.out.push(Event::End(TagEnd::Heading(self.headings.now()))),
            TagEnd::HtmlBlock => self.out.push(Event::End(TagEnd::Paragraph)),
            other => {
                self.in_code &= !matches!(other, TagEnd::CodeBlock);
                self.out.push(Event::End(other));
            }
        }
    }

    fn link(&mut self, dest: &str, mailbox: bool) {
        if !self.open.is_empty() {
            self.open.push(Open::Inner);
            return;
        }
        let dest = dest.to_owned();
        let target = match self.links.file(&dest) {
            Some(href) => Some(Target { href: href.to_owned(), host: None }),
            None if mailbox => target(&format!("mailto:{dest}")),
            None => target(&dest),
        };
        match target {
            Some(Target { href, host }) => {
                self.out.push(link_to(href));
                self.open.push(Open::Link { host, dest, words: String::new() });
            }
            None => self.open.push(Open::Dead { dest }),
        }
    }

    fn close(&mut self) {
        match self.open.pop() {
            None | Some(Open::Inner) => {}
            Some(Open::Dead { dest }) => self.out.push(Event::Text(CowStr::from(format!(" ({dest})")))),
            Some(Open::Link { host, dest, words }) => {
                if words.trim().is_empty() {
                    self.out.push(Event::Text(CowStr::from(dest)));
                }
                self.out.push(Event::End(TagEnd::Link));
                if let Some(host) = host.filter(|host| !host.is_said_in(words.trim())) {
                    let name = escaped(&host.name);
                    self.out.push(Event::InlineHtml(CowStr::from(format!(" <small>({name})</small>"))));
                }
            }
        }
    }

    /// Remembers the words of an open link.
    fn said(&mut self, text: &str) {
        if let Some(Open::Link { words, .. }) = self.open.first_mut() {
            words.push_str(text);
        }
    }

    /// Lines of markup that somebody typed, as they typed them.
    fn lines(&mut self, text: &str) {
        for line in text.lines() {
            self.text(CowStr::from(line.to_owned()));
            self.out.push(Event::HardBreak);
        }
    }

    fn text(&mut self, text: CowStr<'t>) {
        self.said(&text);
        let plain = self.in_code || !self.open.is_empty();
        let named: Vec<(usize, String, String)> = if plain {
            Vec::new()
        } else {
            let known = |(at, name): (usize, &str)| Some((at, name.to_owned(), self.links.case(name)?.to_owned()));
            case_names(&text).filter_map(known).collect()
        };
        if named.is_empty() {
            self.out.push(Event::Text(text));
            return;
        }
        let mut done = 0;
        for (at, name, href) in named {
            let before = text.get(done..at).unwrap_or_default().to_owned();
            done = at + name.len();
            self.out.push(Event::Text(CowStr::from(before)));
            self.out.push(link_to(href));
            self.out.push(Event::Text(CowStr::from(name)));
            self.out.push(Event::End(TagEnd::Link));
        }
        let rest = text.get(done..).unwrap_or_default().to_owned();
        self.out.push(Event::Text(CowStr::from(rest)));
    }
}

fn link_to(href: String) -> Event<'static> {
    let none = CowStr::Borrowed("");
    Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url: CowStr::from(href), title: none.clone(), id: none })
}

/// Where an address leads; nothing for what is no web address and no mailbox.
fn target(dest: &str) -> Option<Target> {
    let url = Url::parse(dest.trim()).ok()?;
    let start = match url.scheme() {
        "mailto" => {
            let name = url.path().to_owned();
            let host = Host { start: format!("mailto:{name}"), name };
            return Some(Target { href: url.to_string(), host: Some(host) });
        }
        scheme @ ("http" | "https") => scheme,
        _ => return None,
    };
    let name = match (url.host_str()?, url.port()) {
        (host, None) => host.to_owned(),
        (host, Some(port)) => format!("{host}:{port}"),
    };
    let host = Host { start: format!("{start}://{name}"), name };
    Some(Target { href: url.to_string(), host: Some(host) })
}

impl Host {
    /// Whether the words of a link already say where it leads: they are its address, not something that looks like one.
    fn is_said_in(&self, words: &str) -> bool {
        let rest = words.strip_prefix(self.start.as_str()).or_else(|| words.strip_prefix(self.name.as_str()));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
    }
}

/// Levels of headings: those that a text uses, one below the other from the first that it may have. None is skipped.
struct Headings {
    used: Vec<HeadingLevel>,
    first: u8,
    last: u8,
}

impl Headings {
    fn of(events: &[Event<'_>], first: u8) -> Self {
        let level = |event: &Event<'_>| match event {
            Event::Start(Tag::Heading { level, .. }) => Some(*level),
            _ => None,
        };
        let mut used: Vec<HeadingLevel> = events.iter().filter_map(level).collect();
        used.sort_unstable();
        used.dedup();
        let first = first.clamp(3, 6);
        Self { used, first, last: first - 1 }
    }

    fn next(&mut self, level: HeadingLevel) -> HeadingLevel {
        let rank = self.used.iter().position(|used| *used == level).unwrap_or_default();
        let wanted = self.first.saturating_add(u8::try_from(rank).unwrap_or(6));
        self.last = wanted.min(self.last + 1).min(6);
        self.now()
    }

    fn now(&self) -> HeadingLevel {
        HeadingLevel::try_from(usize::from(self.last)).unwrap_or(HeadingLevel::H6)
    }
}
