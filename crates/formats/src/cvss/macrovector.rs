//! The MacroVectors of CVSS 4.0 (specification, section 8.3) with their scores, highest vectors and depths.
//!
//! The figures are those of FIRST's calculator (cvss_lookup.js, max_composed.js, max_severity.js), BSD-2-Clause; see
//! NOTICE.

use super::score_v4::Levels;

/// EQ1 to EQ6, each 0 for the worst.
pub(super) struct MacroVector(pub(super) [u8; 6]);

impl MacroVector {
    /// Section 8.3, tables 24 to 29.
    pub(super) fn of(levels: &Levels) -> Self {
        let [av, ac, at, pr, ui] = levels.ways;
        let vulnerable = levels.vulnerable;
        let eq1 = match [av, pr, ui] {
            [0, 0, 0] => 0,
            ways if ways.contains(&0) && av != 3 => 1,
            _ => 2,
        };
        let eq3 = match vulnerable {
            [0, 0, _] => 0,
            _ if vulnerable.contains(&0) => 1,
            _ => 2,
        };
        let [_, si, sa] = levels.subsequent;
        let eq4 = if si == 0 || sa == 0 { 0 } else { u8::from(!levels.subsequent.contains(&1)) + 1 };
        let urgent = vulnerable.iter().zip(levels.required).any(|(harm, required)| *harm == 0 && required == 0);
        Self([eq1, u8::from((ac, at) != (0, 0)), eq3, eq4, levels.maturity, u8::from(!urgent)])
    }

    /// In tenths.
    pub(super) fn score(&self) -> Option<u8> {
        let sizes = [3, 2, 3, 3, 3, 2];
        let mut at = 0;
        for (digit, size) in self.0.into_iter().zip(sizes) {
            if digit >= size {
                return None;
            }
            at = at * usize::from(size) + usize::from(digit);
        }
        SCORES.get(at).copied().filter(|score| *score != __)
    }

    fn lower(&self, set: usize) -> Option<u8> {
        let mut digits = self.0;
        digits[set] += 1;
        Self(digits).score()
    }

    /// Scores of the next lower MacroVectors: EQ1, EQ2, EQ3 with EQ6, EQ4, EQ5.
    pub(super) fn next_lower(&self) -> [Option<u8>; 5] {
        let joint = match (self.0[2], self.0[5]) {
            (0, 0) => self.lower(5).max(self.lower(2)),
            (1, 0) => self.lower(5),
            _ => self.lower(2),
        };
        [self.lower(0), self.lower(1), joint, self.lower(3), self.lower(4)]
    }
}

/// Depths of the sets in steps; each divides 840.
pub(super) struct Depths {
    eq1: [i64; 3],
    eq2: [i64; 2],
    eq3_eq6: [[i64; 2]; 3],
    eq4: [i64; 3],
}

/// max_severity.js
pub(super) const DEPTHS: Depths =
    Depths { eq1: [1, 4, 5], eq2: [1, 2], eq3_eq6: [[7, 6], [8, 8], [10, 10]], eq4: [6, 5, 4] };

impl Depths {
    /// EQ1, EQ2, EQ3 with EQ6, EQ4, EQ5.
    pub(super) fn of(&self, vector: &MacroVector) -> [i64; 5] {
        let [eq1, eq2, eq3, eq4, _, eq6] = vector.0.map(usize::from);
        [self.eq1[eq1], self.eq2[eq2], self.eq3_eq6[eq3][eq6], self.eq4[eq4], 1]
    }
}

