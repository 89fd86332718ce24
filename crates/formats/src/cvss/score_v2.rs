//! The equations of CVSS 2.0 (Complete Guide, section 3.2).

use super::metric::Group;
use super::score::{Score, Scores, nearest, shown};
use super::vector::Vector;

// Places in the table of metrics.
const AV: usize = 0;
const AC: usize = 1;
const AU: usize = 2;
const IMPACTS: [usize; 3] = [3, 4, 5];
const THREAT: [usize; 3] = [6, 7, 8];
const CDP: usize = 9;
const TD: usize = 10;
const REQUIREMENTS: [usize; 3] = [11, 12, 13];

const WEIGHT_AV: &[f64] = &[0.395, 0.646, 1.0];
const WEIGHT_AC: &[f64] = &[0.35, 0.61, 0.71];
const WEIGHT_AU: &[f64] = &[0.45, 0.56, 0.704];
const WEIGHT_IMPACT: &[f64] = &[0.0, 0.275, 0.660];
const WEIGHT_E: &[f64] = &[0.85, 0.9, 0.95, 1.0, 1.0];
const WEIGHT_RL: &[f64] = &[0.87, 0.90, 0.95, 1.0, 1.0];
const WEIGHT_RC: &[f64] = &[0.90, 0.95, 1.0, 1.0];
const WEIGHT_CDP: &[f64] = &[0.0, 0.1, 0.3, 0.4, 0.5, 0.0];
const WEIGHT_TD: &[f64] = &[0.0, 0.25, 0.75, 1.0, 1.0];
const WEIGHT_REQUIREMENT: &[f64] = &[0.5, 1.0, 1.51, 1.0];

fn weight(vector: &Vector, metric: usize, weights: &[f64], absent: f64) -> f64 {
    weights.get(usize::from(vector.places[metric])).copied().unwrap_or(absent)
}

pub(super) fn scores(vector: &Vector) -> Scores {
    let base = base(vector, impact(vector, false));
    let temporal = vector.has(Group::Threat).then(|| shown(temporal(vector, base)));
    let environmental = vector.has(Group::Environmental).then(|| shown(environmental(vector)));
    Scores::of(shown(base), temporal, environmental, Score::severity_v2)
}

fn impact(vector: &Vector, adjusted: bool) -> f64 {
    let mut rest = 1.0;
    for (metric, requirement) in IMPACTS.into_iter().zip(REQUIREMENTS) {
        let required = if adjusted { weight(vector, requirement, WEIGHT_REQUIREMENT, 1.0) } else { 1.0 };
        rest *= 1.0 - weight(vector, metric, WEIGHT_IMPACT, 0.0) * required;
    }
    let impact = 10.41 * (1.0 - rest);
    if adjusted { impact.min(10.0) } else { impact }
}

fn base(vector: &Vector, impact: f64) -> f64 {
    let exploitability = 20.0
        * weight(vector, AV, WEIGHT_AV, 0.0)
        * weight(vector, AC, WEIGHT_AC, 0.0)
        * weight(vector, AU, WEIGHT_AU, 0.0);
    // Without any impact the product is zero, to the last bit.
    let factor = if impact <= 1e-9 { 0.0 } else { 1.176 };
    nearest((0.6 * impact + 0.4 * exploitability - 1.5) * factor)
}

fn temporal(vector: &Vector, base: f64) -> f64 {
    let [e, rl, rc] = THREAT;
    let factor =
        weight(vector, e, WEIGHT_E, 1.0) * weight(vector, rl, WEIGHT_RL, 1.0) * weight(vector, rc, WEIGHT_RC, 1.0);
    nearest(base * factor)
}

fn environmental(vector: &Vector) -> f64 {
    let adjusted = temporal(vector, base(vector, impact(vector, true)));
    let damage = weight(vector, CDP, WEIGHT_CDP, 0.0);
    nearest((adjusted + (10.0 - adjusted) * damage) * weight(vector, TD, WEIGHT_TD, 1.0))
}
