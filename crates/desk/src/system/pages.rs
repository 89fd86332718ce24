//! The page.

use super::seen::{Disk, Key, Queue, Seen, gather};
use crate::Viewer;
use crate::engine::Again;
use crate::heartbeat::BackupsDue;
use crate::letters::health::JOBS_STALLED;
use crate::retention::{self, Failing, Notice};
use askama::Template;
use axum::extract::State;
use db::rotate::MASTER_LIFE;
use domain::{Permission, Span};
use web::layout::{Moment, day, span_words};
use web::{App, Page, Problem, Reply, Staff, View};

/// A line of the page: a name, what is the case, and whether somebody should look.
struct Line {
    name: String,
    words: String,
    late: bool,
    href: &'static str,
}

struct Part {
    id: &'static str,
    title: &'static str,
    hint: &'static str,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "system/templates/system.html")]
struct SystemPage {
    page: Page,
    at: Moment,
    troubles: usize,
    parts: Vec<Part>,
}

pub(super) async fn show(State(app): State<App>, staff: Staff, view: View) -> Reply {
    if !Viewer::from(staff).may_house(Permission::ReadSystem) {
        return Err(Problem::not_found());
    }
    let seen = gather(&app).await?;
    let parts = parts(&seen);
    let troubles = parts.iter().flat_map(|part| &part.lines).filter(|line| line.late).count();
    Ok(view.show(&SystemPage { page: view.page("System"), at: Moment::from(seen.now), troubles, parts }))
}

fn parts(seen: &Seen) -> Vec<Part> {
    let part = |id, title, hint, lines| Part { id, title, hint, lines };
    vec![
        part(
            "queues",
            "Queues",
            "Work that is due and waits. More than ten minutes means that something stands still.",
            seen.queues.iter().map(queue).chain([index(seen.again)]).collect(),
        ),
        part(
            "disk",
            "Disk",
            "Below the floor no more reports and files are taken, so that what is there can still be written.",
            vec![disk(seen.disk)],
        ),
        part(
            "backup",
            "Backup",
            "Made with leeward backup FILE. leeward verify --backup FILE restores one somewhere else and looks at everything in it: the only proof that it works.",
            vec![backup(seen), tried(seen)],
        ),
        part(
            "log",
            "Log",
            "What outsiders check the house against. A checkpoint is published at a fixed interval.",
            log(seen),
        ),
        part(
            "retention",
            "Retention",
            "What rules erase once their notice of 14 days is over. Set under Settings, Retention.",
            erased_soon(seen),
        ),
        part("clock", "Clock", "The clock on the wall against the one that only goes forward.", clock(seen)),
        part("versions", "Versions", "", versions(seen)),
        part(
            "keys",
            "Keys",
            "Their ids and ages, never what they are. Nothing rotates by itself: leeward key rotate wraps every key under a new master key.",
            keys(seen),
        ),
    ]
}

fn line(name: &str, words: String) -> Line {
    Line { name: name.to_owned(), words, late: false, href: "" }
}

/// The same, to be looked at when `late`.
fn watched(name: &str, words: String, late: bool) -> Line {
    Line { late, ..line(name, words) }
}

fn queue(queue: &Queue) -> Line {
    let waits = match queue.waiting {
        0 => "nothing waits".to_owned(),
        n => format!("{n} waiting, the oldest for {}", span_words(queue.oldest)),
    };
    let failed = queue.failed.filter(|n| *n > 0).map(|n| format!("; {n} failed")).unwrap_or_default();
    let late = queue.oldest > JOBS_STALLED || !failed.is_empty();
    Line { href: queue.href, ..watched(queue.label, format!("{waits}{failed}"), late) }
}

fn index(again: Option<Again>) -> Line {
    let words = match again {
        None => "every case is read as this version reads".to_owned(),
        Some(Again { done, all }) => {
            format!("{done} of {all} cases read again: this version finds words that the one before did not")
        }
    };
    line("Words of the index", words)
}

fn disk(disk: Option<Disk>) -> Line {
    let Some(disk) = disk else { return line("Free", "not known".to_owned()) };
    let floor = bytes(disk.floor);
    match disk.free {
        None => watched("Free", format!("the disk cannot be asked; the floor is {floor}"), true),
        Some(free) => {
            // Twice the floor is the time to do something about it.
            let late = free < disk.floor.saturating_mul(2);
            watched("Free", format!("{}; the floor is {floor}", bytes(free)), late)
        }
    }
}

/// `12.4 GB`, in steps of a thousand.
fn bytes(n: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000)];
    let (unit, size) = UNITS.into_iter().find(|(_, size)| n >= *size).unwrap_or(("kB", 1_000));
    let tenths = n / (size / 10);
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

fn backup(seen: &Seen) -> Line {
    let Some(last) = seen.backup else {
        return watched("Last backup", "none was made of this store".to_owned(), seen.backups.is_some());
    };
    let age = seen.now.since(last.at);
    let damaged = match last.damaged {
        0 => String::new(),
        n => format!(
            "; {} in it were damaged before: run leeward verify",
            counted(n.into(), "attachment", "attachments")
        ),
    };
    let words = format!("{}, {} ago{damaged}", Moment::from(last.at).full, span_words(age));
    let old = seen.backups.is_some_and(|BackupsDue(most)| age > most);
    watched("Last backup", words, old || last.damaged > 0)
}

