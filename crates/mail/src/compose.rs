//! A letter as the bytes that go over the wire: plain text first, simple HTML beside it, and headers by
//! which a mail program threads it and an answering machine leaves it alone.
//!
//! Nothing here is by chance: the same sheet gives the same bytes, so that a letter that is sent twice
//! can be told to be one.

use crate::{LetterId, MailAddress, Words};
use domain::Ts;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, MultiPartKind, SinglePart};
use std::fmt::Write as _;
use std::time::{Duration, UNIX_EPOCH};

/// Width of plain text, in characters.
const WIDTH: usize = 72;

/// In whose name letters go.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// Sender address.
    pub from: MailAddress,
    /// Sender name.
    pub name: String,
    /// Where answers go, if somebody reads them.
    pub reply_to: Option<MailAddress>,
}

/// Everything that decides the bytes of a letter.
#[derive(Debug, Clone)]
pub struct Sheet<'a> {
    /// Its id: the `Message-ID` is made of it.
    pub id: LetterId,
    /// To whom.
    pub to: &'a MailAddress,
    /// What it says.
    pub words: &'a Words,
    /// When it was queued.
    pub at: Ts,
    /// What all letters about one case have in common; none for letters about no case.
    pub thread: Option<String>,
    /// The letter before it about the same case to the same recipient.
    pub before: Option<LetterId>,
}

/// A letter that cannot be written down: an address or header that the format has no room for.
#[derive(Debug, thiserror::Error)]
#[error("the letter cannot be composed: {0}")]
pub struct Uncomposable(#[from] lettre::error::Error);

macro_rules! fixed_header {
    ($name:ident, $text:literal) => {
        #[derive(Clone)]
        struct $name(String);

        impl Header for $name {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($text)
            }

            fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}
fixed_header!(AutoSubmitted, "Auto-Submitted");
fixed_header!(AutoResponseSuppress, "X-Auto-Response-Suppress");
fixed_header!(ListUnsubscribe, "List-Unsubscribe");

/// The bytes of a letter.
pub fn compose(envelope: &Envelope, sheet: &Sheet<'_>) -> Result<Vec<u8>, Uncomposable> {
    let named = |id: &str| format!("<{id}@{}>", envelope.from.domain());
    let from = Mailbox::new(Some(one_line(&envelope.name)).filter(|name| !name.is_empty()), envelope.from.lettre());
    let micros = u64::try_from(sheet.at.micros()).unwrap_or_default();
    let mut message = Message::builder()
        .from(from)
        .to(Mailbox::new(None, sheet.to.lettre()))
        .subject(one_line(&sheet.words.subject))
        .date(UNIX_EPOCH + Duration::from_micros(micros))
        .message_id(Some(named(&sheet.id.to_string())))
        // RFC 3834 section 5: answering machines answer a person, not a program.
        .header(AutoSubmitted("auto-generated".to_owned()))
        .header(AutoResponseSuppress("All".to_owned()));
    if let Some(reply_to) = &envelope.reply_to {
        message = message.reply_to(Mailbox::new(None, reply_to.lettre()));
    }
    if let Some(thread) = &sheet.thread {
        let root = named(thread);
        let before = sheet.before.map(|id| named(&id.to_string()));
        let references = before.iter().fold(root.clone(), |all, one| format!("{all} {one}"));
        message = message.in_reply_to(before.unwrap_or(root)).references(references);
    }
    if let Some(stop) = &sheet.words.stop {
        message = message.header(ListUnsubscribe(format!("<{stop}>")));
    }
    let parts = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(format!("leeward-{}", sheet.id.uuid().simple()))
        .singlepart(SinglePart::plain(plain(sheet.words)))
        .singlepart(SinglePart::html(html(sheet.words)));
    Ok(message.multipart(parts)?.formatted())
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

fn plain(words: &Words) -> String {
    let mut blocks: Vec<String> = words.paragraphs.iter().map(|p| wrapped(p)).collect();
    if let Some((what, address)) = &words.action {
        blocks.push(format!("{what}:\n{address}"));
    }
    if !words.foot.is_empty() {
        let lines: Vec<String> = words.foot.iter().map(|line| wrapped(line)).collect();
        blocks.push(format!("-- \n{}", lines.join("\n")));
    }
    blocks.join("\n\n") + "\n"
}

/// Lines of at most [`WIDTH`] characters; an address is never broken, a line of its own stays one.
fn wrapped(text: &str) -> String {
    let wrap = |line: &str| {
        let (mut out, mut width) = (String::new(), 0);
        for word in line.split_whitespace() {
            let length = word.chars().count();
            if width > 0 && width + 1 + length > WIDTH {
                out.push('\n');
                width = 0;
            } else if width > 0 {
                out.push(' ');
                width += 1;
            }
            out.push_str(word);
            width += length;
        }
        out
    };
    text.lines().map(wrap).collect::<Vec<_>>().join("\n")
}

fn html(words: &Words) -> String {
    let mut out = String::from(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">\
         </head>\n<body style=\"font:16px/1.5 sans-serif;max-width:38em;margin:1.5em auto;padding:0 1em\">\n",
    );
    // Writing to a string cannot fail.
    for paragraph in &words.paragraphs {
        let _ = writeln!(out, "<p>{}</p>", escaped(paragraph).replace('\n', "<br>\n"));
    }
    if let Some((what, address)) = &words.action {
        let _ = writeln!(out, "<p><a href=\"{0}\">{1}</a><br>\n{0}</p>", escaped(address), escaped(what));
    }
    if !words.foot.is_empty() {
        let lines: Vec<String> = words.foot.iter().map(|line| linked(line)).collect();
        let _ = writeln!(out, "<hr>\n<p style=\"font-size:13px\">{}</p>", lines.join("<br>\n"));
    }
    out.push_str("</body></html>\n");
    out
}

/// A line whose last word is a link when it is an address of the web.
fn linked(line: &str) -> String {
    match line.rsplit_once(' ') {
        Some((before, link)) if link.starts_with("https://") || link.starts_with("http://") => {
            format!("{} <a href=\"{1}\">{1}</a>", escaped(before), escaped(link))
        }
        _ => escaped(line),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
