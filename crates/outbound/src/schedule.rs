//! When a message that was not taken is tried again: at once, then after 5 seconds, 5 minutes, and so on over three days,
//! as Standard Webhooks recommends. Each pause is stretched by chance, so that what gathered while a receiver was away
//! does not come back in one moment.

use crate::answer::Answer;
use domain::{Ambient, Span};

/// Pauses in seconds after the first try, the second, and so on.
const PAUSES: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// How often a message is tried before it is put aside: the first time and once after each pause.
pub const TRIES: i64 = 10;
/// Longest pause that a receiver may ask for.
const MOST: Span = Span::from_days(1);

/// The pause after `tries` that failed; none when that was the last. A receiver may ask for a longer one.
pub fn pause(ambient: &Ambient, tries: i64, answer: Option<&Answer>) -> Option<Span> {
    let base = *PAUSES.get(usize::try_from(tries - 1).ok()?)?;
    // Up to a fifth more.
    let chance = i64::from(ambient.bytes::<1>()[0]);
    let pause = Span::from_micros(base * 1_000_000 + base * 1_000_000 / 5 * chance / 255);
    Some(pause.max(answer.and_then(asked).unwrap_or(Span::from_micros(0))))
}

/// How long a receiver asks to be left alone, within bounds.
pub(crate) fn asked(answer: &Answer) -> Option<Span> {
    answer.retry_after.map(|span| span.min(MOST))
}

#[cfg(test)]
mod tests {
    use super::{PAUSES, TRIES, pause};
    use crate::answer::Answer;
    use domain::{Ambient, Span};

    #[test]
    fn pauses_grow_over_three_days_and_are_stretched_by_chance() {
        assert_eq!(usize::try_from(TRIES).unwrap(), PAUSES.len() + 1);
        let total: i64 = PAUSES.iter().sum();
        assert!((3 * 86_400..=4 * 86_400).contains(&total), "{total} seconds");
        let ambient = Ambient::fixed(1);
        for tries in 1..TRIES {
            let base = PAUSES[usize::try_from(tries - 1).unwrap()];
            let pauses: Vec<i64> = (0..50).map(|_| pause(&ambient, tries, None).unwrap().micros()).collect();
            let (least, most) = (pauses.iter().min().unwrap(), pauses.iter().max().unwrap());
            assert!(*least >= base * 1_000_000 && *most <= base * 1_200_000 && least < most);
        }
        assert_eq!(pause(&ambient, TRIES, None), None);
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_pause_but_not_for_ever() {
        let ambient = Ambient::fixed(1);
        let asks =
            |seconds| Answer { status: 429, words: String::new(), retry_after: Some(Span::from_seconds(seconds)) };
        assert_eq!(pause(&ambient, 1, Some(&asks(3_600))), Some(Span::from_seconds(3_600)));
        assert_eq!(pause(&ambient, 1, Some(&asks(i64::from(i32::MAX)))), Some(Span::from_days(1)));
        assert!(pause(&ambient, 3, Some(&asks(1))).unwrap() >= Span::from_minutes(30));
    }
}
