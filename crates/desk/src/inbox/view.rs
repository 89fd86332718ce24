//! The inbox in words: rows, tiles, tabs, and what an empty list says.

use super::Item;
use super::overview::Overview;
use super::pages::Asked;
use crate::words;
use domain::{Span, Ts};
use web::layout::{Moment, SeverityBars, StateChip, day, span_words};

/// A row.
pub(super) struct Line {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) programme: String,
    /// The name somebody gave themselves, shown in italics.
    pub(super) credit: String,
    /// What we call them otherwise.
    pub(super) sender: &'static str,
    pub(super) received: String,
    pub(super) received_exact: String,
    pub(super) chip: StateChip,
    pub(super) severity: SeverityBars,
    pub(super) said: &'static str,
    pub(super) owner: String,
    pub(super) due: String,
    pub(super) due_exact: String,
    pub(super) late: bool,
    pub(super) restricted: bool,
    pub(super) exploited: bool,
}

/// A number that leads to its cases.
pub(super) struct Tile {
    pub(super) label: &'static str,
    pub(super) n: String,
    pub(super) words: String,
    pub(super) late: bool,
    pub(super) href: &'static str,
    pub(super) current: bool,
}

/// A view of the list.
pub(super) struct Tab {
    pub(super) label: &'static str,
    pub(super) n: String,
    pub(super) href: &'static str,
    pub(super) current: bool,
}

/// A row from an item, its owner and its programme.
pub(super) fn line(item: Item, (owner, programme): (String, String), now: Ts) -> Line {
    let late = item.due_at.is_some_and(|due| due < now);
    let said = match (item.decided, item.claimed) {
        (Some(ours), Some(theirs)) if ours != theirs => SeverityBars::from(Some(theirs)).word,
        _ => "",
    };
    Line {
        href: format!("/desk/cases/{}", item.name),
        chip: words::chip(&item.state, item.waiting_since.is_some(), item.outcome.as_deref()),
        severity: SeverityBars::from(item.decided.or(item.claimed)),
        said,
        owner,
        due: due_words(item.due_at, now),
        due_exact: item.due_at.map(|due| due.to_string()).unwrap_or_default(),
        late,
        received: format!("{} ago", span_words(now.since(item.received_at))),
        received_exact: Moment::from(item.received_at).exact,
        name: item.name,
        title: item.title,
        programme,
        sender: if item.reachable { "nameless, contact given" } else { "nameless" },
        credit: item.credit.map(|name| name.to_string()).unwrap_or_default(),
        restricted: item.restricted,
        exploited: item.exploited_at.is_some(),
    }
}

/// The few numbers on top, each with a comparison and the way to its cases.
pub(super) fn tiles(numbers: &Overview, asked: &Asked, now: Ts) -> Vec<Tile> {
    let plain = asked.q.is_empty() && asked.state.is_empty() && asked.severity.is_empty() && asked.owner.is_empty();
    let chosen = |waiting: &str, late: &str| plain && asked.waiting == waiting && asked.late == late;
    let ago = |at: Option<Ts>| at.map(|at| span_words(now.since(at)));
    let unowned = match (numbers.open.n, numbers.unowned.n) {
        (0, _) => "nothing to do".to_owned(),
        (_, 0) => "each has an owner".to_owned(),
        _ => format!("{} without an owner", numbers.unowned),
    };
    let late = ago(numbers.late_since).map_or("all in time".to_owned(), |span| format!("by up to {span}"));
    let next = numbers
        .next_due
        .map_or("nothing else is due".to_owned(), |due| format!("next due {}", due_words(Some(due), now)));
    let oldest = ago(numbers.waiting_since).map_or("nobody was asked".to_owned(), |span| format!("oldest {span}"));
    let tile = |label, n: String, words, (href, current)| Tile { label, n, words, late: false, href, current };
    vec![
        tile("Open", numbers.open.to_string(), unowned, ("/desk", chosen("", ""))),
        Tile {
            late: numbers.late.n > 0,
            ..tile("Late", numbers.late.to_string(), late, ("/desk?late=yes", chosen("", "yes")))
        },
        tile("Waiting for us", numbers.for_us.to_string(), next, ("/desk?waiting=no", chosen("no", ""))),
        tile("Waiting for them", numbers.for_them.to_string(), oldest, ("/desk?waiting=yes", chosen("yes", ""))),
    ]
}

/// Views that people come back to, with counts where counting is cheap.
pub(super) fn tabs(numbers: &Overview, asked: &Asked) -> Vec<Tab> {
    let all = asked.q.is_empty() && !asked.is_filtered();
    vec![
        Tab { label: "Open", n: numbers.open.to_string(), href: "/desk", current: all },
        Tab { label: "Mine", n: numbers.mine.to_string(), href: "/desk?owner=me", current: asked.owner == "me" },
        Tab {
            label: "Without owner",
            n: numbers.unowned.to_string(),
            href: "/desk?owner=nobody",
            current: asked.owner == "nobody",
        },
        Tab { label: "Closed", n: String::new(), href: "/desk?state=closed", current: asked.state == "closed" },
    ]
}

/// What an empty list says. An empty filter is not an empty queue.
pub(super) fn empty_words(numbers: &Overview, asked: &Asked) -> String {
    let us = match numbers.for_us {
        super::Count { n: 0, more: false } => "Nothing waits for us.".to_owned(),
        super::Count { n: 1, more: false } => "1 waits for us.".to_owned(),
        n => format!("{n} wait for us."),
    };
    let what = match asked {
        _ if !asked.from.is_empty() => return "This is the end of the list.".to_owned(),
        _ if !asked.is_filtered() => return String::new(),
        a if a.late == "yes" => "Nothing is late.",
        a if a.owner == "me" => "No open case is yours.",
        a if a.owner == "nobody" => "Every open case has an owner.",
        a if a.waiting == "yes" => "Nobody owes us an answer.",
        a if a.waiting == "no" => return "Nothing waits for us.".to_owned(),
        a if a.state == "closed" => "No case is closed yet.",
        _ => "Nothing fits this view.",
    };
    format!("{what} {us}")
}

/// `in 48 min`, `4 Dec 2026`, `late by 3 h`; nothing when no clock runs.
pub(crate) fn due_words(due: Option<Ts>, now: Ts) -> String {
    match due {
        None => String::new(),
        Some(due) if due < now => format!("late by {}", span_words(now.since(due))),
        Some(due) if due.since(now) < Span::from_days(2) => format!("in {}", span_words(due.since(now))),
        Some(due) => day(due),
    }
}

#[cfg(test)]
mod tests {
    use super::empty_words;
    use crate::inbox::overview::{Count, Overview};
    use crate::inbox::pages::Asked;

    #[test]
    fn an_empty_filter_is_not_an_empty_queue() {
        let numbers = Overview { for_us: Count { n: 14, more: false }, ..Overview::default() };
        let late = Asked { late: "yes".to_owned(), ..Asked::default() };
        assert_eq!(empty_words(&numbers, &late), "Nothing is late. 14 wait for us.");
        let late_and_low = Asked { severity: "low".to_owned(), ..Asked::default() };
        assert_eq!(empty_words(&numbers, &late_and_low), "Nothing fits this view. 14 wait for us.");
        assert_eq!(empty_words(&Overview::default(), &Asked::default()), "");
    }
}
