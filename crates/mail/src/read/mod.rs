//! Mail that comes in as a file: read into what a case needs, with limits, whatever is in it.
//!
//! Nothing of a mail is believed: names, dates and addresses are claims of whoever wrote it. The whole
//! file is kept beside the case, so what is left out here is left out of the page only, and that is told.

mod bounce;
mod bounds;
mod entity;
mod html;
mod parts;
mod pieces;
mod reply;
mod text;
mod withhold;

pub use bounce::{Bounce, Returned, bounced};
pub use html::to_text;
pub use reply::{auto_replied, quoted, replied};
pub use withhold::{cut, mask};

use crate::letter::LetterId;
use bounds::{Costs, Trouble};
use entity::{Entity, Parts};
use mail_parser::{Address, MimeHeaders};

/// Largest mail that is read, in bytes.
pub const MAIL_LIMIT: usize = 50 << 20;
/// Most files that one mail brings; what is more stays in the mail itself.
pub const FILES_MOST: usize = 100;
/// How deep messages in messages are opened; deeper ones stay files.
pub const DEPTH: usize = 3;
/// Longest text that goes into a case, in bytes.
pub const TEXT_LIMIT: usize = 90_000;

/// Somebody as a header names them: a claim.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// Display name; may be empty.
    pub name: String,
    /// Address; may be empty.
    pub address: String,
}

/// A file that came with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, as given or made up; not yet made harmless.
    pub name: String,
    /// The type the sender claims.
    pub media_type: Option<String>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A mail, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Read {
    /// Subject in one line; may be empty.
    pub subject: String,
    /// Who says to have written it.
    pub from: Option<Named>,
    /// Where they want answers.
    pub reply_to: Option<Named>,
    /// To whom.
    pub to: Vec<Named>,
    /// Who else.
    pub cc: Vec<Named>,
    /// The date they say, in RFC 3339.
    pub date: Option<String>,
    /// Its `Message-ID`, without brackets.
    pub message_id: Option<String>,
    /// Names that could be those of letters of ours, of which it says that it answers them; the last first.
    pub answers: Vec<LetterId>,
    /// What it says, as plain text; that of attached messages after it.
    pub text: String,
    /// Its files.
    pub files: Vec<File>,
    /// What was left out and why, in sentences for the team.
    pub notes: Vec<String>,
    /// It tells that a letter of ours did not arrive.
    pub bounce: Option<Bounce>,
    /// A program sent it, by its own word (RFC 3834 section 2): no program may answer it.
    pub by_machine: bool,
    /// A program answered by itself, by its own word: somebody is away, or their mail was taken in.
    pub auto_reply: bool,
}

/// A file that cannot be read as mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// More than [`MAIL_LIMIT`].
    #[error("a mail may have 50 MB")]
    TooLarge,
    /// No header line at all.
    #[error("this is no mail: it has no headers. Save the mail as a file (.eml), or paste its source")]
    NoMail,
}

/// Reads a mail. Never panics, takes time and memory in proportion to the file, and reads a mail that is
/// made to be hard as one file without text.
pub fn read(bytes: &[u8]) -> Result<Read, Unreadable> {
    if bytes.len() > MAIL_LIMIT {
        return Err(Unreadable::TooLarge);
    }
    bounds::apart(bytes, whole).unwrap_or_else(|| {
        let notes = vec![Trouble::Broken.words().to_owned()];
        Ok(Read { notes, ..Read::default() })
    })
}

fn whole(bytes: &[u8]) -> Result<Read, Unreadable> {
    let mut costs = Costs::default();
    let entity = Entity::of(bytes, &mut costs).map_err(|_| Unreadable::NoMail)?;
    if !is_mail(&entity.head) {
        return Err(Unreadable::NoMail);
    }
    let mut read = heads(&entity.head);
    match Parts::of(&entity, &mut costs) {
        Ok(parts) => {
            read.bounce = bounce::of(&entity.head, &parts, &mut costs);
            parts::gather(&parts, &mut costs, &mut read);
        }
        Err(trouble) => read.notes.push(trouble.words().to_owned()),
    }
    Ok(read)
}

/// Any text with a colon has a header; a mail has one that mails have.
fn is_mail(message: &mail_parser::Message<'_>) -> bool {
    message.headers().iter().any(|header| !header.name.is_other())
}

fn heads(message: &mail_parser::Message<'_>) -> Read {
    let first = |address: Option<&Address<'_>>| address.and_then(|a| a.iter().next()).map(named);
    let all =
        |address: Option<&Address<'_>>| address.map(|a| a.iter().take(50).map(named).collect()).unwrap_or_default();
    Read {
        subject: text::one_line(message.subject().unwrap_or_default()),
        from: first(message.from()).or_else(|| first(message.sender())),
        reply_to: first(message.reply_to()),
        to: all(message.to()),
        cc: all(message.cc()),
        date: message.date().filter(|date| date.is_valid()).map(mail_parser::DateTime::to_rfc3339),
        message_id: message.message_id().map(text::one_line),
        answers: bounce::answered(message),
        by_machine: by_machine(message),
        auto_reply: auto_reply(message),
        ..Read::default()
    }
}

fn by_machine(message: &mail_parser::Message<'_>) -> bool {
    let value = |name: &'static str| word(message, name);
    let from = message.from().and_then(|a| a.iter().next()).and_then(|a| a.address()).unwrap_or_default();
    value("Auto-Submitted").is_some_and(|word| word != "no")
        || value("Return-Path").is_some_and(|path| path.replace(' ', "") == "<>")
        || value("Precedence").is_some_and(|word| ["bulk", "list", "junk"].contains(&word.as_str()))
        || message.content_type().is_some_and(|t| t.ctype() == "multipart" && t.subtype() == Some("report"))
        || from.to_ascii_lowercase().starts_with("mailer-daemon@")
        || auto_reply(message)
}

/// RFC 3834, and the fields that programs used before it. A mailing list that passes on what a person wrote is none.
fn auto_reply(message: &mail_parser::Message<'_>) -> bool {
    if let Some(said) = word(message, "Auto-Submitted") {
        return said != "no";
    }
    ["X-Autoreply", "X-Autorespond"].into_iter().filter_map(|name| word(message, name)).any(|said| said != "no")
        || word(message, "Precedence").is_some_and(|said| ["auto_reply", "bulk", "junk"].contains(&said.as_str()))
}

/// The first word of a field, without comments and parameters.
fn word(message: &mail_parser::Message<'_>, name: &'static str) -> Option<String> {
    let raw = message.header_raw(name).map(|raw| raw.trim().to_ascii_lowercase())?;
    Some(raw.split([';', '(']).next().unwrap_or_default().trim().to_owned())
}

fn named(addr: &mail_parser::Addr<'_>) -> Named {
    Named {
        name: text::one_line(addr.name().unwrap_or_default()),
        address: text::one_line(addr.address().unwrap_or_default()),
    }
}