// Highest vectors (max_composed.js), in severity levels.
/// AV, PR, UI.
pub(super) const EQ1: [&[[u8; 3]]; 3] = [&[[0, 0, 0]], &[[1, 0, 0], [0, 1, 0], [0, 0, 1]], &[[3, 0, 0], [1, 1, 1]]];
/// AC, AT.
pub(super) const EQ2: [&[[u8; 2]]; 2] = [&[[0, 0]], &[[1, 0], [0, 1]]];
/// VC, VI, VA, CR, IR, AR; by EQ3, then EQ6.
pub(super) const EQ3_EQ6: [[&[[u8; 6]]; 2]; 3] = [
    [&[[0, 0, 0, 0, 0, 0]], &[[0, 0, 1, 1, 1, 0], [0, 0, 0, 1, 1, 1]]],
    [
        &[[1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0]],
        &[[1, 0, 1, 0, 1, 0], [1, 0, 0, 0, 1, 1], [0, 1, 0, 1, 0, 1], [0, 1, 1, 1, 0, 0], [1, 1, 0, 0, 0, 1]],
    ],
    // Without a high impact nothing is urgent: (2, 0) cannot be.
    [&[], &[[1, 1, 1, 0, 0, 0]]],
];
/// SC, SI, SA.
pub(super) const EQ4: [&[[u8; 3]]; 3] = [&[[1, 0, 0]], &[[1, 1, 1]], &[[2, 2, 2]]];

/// Cannot be.
const __: u8 = u8::MAX;

/// cvss_lookup.js, in tenths: a row for each EQ1, EQ2 and EQ3; in it EQ4, EQ5, EQ6.
#[rustfmt::skip]
const SCORES: [u8; 324] = [
    100, 99, 98, 95, 95, 92, 100, 96, 93, 87, 91, 81, 93, 90, 89, 80, 81, 68, // 000...
    98, 95, 95, 92, 90, 84, 93, 92, 89, 81, 81, 65, 88, 80, 78, 70, 69, 48, // 001...
    __, 92, __, 82, __, 72, __, 79, __, 69, __, 50, __, 69, __, 55, __, 27, // 002...
    99, 97, 95, 92, 92, 85, 95, 91, 90, 83, 84, 71, 92, 81, 82, 71, 72, 53, // 010...
    95, 93, 92, 85, 85, 73, 92, 82, 80, 72, 70, 59, 84, 70, 71, 52, 50, 30, // 011...
    __, 86, __, 75, __, 52, __, 71, __, 52, __, 29, __, 63, __, 29, __, 17, // 012...
    98, 95, 94, 87, 91, 81, 94, 89, 86, 74, 77, 64, 87, 75, 74, 63, 63, 49, // 100...
    94, 89, 88, 77, 76, 67, 86, 76, 74, 58, 59, 50, 72, 57, 57, 52, 52, 25, // 101...
    __, 83, __, 70, __, 54, __, 65, __, 58, __, 26, __, 53, __, 21, __, 13, // 102...
    95, 90, 88, 76, 76, 70, 90, 77, 75, 62, 61, 53, 77, 66, 68, 59, 52, 30, // 110...
    89, 78, 76, 67, 62, 58, 74, 59, 57, 57, 47, 23, 61, 52, 57, 29, 24, 16, // 111...
    __, 71, __, 59, __, 30, __, 58, __, 26, __, 15, __, 23, __, 13, __, 6, // 112...
    93, 87, 86, 72, 75, 58, 86, 74, 74, 61, 56, 34, 70, 54, 52, 40, 40, 22, // 200...
    85, 75, 74, 55, 62, 51, 72, 57, 55, 41, 46, 19, 53, 36, 34, 19, 19, 8, // 201...
    __, 64, __, 51, __, 20, __, 47, __, 21, __, 11, __, 24, __, 9, __, 4, // 202...
    88, 75, 73, 53, 60, 50, 73, 55, 59, 40, 41, 20, 54, 43, 45, 22, 20, 11, // 210...
    75, 55, 58, 45, 40, 21, 61, 51, 48, 18, 20, 9, 46, 18, 17, 7, 8, 2, // 211...
    __, 53, __, 24, __, 14, __, 24, __, 12, __, 5, __, 10, __, 3, __, 1, // 212...
];
