//! The events of a range of OSV as intervals: <https://ossf.github.io/osv-schema/#evaluation>.

use crate::advisory::Versions;
use crate::csaf::version::Version;
use crate::json::Spot;
use std::cmp::Ordering;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Introduced,
    Fixed,
    LastAffected,
}

struct Event {
    kind: Kind,
    version: String,
}

/// What is introduced opens an interval; what fixes it, is the last affected or limits the range closes it. The
/// repository goes with each. An interval has one end: commits that fix it on other branches go to `lost`, a line each.
pub(super) fn intervals(range: &Spot, lost: &mut Vec<String>) -> Vec<(Option<String>, Versions)> {
    let scheme = range.word("type").map(str::to_lowercase);
    let repository = range.own("repo");
    let mut list: Vec<(Option<String>, Versions)> = Vec::new();
    let mut open = false;
    for event in sorted(events(range), scheme.as_deref()) {
        if event.kind == Kind::Introduced {
            // An interval that is open goes on; on another branch of commits it is another one.
            if !open || scheme.as_deref() == Some("git") {
                let versions = Versions { scheme: scheme.clone(), from: Some(event.version), ..Versions::default() };
                list.push((repository.clone(), versions));
                open = true;
            }
            continue;
        }
        let Some((_, last)) = list.last_mut().filter(|_| open) else {
            let word = if event.kind == Kind::LastAffected { "last affected" } else { "fixed" };
            let place = repository.as_deref().map(|place| format!(" of {place}")).unwrap_or_default();
            lost.push(format!("a further end of a range: {word} at {}{place}", event.version));
            continue;
        };
        match event.kind {
            Kind::LastAffected => last.through = Some(event.version),
            _ => last.below = Some(event.version),
        }
        open = false;
    }
    list
}

fn events(range: &Spot) -> Vec<Event> {
    let names = [
        ("introduced", Kind::Introduced),
        ("fixed", Kind::Fixed),
        ("limit", Kind::Fixed),
        ("last_affected", Kind::LastAffected),
    ];
    let read = |event: &Spot| {
        let (kind, version) = names.into_iter().find_map(|(name, kind)| Some((kind, event.own(name)?)))?;
        // A limit of `*` is none.
        (version != "*").then_some(Event { kind, version })
    };
    range.items("events").filter_map(|event| read(&event)).collect()
}

/// Events stand in any order, and count in that of their versions. `0` is before all; others are put in order where
/// the order is known and not theirs already. Commits have none that a document shows.
fn sorted(mut events: Vec<Event>, scheme: Option<&str>) -> Vec<Event> {
    events.sort_by_key(|event| !(event.kind == Kind::Introduced && event.version == "0"));
    let turns = events
        .windows(2)
        .all(|pair| matches!(pair, [one, other] if (one.kind == Kind::Introduced) != (other.kind == Kind::Introduced)));
    let begins = events.first().is_none_or(|event| event.kind == Kind::Introduced);
    if scheme != Some("git") && !(turns && begins) {
        events.sort_by(|one, other| order(&one.version, &other.version).then(rank(one).cmp(&rank(other))));
    }
    events
}

/// At one version what closes goes before what opens.
fn rank(event: &Event) -> bool {
    event.kind == Kind::Introduced
}

/// Semantic versions by their rules; of others numbers by their size and the rest by its letters.
fn order(one: &str, other: &str) -> Ordering {
    if let (Some(one), Some(other)) = (Version::parse(one), Version::parse(other)) {
        return one.order(&other);
    }
    let (mut left, mut right) = (parts(one).into_iter(), parts(other).into_iter());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(l), Some(r)) => match part(l, r) {
                Ordering::Equal => {}
                decided => return decided,
            },
        }
    }
}

fn part(one: &str, other: &str) -> Ordering {
    let number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    if number(one) && number(other) {
        let (one, other) = (one.trim_start_matches('0'), other.trim_start_matches('0'));
        return one.len().cmp(&other.len()).then_with(|| one.cmp(other));
    }
    one.cmp(other)
}

/// Runs of digits, and runs of anything else without the signs between them.
fn parts(version: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for piece in version.split(['.', '-', '_', '+', '~', ':']).filter(|piece| !piece.is_empty()) {
        let mut rest = piece;
        while let Some(first) = rest.chars().next() {
            let digit = first.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != digit).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            parts.push(run);
            rest = after;
        }
    }
    parts
}
