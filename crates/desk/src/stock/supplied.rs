//! The answers that come with the house. Whoever changes one keeps their own words; whoever removes one does
//! not see it again. Their numbers are stored: never renumber.

use domain::Uuid;

/// Number, name and words.
pub(super) const SUPPLIED: &[(u128, &str, &str)] = &[
    (
        1,
        "Ask for steps",
        "Thank you for {case}. To see it ourselves we need each step from the start: which address, which account and rights, what you send and what comes back. The smallest example that still shows it is the best one. Your report waits for your answer, and our clocks stand still until then.",
    ),
    (
        2,
        "Cannot reproduce",
        "We followed the steps in {case} and did not see what you describe. Perhaps our surroundings differ: which version, which browser or client, and when did you try it last? A recording or the whole answer of the server would help. If it no longer happens for you either, please tell us that too.",
    ),
    (
        3,
        "Duplicate",
        "Thank you for {case}. Another report tells of the same flaw, and we are working on it there. We cannot show you that report, since it belongs to its reporter. You will hear when the flaw is mended. If you think that yours is another one, tell us what differs and we look again.",
    ),
    (
        4,
        "Out of scope",
        "Thank you for {case}. What it is about is not part of {programme}, so we close it without a reward. The page of the programme lists what is in scope. If you see a way from this to something in scope, write it here and we look at it again.",
    ),
    (
        5,
        "Extortion",
        "We take reports of flaws seriously and thank people for them by the rules of {programme}, which anybody can read. We do not pay for silence, for deleting data or for not attacking. Please tell us what you have found without conditions. If you have data of ours or of our customers, do not copy, share or use it, and tell us which data it is.",
    ),
    (
        6,
        "Beg bounty",
        "Thank you for writing. {programme} rewards flaws that somebody could use to do harm. What you describe is a setting or a missing header without such a way, so there is no reward for it. If you can show what an attacker gains by it, step by step, we are glad to read that.",
    ),
    (
        7,
        "Thanks",
        "Thank you for {case}. It was clear and helped us, and the flaw is mended. We are glad that you told us first. If you would like to be named in public, tell us which name to use; if not, nobody will learn it from us.\n\n{me}",
    ),
];

/// The id of a supplied answer.
pub(super) const fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x1ee7_a2d0_0000_7000_8000_0000_0000_0000 + number)
}

#[cfg(test)]
mod tests {
    use super::SUPPLIED;
    use crate::stock::store::{NAME_MAX, Words};
    use std::collections::BTreeSet;

    #[test]
    fn every_supplied_answer_could_be_saved() {
        let numbers: BTreeSet<u128> = SUPPLIED.iter().map(|(number, ..)| *number).collect();
        assert_eq!(numbers.len(), SUPPLIED.len());
        for (_, name, text) in SUPPLIED {
            assert!(name.len() <= NAME_MAX);
            assert_eq!(Words::new(name, text).unwrap().text, *text);
        }
    }
}
