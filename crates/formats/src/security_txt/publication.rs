//! The file that an organisation publishes about itself.

use super::finding::{Finding, Severity};
use super::line::{File, Kind};
use super::lint::{Context, lint};
use super::name::Name;
use super::read::{Limits, ReadError, read};

/// What a security.txt says. Values are as they stand in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Publication {
    /// URIs, the preferred one first; at least one.
    pub contacts: Vec<String>,
    /// RFC 3339, at most a year ahead.
    pub expires: String,
    /// URIs of keys.
    pub encryption: Vec<String>,
    /// URIs of pages that thank reporters.
    pub acknowledgments: Vec<String>,
    /// Language tags (BCP 47).
    pub languages: Vec<String>,
    /// URIs of the file itself.
    pub canonical: Vec<String>,
    /// URIs of rules for reporters.
    pub policies: Vec<String>,
    /// URIs of open positions.
    pub hiring: Vec<String>,
    /// URIs of `provider-metadata.json`.
    pub csaf: Vec<String>,
    /// Fields that are not registered: name and value.
    pub others: Vec<(String, String)>,
    /// Lines at the top, without `#`.
    pub comments: Vec<String>,
}

/// Why a file is not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The lint finds errors; recommendations are not among them.
    #[error("{}", first(.0))]
    Findings(Vec<Finding>),
    /// It would be too long to be read.
    #[error(transparent)]
    TooLarge(#[from] ReadError),
    /// It would say something else: a value has a line break or white space at an end, or is empty.
    #[error("a value has a line break, is empty, or begins or ends with a space; write it on one line")]
    Altered,
}

fn first(findings: &[Finding]) -> &str {
    findings.first().map_or("the file would not be valid", |finding| &finding.message)
}

impl Publication {
    /// What a file says; comments after the first field, and what the lint calls a fault, are left out.
    pub fn of(file: &File) -> Self {
        let mut said = Self::default();
        for line in &file.lines {
            match line.kind() {
                Kind::Comment(text) => said.comments.push(text.strip_prefix(' ').unwrap_or(text).to_owned()),
                Kind::Blank | Kind::Frame => {}
                Kind::Field(_) | Kind::Other(_) => break,
            }
        }
        for (_, field) in file.fields().filter(|(_, field)| !field.value.is_empty()) {
            let Some(name) = field.name() else {
                said.others.push((field.written().to_owned(), field.value.to_owned()));
                continue;
            };
            match said.list(name) {
                Some(list) => list.push(field.value.to_owned()),
                None if name == Name::Expires => said.expires = field.value.to_owned(),
                None => said.languages.extend(field.value.split(',').map(|tag| tag.trim().to_owned())),
            }
        }
        said
    }

    fn list(&mut self, name: Name) -> Option<&mut Vec<String>> {
        Some(match name {
            Name::Acknowledgments => &mut self.acknowledgments,
            Name::Canonical => &mut self.canonical,
            Name::Contact => &mut self.contacts,
            Name::Csaf => &mut self.csaf,
            Name::Encryption => &mut self.encryption,
            Name::Hiring => &mut self.hiring,
            Name::Policy => &mut self.policies,
            Name::Expires | Name::PreferredLanguages => return None,
        })
    }

    /// The file, lines ending with LF, without a signature. `context` says what day it is and, where that is known, where
    /// the file will be served. Nothing is written in which the lint finds an error, or which would be read as
    /// something else.
    pub fn write(&self, context: &Context) -> Result<String, Unfit> {
        let text = self.text();
        let file = read(text.as_bytes(), Limits::default())?;
        let errors: Vec<_> = lint(&file, context).of(Severity::Error).cloned().collect();
        if !errors.is_empty() {
            return Err(Unfit::Findings(errors));
        }
        if Self::of(&file) == *self && file.frame.is_none() { Ok(text) } else { Err(Unfit::Altered) }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for comment in &self.comments {
            text.push_str("# ");
            text.push_str(comment);
            text.push('\n');
        }
        let mut said = self.clone();
        for name in Name::ALL {
            let values = match said.list(name) {
                Some(list) => std::mem::take(list),
                None if name == Name::Expires => vec![self.expires.clone()],
                None if self.languages.is_empty() => Vec::new(),
                None => vec![self.languages.join(", ")],
            };
            for value in values {
                push(&mut text, name.as_str(), &value);
            }
        }
        for (name, value) in &self.others {
            push(&mut text, name, value);
        }
        text
    }
}

fn push(text: &mut String, name: &str, value: &str) {
    text.push_str(name);
    text.push_str(": ");
    text.push_str(value);
    text.push('\n');
}
