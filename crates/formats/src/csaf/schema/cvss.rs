//! The CVSS objects of FIRST inside a score: <https://www.first.org/cvss/cvss-v2.0.json>, v3.0 and v3.1.
//!
//! What is wrong in them is test 6.1.8.

use crate::json::Tree;
use crate::shape::{Field::May, Field::Must, Form, Shape};

static SCORE: Shape = Shape::Number(0.0, 10.0);
static VECTOR_2: Shape = Shape::Text(&Form { what: "a CVSS v2 vector", fits: vector_2 });
static VECTOR_3_0: Shape = Shape::Text(&Form { what: "a CVSS v3.0 vector", fits: |text| vector_3(text, "CVSS:3.0/") });
static VECTOR_3_1: Shape = Shape::Text(&Form { what: "a CVSS v3.1 vector", fits: |text| vector_3(text, "CVSS:3.1/") });

/// The shape of the version that the object names; 3.1 when it names neither.
pub(super) fn v3(value: &Tree) -> &'static Shape {
    match value.get("version").and_then(Tree::as_str) {
        Some("3.0") => &V3_0,
        _ => &V3_1,
    }
}

/// CVSS v2.
pub(super) static V2: Shape = Shape::object(&[
    Must("version", &Shape::Word(&["2.0"])),
    Must("vectorString", &VECTOR_2),
    May("accessVector", &Shape::Word(&["NETWORK", "ADJACENT_NETWORK", "LOCAL"])),
    May("accessComplexity", &Shape::Word(&["HIGH", "MEDIUM", "LOW"])),
    May("authentication", &Shape::Word(&["MULTIPLE", "SINGLE", "NONE"])),
    May("confidentialityImpact", &Shape::Word(&["NONE", "PARTIAL", "COMPLETE"])),
    May("integrityImpact", &Shape::Word(&["NONE", "PARTIAL", "COMPLETE"])),
    May("availabilityImpact", &Shape::Word(&["NONE", "PARTIAL", "COMPLETE"])),
    Must("baseScore", &SCORE),
    May("exploitability", &Shape::Word(&["UNPROVEN", "PROOF_OF_CONCEPT", "FUNCTIONAL", "HIGH", "NOT_DEFINED"])),
    May(
        "remediationLevel",
        &Shape::Word(&["OFFICIAL_FIX", "TEMPORARY_FIX", "WORKAROUND", "UNAVAILABLE", "NOT_DEFINED"]),
    ),
    May("reportConfidence", &Shape::Word(&["UNCONFIRMED", "UNCORROBORATED", "CONFIRMED", "NOT_DEFINED"])),
    May("temporalScore", &SCORE),
    May(
        "collateralDamagePotential",
        &Shape::Word(&["NONE", "LOW", "LOW_MEDIUM", "MEDIUM_HIGH", "HIGH", "NOT_DEFINED"]),
    ),
    May("targetDistribution", &Shape::Word(&["NONE", "LOW", "MEDIUM", "HIGH", "NOT_DEFINED"])),
    May("confidentialityRequirement", &Shape::Word(&["LOW", "MEDIUM", "HIGH", "NOT_DEFINED"])),
    May("integrityRequirement", &Shape::Word(&["LOW", "MEDIUM", "HIGH", "NOT_DEFINED"])),
    May("availabilityRequirement", &Shape::Word(&["LOW", "MEDIUM", "HIGH", "NOT_DEFINED"])),
    May("environmentalScore", &SCORE),
]);

