//! Who gets the next connection. Every endpoint has few, one whose last try failed a single one, and all of those that
//! fail together at most half of all. Whoever has the fewest under way is first, and a quarter of all is kept for those
//! who have none: receivers that are slow, or that nobody knows yet to hang, leave others a way through.

use crate::store::Due;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Messages under way to one endpoint.
const EACH: usize = 4;

/// How many messages are under way to each endpoint, and whether it failed when they were taken.
pub(crate) type UnderWay = BTreeMap<Uuid, (usize, bool)>;

/// How many messages of each endpoint are to be taken now, of `all` connections.
pub(crate) fn share(all: usize, busy: &UnderWay, due: &[Due]) -> Vec<(Due, usize)> {
    let all = all.max(2);
    let mut free = all.saturating_sub(busy.values().map(|(count, _)| count).sum());
    let failing: usize = busy.values().filter(|(_, failing)| *failing).map(|(count, _)| count).sum();
    let mut of_failing = (all / 2).saturating_sub(failing);
    // What each has under way, and gets.
    let mut each: Vec<(Due, usize, usize)> =
        due.iter().map(|due| (*due, busy.get(&due.endpoint).map_or(0, |(count, _)| *count), 0)).collect();
    while free > 0 {
        let has_room = |(due, has, gets): &&mut (Due, usize, usize)| {
            let here = has + gets;
            let most = if due.failing { 1.min(here + of_failing) } else { EACH };
            here < most && (here == 0 || free > all / 4)
        };
        let next = each.iter_mut().filter(has_room).min_by_key(|(due, has, gets)| (has + gets, due.failing));
        let Some((due, _, gets)) = next else { break };
        *gets += 1;
        free -= 1;
        of_failing -= usize::from(due.failing);
    }
    each.into_iter().filter(|(.., gets)| *gets > 0).map(|(due, _, gets)| (due, gets)).collect()
}

#[cfg(test)]
mod tests {
    use super::{EACH, UnderWay, share};
    use crate::store::Due;
    use uuid::Uuid;

    fn due(n: u128, failing: bool) -> Due {
        Due { endpoint: Uuid::from_u128(n), failing }
    }

    fn gets(all: usize, busy: &UnderWay, list: &[Due]) -> Vec<(u128, usize)> {
        share(all, busy, list).iter().map(|(due, gets)| (due.endpoint.as_u128(), *gets)).collect()
    }

    fn busy(list: &[(u128, usize, bool)]) -> UnderWay {
        list.iter().map(|(n, count, failing)| (Uuid::from_u128(*n), (*count, *failing))).collect()
    }

    #[test]
    fn each_has_few_and_one_that_fails_a_single_one() {
        assert_eq!(gets(16, &busy(&[]), &[due(1, false)]), [(1, EACH)]);
        assert_eq!(gets(16, &busy(&[(1, 3, false)]), &[due(1, false)]), [(1, 1)]);
        assert_eq!(gets(16, &busy(&[]), &[due(1, true)]), [(1, 1)]);
        assert_eq!(gets(16, &busy(&[(1, 1, true)]), &[due(1, true)]), []);
    }

    #[test]
    fn those_that_fail_have_half_of_all_together() {
        let failing: Vec<_> = (1..=20).map(|n| due(n, true)).collect();
        assert_eq!(gets(16, &busy(&[]), &failing).len(), 8);
        assert_eq!(gets(16, &busy(&[(30, 3, true)]), &failing).len(), 5);
        let and_one_that_works: Vec<_> = failing.iter().copied().chain([due(40, false)]).collect();
        assert!(gets(16, &busy(&[]), &and_one_that_works).contains(&(40, EACH)));
    }

    #[test]
    fn a_place_that_gets_free_goes_to_whom_nobody_serves() {
        let slow = busy(&[(1, 3, false), (2, 4, false), (3, 4, false), (4, 4, false)]);
        assert_eq!(gets(16, &slow, &[due(1, false), due(2, false), due(5, false)]), [(5, 1)]);
    }

    #[test]
    fn a_quarter_is_kept_for_those_who_have_none() {
        let fresh: Vec<_> = (1..=4).map(|n| due(n, false)).collect();
        let given = gets(16, &busy(&[]), &fresh);
        assert_eq!(given.iter().map(|(_, gets)| gets).sum::<usize>(), 12, "{given:?}");
        let under_way = busy(&given.iter().map(|(n, count)| (*n, *count, false)).collect::<Vec<_>>());
        assert_eq!(gets(16, &under_way, &[due(1, false), due(5, false)]), [(5, 1)]);
    }

    #[test]
    fn nobody_gets_more_than_there_are() {
        assert_eq!(gets(2, &busy(&[(1, 2, false)]), &[due(2, false)]), []);
        let many: Vec<_> = (1..=100).map(|n| due(n, false)).collect();
        assert_eq!(gets(16, &busy(&[]), &many).iter().map(|(_, gets)| gets).sum::<usize>(), 16);
    }
}
