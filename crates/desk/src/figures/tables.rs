//! The figures as tables: for people, for screen readers beneath each plot, and for spreadsheets.

use super::words::{self, AGES, counted, hours, length, working};
use domain::Span;
use domain::case::ClockName;
use domain::case::vulnerability::OutcomeWord;
use domain::figures::{Fate, Percentiles, Report, Step};
use std::collections::BTreeSet;

/// A cell for people and for machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) shown: String,
    pub(super) machine: String,
    /// Whether it stands on the right.
    pub(super) number: bool,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    /// Its word in addresses.
    pub(super) name: &'static str,
    pub(super) caption: String,
    pub(super) columns: Vec<Cell>,
    pub(super) rows: Vec<Vec<Cell>>,
}

impl Cell {
    fn text(shown: &str) -> Self {
        Self { shown: shown.to_owned(), machine: shown.to_owned(), number: false }
    }

    fn both(shown: &str, machine: &str) -> Self {
        Self { shown: shown.to_owned(), machine: machine.to_owned(), number: false }
    }

    fn count(n: usize) -> Self {
        Self { shown: n.to_string(), machine: n.to_string(), number: true }
    }

    fn right(self) -> Self {
        Self { number: true, ..self }
    }

    fn span(span: Option<Span>, say: fn(Span) -> String) -> Self {
        let shown = span.map_or_else(|| "–".to_owned(), say);
        Self { shown, machine: span.map(hours).unwrap_or_default(), number: true }
    }

    fn percent(of: Option<usize>) -> Self {
        let shown = of.map_or_else(|| "–".to_owned(), |n| format!("{n}%"));
        Self { shown, machine: of.map(|n| n.to_string()).unwrap_or_default(), number: true }
    }
}

/// Every table of a report.
pub(super) fn all(report: &Report, step: Step) -> [Table; 5] {
    [inflow(report, step), clocks(report), targets(report), backlog(report), bod(report)]
}

/// What became of reports, in the order of a legend: only what there is.
fn fates(report: &Report) -> Vec<Fate> {
    let there: BTreeSet<Fate> = report.inflow.iter().flat_map(|inflow| inflow.by.keys().copied()).collect();
    let closed = OutcomeWord::ALL.iter().map(|outcome| Fate::Closed(*outcome));
    let all = closed.chain([Fate::Erased, Fate::Open]);
    all.filter(|fate| there.contains(fate) || *fate == Fate::Open).collect()
}

fn inflow(report: &Report, step: Step) -> Table {
    let fates = fates(report);
    let first = match step {
        Step::Week => Cell::both("Week of", "week_of"),
        Step::Month => Cell::both("Month of", "month_of"),
    };
    let of_fate = |fate: &Fate| Cell::both(words::fate(*fate), words::fate_word(*fate)).right();
    let columns = [first, Cell::both("All", "all").right()].into_iter().chain(fates.iter().map(of_fate)).collect();
    let row = |inflow: &domain::figures::Inflow| {
        let counts = fates.iter().map(|fate| Cell::count(inflow.by.get(fate).copied().unwrap_or(0)));
        let day = Cell::text(&inflow.bucket.first.to_string());
        [day, Cell::count(inflow.total())].into_iter().chain(counts).collect()
    };
    Table {
        name: "inflow",
        caption: "Reports by when they came and what became of them".to_owned(),
        columns,
        rows: report.inflow.iter().map(row).collect(),
    }
}