fn tried(seen: &Seen) -> Line {
    let Some(tried) = seen.tried else { return line("Last one tried", "none yet".to_owned()) };
    let found = match tried.faults {
        0 => "all of it could be read".to_owned(),
        n => format!("{} in it", counted(n.into(), "fault", "faults")),
    };
    let (of, age) = (Moment::from(tried.of).full, span_words(seen.now.since(tried.at)));
    watched("Last one tried", format!("{age} ago, the backup of {of}: {found}"), tried.faults > 0)
}

/// `1 case`, `2 cases`.
fn counted(n: i64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn erased_soon(seen: &Seen) -> Vec<Line> {
    let mut lines = if seen.retention.is_empty() { vec![line("Notices", "none".to_owned())] } else { Vec::new() };
    let late = |notice: &Notice| Line {
        href: "/desk/settings/retention",
        ..watched("Notice", format!("{}.", retention::notice(notice)), notice.count > 0)
    };
    lines.extend(seen.retention.iter().map(late));
    let failed =
        |failing: &Failing| format!("{}. They are tried again, at least once a week.", retention::failed(failing));
    lines.extend(seen.kept.as_ref().map(|failing| watched("Not erased", failed(failing), true)));
    lines
}

/// Whether the last checkpoint is so old that two were left out; of those that come often, after two hours.
fn is_overdue(age: Span, every: Span) -> bool {
    age.micros() > every.micros().saturating_mul(2).max(Span::from_hours(2).micros())
}

fn log(seen: &Seen) -> Vec<Line> {
    let (log, now) = (&seen.log, seen.now);
    let mut lines = vec![line("Entries", format!("{} in {}", log.size, log.origin))];
    if let Some(at) = log.newest_at {
        lines.push(line("Newest entry", Moment::from(at).full));
    }
    let pending = if log.pending == 0 { "none".to_owned() } else { log.pending.to_string() };
    lines.push(line("Waiting for a place", pending));
    lines.push(match log.checkpoint {
        None => watched("Last checkpoint", "none yet".to_owned(), false),
        Some((size, at)) => {
            let words = format!("{}, {} ago, of {size} entries", Moment::from(at).full, span_words(now.since(at)));
            watched("Last checkpoint", words, is_overdue(now.since(at), seen.checkpoints))
        }
    });
    lines
}

fn clock(seen: &Seen) -> Vec<Line> {
    let Some(since) = seen.watched_since else { return vec![line("Jumps", "not known".to_owned())] };
    let (count, last) = &seen.jumps;
    let words = if *count == 0 {
        format!("none since {}", Moment::from(since).full)
    } else {
        format!("{count} since {}", Moment::from(since).full)
    };
    let mut lines = vec![watched("Jumps", words, *count > 0)];
    lines.extend(last.iter().map(|jump| {
        let way = if jump.by > Span::ZERO { "forward, or the machine slept" } else { "back" };
        let far = span_words(if jump.by > Span::ZERO { jump.by } else { Span::ZERO.minus(jump.by) });
        line(&Moment::from(jump.at).full, format!("{far} {way}"))
    }));
    lines
}

fn versions(seen: &Seen) -> Vec<Line> {
    vec![
        line("Program", seen.program.unwrap_or("not known").to_owned()),
        line("Schema", seen.schema.to_string()),
        line("Engine", seen.engine.clone()),
    ]
}

fn keys(seen: &Seen) -> Vec<Line> {
    let age = seen.master_since.map(|since| seen.now.since(since));
    let used = age.map(|age| format!(", in use for {}", span_words(age))).unwrap_or_default();
    let old = age.is_some_and(|age| age > MASTER_LIFE);
    let rule = if old { ": older than a year, run leeward key rotate" } else { "" };
    let mut lines = vec![watched("Master key", format!("fingerprint {}{used}{rule}", seen.master), old)];
    if seen.under_older > 0 {
        let left = i64::try_from(seen.under_older).unwrap_or(i64::MAX);
        let left = counted(left, "key is", "keys are");
        let words = format!("{left} still under an older master key: run leeward key rotate again");
        lines.push(watched("Rotation", words, true));
    }
    let own = |key: &Key| {
        let words =
            format!("{}, made on {}, {} old", key.id, day(key.made_at), span_words(seen.now.since(key.made_at)));
        line(&format!("Key of {}", if key.kind == "house" { "the house" } else { key.kind }), words)
    };
    lines.extend(seen.keys.iter().map(own));
    lines.push(line(
        "Keys of their own",
        format!("{}, {}", counted(seen.cases, "case", "cases"), counted(seen.people, "person", "people")),
    ));
    lines
}

#[cfg(test)]
mod tests {
    use super::{bytes, disk, is_overdue};
    use crate::system::Disk;
    use domain::Span;

    #[test]
    fn sizes_are_short_and_a_full_disk_is_late() {
        assert_eq!(
            (bytes(12_450_000_000).as_str(), bytes(999).as_str(), bytes(500_000_000).as_str()),
            ("12.4 GB", "0.9 kB", "500.0 MB")
        );
        let late = |free: u64| disk(Some(Disk { free: Some(free), floor: 1_000 })).late;
        assert!(late(1_999) && !late(2_000));
    }

    #[test]
    fn a_checkpoint_is_overdue_by_the_interval_of_the_house() {
        let hours = |age, every| is_overdue(Span::from_hours(age), Span::from_hours(every));
        assert!(hours(3, 1) && !hours(2, 1));
        assert!(!hours(11, 6) && hours(13, 6) && !hours(47, 24));
        assert!(!is_overdue(Span::from_minutes(90), Span::from_seconds(1)));
    }
}
