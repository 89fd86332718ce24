//! The scoring of CVSS 4.0 (specification, section 8): the score of the vector's MacroVector, less the mean share of
//! the way to the next lower ones.
//!
//! All in whole numbers: the depths divide 840, so no share is rounded before the end. The six sets of metrics (EQ1
//! to EQ6) have no metric in common except that EQ3 and EQ6 are taken together, so the highest vector that a vector
//! is measured from can be sought set by set.

use super::macrovector::{DEPTHS, EQ1, EQ2, EQ3_EQ6, EQ4, MacroVector};
use super::metric::{Group, metrics};
use super::score::{Score, Scores};
use super::vector::Vector;

// Places in the table of metrics.
const EXPLOIT_MATURITY: usize = 11;
const REQUIREMENTS: usize = 12;
const MODIFIED: usize = 15;
/// First of the subsequent system's metrics; confidentiality first.
const SC: usize = 8;

/// Severity levels of the metrics that count (0 is the worst), after modification.
#[derive(Clone, Copy)]
pub(super) struct Levels {
    /// AV, AC, AT, PR, UI.
    pub(super) ways: [u8; 5],
    /// VC, VI, VA: 0 high, 1 low, 2 none.
    pub(super) vulnerable: [u8; 3],
    /// SC, SI, SA: 0 safety, 1 high, 2 low, 3 none.
    pub(super) subsequent: [u8; 3],
    /// CR, IR, AR: 0 high.
    pub(super) required: [u8; 3],
    /// E: 0 attacked.
    pub(super) maturity: u8,
}

impl Levels {
    fn of(vector: &Vector, threat: bool, environmental: bool) -> Self {
        let level = |metric: usize| {
            let own = vector.places[MODIFIED + metric];
            let modified = metrics(vector.version)[MODIFIED + metric].values;
            let said = usize::from(own) + 1 < modified.len();
            if environmental && said { own } else { vector.places[metric] }
        };
        // "Safety" stands behind the three others in the table and before them in severity.
        let subsequent = |metric: usize| if level(metric) == 3 { 0 } else { level(metric) + 1 };
        let required = |nth: usize| {
            let place = vector.places[REQUIREMENTS + nth];
            if environmental && place < 3 { place } else { 0 }
        };
        let maturity = vector.places[EXPLOIT_MATURITY];
        Self {
            ways: [level(0), level(1), level(2), level(3), level(4)],
            vulnerable: [level(5), level(6), level(7)],
            subsequent: [subsequent(SC), subsequent(SC + 1), subsequent(SC + 2)],
            required: [required(0), required(1), required(2)],
            maturity: if threat && maturity < 3 { maturity } else { 0 },
        }
    }

    fn harmless(&self) -> bool {
        self.vulnerable == [2; 3] && self.subsequent == [3; 3]
    }
}

/// Sum of the distances from the first highest vector that is at least as severe in every metric.
fn distance<const N: usize>(highest: &[[u8; N]], levels: [u8; N]) -> i64 {
    let reach = |top: &&[u8; N]| top.iter().zip(levels).all(|(t, l)| *t <= l);
    let top = highest.iter().find(reach).copied().unwrap_or(levels);
    top.iter().zip(levels).map(|(t, l)| i64::from(l) - i64::from(*t)).sum()
}

fn score(levels: &Levels) -> Score {
    if levels.harmless() {
        return Score::from_tenths(0);
    }
    let vector = MacroVector::of(levels);
    let value = i64::from(vector.score().unwrap_or_default());
    let [av, ac, at, pr, ui] = levels.ways;
    let [vc, vi, va] = levels.vulnerable;
    let [cr, ir, ar] = levels.required;
    let [eq1, eq2, eq3, eq4, _, eq6] = vector.0.map(usize::from);
    let distances = [
        distance(EQ1[eq1], [av, pr, ui]),
        distance(EQ2[eq2], [ac, at]),
        distance(EQ3_EQ6[eq3][eq6], [vc, vi, va, cr, ir, ar]),
        distance(EQ4[eq4], levels.subsequent),
        // Within EQ5 all vectors are alike.
        0,
    ];
    let depths = DEPTHS.of(&vector);
    let (mut lowered, mut count) = (0, 0);
    for ((next, distance), depth) in vector.next_lower().into_iter().zip(distances).zip(depths) {
        if let Some(next) = next {
            lowered += (value - i64::from(next)) * distance * (840 / depth);
            count += 1;
        }
    }
    if count == 0 {
        return Score::from_tenths(value);
    }
    // To the nearest tenth, half up.
    let whole = 840 * count;
    Score::from_tenths((2 * (value * whole - lowered) + whole).div_euclid(2 * whole))
}

pub(super) fn scores(vector: &Vector) -> Scores {
    let (threat, environmental) = (vector.has(Group::Threat), vector.has(Group::Environmental));
    let base = score(&Levels::of(vector, false, false));
    let with_threat = threat.then(|| score(&Levels::of(vector, true, false)));
    let with_all = environmental.then(|| score(&Levels::of(vector, true, true)));
    Scores::of(base, with_threat, with_all, Score::severity)
}
