//! HTML of a mail as text that can be read: lines where there were blocks, the address of a link behind its
//! words, nothing of scripts and styles. One pass, no tree: markup that is never closed costs nothing.

use mail_parser::decoders::html::add_html_token;

/// Elements that begin on a line of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
];
/// Those with an empty line before them.
const APART: &[&str] = &["blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"];
/// Elements whose content nobody reads.
const SILENT: &[&str] = &["head", "noscript", "object", "script", "style", "svg", "template", "title"];
/// Longest entity, with its ampersand.
const ENTITY: usize = 32;
/// Longest tag, in bytes: what is longer is text, so that a tag that is never closed is not looked for again
/// and again to the end.
const TAG: usize = 4096;
/// Longest address of a link that is shown.
const LINK: usize = 500;

/// Text of an HTML document.
pub fn to_text(html: &str) -> String {
    let mut writer = Writer::default();
    let mut rest = html;
    // The next sign that could end a tag, looked for once.
    let mut close = 0;
    while let Some(at) = rest.find('<') {
        writer.words(&rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let here = html.len() - rest.len();
        if close < here {
            close = rest.find('>').map_or(usize::MAX, |at| here + at);
        }
        let begins = close - here < TAG
            && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let Some(end) = begins.then(|| tag_end(rest)).flatten() else {
            // A lone sign is one.
            writer.words("<");
            rest = &rest[1..];
            continue;
        };
        writer.tag(&rest[1..end]);
        rest = &rest[end + 1..];
        if let Some(silent) = writer.silent.take() {
            rest = after(rest, silent);
        }
    }
    writer.words(rest);
    writer.out
}

/// Where the tag ends; a sign within quotes is no end.
fn tag_end(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate().take(TAG).skip(1) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    // A quote that is never closed: the next sign has to do.
    rest.bytes().take(TAG).position(|byte| byte == b'>')
}

/// What follows the end tag; nothing, where there is none.
fn after<'t>(rest: &'t str, name: &str) -> &'t str {
    let mut from = 0;
    while let Some(found) = rest[from..].find("</") {
        let at = from + found + 2;
        let is_it = rest.as_bytes().get(at..at + name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()));
        if is_it {
            return rest[at..].find('>').map_or("", |end| &rest[at + end + 1..]);
        }
        from = at;
    }
    ""
}

#[derive(Default)]
struct Writer {
    out: String,
    /// A blank stands before the next word.
    blank: bool,
    /// Address of the link that is open, and where its words began.
    link: Option<(String, usize)>,
    silent: Option<&'static str>,
}

impl Writer {
    fn words(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(end) =
                rest.strip_prefix('&').and_then(|r| r.as_bytes().iter().take(ENTITY).position(|b| *b == b';'))
            {
                self.before_word();
                add_html_token(&mut self.out, &rest.as_bytes()[..end + 2], false);
                rest = &rest[end + 2..];
                continue;
            }
            let next = rest.char_indices().skip(1).find(|(_, c)| *c == '&').map_or(rest.len(), |(at, _)| at);
            self.plain(&rest[..next]);
            rest = &rest[next..];
        }
    }

    fn plain(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.blank = true;
            } else {
                self.before_word();
                self.out.push(c);
            }
        }
    }

    fn before_word(&mut self) {
        if std::mem::take(&mut self.blank) && !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push(' ');
        }
    }

    fn line(&mut self, apart: bool) {
        self.blank = false;
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        if apart && !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn tag(&mut self, inner: &str) {
        let (closing, inner) = inner.strip_prefix('/').map_or((false, inner), |rest| (true, rest));
        let end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
        let name = inner[..end].to_ascii_lowercase();
        if name == "a" {
            if closing {
                self.close_link();
            } else {
                self.link = href(&inner[end..]).map(|href| (href, self.out.len()));
            }
            return;
        }
        if matches!(name.as_str(), "td" | "th") {
            self.blank = true;
        }
        if BLOCKS.contains(&name.as_str()) && !(closing && name == "br") {
            self.line(!closing && APART.contains(&name.as_str()));
            if name == "li" && !closing {
                self.out.push_str("- ");
            }
        }
        if !closing && !inner.ends_with('/') {
            self.silent = SILENT.iter().find(|silent| **silent == name).copied();
        }
    }

    fn close_link(&mut self) {
        let Some((href, from)) = self.link.take() else { return };
        let said = self.out.get(from..).unwrap_or_default().trim();
        if said != href && !href.ends_with(&format!("//{said}")) && !href.ends_with(&format!(":{said}")) {
            self.out.extend([" <", &href, ">"]);
        }
    }
}

/// The address of a link, where it is one of the web or of mail.
fn href(attributes: &str) -> Option<String> {
    let lower = attributes.to_ascii_lowercase();
    let at = lower.find("href")? + 4;
    let rest = attributes[at..].trim_start().strip_prefix('=')?.trim_start();
    let value = match rest.chars().next()? {
        quote @ ('"' | '\'') => rest[1..].split(quote).next()?,
        _ => rest.split_whitespace().next()?,
    };
    let mut plain = String::new();
    let mut writer = Writer::default();
    writer.words(value.trim());
    plain.push_str(&writer.out);
    let known = ["http://", "https://", "mailto:"].iter().any(|scheme| plain.to_ascii_lowercase().starts_with(scheme));
    (known && plain.len() <= LINK && !plain.contains(char::is_whitespace)).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::to_text;

    #[test]
    fn blocks_become_lines_and_links_keep_their_address() {
        let html = "<html><head><title>t</title><style>p{}</style></head><body><p>Hello &amp; <b>good</b>\n day</p>\
                    <ul><li>one</li><li>two &#60;x&#62;</li></ul><script>alert(1)</script>\
                    <a href=\"https://a.example/?x=1&amp;y=2\">here</a> <a href='https://b.example'>https://b.example</a> \
                    <a href='javascript:alert(1)'>no</a></body></html>";
        let text = to_text(html);
        assert!(text.contains("Hello & good day\n"), "{text}");
        assert!(text.contains("- one\n") && text.contains("- two <x>"), "{text}");
        assert!(text.contains("here <https://a.example/?x=1&y=2> https://b.example no"), "{text}");
        assert!(!text.contains("alert") && !text.contains("p{}"), "{text}");
    }

    #[test]
    fn what_is_never_closed_ends_nothing() {
        assert_eq!(to_text("a < b &c; <!-- x").trim(), "a < b &c;");
        assert_eq!(to_text("<script>x"), "");
        assert_eq!(to_text("<p title=\"a>b\">c"), "c");
        assert_eq!(to_text("é&é;<é>").trim(), "é&é;<é>");
        let long = "<div>".repeat(200_000) + &"&".repeat(200_000) + &"<".repeat(200_000);
        assert!(to_text(&long).len() < long.len());
    }
}
