//! Dividing a sum so that the parts are exact: together they are the whole, and none is a unit off its due.
//!
//! Parts follow weights, not percentages: a third is `1` of `[1, 1, 1]`, which no percentage can say. What the division
//! leaves over goes, a unit each, to the largest remainders; between equals to whoever stands first.

use super::{Money, MoneyError};
use crate::case::Shares;
use std::cmp::Reverse;

/// Divides a sum by weights, one part for each weight, in their order. A weight of nothing gets nothing.
pub fn split(whole: Money, weights: &[u32]) -> Result<Vec<Money>, MoneyError> {
    let minor = u64::try_from(whole.minor()).map_err(|_| MoneyError::Negative)?;
    let part = |minor: u64| {
        let minor = i64::try_from(minor).map_err(|_| MoneyError::TooLarge);
        minor.map(|minor| Money::new(minor, whole.currency()))
    };
    divide(minor, weights)?.into_iter().map(part).collect()
}

/// Divides a sum among whoever reported, who comes first, and those who found it with them.
pub fn by_shares(whole: Money, shares: &Shares) -> Result<Vec<Money>, MoneyError> {
    let others = shares.others().iter().map(|other| other.percent);
    let weights: Vec<u32> = std::iter::once(shares.reporter()).chain(others).map(u32::from).collect();
    split(whole, &weights)
}

/// The weights as a page shows them: hundredths of a per cent, together always 10,000.
pub fn hundredths(weights: &[u32]) -> Result<Vec<u64>, MoneyError> {
    divide(10_000, weights)
}

/// One part on its way.
struct Part {
    place: usize,
    units: u128,
    rest: u128,
}

/// Largest remainder (Hamilton). The products fit: 64 bits times 32.
fn divide(whole: u64, weights: &[u32]) -> Result<Vec<u64>, MoneyError> {
    let all: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if all == 0 {
        return Err(MoneyError::Nobody);
    }
    let mut parts = Vec::with_capacity(weights.len());
    for (place, weight) in weights.iter().enumerate() {
        let due = u128::from(whole) * u128::from(*weight);
        parts.push(Part { place, units: due / all, rest: due % all });
    }
    let mut left = u128::from(whole) - parts.iter().map(|part| part.units).sum::<u128>();
    parts.sort_by_key(|part| (Reverse(part.rest), part.place));
    for part in &mut parts {
        // Fewer units are left than there are remainders, so that nobody without one is reached.
        if left == 0 {
            break;
        }
        part.units += 1;
        left -= 1;
    }
    parts.sort_by_key(|part| part.place);
    parts.into_iter().map(|part| u64::try_from(part.units).map_err(|_| MoneyError::TooLarge)).collect()
}

#[cfg(test)]
mod tests {
    use super::{by_shares, hundredths, split};
    use crate::case::Shares;
    use crate::money::{Currency, Money, MoneyError};
    use proptest::prelude::*;

    fn sum(minor: i64) -> Money {
        Money::new(minor, "USD".parse::<Currency>().unwrap())
    }

    fn minors(whole: i64, weights: &[u32]) -> Vec<i64> {
        split(sum(whole), weights).unwrap().into_iter().map(Money::minor).collect()
    }

    #[test]
    fn thirds_are_exact() {
        assert_eq!(minors(650_000, &[1, 1, 1]), [216_667, 216_667, 216_666]);
        assert_eq!(minors(3, &[1, 1, 1]), [1, 1, 1]);
        assert_eq!(minors(1, &[1, 1, 1]), [1, 0, 0]);
        assert_eq!(minors(100, &[2, 1]), [67, 33]);
        assert_eq!(minors(100, &[1, 2]), [33, 67]);
        assert_eq!(minors(i64::MAX, &[1, 1]), [4_611_686_018_427_387_904, 4_611_686_018_427_387_903]);
        assert_eq!(minors(i64::MAX, &[u32::MAX, 0, u32::MAX]).iter().sum::<i64>(), i64::MAX);
        assert_eq!(hundredths(&[1, 1, 1]), Ok(vec![3_334, 3_333, 3_333]));
        assert_eq!(hundredths(&[7]), Ok(vec![10_000]));
    }

    #[test]
    fn what_cannot_be_divided_is_refused() {
        assert_eq!(split(sum(5), &[]), Err(MoneyError::Nobody));
        assert_eq!(split(sum(5), &[0, 0]), Err(MoneyError::Nobody));
        assert_eq!(split(sum(-1), &[1]), Err(MoneyError::Negative));
        assert_eq!(minors(0, &[1, 2]), [0, 0]);
    }

    #[test]
    fn the_shares_of_a_report_divide_its_reward() {
        let shares = Shares::new(34, vec![("Ana".into(), 33), ("Bo".into(), 33)]).unwrap();
        let parts = by_shares(sum(650_000), &shares).unwrap();
        assert_eq!(parts, [sum(221_000), sum(214_500), sum(214_500)]);
        assert_eq!(by_shares(sum(5), &Shares::alone()), Ok(vec![sum(5)]));
    }

    proptest! {
        #[test]
        fn parts_are_the_whole_and_none_is_a_unit_off(
            whole in prop_oneof![0..=i64::MAX, 0_i64..50],
            weights in proptest::collection::vec(prop_oneof![0_u32..4, any::<u32>()], 1..12),
        ) {
            let all: i128 = weights.iter().map(|w| i128::from(*w)).sum();
            prop_assume!(all > 0);
            let parts = minors(whole, &weights);
            prop_assert_eq!(parts.len(), weights.len());
            prop_assert_eq!(parts.iter().map(|p| i128::from(*p)).sum::<i128>(), i128::from(whole));
            for (part, weight) in parts.iter().zip(&weights) {
                let off = i128::from(*part) * all - i128::from(whole) * i128::from(*weight);
                prop_assert!(off.abs() < all, "{part} of {whole} for {weight} of {all}");
                prop_assert!(*weight > 0 || *part == 0);
            }
            // Who has a larger weight has no smaller part, and an equal one is at most a unit away.
            for (one, of_one) in parts.iter().zip(&weights) {
                for (other, of_other) in parts.iter().zip(&weights) {
                    prop_assert!(of_one <= of_other || one >= other);
                    prop_assert!(of_one != of_other || one.abs_diff(*other) <= 1);
                }
            }
        }

        #[test]
        fn percentages_shown_come_to_a_hundred(weights in proptest::collection::vec(1_u32.., 1..40)) {
            prop_assert_eq!(hundredths(&weights).unwrap().iter().sum::<u64>(), 10_000);
        }
    }
}
