//! What only the whole file can say: what is missing, and what stands more than once.

use super::{Report, Value};
use crate::security_txt::finding::Code;
use crate::security_txt::line::{Ending, File, Line};
use crate::security_txt::name::Name;

/// RFC 9116 section 5.4: what readers may leave unread.
const MAX_BYTES: usize = 32 * 1024;
const MAX_LINES: usize = 1_000;
const MAX_FIELD: usize = 2_048;

/// What was seen while the fields went by.
#[derive(Default)]
pub(super) struct Facts<'a> {
    contact: bool,
    mail: Option<usize>,
    encryption: bool,
    policy: bool,
    expires: Vec<usize>,
    languages: Vec<usize>,
    csaf: Vec<(usize, &'a str)>,
    /// The values of Canonical.
    pub canonical: Vec<&'a str>,
}

impl<'a> Facts<'a> {
    pub(super) fn note(&mut self, line: usize, value: &Value<'a>) {
        let text = value.text;
        match value.name {
            Name::Contact => {
                self.contact = true;
                if text.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:")) {
                    self.mail.get_or_insert(line);
                }
            }
            Name::Encryption => self.encryption = true,
            Name::Policy => self.policy = true,
            Name::Expires => self.expires.push(line),
            Name::PreferredLanguages => self.languages.push(line),
            Name::Csaf => self.csaf.push((line, text)),
            Name::Canonical => self.canonical.push(text),
            Name::Acknowledgments | Name::Hiring => {}
        }
    }
}

pub(super) fn check(report: &mut Report, file: &File, facts: &Facts) {
    if !facts.contact {
        report.add(Code::NoContact, 0, || {
            "Say where findings go: a line such as Contact: mailto:security@example.com is missing.".into()
        });
    }
    if facts.expires.is_empty() {
        report.add(Code::NoExpires, 0, || {
            "Say until when the file is right: a line such as Expires: 2027-06-30T12:00:00Z is missing.".into()
        });
    }
    if let [_, second, ..] = facts.expires[..] {
        report.add(Code::ManyExpires, second, || "Expires must stand once; keep one of them.".into());
    }
    if let [_, second, ..] = facts.languages[..] {
        report.add(Code::ManyLanguages, second, || {
            "Preferred-Languages must stand once; write all languages on one line, with commas.".into()
        });
    }
    if let Some(line) = facts.mail.filter(|_| !facts.encryption) {
        report.add(Code::NoEncryption, line, || "Name a key for mail: Encryption: https://example.com/key.asc".into());
    }
    if !facts.policy {
        report.add(Code::NoPolicy, 0, || "Say what reporters may expect: Policy: https://example.com/policy".into());
    }
    csaf(report, &facts.csaf);
    match &file.frame {
        None => report.add(Code::NotSigned, 0, || "Sign the file, so that readers can see that it is yours.".into()),
        Some(_) if facts.canonical.is_empty() => report.add(Code::NoCanonical, 0, || {
            "Name the file's own address: Canonical: https://example.com/.well-known/security.txt".into()
        }),
        Some(_) => {}
    }
    if let Some(last) = file.lines.last()
        && last.ending == Ending::Missing
    {
        report.add(Code::NoLineEnding, file.lines.len(), || "End the last line too: press Enter after it.".into());
    }
    size(report, file);
}

fn csaf(report: &mut Report, fields: &[(usize, &str)]) {
    for (line, text) in fields {
        if !text.ends_with("provider-metadata.json") {
            report.add(Code::NoCsafFile, *line, || "CSAF must lead to a file named provider-metadata.json.".into());
        }
    }
    if let [_, (second, _), ..] = fields {
        report.add(Code::ManyCsaf, *second, || "One CSAF field is enough; take the others out when you can.".into());
    }
}

/// Sizes, and whether this is a page that a server sends in place of a file.
fn size(report: &mut Report, file: &File) {
    let bytes: usize = file.lines.iter().map(|line| line.raw.len() + 1).sum();
    let long = file.lines.iter().position(|line| line.raw.len() > MAX_FIELD);
    if bytes > MAX_BYTES || file.lines.len() > MAX_LINES || long.is_some() {
        report.add(Code::TooLarge, long.map_or(0, |at| at + 1), || {
            "Readers may stop at 32 KB, 1,000 lines or fields of 2,048 characters; make the file smaller.".into()
        });
    }
    let first = file.lines.iter().map(Line::text).find(|text| !text.trim().is_empty());
    let begins = first.is_some_and(|text| {
        let text = text.trim_start().to_ascii_lowercase();
        text.starts_with("<!doctype") || text.starts_with("<html") || text.starts_with("<?xml")
    });
    if begins {
        report.add(Code::WebPage, 1, || {
            "This is a web page: the server sends one in place of a security.txt, or the file is not there.".into()
        });
    }
}
