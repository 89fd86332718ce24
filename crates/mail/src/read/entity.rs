//! A mail taken into its parts. The library reads headers and undoes encodings; it never goes into a part.
//! Going into parts is done here, where each step is counted: a mail decides neither how deep we go nor
//! how often.

use super::bounds::{Costs, Trouble, go_in};
use super::pieces::pieces;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::parsers::MessageStream;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders};
use std::borrow::Cow;

/// Headers as the library reads them, and the bytes behind them.
pub(super) struct Entity<'x> {
    /// A message with headers and nothing else.
    pub head: Message<'x>,
    pub body: &'x [u8],
}

impl<'x> Entity<'x> {
    /// Reads the headers of a mail, or of a part of one.
    pub(super) fn of(bytes: &'x [u8], costs: &mut Costs) -> Result<Self, Trouble> {
        let block = &bytes[..bytes.len().min(costs.longest_head())];
        let (mut stream, mut headers) = (MessageStream::new(block), Vec::new());
        let ends = stream.parse_headers(&MessageParser::default(), &mut headers);
        // Words without a header or an empty line before them are words.
        let body = if ends || !headers.is_empty() { &bytes[stream.offset()..] } else { bytes };
        costs.head(bytes.len() - body.len())?;
        let parts = vec![MessagePart { headers, ..MessagePart::default() }];
        let head = Message { parts, raw_message: block.into(), ..Message::default() };
        Ok(Self { head, body })
    }
}

/// What a part is, as far as it is treated differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    Html,
    /// Any other text.
    Text,
    /// A picture, a sound: shown where it stands.
    Media,
    /// A message of its own.
    Message,
    Other,
}

/// What parts stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    Message,
    Alternative,
    Related,
    Digest,
    Multipart,
}

/// A part that has no parts.
pub(super) struct Leaf<'x> {
    pub kind: Kind,
    pub head: Brief,
    pub body: &'x [u8],
}

/// What is kept of the headers of a part: the rest costs many times its own length.
#[derive(Default)]
pub(super) struct Brief {
    /// As claimed: `image/png`.
    pub media_type: Option<String>,
    pub subtype: String,
    pub name: Option<String>,
    pub charset: Option<String>,
    /// `base64`, `quoted-printable`, or anything else for none; lower case.
    pub encoding: String,
}

impl Leaf<'_> {
    /// Its bytes without the encoding in which they travelled; as they are, where they cannot be decoded.
    pub(super) fn decoded(&self) -> Cow<'_, [u8]> {
        let decoded = match self.head.encoding.as_str() {
            // No boundary: all of it, and no further.
            "base64" => MessageStream::new(self.body).decode_base64_mime(b""),
            "quoted-printable" => MessageStream::new(self.body).decode_quoted_printable_mime(b""),
            _ => return Cow::Borrowed(self.body),
        };
        if decoded.0 == usize::MAX { Cow::Borrowed(self.body) } else { decoded.1 }
    }

    /// Its words, in whatever character set.
    pub(super) fn words(&self) -> String {
        let bytes = self.decoded();
        match self.head.charset.as_deref().and_then(|name| charset_decoder(name.as_bytes())) {
            Some(decode) => decode(&bytes),
            None => String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

impl Brief {
    fn of(head: &Message<'_>) -> Self {
        let kind = head.content_type();
        let named = |t: &mail_parser::ContentType<'_>| match t.subtype() {
            Some(sub) => format!("{}/{sub}", t.ctype()),
            None => t.ctype().to_owned(),
        };
        Self {
            media_type: kind.map(named),
            subtype: kind.and_then(|t| t.subtype()).unwrap_or_default().to_ascii_lowercase(),
            name: head.attachment_name().map(str::to_owned),
            charset: kind.and_then(|t| t.attribute("charset")).map(str::to_owned),
            encoding: head.content_transfer_encoding().unwrap_or_default().to_ascii_lowercase(),
        }
    }
}

/// The parts of one message. Which of them are its words follows the library, which follows RFC 8621
/// section 4.1.4.
#[derive(Default)]
pub(super) struct Parts<'x> {
    pub all: Vec<Leaf<'x>>,
    /// Places of what is to be read, as text where there is a choice.
    pub text: Vec<usize>,
    html: Vec<usize>,
    /// Places of everything else.
    pub attachments: Vec<usize>,
}

/// Where the walk is.
#[derive(Clone, Copy)]
struct Within {
    holder: Holder,
    in_alternative: bool,
    needs_html: bool,
    needs_text: bool,
    depth: usize,
}

