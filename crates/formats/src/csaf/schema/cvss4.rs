//! The CVSS v4.0 object of FIRST inside a metric: <https://www.first.org/cvss/cvss-v4.0.json>.
//!
//! It ties the score to the severity, so there is a shape for each severity. What is wrong in it is test 6.1.8.

use crate::cvss::{Group, Version, metrics};
use crate::json::Tree;
use crate::shape::{Field::May, Field::Must, Form, Shape};

static VECTOR: Shape =
    Shape::Text(&Form { what: "a CVSS v4.0 vector with its metrics in the order of the standard", fits: vector });

/// The shape for the severity that the object names.
pub(super) fn v4(value: &Tree) -> &'static Shape {
    match value.get("baseSeverity").and_then(Tree::as_str) {
        Some("NONE") => &NONE,
        Some("LOW") => &LOW,
        Some("MEDIUM") => &MEDIUM,
        Some("HIGH") => &HIGH,
        Some("CRITICAL") => &CRITICAL,
        _ => &ANY,
    }
}

const LEVEL: &[&str] = &["NONE", "LOW", "HIGH"];
const LEVEL_X: &[&str] = &["NONE", "LOW", "HIGH", "NOT_DEFINED"];
const REQUIREMENT: &[&str] = &["LOW", "MEDIUM", "HIGH", "NOT_DEFINED"];
const SAFETY_X: &[&str] = &["NEGLIGIBLE", "LOW", "HIGH", "SAFETY", "NOT_DEFINED"];

macro_rules! v4 {
    ($least:literal, $most:literal) => {
        Shape::object(&[
            May("Automatable", &Shape::Word(&["NO", "YES", "NOT_DEFINED"])),
            May("Recovery", &Shape::Word(&["AUTOMATIC", "USER", "IRRECOVERABLE", "NOT_DEFINED"])),
            May("Safety", &Shape::Word(&["NEGLIGIBLE", "PRESENT", "NOT_DEFINED"])),
            May("attackComplexity", &Shape::Word(&["HIGH", "LOW"])),
            May("attackRequirements", &Shape::Word(&["NONE", "PRESENT"])),
            May("attackVector", &Shape::Word(&["NETWORK", "ADJACENT", "LOCAL", "PHYSICAL"])),
            May("availabilityRequirement", &Shape::Word(REQUIREMENT)),
            Must("baseScore", &Shape::Number($least, $most)),
            Must("baseSeverity", &Shape::Word(&["NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL"])),
            May("confidentialityRequirement", &Shape::Word(REQUIREMENT)),
            May("exploitMaturity", &Shape::Word(&["UNREPORTED", "PROOF_OF_CONCEPT", "ATTACKED", "NOT_DEFINED"])),
            May("integrityRequirement", &Shape::Word(REQUIREMENT)),
            May("modifiedAttackComplexity", &Shape::Word(&["HIGH", "LOW", "NOT_DEFINED"])),
            May("modifiedAttackRequirements", &Shape::Word(&["NONE", "PRESENT", "NOT_DEFINED"])),
            May("modifiedAttackVector", &Shape::Word(&["NETWORK", "ADJACENT", "LOCAL", "PHYSICAL", "NOT_DEFINED"])),
            May("modifiedPrivilegesRequired", &Shape::Word(LEVEL_X)),
            May("modifiedSubAvailabilityImpact", &Shape::Word(SAFETY_X)),
            May("modifiedSubConfidentialityImpact", &Shape::Word(&["NEGLIGIBLE", "LOW", "HIGH", "NOT_DEFINED"])),
            May("modifiedSubIntegrityImpact", &Shape::Word(SAFETY_X)),
            May("modifiedUserInteraction", &Shape::Word(&["NONE", "PASSIVE", "ACTIVE", "NOT_DEFINED"])),
            May("modifiedVulnAvailabilityImpact", &Shape::Word(LEVEL_X)),
            May("modifiedVulnConfidentialityImpact", &Shape::Word(LEVEL_X)),
            May("modifiedVulnIntegrityImpact", &Shape::Word(LEVEL_X)),
            May("privilegesRequired", &Shape::Word(LEVEL)),
            May("providerUrgency", &Shape::Word(&["CLEAR", "GREEN", "AMBER", "RED", "NOT_DEFINED"])),
            May("subAvailabilityImpact", &Shape::Word(LEVEL)),
            May("subConfidentialityImpact", &Shape::Word(LEVEL)),
            May("subIntegrityImpact", &Shape::Word(LEVEL)),
            May("userInteraction", &Shape::Word(&["NONE", "PASSIVE", "ACTIVE"])),
            May("valueDensity", &Shape::Word(&["DIFFUSE", "CONCENTRATED", "NOT_DEFINED"])),
            Must("vectorString", &VECTOR),
            Must("version", &Shape::Word(&["4.0"])),
            May("vulnAvailabilityImpact", &Shape::Word(LEVEL)),
            May("vulnConfidentialityImpact", &Shape::Word(LEVEL)),
            May("vulnIntegrityImpact", &Shape::Word(LEVEL)),
            May("vulnerabilityResponseEffort", &Shape::Word(&["LOW", "MODERATE", "HIGH", "NOT_DEFINED"])),
        ])
    };
}

static ANY: Shape = v4!(0.0, 10.0);
static NONE: Shape = v4!(0.0, 0.0);
static LOW: Shape = v4!(0.1, 3.9);
static MEDIUM: Shape = v4!(4.0, 6.9);
static HIGH: Shape = v4!(7.0, 8.9);
static CRITICAL: Shape = v4!(9.0, 10.0);

/// Every base metric, and others as may be, in the order of the table.
fn vector(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(Version::V40.prefix()) else { return false };
    let mut table = metrics(Version::V40).iter();
    for part in rest.split('/') {
        let Some((code, value)) = part.split_once(':') else { return false };
        // Metrics that are passed over on the way to this one must be such as may be left out.
        let Some(metric) = table.by_ref().find(|metric| metric.code == code || metric.group == Group::Base) else {
            return false;
        };
        if metric.code != code || !metric.values.iter().any(|known| known.code == value) {
            return false;
        }
    }
    !table.any(|metric| metric.group == Group::Base)
}
