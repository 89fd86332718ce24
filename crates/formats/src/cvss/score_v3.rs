//! The equations of CVSS 3.0 (specification, section 8) and 3.1 (section 7).
//!
//! They differ in two places: how a score is rounded up, and the modified impact when the scope has changed.

use super::metric::{Group, Version};
use super::score::{Score, Scores, up_v30, up_v31};
use super::vector::Vector;

// Places in the table of metrics.
const AV: usize = 0;
const AC: usize = 1;
const PR: usize = 2;
const UI: usize = 3;
const S: usize = 4;
const IMPACTS: [usize; 3] = [5, 6, 7];
const THREAT: [usize; 3] = [8, 9, 10];
const REQUIREMENTS: [usize; 3] = [11, 12, 13];
/// From a base metric to its modified form.
const MODIFIED: usize = 14;

const WEIGHT_AV: &[f64] = &[0.85, 0.62, 0.55, 0.2];
const WEIGHT_AC: &[f64] = &[0.77, 0.44];
const WEIGHT_PR: &[f64] = &[0.85, 0.62, 0.27];
const WEIGHT_PR_CHANGED: &[f64] = &[0.85, 0.68, 0.5];
const WEIGHT_UI: &[f64] = &[0.85, 0.62];
const WEIGHT_IMPACT: &[f64] = &[0.56, 0.22, 0.0];
const WEIGHT_E: &[f64] = &[1.0, 0.97, 0.94, 0.91, 1.0];
const WEIGHT_RL: &[f64] = &[1.0, 0.97, 0.96, 0.95, 1.0];
const WEIGHT_RC: &[f64] = &[1.0, 0.96, 0.92, 1.0];
const WEIGHT_REQUIREMENT: &[f64] = &[1.5, 1.0, 0.5, 1.0];
/// Place of `S:C`.
const CHANGED: u8 = 1;

/// The values that count for a base score, or, modified, for an environmental one.
struct Chosen<'a> {
    vector: &'a Vector,
    modified: bool,
}

impl Chosen<'_> {
    fn place(&self, metric: usize) -> u8 {
        let base = self.vector.places[metric];
        let own = self.vector.places[MODIFIED + metric];
        // The unmodified metric has no place for "not defined", so a larger place means "as it was".
        let last = super::metrics(self.vector.version)[metric].values.len();
        if self.modified && usize::from(own) < last { own } else { base }
    }

    fn weight(&self, metric: usize, weights: &[f64]) -> f64 {
        weights.get(usize::from(self.place(metric))).copied().unwrap_or_default()
    }

    fn changed(&self) -> bool {
        self.place(S) == CHANGED
    }

    fn exploitability(&self) -> f64 {
        let rights = if self.changed() { WEIGHT_PR_CHANGED } else { WEIGHT_PR };
        8.22 * self.weight(AV, WEIGHT_AV)
            * self.weight(AC, WEIGHT_AC)
            * self.weight(PR, rights)
            * self.weight(UI, WEIGHT_UI)
    }

    /// ISS, or MISS with the requirements.
    fn impact_base(&self) -> f64 {
        let mut rest = 1.0;
        for (metric, requirement) in IMPACTS.into_iter().zip(REQUIREMENTS) {
            let required = if self.modified { factor(self.vector, requirement, WEIGHT_REQUIREMENT) } else { 1.0 };
            rest *= 1.0 - self.weight(metric, WEIGHT_IMPACT) * required;
        }
        if self.modified { (1.0 - rest).min(0.915) } else { 1.0 - rest }
    }

    fn impact(&self) -> f64 {
        let iss = self.impact_base();
        if !self.changed() {
            return 6.42 * iss;
        }
        let steep = if self.modified && self.vector.version == Version::V31 {
            3.25 * (iss * 0.9731 - 0.02).powi(13)
        } else {
            3.25 * (iss - 0.02).powi(15)
        };
        7.52 * (iss - 0.029) - steep
    }

    /// Before any temporal factor.
    fn score(&self) -> Score {
        let impact = self.impact();
        if impact <= 0.0 {
            return Score::from_tenths(0);
        }
        let both = impact + self.exploitability();
        let value = if self.changed() { 1.08 * both } else { both };
        up(self.vector.version, value.min(10.0))
    }
}

fn up(version: Version, value: f64) -> Score {
    if version == Version::V30 { up_v30(value) } else { up_v31(value) }
}

/// A factor that is 1 where nothing is said.
fn factor(vector: &Vector, metric: usize, weights: &[f64]) -> f64 {
    weights.get(usize::from(vector.places[metric])).copied().unwrap_or(1.0)
}

pub(super) fn scores(vector: &Vector) -> Scores {
    let [e, rl, rc] = THREAT;
    let threat = factor(vector, e, WEIGHT_E) * factor(vector, rl, WEIGHT_RL) * factor(vector, rc, WEIGHT_RC);
    let base = Chosen { vector, modified: false }.score();
    let temporal = vector.has(Group::Threat).then(|| up(vector.version, base.value() * threat));
    let environmental = vector.has(Group::Environmental).then(|| {
        let before = Chosen { vector, modified: true }.score();
        up(vector.version, before.value() * threat)
    });
    Scores::of(base, temporal, environmental, Score::severity)
}
