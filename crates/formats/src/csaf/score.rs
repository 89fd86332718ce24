//! CVSS objects: what a vector says, and by which names its metrics stand beside it.

use crate::cvss::{Score, Scores, Vector, Version};

/// Scores that a vector gives, with the version they are of.
pub(super) struct Computed {
    scores: Scores,
    version: Version,
    /// The environmental equation where the vector has none of its metrics. In 3.1 it is not the one of the base score
    /// (section 7.3: an exponent of 13 for 15), so that a change of scope can score a tenth more with nothing changed.
    by_equation: Option<Score>,
}

/// Computes; `None` when the text is no vector that can be scored.
pub(super) fn compute(text: &str) -> Option<Computed> {
    let vector: Vector = text.parse().ok()?;
    let (scores, version) = (vector.scores(), vector.version());
    let vacant = scores.environmental.is_none() && matches!(version, Version::V30 | Version::V31);
    let by_equation = || {
        let (_, value) = metrics(text).into_iter().find(|(metric, _)| *metric == "AV")?;
        format!("{text}/MAV:{value}").parse::<Vector>().ok()?.scores().environmental
    };
    Some(Computed { scores, version, by_equation: vacant.then(by_equation).flatten() })
}

impl Computed {
    /// Name of the group with the scores that are right for it, the first of them the better. A group that the vector
    /// leaves out scores as the one before it. In version 4.0 there is one score, of all that the vector says.
    fn groups(&self) -> Vec<(&'static str, Vec<Score>)> {
        if self.version == Version::V40 {
            return vec![("base", vec![self.scores.score])];
        }
        let temporal = self.scores.temporal.unwrap_or(self.scores.base);
        let mut environmental = vec![self.scores.environmental.unwrap_or(temporal)];
        environmental.extend(self.by_equation);
        vec![("base", vec![self.scores.base]), ("temporal", vec![temporal]), ("environmental", environmental)]
    }

    /// Property and the scores that are right for it.
    pub(super) fn numbers(&self) -> Vec<(String, Vec<f64>)> {
        let groups = self.groups().into_iter();
        groups
            .map(|(group, scores)| (format!("{group}Score"), scores.into_iter().map(Score::value).collect()))
            .collect()
    }

    /// Property and the severities that are right for it; version 2.0 has none.
    pub(super) fn severities(&self) -> Vec<(String, Vec<String>)> {
        if self.version == Version::V20 {
            return Vec::new();
        }
        let words = |scores: Vec<Score>| scores.iter().map(|score| score.severity().as_str().to_uppercase()).collect();
        let groups = self.groups().into_iter();
        groups.map(|(group, scores)| (format!("{group}Severity"), words(scores))).collect()
    }
}

/// The metrics of a vector as they are written, whether it is whole or not.
pub(super) fn metrics(vector: &str) -> Vec<(&str, &str)> {
    vector.split('/').filter_map(|part| part.split_once(':')).filter(|(metric, _)| *metric != "CVSS").collect()
}

/// A property beside the vector.
pub(super) struct Property {
    /// Its key.
    pub(super) name: &'static str,
    /// The metric that says the same.
    pub(super) metric: &'static str,
    /// Words of the property whose value in a vector is not their first letter.
    odd: &'static [(&'static str, &'static str)],
}

impl Property {
    /// How a vector of the property's version writes a word.
    pub(super) fn short<'a>(&self, word: &'a str) -> Option<&'a str> {
        self.odd.iter().find(|(long, _)| *long == word).map_or_else(|| word.get(..1), |(_, short)| Some(short))
    }
}

/// The properties of a version.
pub(super) fn properties(version: &str) -> &'static [Property] {
    match version {
        "2.0" => V2,
        "3.0" | "3.1" => V3,
        "4.0" => V4,
        _ => &[],
    }
}

const V2: &[Property] = &[
    Property { name: "accessVector", metric: "AV", odd: &[] },
    Property { name: "accessComplexity", metric: "AC", odd: &[] },
    Property { name: "authentication", metric: "Au", odd: &[] },
    Property { name: "confidentialityImpact", metric: "C", odd: &[] },
    Property { name: "integrityImpact", metric: "I", odd: &[] },
    Property { name: "availabilityImpact", metric: "A", odd: &[] },
    Property { name: "exploitability", metric: "E", odd: &[("PROOF_OF_CONCEPT", "POC"), ("NOT_DEFINED", "ND")] },
    Property {
        name: "remediationLevel",
        metric: "RL",
        odd: &[("OFFICIAL_FIX", "OF"), ("TEMPORARY_FIX", "TF"), ("NOT_DEFINED", "ND")],
    },
    Property {
        name: "reportConfidence",
        metric: "RC",
        odd: &[("UNCONFIRMED", "UC"), ("UNCORROBORATED", "UR"), ("NOT_DEFINED", "ND")],
    },
    Property {
        name: "collateralDamagePotential",
        metric: "CDP",
        odd: &[("LOW_MEDIUM", "LM"), ("MEDIUM_HIGH", "MH"), ("NOT_DEFINED", "ND")],
    },
    Property { name: "targetDistribution", metric: "TD", odd: &[("NOT_DEFINED", "ND")] },
    Property { name: "confidentialityRequirement", metric: "CR", odd: &[("NOT_DEFINED", "ND")] },
    Property { name: "integrityRequirement", metric: "IR", odd: &[("NOT_DEFINED", "ND")] },
    Property { name: "availabilityRequirement", metric: "AR", odd: &[("NOT_DEFINED", "ND")] },
];

