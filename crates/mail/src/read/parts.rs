//! The parts of a mail: its words, its files, and the messages attached to it.

use super::{DEPTH, FILES_MOST, File, Read, TEXT_LIMIT, html, text};
use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

/// Fills in text, files and notes.
pub(super) fn gather(message: &Message<'_>, read: &mut Read) {
    let mut gathering = Gathering { text: String::new(), files: Vec::new(), left: 0 };
    gathering.message(message, 0);
    let cleaned = text::clean(&gathering.text);
    let (short, shortened) = text::cut(&cleaned, TEXT_LIMIT);
    if shortened {
        read.notes.push(
            "The text of this mail is too long for a page. All of it is in the mail itself, among the files."
                .to_owned(),
        );
    }
    read.text = short.to_owned();
    read.files = gathering.files;
    if gathering.left > 0 {
        let n = gathering.left;
        let are = if n == 1 { "1 more file is".to_owned() } else { format!("{n} more files are") };
        read.notes.push(format!(
            "This mail has more than {FILES_MOST} files. {are} only in the mail itself, among the files."
        ));
    }
}

struct Gathering {
    text: String,
    files: Vec<File>,
    left: usize,
}

impl Gathering {
    fn message(&mut self, message: &Message<'_>, depth: usize) {
        for part in message.text_bodies() {
            self.words(part);
        }
        for part in message.attachments() {
            match &part.body {
                PartType::Message(inner) => self.attached(part, inner, depth + 1),
                _ => self.file(part),
            }
        }
    }

    fn words(&mut self, part: &MessagePart<'_>) {
        // One page of text is enough; what is beyond is said to be missing.
        if self.text.len() > 4 * TEXT_LIMIT {
            return;
        }
        match &part.body {
            PartType::Html(body) => self.text.push_str(&html::to_text(body)),
            PartType::Text(body) => self.text.push_str(body),
            _ => return,
        }
        self.text.push_str("\n\n");
    }

    /// A message in the message is a file, and, not too deep, its words and files are this one's too.
    fn attached(&mut self, part: &MessagePart<'_>, inner: &Message<'_>, depth: usize) {
        let subject = text::one_line(inner.subject().unwrap_or_default());
        let name = if subject.is_empty() { "attached message".to_owned() } else { subject.clone() };
        let name: String = name.chars().take(80).collect();
        let raw = inner.raw_message();
        let (from, to) = (part.raw_body_offset() as usize, part.raw_end_offset() as usize);
        // One that was encoded has bytes of its own; else it is a piece of the whole.
        let bytes = raw.get(from..to).unwrap_or(raw).to_vec();
        self.keep(File { name: format!("{name}.eml"), media_type: Some("message/rfc822".to_owned()), bytes });
        if depth <= DEPTH {
            let who = inner.from().and_then(|a| a.iter().next()).and_then(|a| a.address().or(a.name()));
            let who = text::one_line(who.unwrap_or_default());
            let by = if who.is_empty() { String::new() } else { format!(" from {who}") };
            self.text.extend(["\n\n---- Attached message", &by, ": ", &subject, "\n\n"]);
            self.message(inner, depth);
        }
    }

    fn file(&mut self, part: &MessagePart<'_>) {
        let kind = part.content_type().map(|t| match t.subtype() {
            Some(sub) => format!("{}/{sub}", t.ctype()),
            None => t.ctype().to_owned(),
        });
        let name = part.attachment_name().map(text::one_line).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| format!("part {}{}", self.files.len() + 1, ending(kind.as_deref())));
        let bytes = part.contents().to_vec();
        if !bytes.is_empty() {
            self.keep(File { name, media_type: kind.map(|kind| text::one_line(&kind)), bytes });
        }
    }

    fn keep(&mut self, file: File) {
        if self.files.len() < FILES_MOST {
            self.files.push(file);
        } else {
            self.left += 1;
        }
    }
}

/// An ending for a part without a name.
fn ending(kind: Option<&str>) -> &'static str {
    match kind {
        Some("text/plain") => ".txt",
        Some("text/html") => ".html",
        Some("image/png") => ".png",
        Some("image/jpeg") => ".jpg",
        Some("image/gif") => ".gif",
        Some("application/pdf") => ".pdf",
        _ => ".bin",
    }
}
