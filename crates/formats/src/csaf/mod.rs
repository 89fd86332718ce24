//! CSAF 2.0, the Common Security Advisory Framework of OASIS: what a document must, should and may be.
//!
//! <https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html>. [`check`] reads a document within bounds, holds it
//! against the schema and runs the tests of section 6. One file a test, in the folder of its kind; the registry is
//! [`TESTS`]. Tests that need the network or a dictionary of words are listed as such and never said to have passed.

pub mod dictionary;
mod document;
mod exchange;
mod informative;
mod mandatory;
mod optional;
pub mod profile;
pub mod purl;
mod schema;
mod score;
mod version;
mod words;

pub use document::{Document, Product, Revision};
pub(crate) use exchange::date;
pub use exchange::{read, write};

use crate::json::{self, Limits, Parsed, ReadError, Spot};
use crate::shape;

/// Why a product is not affected: the labels of flags (section 3.2.3.5), the same words as in VEX.
pub const JUSTIFICATIONS: &[&str] = &[
    "component_not_present",
    "inline_mitigations_already_exist",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_not_present",
];

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The document is not valid: schema and section 6.1.
    Error,
    /// It should be mended: section 6.2.
    Warning,
    /// Worth knowing: section 6.3.
    Info,
}

impl Level {
    /// `error`, `warning`, `info`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// What a test found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The section that names the test, such as `6.1.8`, or `schema`.
    pub test: &'static str,
    /// How much it weighs.
    pub level: Level,
    /// JSON pointer of the value.
    pub pointer: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// What came of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The schema holds and every mandatory test passes.
    pub valid: bool,
    /// Findings in the order of the sections; those of the schema come first.
    pub findings: Vec<Finding>,
}

/// One test of section 6.
pub struct Test {
    /// Its section.
    pub id: &'static str,
    /// Its title in the standard.
    pub title: &'static str,
    /// What it does.
    pub rule: Rule,
}

/// How a test is carried out.
pub enum Rule {
    /// Over the document alone.
    Run(fn(&Document, &mut Findings)),
    /// By the shapes of the schema, as this finding.
    Schema,
    /// Not here: it needs what the words name.
    Outside(&'static str),
}

/// More findings of one test are not listed: they say the same.
pub const MOST: usize = 1000;

/// Every test of the standard, in its order.
pub static TESTS: &[&[Test]] = &[mandatory::TESTS, optional::TESTS, informative::TESTS];

/// The findings of one test while it runs.
pub struct Findings {
    test: &'static str,
    level: Level,
    /// How many this test has made.
    count: usize,
    list: Vec<Finding>,
}

impl Findings {
    /// Adds one at a place.
    pub fn at(&mut self, spot: &Spot, message: impl Into<String>) {
        self.pointer(spot.at.clone(), message);
    }

    /// Adds one at a pointer.
    pub fn pointer(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        let (test, level) = (self.test, self.level);
        self.count += 1;
        if self.count <= MOST {
            self.list.push(Finding { test, level, pointer: pointer.into(), message: message.into() });
        }
    }
}

/// Reads and checks a document. An error means that it could not be read as JSON within `limits`.
pub fn check(bytes: &[u8], limits: Limits) -> Result<Verdict, ReadError> {
    Ok(judge(&json::read(bytes, limits)?))
}

/// Checks a document that was read.
pub fn judge(parsed: &Parsed) -> Verdict {
    let document = Document::new(parsed);
    let faults = shape::check(&schema::CSAF_2_0, &parsed.value);
    let mut found = Findings { test: "", level: Level::Error, count: 0, list: Vec::new() };
    for fault in faults.iter().filter(|fault| !fault.extra && !is_cvss(&fault.pointer)) {
        (found.test, found.level) = ("schema", Level::Error);
        found.pointer(fault.pointer.clone(), fault.message.clone());
    }
    for test in TESTS.iter().copied().flatten() {
        (found.test, found.level, found.count) = (test.id, level(test.id), 0);
        match test.rule {
            Rule::Run(run) => run(&document, &mut found),
            Rule::Schema => {
                let wanted = |fault: &&shape::Fault| match test.id {
                    "6.1.8" => !fault.extra && is_cvss(&fault.pointer),
                    _ => fault.extra,
                };
                for fault in faults.iter().filter(wanted) {
                    found.pointer(fault.pointer.clone(), fault.message.clone());
                }
            }
            Rule::Outside(_) => {}
        }
    }
    let findings = found.list;
    Verdict { valid: findings.iter().all(|finding| finding.level != Level::Error), findings }
}

/// The level of a section.
fn level(id: &str) -> Level {
    match id.get(..3) {
        Some("6.2") => Level::Warning,
        Some("6.3") => Level::Info,
        _ => Level::Error,
    }
}

/// Whether a pointer leads into a CVSS object, whose faults are test 6.1.8.
fn is_cvss(pointer: &str) -> bool {
    let mut steps = pointer.split('/').skip(1);
    steps.next() == Some("vulnerabilities")
        && steps.nth(1) == Some("scores")
        && steps.nth(1).is_some_and(|step| step.starts_with("cvss_v"))
}

/// The file name of a document by its tracking id (section 5.1).
pub fn file_name(tracking_id: &str) -> String {
    let mut name = String::with_capacity(tracking_id.len() + 5);
    for c in tracking_id.to_lowercase().chars() {
        if c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '+' | '-') {
            name.push(c);
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    name + ".json"
}
