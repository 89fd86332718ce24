//! The inbox in words: rows, tiles, tabs, and what an empty list says.

use super::Item;
use super::asked::Asked;
use super::counts::Counts;
use super::overview::Overview;
use super::views::Kept;
use crate::bulk::Ticked;
use crate::words;
use domain::{Span, Ts};
use web::layout::{Moment, SeverityBars, StateChip, day, span_words};

/// A row.
pub(super) struct Line {
    pub(super) href: String,
    /// Name and version, as the box of the row says them.
    pub(super) ticked: String,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) programme: String,
    /// The name somebody gave themselves, shown in italics.
    pub(super) credit: String,
    /// What we call them otherwise.
    pub(super) sender: &'static str,
    pub(super) received: String,
    pub(super) received_at: Moment,
    /// When it last changed, where the order asks for it.
    pub(super) changed: Option<(String, Moment)>,
    /// What happened since whoever asks looked; nothing when they saw it all.
    pub(super) fresh: String,
    pub(super) chip: StateChip,
    pub(super) severity: SeverityBars,
    pub(super) said: &'static str,
    pub(super) owner: String,
    pub(super) due: String,
    pub(super) due_at: Option<Moment>,
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
    pub(super) label: String,
    pub(super) n: String,
    pub(super) href: String,
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
        ticked: Ticked { name: item.name.clone(), seen: item.version }.value(),
        chip: words::chip(&item.state, item.waiting_since.is_some(), item.outcome.as_deref()),
        severity: SeverityBars::from(item.decided.or(item.claimed)),
        said,
        owner,
        due: due_words(item.due_at, now),
        due_at: item.due_at.map(Moment::from),
        late,
        fresh: fresh(&item),
        changed: None,
        received: ago(item.received_at, now),
        received_at: item.received_at.into(),
        name: item.name,
        title: item.title,
        programme,
        sender: if item.reachable { "nameless, contact given" } else { "nameless" },
        credit: item.credit.map(|name| name.to_string()).unwrap_or_default(),
        restricted: item.restricted,
        exploited: item.exploited_at.is_some(),
    }
}

/// `48 min ago`.
pub(super) fn ago(at: Ts, now: Ts) -> String {
    format!("{} ago", span_words(now.since(at)))
}

/// `new to you`, `3 new`.
fn fresh(item: &Item) -> String {
    match item.looked {
        None if item.open => "new to you".to_owned(),
        Some(looked) if looked < item.version => format!("{} new", item.version - looked),
        _ => String::new(),
    }
}

/// The few numbers on top, each with a comparison and the way to its cases.
pub(super) fn tiles(numbers: &Overview, asked: &Asked, now: Ts) -> Vec<Tile> {
    let chosen = |waiting: &str, late: bool| {
        let rest = Asked {
            waiting: String::new(),
            late: String::new(),
            due: if late { String::new() } else { asked.due.clone() },
            ..asked.clone()
        };
        asked.q.is_empty() && !rest.is_filtered() && asked.waiting == waiting && asked.is_late() == late
    };
    let ago = |at: Option<Ts>| at.map(|at| span_words(now.since(at)));
    // More cases than are looked at, and none of those is theirs: nothing is known.
    let unknown = numbers.open.n == 0 && numbers.open.more;
    let known = |words: &str| if unknown { "not counted" } else { words }.to_owned();
    let unowned = match (numbers.open.n, numbers.unowned.n) {
        (0, _) => known("nothing to do"),
        (_, 0) => "each has an owner".to_owned(),
        _ => format!("{} without an owner", numbers.unowned),
    };
    let late = ago(numbers.late_since).map_or(known("all in time"), |span| format!("by up to {span}"));
    let next =
        numbers.next_due.map_or(known("nothing else is due"), |due| format!("next due {}", due_words(Some(due), now)));
    let oldest = ago(numbers.waiting_since).map_or(known("nobody was asked"), |span| format!("oldest {span}"));
    let tile = |label, n: String, words, (href, current)| Tile { label, n, words, late: false, href, current };
    vec![
        tile("Open", numbers.open.to_string(), unowned, ("/desk?state=open", chosen("", false))),
        Tile {
            late: numbers.late.n > 0,
            ..tile("Late", numbers.late.to_string(), late, ("/desk?due=late", chosen("", true)))
        },
        tile("Waiting for us", numbers.for_us.to_string(), next, ("/desk?waiting=no", chosen("no", false))),
        tile("Waiting for them", numbers.for_them.to_string(), oldest, ("/desk?waiting=yes", chosen("yes", false))),
    ]
}

/// Views that people come back to, and those that were saved, with counts where counting is cheap.
pub(super) fn tabs(numbers: &Overview, asked: &Asked, (views, counts): (&[Kept], &Counts)) -> Vec<Tab> {
    let known = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    let plain = asked.view.is_empty();
    let only = |of: &Asked| {
        plain && Asked { sort: String::new(), from: String::new(), tick: String::new(), ..asked.clone() } == *of
    };
    let tab = |label: &str, n: String, (href, current): (&str, bool)| Tab {
        label: label.to_owned(),
        n,
        href: href.to_owned(),
        current,
    };
    let owner = |owner: &str| only(&Asked { owner: owner.to_owned(), ..Asked::default() });
    let fresh = only(&Asked { fresh: "yes".to_owned(), ..Asked::default() });
    let closed = only(&Asked { state: "closed".to_owned(), ..Asked::default() });
    let all = plain && asked.q.is_empty() && !asked.is_filtered();
    let mut tabs = vec![
        tab("Open", numbers.open.to_string(), ("/desk?state=open", all)),
        tab("Mine", numbers.mine.to_string(), ("/desk?owner=me", owner("me"))),
        tab("Without owner", numbers.unowned.to_string(), ("/desk?owner=nobody", owner("nobody"))),
        tab("New to me", known(counts.fresh), ("/desk?fresh=yes", fresh)),
        tab("Closed", String::new(), ("/desk?state=closed", closed)),
    ];
    tabs.extend(views.iter().map(|view| Tab {
        label: view.named.name().to_owned(),
        n: known(counts.view(view.id)),
        href: format!("/desk?view={}", view.id),
        current: asked.view == view.id.to_string(),
    }));
    tabs
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
        a if a.is_late() => "Nothing is late.",
        a if a.owner == "me" => "No open case is yours.",
        a if a.owner == "nobody" => "Every open case has an owner.",
        a if a.waiting == "yes" => "Nobody owes us an answer.",
        a if a.waiting == "no" => return "Nothing waits for us.".to_owned(),
        a if a.fresh == "yes" => "You have seen it all.",
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
    use crate::inbox::asked::Asked;
    use crate::inbox::overview::{Count, Overview};

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
