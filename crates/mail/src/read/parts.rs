//! The parts of a mail: its words, its files, and the messages attached to it.

use super::bounds::Costs;
use super::entity::{Entity, Kind, Leaf, Parts};
use super::{DEPTH, FILES_MOST, File, Read, TEXT_LIMIT, html, text};

/// Fills in text, files and notes.
pub(super) fn gather(parts: &Parts<'_>, costs: &mut Costs, read: &mut Read) {
    let mut gathering =
        Gathering { costs, text: String::new(), files: Vec::new(), left: 0, deep: false, closed: false };
    gathering.message(parts, 0);
    let Gathering { text, files, left, deep, closed, .. } = gathering;
    if deep {
        read.notes.push(format!(
            "This mail holds messages within messages, more than {DEPTH} deep. The deeper ones were not opened: they are \
             in the files."
        ));
    }
    if closed {
        read.notes.push(
            "Some of the messages in this mail were not opened: there are too many, or they have too many parts."
                .to_owned(),
        );
    }
    let cleaned = text::clean(&text);
    let (short, shortened) = text::cut(&cleaned, TEXT_LIMIT);
    if shortened {
        read.notes.push(
            "The text of this mail is too long for a page. All of it is in the mail itself, among the files."
                .to_owned(),
        );
    }
    read.text = short.to_owned();
    read.files = files;
    if left > 0 {
        let are = if left == 1 { "1 more file is".to_owned() } else { format!("{left} more files are") };
        read.notes.push(format!(
            "This mail has more than {FILES_MOST} files. {are} only in the mail itself, among the files."
        ));
    }
}

struct Gathering<'c> {
    costs: &'c mut Costs,
    text: String,
    files: Vec<File>,
    left: usize,
    /// There were messages too deep to be opened.
    deep: bool,
    /// There were others that were not opened.
    closed: bool,
}

impl Gathering<'_> {
    fn message(&mut self, parts: &Parts<'_>, depth: usize) {
        let places = |places: &[usize]| places.iter().filter_map(|at| parts.all.get(*at)).collect::<Vec<_>>();
        for leaf in places(&parts.text) {
            self.words(leaf);
        }
        for leaf in places(&parts.attachments) {
            match leaf.kind {
                Kind::Message => self.attached(leaf, depth + 1),
                _ => self.file(leaf),
            }
        }
    }

    /// One page of text is enough; what is beyond is said to be missing.
    fn is_full(&self) -> bool {
        self.text.len() > 4 * TEXT_LIMIT
    }

    fn words(&mut self, leaf: &Leaf<'_>) {
        if self.is_full() {
            return;
        }
        match leaf.kind {
            Kind::Html => self.text.push_str(&html::to_text(&leaf.words())),
            Kind::Plain | Kind::Text => self.text.push_str(&leaf.words()),
            Kind::Media | Kind::Message | Kind::Other => return,
        }
        self.text.push_str("\n\n");
    }

    /// A message in the message is a file, and, not too deep, its words and files are this one's too.
    fn attached(&mut self, leaf: &Leaf<'_>, depth: usize) {
        let opens = depth <= DEPTH && self.costs.message();
        self.deep |= depth > DEPTH;
        self.closed |= depth <= DEPTH && !opens;
        if !opens && self.files.len() >= FILES_MOST {
            self.left += 1;
            return;
        }
        let bytes = leaf.decoded();
        let Ok(entity) = Entity::of(&bytes, self.costs) else {
            self.closed = true;
            return self.keep("attached message.eml".to_owned(), Some("message/rfc822".to_owned()), &bytes);
        };
        let subject = text::one_line(entity.head.subject().unwrap_or_default());
        let name = if subject.is_empty() { "attached message" } else { subject.as_str() };
        let name: String = name.chars().take(80).collect();
        self.keep(format!("{name}.eml"), Some("message/rfc822".to_owned()), &bytes);
        if !opens {
            return;
        }
        let who = entity.head.from().and_then(|a| a.iter().next()).and_then(|a| a.address().or(a.name()));
        let who = text::one_line(who.unwrap_or_default());
        let by = if who.is_empty() { String::new() } else { format!(" from {who}") };
        if !self.is_full() {
            self.text.extend(["\n\n---- Attached message", &by, ": ", &subject, "\n\n"]);
        }
        match Parts::of(&entity, self.costs) {
            Ok(parts) => self.message(&parts, depth),
            Err(_) => self.closed = true,
        }
    }

    fn file(&mut self, leaf: &Leaf<'_>) {
        if leaf.body.is_empty() {
            return;
        }
        let kind = leaf.head.media_type.as_deref();
        let name = leaf.head.name.as_deref().map(text::one_line).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| format!("part {}{}", self.files.len() + 1, ending(kind)));
        if self.files.len() >= FILES_MOST {
            self.left += 1;
            return;
        }
        let bytes = leaf.decoded();
        if !bytes.is_empty() {
            self.keep(name, kind.map(text::one_line), &bytes);
        }
    }

    fn keep(&mut self, name: String, media_type: Option<String>, bytes: &[u8]) {
        if self.files.len() < FILES_MOST {
            self.files.push(File { name, media_type, bytes: bytes.to_vec() });
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
