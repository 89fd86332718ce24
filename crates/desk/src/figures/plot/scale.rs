//! Scales in whole numbers, so that the same figures give the same bytes.

/// `part` of `whole` in hundredths of the width: `12.5%`. Nothing of nothing.
pub(super) fn share(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return "0%".to_owned();
    }
    let tenths = (part.clamp(0, whole) * 2_000 + whole) / (whole * 2);
    if tenths % 10 == 0 { format!("{}%", tenths / 10) } else { format!("{}.{}%", tenths / 10, tenths % 10) }
}

/// `n` as the number that pixels and counts are computed with.
pub(super) fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX / 4_000)
}

/// The end of an axis for values up to `most`: a round number whose half is a whole one.
pub(super) fn ceiling(most: i64) -> i64 {
    const ROUND: [i64; 9] = [10, 12, 16, 20, 24, 30, 40, 60, 80];
    if most <= 10 {
        return (most + most % 2).max(2);
    }
    let mut power = 1;
    loop {
        match ROUND.iter().find(|step| **step * power >= most) {
            Some(step) => return step * power,
            None => power *= 10,
        }
    }
}

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 1_440 * MINUTE;

/// Stops of the axis of time, equally far from each other: a day of waiting says more than the ninetieth.
pub(super) const STOPS: [(i64, &str); 8] = [
    (0, "0"),
    (60 * MINUTE, "1 h"),
    (8 * 60 * MINUTE, "8 h"),
    (DAY, "1 d"),
    (3 * DAY, "3 d"),
    (10 * DAY, "10 d"),
    (30 * DAY, "30 d"),
    (90 * DAY, "90 d"),
];

/// Thousandths of the axis of time at which a length lies; beyond the last stop at its end.
pub(super) fn along(micros: i64) -> i64 {
    let gaps = number(STOPS.len() - 1);
    for (place, two) in (0_i64..).zip(STOPS.windows(2)) {
        let [(from, _), (until, _)] = two else { continue };
        if micros < *until {
            let part = (micros - from).max(0) / 1_000 * 1_000 / ((until - from) / 1_000);
            return (place * 1_000 + part) / gaps;
        }
    }
    1_000
}

#[cfg(test)]
mod tests {
    use super::{DAY, along, ceiling, share};

    #[test]
    fn scales_end_where_they_should() {
        assert_eq!([0, 1, 3, 7, 11, 41, 61, 81, 999].map(ceiling), [2, 2, 4, 8, 12, 60, 80, 100, 1_000]);
        assert_eq!(
            (share(1, 8), share(1, 3), share(5, 0), share(9, 3)),
            ("12.5%".into(), "33.3%".into(), "0%".into(), "100%".into())
        );
    }

    #[test]
    fn time_goes_on_along_its_axis() {
        let places: Vec<i64> = (0..200).map(|day| along(day * DAY)).collect();
        assert!(places.windows(2).all(|two| two[0] <= two[1]));
        assert_eq!((along(0), along(-5), along(DAY), along(90 * DAY), along(i64::MAX)), (0, 0, 428, 1_000, 1_000));
    }
}