impl<'x> Parts<'x> {
    /// Takes a message apart; messages in it stay whole.
    pub(super) fn of(entity: &Entity<'x>, costs: &mut Costs) -> Result<Self, Trouble> {
        let mut parts = Self::default();
        let mut top =
            Within { holder: Holder::Message, in_alternative: false, needs_html: true, needs_text: true, depth: 0 };
        parts.take(entity, &mut top, true, costs)?;
        Ok(parts)
    }

    fn take(
        &mut self,
        entity: &Entity<'x>,
        within: &mut Within,
        first: bool,
        costs: &mut Costs,
    ) -> Result<(), Trouble> {
        costs.part()?;
        let mut kind = kind(&entity.head, within.holder);
        if let (Kind::Other, Some(holder)) = (kind, holder(&entity.head)) {
            let boundary = entity.head.content_type().and_then(|t| t.attribute("boundary")).unwrap_or_default();
            go_in(within.depth)?;
            let pieces = pieces(entity.body, boundary.as_bytes(), costs)?;
            if !pieces.is_empty() {
                return self.take_all(&pieces, *within, holder, costs);
            }
            kind = Kind::Text;
        }
        self.place(kind, &entity.head, within, first);
        self.all.push(Leaf { kind, head: Brief::of(&entity.head), body: entity.body });
        Ok(())
    }

    fn take_all(
        &mut self,
        pieces: &[&'x [u8]],
        outside: Within,
        holder: Holder,
        costs: &mut Costs,
    ) -> Result<(), Trouble> {
        let (text, html) = (self.text.len(), self.html.len());
        let in_alternative = outside.in_alternative || holder == Holder::Alternative;
        let mut within = Within { holder, in_alternative, depth: outside.depth + 1, ..outside };
        for (n, piece) in pieces.iter().enumerate() {
            let entity = Entity::of(piece, costs)?;
            self.take(&entity, &mut within, n == 0, costs)?;
        }
        // There was one of the two only: it is both.
        if holder == Holder::Alternative && within.needs_html && within.needs_text {
            if self.text.len() == text {
                self.text.extend_from_slice(&self.html[html..]);
            } else if self.html.len() == html {
                self.html.extend_from_slice(&self.text[text..]);
            }
        }
        Ok(())
    }

    /// Decides where the next part belongs.
    fn place(&mut self, kind: Kind, head: &Message<'_>, within: &mut Within, first: bool) {
        let at = self.all.len();
        let attached = head.content_disposition().is_some_and(mail_parser::ContentType::is_attachment);
        let named = head.content_type().is_some_and(|t| t.has_attribute("name"));
        let shown = matches!(kind, Kind::Plain | Kind::Html | Kind::Media)
            && !attached
            && (first || within.holder != Holder::Related && (kind == Kind::Media || !named));
        let (html, text) = match (within.holder, kind) {
            (Holder::Alternative, _) => (kind == Kind::Html, kind == Kind::Plain),
            _ if !shown => (false, false),
            _ => {
                if within.in_alternative && (within.needs_text || within.needs_html) {
                    within.needs_text &= kind != Kind::Html;
                    within.needs_html &= kind != Kind::Plain;
                }
                (within.needs_html, within.needs_text)
            }
        };
        if html {
            self.html.push(at);
        }
        if text {
            self.text.push(at);
        }
        let read = match kind {
            Kind::Html => html,
            Kind::Plain | Kind::Text => text,
            Kind::Media | Kind::Message | Kind::Other => false,
        };
        if !read {
            self.attachments.push(at);
        }
    }
}

fn kind(head: &Message<'_>, holder: Holder) -> Kind {
    let Some(found) = head.content_type() else {
        return if holder == Holder::Digest { Kind::Message } else { Kind::Plain };
    };
    match (found.ctype(), found.subtype().unwrap_or_default()) {
        ("text", "plain") => Kind::Plain,
        ("text", "html") => Kind::Html,
        ("text", _) => Kind::Text,
        ("image" | "audio" | "video", _) => Kind::Media,
        ("message", "rfc822" | "global") => Kind::Message,
        _ => Kind::Other,
    }
}

/// What a part with parts is; none for others.
fn holder(head: &Message<'_>) -> Option<Holder> {
    let found = head.content_type().filter(|t| t.ctype() == "multipart")?;
    Some(match found.subtype() {
        Some("alternative") => Holder::Alternative,
        Some("related") => Holder::Related,
        Some("digest") => Holder::Digest,
        _ => Holder::Multipart,
    })
}