fn clocks(report: &Report) -> Table {
    let head = |shown: &str, machine: &str| Cell::both(shown, machine).right();
    let columns = vec![
        Cell::both("Clock", "clock"),
        Cell::both("Time", "time"),
        head("Cases", "cases"),
        head("Half within", "p50_hours"),
        head("3 in 4 within", "p75_hours"),
        head("9 in 10 within", "p90_hours"),
        head("19 in 20 within", "p95_hours"),
    ];
    let row = |clock: ClockName, kind: (&str, &str), of: Option<Percentiles>, say: fn(Span) -> String| {
        vec![
            Cell::both(crate::words::clock(clock), clock.as_str()),
            Cell::both(kind.0, kind.1),
            Cell::count(of.map_or(0, |p| p.count)),
            Cell::span(of.map(|p| p.p50), say),
            Cell::span(of.map(|p| p.p75), say),
            Cell::span(of.map(|p| p.p90), say),
            Cell::span(of.map(|p| p.p95), say),
        ]
    };
    let rows = ClockName::ALL.iter().flat_map(|clock| {
        let of = report.clock(*clock);
        [row(*clock, ("All", "elapsed"), of.elapsed, length), row(*clock, ("Working", "working"), of.working, working)]
    });
    Table {
        name: "clocks",
        caption: "How long it took, without the time in which we waited for the reporter".to_owned(),
        columns,
        rows: rows.collect(),
    }
}

fn targets(report: &Report) -> Table {
    let head = |shown: &str, machine: &str| Cell::both(shown, machine).right();
    let columns = vec![
        Cell::both("Clock", "clock"),
        head("In time", "in_time"),
        head("Late", "late"),
        head("Within target", "percent_in_time"),
    ];
    let row = |clock: &ClockName| {
        let of = report.clock(*clock);
        vec![
            Cell::both(crate::words::clock(*clock), clock.as_str()),
            Cell::count(of.in_time),
            Cell::count(of.late),
            Cell::percent(of.percent_in_time()),
        ]
    };
    Table {
        name: "targets",
        caption: "Clocks that met their target and clocks that ran past it".to_owned(),
        columns,
        rows: ClockName::ALL.iter().map(row).collect(),
    }
}

fn backlog(report: &Report) -> Table {
    const MACHINE: [&str; 5] = ["0 to 7", "8 to 30", "31 to 90", "91 to 180", "181 or more"];
    let row = |((shown, machine), n): ((&&str, &str), &usize)| vec![Cell::both(shown, machine), Cell::count(*n)];
    Table {
        name: "backlog",
        caption: "Open cases by age".to_owned(),
        columns: vec![Cell::both("Age", "age_days"), Cell::both("Open cases", "open").right()],
        rows: AGES.iter().zip(MACHINE).zip(&report.backlog).map(row).collect(),
    }
}

fn bod(report: &Report) -> Table {
    let bod = &report.bod;
    let old: Vec<String> =
        bod.old.iter().rev().map(|(severity, n)| format!("{} {n}", words::severity(*severity))).collect();
    let old = if old.is_empty() { "0".to_owned() } else { old.join(", ") };
    let rows = [
        ("a", "Number of vulnerability disclosure reports", Cell::count(bod.reports)),
        ("b", "Number of reported vulnerabilities determined to be valid", Cell::count(bod.valid)),
        ("c", "Number of currently open and valid reported vulnerabilities", Cell::count(bod.open_valid)),
        (
            "d",
            "Median age of currently open and valid reported vulnerabilities",
            Cell::span(bod.open_valid_age, length),
        ),
        (
            "e",
            "Number of currently open and valid reported vulnerabilities older than 90 days from the receipt of the report",
            Cell::count(bod.open_valid_old),
        ),
        ("f", "Number of all reports older than 90 days by risk/priority level", Cell::text(&old).right()),
        ("g", "Median age of reports older than 90 days", Cell::span(bod.old_age, length)),
        ("h", "Median time to validate a submitted report", Cell::span(bod.validate, length)),
        ("i", "Median time to remediate/mitigate a valid report", Cell::span(bod.remediate, length)),
        ("j", "Median time to initially respond to the reporter", Cell::span(bod.respond, length)),
    ];
    let row = |(letter, name, value): (&str, &str, Cell)| vec![Cell::text(&format!("{letter}) {name}")), value];
    Table {
        name: "bod-20-01",
        caption: "Metrics of the directive; times are in hours in the file for spreadsheets".to_owned(),
        columns: vec![Cell::both("Metric", "metric"), Cell::both("Value", "value").right()],
        rows: rows.into_iter().map(row).collect(),
    }
}

/// `12 of 15`, for a sentence.
pub(super) fn of(part: usize, whole: usize) -> String {
    format!("{part} of {}", counted(whole, "case", "cases"))
}