/// CVSS v3.0 and v3.1 differ in the name of their version only.
macro_rules! v3 {
    ($version:literal, $vector:expr) => {
        Shape::object(&[
            Must("version", &Shape::Word(&[$version])),
            Must("vectorString", $vector),
            May("attackVector", &Shape::Word(&["NETWORK", "ADJACENT_NETWORK", "LOCAL", "PHYSICAL"])),
            May("attackComplexity", &Shape::Word(&["HIGH", "LOW"])),
            May("privilegesRequired", &Shape::Word(&["HIGH", "LOW", "NONE"])),
            May("userInteraction", &Shape::Word(&["NONE", "REQUIRED"])),
            May("scope", &Shape::Word(&["UNCHANGED", "CHANGED"])),
            May("confidentialityImpact", &Shape::Word(&["NONE", "LOW", "HIGH"])),
            May("integrityImpact", &Shape::Word(&["NONE", "LOW", "HIGH"])),
            May("availabilityImpact", &Shape::Word(&["NONE", "LOW", "HIGH"])),
            Must("baseScore", &SCORE),
            Must("baseSeverity", &Shape::Word(&["NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL"])),
            May(
                "exploitCodeMaturity",
                &Shape::Word(&["UNPROVEN", "PROOF_OF_CONCEPT", "FUNCTIONAL", "HIGH", "NOT_DEFINED"]),
            ),
            May(
                "remediationLevel",
                &Shape::Word(&["OFFICIAL_FIX", "TEMPORARY_FIX", "WORKAROUND", "UNAVAILABLE", "NOT_DEFINED"]),
            ),
            May("reportConfidence", &Shape::Word(&["UNKNOWN", "REASONABLE", "CONFIRMED", "NOT_DEFINED"])),
            May("temporalScore", &SCORE),
            May("temporalSeverity", &Shape::Word(&["NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL"])),
            May("confidentialityRequirement", &Shape::Word(&["LOW", "MEDIUM", "HIGH", "NOT_DEFINED"])),
            May("integrityRequirement", &Shape::Word(&["LOW", "MEDIUM", "HIGH", "NOT_DEFINED"])),
            May("availabilityRequirement", &Shape::Word(&["LOW", "MEDIUM", "HIGH", "NOT_DEFINED"])),
            May(
                "modifiedAttackVector",
                &Shape::Word(&["NETWORK", "ADJACENT_NETWORK", "LOCAL", "PHYSICAL", "NOT_DEFINED"]),
            ),
            May("modifiedAttackComplexity", &Shape::Word(&["HIGH", "LOW", "NOT_DEFINED"])),
            May("modifiedPrivilegesRequired", &Shape::Word(&["HIGH", "LOW", "NONE", "NOT_DEFINED"])),
            May("modifiedUserInteraction", &Shape::Word(&["NONE", "REQUIRED", "NOT_DEFINED"])),
            May("modifiedScope", &Shape::Word(&["UNCHANGED", "CHANGED", "NOT_DEFINED"])),
            May("modifiedConfidentialityImpact", &Shape::Word(&["NONE", "LOW", "HIGH", "NOT_DEFINED"])),
            May("modifiedIntegrityImpact", &Shape::Word(&["NONE", "LOW", "HIGH", "NOT_DEFINED"])),
            May("modifiedAvailabilityImpact", &Shape::Word(&["NONE", "LOW", "HIGH", "NOT_DEFINED"])),
            May("environmentalScore", &SCORE),
            May("environmentalSeverity", &Shape::Word(&["NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL"])),
        ])
    };
}

static V3_0: Shape = v3!("3.0", &VECTOR_3_0);
static V3_1: Shape = v3!("3.1", &VECTOR_3_1);

/// Metrics and values that the pattern of the schema allows; it asks for neither order nor completeness.
const METRICS_2: &[(&str, &str)] = &[
    ("AV", "N A L"),
    ("AC", "L M H"),
    ("Au", "M S N"),
    ("C", "N P C"),
    ("I", "N P C"),
    ("A", "N P C"),
    ("E", "U POC F H ND"),
    ("RL", "OF TF W U ND"),
    ("RC", "UC UR C ND"),
    ("CDP", "N L LM MH H ND"),
    ("TD", "N L M H ND"),
    ("CR", "L M H ND"),
    ("IR", "L M H ND"),
    ("AR", "L M H ND"),
];

const METRICS_3: &[(&str, &str)] = &[
    ("AV", "N A L P"),
    ("AC", "L H"),
    ("PR", "N L H"),
    ("UI", "N R"),
    ("S", "U C"),
    ("C", "N L H"),
    ("I", "N L H"),
    ("A", "N L H"),
    ("E", "X U P F H"),
    ("RL", "X O T W U"),
    ("RC", "X U R C"),
    ("CR", "X L M H"),
    ("IR", "X L M H"),
    ("AR", "X L M H"),
    ("MAV", "X N A L P"),
    ("MAC", "X L H"),
    ("MPR", "X N L H"),
    ("MUI", "X N R"),
    ("MS", "X U C"),
    ("MC", "X N L H"),
    ("MI", "X N L H"),
    ("MA", "X N L H"),
];

fn metrics(text: &str, table: &[(&str, &str)]) -> bool {
    text.split('/').all(|part| {
        part.split_once(':').is_some_and(|(metric, value)| {
            table.iter().any(|(name, values)| *name == metric && values.split(' ').any(|v| v == value))
        })
    })
}

fn vector_2(text: &str) -> bool {
    metrics(text, METRICS_2)
}

fn vector_3(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| metrics(rest, METRICS_3))
}
