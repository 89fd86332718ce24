//! CSAF 2.0 and 2.1, the Common Security Advisory Framework of OASIS: what a document must, should and may be.
//!
//! <https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html>, and for 2.1 the committee's text of August 2026.
//! The document says which of the two it follows ([`Edition`]). [`check`] reads a document within bounds, holds it
//! against the schema and runs the tests of section 6. One file a test, in the folder of its kind, whatever the version;
//! the registry is [`tests`]. Tests that need the network or a dictionary of words are listed as such and never said to have passed.

pub mod dictionary;
mod document;
mod edition;
mod exchange;
mod extension;
mod family;
mod head;
mod informative;
mod mandatory;
mod optional;
mod part;
pub mod profile;
pub mod provider;
pub mod purl;
mod remediation;
mod schema;
mod score;
pub mod vers;
pub(crate) mod version;
pub(crate) mod words;
mod words21;

pub use document::{Document, Product};
pub use edition::Edition;
pub(crate) use exchange::date;
pub use exchange::{Turn, downgrade, read, upgrade, write};

use crate::json::{self, Limits, Parsed, ReadError, Spot, Tree};
use crate::shape::{self, Fault};
use part::Part;

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
    /// By the shapes of the schema: those of its faults that this test is about.
    Schema(fn(Edition, &Fault) -> bool),
    /// Not here: it needs what the words name.
    Outside(&'static str),
}

/// More findings of one test are not listed: they say the same.
pub const MOST: usize = 1000;

/// Characters of a message at most.
const LONGEST: usize = 2000;

/// Every test of an edition, in its order.
pub const fn tests(edition: Edition) -> &'static [&'static [Test]] {
    match edition {
        Edition::V20 => &[mandatory::TESTS, mandatory::LATER, optional::TESTS, informative::TESTS],
        Edition::V21 => &[
            mandatory::TESTS,
            mandatory::PROFILES_2_1,
            mandatory::LATER,
            mandatory::TESTS_2_1,
            optional::TESTS,
            optional::TESTS_2_1,
            informative::TESTS,
            informative::TESTS_2_1,
        ],
    }
}

/// The findings of one test while it runs.
pub struct Findings {
    test: &'static str,
    level: Level,
    /// How many this test has made.
    count: usize,
    /// How many of its own that do not fail it. They must hide none that does.
    mild: usize,
    list: Vec<Finding>,
}

impl Findings {
    /// Adds one at a place.
    pub fn at(&mut self, spot: &Spot, message: impl Into<String>) {
        self.pointer(spot.at.to_string(), message);
    }

    /// Whether more findings of this test would not be listed.
    pub fn is_full(&self) -> bool {
        self.count >= MOST
    }

    /// Adds one that does not fail the test: what could not be looked at closely, and what else to look at.
    pub fn warn(&mut self, spot: &Spot, message: impl Into<String>) {
        self.add(self.level.max(Level::Warning), spot.at.to_string(), message.into());
    }

    /// Adds one at a pointer.
    pub fn pointer(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.add(self.level, pointer.into(), message.into());
    }

    fn add(&mut self, level: Level, pointer: String, message: String) {
        let count = if level == self.level { &mut self.count } else { &mut self.mild };
        *count += 1;
        if *count <= MOST {
            self.list.push(Finding { test: self.test, level, pointer, message: clipped(message) });
        }
    }

    /// Begins with another test.
    fn begin(&mut self, test: &'static str, level: Level) {
        (self.test, self.level, self.count, self.mild) = (test, level, 0, 0);
    }
}

/// Reads and checks a document. An error means that it could not be read as JSON within `limits`.
pub fn check(bytes: &[u8], limits: Limits) -> Result<Verdict, ReadError> {
    Ok(judge(&json::tree(bytes, limits)?))
}

/// Checks a document that was read.
pub fn judge(parsed: &Parsed<Tree>) -> Verdict {
    let document = Document::new(parsed);
    let edition = document.edition;
    let faults = shape::check(schema::of(edition), &parsed.value);
    let mut found = Findings { test: "schema", level: Level::Error, count: 0, mild: 0, list: Vec::new() };
    let own = |fault: &&Fault| Part::of(edition, fault) == Part::Document && (edition == Edition::V21 || !fault.extra);
    for fault in faults.iter().filter(own) {
        found.pointer(fault.pointer.clone(), fault.message.clone());
    }
    for test in tests(edition).iter().copied().flatten() {
        found.begin(test.id, level(test.id));
        match test.rule {
            Rule::Run(run) => run(&document, &mut found),
            Rule::Schema(wanted) => {
                for fault in faults.iter().filter(|fault| wanted(edition, fault)) {
                    found.pointer(fault.pointer.clone(), fault.message.clone());
                }
            }
            Rule::Outside(_) => {}
        }
    }
    if document.is_exhausted() {
        found.begin("limits", Level::Error);
        let message = "the groups are referred to so often that they were not all looked up; name fewer products";
        found.pointer("/product_tree/product_groups", message);
    }
    let findings = found.list;
    Verdict { valid: findings.iter().all(|finding| finding.level != Level::Error), findings }
}

/// Whether a document meets what its profile asks (section 6.1.27), whatever else may be wrong with it.
fn meets_profile(parsed: &Parsed<Tree>) -> bool {
    let document = Document::new(parsed);
    let asked = tests(document.edition).iter().copied().flatten().filter(|test| test.id.starts_with("6.1.27."));
    asked.into_iter().all(|test| {
        let mut found = Findings { test: test.id, level: level(test.id), count: 0, mild: 0, list: Vec::new() };
        if let Rule::Run(run) = test.rule {
            run(&document, &mut found);
        }
        found.list.iter().all(|finding| finding.level != Level::Error)
    })
}

/// Names in a document may be long, and one of them in very many findings.
fn clipped(mut message: String) -> String {
    if let Some((end, _)) = message.char_indices().nth(LONGEST) {
        message.truncate(end);
        message.push('…');
    }
    message
}

/// The level of a section.
fn level(id: &str) -> Level {
    match id.get(..3) {
        Some("6.2") => Level::Warning,
        Some("6.3") => Level::Info,
        _ => Level::Error,
    }
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