const V3: &[Property] = &[
    Property { name: "attackVector", metric: "AV", odd: &[] },
    Property { name: "attackComplexity", metric: "AC", odd: &[] },
    Property { name: "privilegesRequired", metric: "PR", odd: &[] },
    Property { name: "userInteraction", metric: "UI", odd: &[] },
    Property { name: "scope", metric: "S", odd: &[] },
    Property { name: "confidentialityImpact", metric: "C", odd: &[] },
    Property { name: "integrityImpact", metric: "I", odd: &[] },
    Property { name: "availabilityImpact", metric: "A", odd: &[] },
    Property { name: "exploitCodeMaturity", metric: "E", odd: &[("NOT_DEFINED", "X")] },
    Property { name: "remediationLevel", metric: "RL", odd: &[("NOT_DEFINED", "X")] },
    Property { name: "reportConfidence", metric: "RC", odd: &[("NOT_DEFINED", "X")] },
    Property { name: "confidentialityRequirement", metric: "CR", odd: &[("NOT_DEFINED", "X")] },
    Property { name: "integrityRequirement", metric: "IR", odd: &[("NOT_DEFINED", "X")] },
    Property { name: "availabilityRequirement", metric: "AR", odd: &[("NOT_DEFINED", "X")] },
    Property { name: "modifiedAttackVector", metric: "MAV", odd: &[("NOT_DEFINED", "X")] },
    Property { name: "modifiedAttackComplexity", metric: "MAC", odd: &[("NOT_DEFINED", "X")] },
    Property { name: "modifiedPrivilegesRequired", metric: "MPR", odd: &[("NOT_DEFINED", "X")] },
    Property { name: "modifiedUserInteraction", metric: "MUI", odd: &[("NOT_DEFINED", "X")] },
    Property { name: "modifiedScope", metric: "MS", odd: &[("NOT_DEFINED", "X")] },
    Property { name: "modifiedConfidentialityImpact", metric: "MC", odd: &[("NOT_DEFINED", "X")] },
    Property { name: "modifiedIntegrityImpact", metric: "MI", odd: &[("NOT_DEFINED", "X")] },
    Property { name: "modifiedAvailabilityImpact", metric: "MA", odd: &[("NOT_DEFINED", "X")] },
];

const X: &[(&str, &str)] = &[("NOT_DEFINED", "X")];

/// A property of version 4.0.
const fn newer(name: &'static str, metric: &'static str) -> Property {
    Property { name, metric, odd: X }
}

const V4: &[Property] = &[
    newer("attackVector", "AV"),
    newer("attackComplexity", "AC"),
    newer("attackRequirements", "AT"),
    newer("privilegesRequired", "PR"),
    newer("userInteraction", "UI"),
    newer("vulnConfidentialityImpact", "VC"),
    newer("vulnIntegrityImpact", "VI"),
    newer("vulnAvailabilityImpact", "VA"),
    newer("subConfidentialityImpact", "SC"),
    newer("subIntegrityImpact", "SI"),
    newer("subAvailabilityImpact", "SA"),
    newer("exploitMaturity", "E"),
    newer("confidentialityRequirement", "CR"),
    newer("integrityRequirement", "IR"),
    newer("availabilityRequirement", "AR"),
    newer("modifiedAttackVector", "MAV"),
    newer("modifiedAttackComplexity", "MAC"),
    newer("modifiedAttackRequirements", "MAT"),
    newer("modifiedPrivilegesRequired", "MPR"),
    newer("modifiedUserInteraction", "MUI"),
    newer("modifiedVulnConfidentialityImpact", "MVC"),
    newer("modifiedVulnIntegrityImpact", "MVI"),
    newer("modifiedVulnAvailabilityImpact", "MVA"),
    newer("modifiedSubConfidentialityImpact", "MSC"),
    newer("modifiedSubIntegrityImpact", "MSI"),
    newer("modifiedSubAvailabilityImpact", "MSA"),
    newer("Safety", "S"),
    newer("Automatable", "AU"),
    newer("Recovery", "R"),
    newer("valueDensity", "V"),
    newer("vulnerabilityResponseEffort", "RE"),
    Property {
        name: "providerUrgency",
        metric: "U",
        odd: &[("CLEAR", "Clear"), ("GREEN", "Green"), ("AMBER", "Amber"), ("RED", "Red"), ("NOT_DEFINED", "X")],
    },
];
