//! The page and its tables for spreadsheets.

use super::ask::{Asked, Choice, Entry, Filter, choices};
use super::plot::{Bars, Column, Columns, Key, Line, Mark, Part, Ranges};
use super::tables::{self, Table, of};
use super::words::{AGES, counted, length, measured};
use super::{count, csv, rows};
use crate::Viewer;
use crate::attachment::document;
use crate::words::clock;
use askama::Template;
use axum::extract::State;
use db::Tx;
use domain::Ts;
use domain::case::ClockName;
use domain::case::vulnerability::OutcomeWord;
use domain::figures::{Fate, Inflow, Report, Step};
use web::layout::{Moment, day};
use web::{App, Page, Problem, Query, Reply, Staff, View};

struct Tile {
    label: &'static str,
    value: String,
    words: String,
}

/// Everything that is drawn of a report.
struct Shown {
    span: String,
    step: &'static str,
    now: String,
    tiles: Vec<Tile>,
    inflow: Columns,
    elapsed: Ranges,
    measured: Vec<(&'static str, String)>,
    targets: Bars,
    backlog: Bars,
    tables: [Table; 5],
}

#[derive(Template)]
#[template(path = "figures/templates/figures.html")]
struct FiguresPage {
    page: Page,
    asked: Asked,
    programmes: Vec<Entry>,
    periods: Vec<Entry>,
    trouble: &'static str,
    counted: bool,
    shown: Option<Shown>,
}

pub(super) async fn show(State(app): State<App>, staff: Staff, view: View, Query(asked): Query<Asked>) -> Reply {
    let viewer = Viewer::from(staff);
    let now = app.store.ambient().now();
    let turn = rows::turn().await;
    let mut tx = app.store.read().await?;
    let choices = choices(&mut tx, &app.store, &viewer).await?;
    let counted = count::is_counted(&mut tx).await?;
    let (shown, trouble) = match asked.filter(&choices, now) {
        Ok(filter) => {
            let report = rows::report(&mut tx, &viewer.caller(), (&filter, now)).await?;
            (Some(draw(&report, &filter, now)), "")
        }
        Err(words) => (None, words),
    };
    drop((tx, turn));
    let page = FiguresPage {
        page: view.page("Figures").with_errors(!trouble.is_empty()),
        programmes: entries(&choices, &asked),
        periods: asked.periods(),
        asked,
        trouble,
        counted,
        shown,
    };
    Ok(if trouble.is_empty() { view.show(&page) } else { view.show_again(&page) })
}

pub(super) async fn csv(State(app): State<App>, staff: Staff, Query(asked): Query<Asked>) -> Reply {
    let viewer = Viewer::from(staff);
    let _turn = rows::turn().await;
    let mut tx = app.store.read().await?;
    let (filter, report) = wanted(&mut tx, &app, (&viewer, &asked)).await?;
    let name = if asked.table.is_empty() { "inflow" } else { &asked.table };
    let table = tables::all(&report, filter.step).into_iter().find(|table| table.name == name);
    let table = table.ok_or_else(Problem::not_found)?;
    let name = format!("figures-{}-{}-to-{}.csv", table.name, filter.first, filter.last);
    document(&name, "text/csv; charset=utf-8", csv::file(&table))
}

/// The report that is asked for, or what is wrong with the question.
pub(super) async fn wanted(
    tx: &mut Tx,
    app: &App,
    (viewer, asked): (&Viewer, &Asked),
) -> Result<(Filter, Report), Problem> {
    let now = app.store.ambient().now();
    let choices = choices(tx, &app.store, viewer).await?;
    let filter = asked.filter(&choices, now).map_err(|words| Problem::invalid_field("period", words))?;
    let report = rows::report(tx, &viewer.caller(), (&filter, now)).await?;
    Ok((filter, report))
}

fn entries(choices: &[Choice], asked: &Asked) -> Vec<Entry> {
    let entry = |choice: &Choice| Entry {
        value: choice.slug.clone(),
        label: choice.name.clone(),
        chosen: choice.slug == asked.programme,
    };
    choices.iter().map(entry).collect()
}

fn draw(report: &Report, filter: &Filter, now: Ts) -> Shown {
    let step = match filter.step {
        Step::Week => "week",
        Step::Month => "month",
    };
    let then = if report.now == now { "now".to_owned() } else { format!("at the end of {}", filter.last) };
    Shown {
        span: format!("{} to {}, days in UTC.", day(report.period.from), spelt(filter)),
        step,
        tiles: tiles(report, &then),
        now: then,
        inflow: inflow(report, step),
        elapsed: elapsed(report),
        measured: ClockName::ALL.iter().map(|name| (clock(*name), measured(*name).to_owned())).collect(),
        targets: targets(report),
        backlog: backlog(report),
        tables: tables::all(report, filter.step),
    }
}

fn spelt(filter: &Filter) -> String {
    Moment::from(filter.period.until.minus(domain::Span::from_micros(1))).day
}

fn tiles(report: &Report, now: &str) -> Vec<Tile> {
    let percent = report.percent_duplicates().map_or_else(|| "–".to_owned(), |n| format!("{n}%"));
    let tile = |label, value: String, words: &str| Tile { label, value, words: words.to_owned() };
    vec![
        tile("Came in", report.received().to_string(), "reports"),
        tile("Closed", report.closed.to_string(), "and closed still"),
        tile("Open", report.open().to_string(), now),
        tile("Duplicates", percent, &of(report.duplicates, report.closed)),
        tile("Reopened", report.reopened.to_string(), if report.reopened == 1 { "time" } else { "times" }),
    ]
}

const INFLOW: [Key; 4] = [
    Key { class: "f4", words: "Resolved or accepted risk" },
    Key { class: "f3", words: "Duplicate" },
    Key { class: "f1", words: "Closed otherwise" },
    Key { class: "f0", words: "Open" },
];

fn place(fate: Fate) -> usize {
    match fate {
        Fate::Closed(OutcomeWord::Resolved | OutcomeWord::AcceptedRisk) => 0,
        Fate::Closed(OutcomeWord::Duplicate) => 1,
        Fate::Closed(_) | Fate::Erased => 2,
        Fate::Open => 3,
    }
}

fn inflow(report: &Report, step: &str) -> Columns {
    let column = |inflow: &Inflow| {
        let mut parts = vec![0; INFLOW.len()];
        for (fate, n) in &inflow.by {
            parts[place(*fate)] += n;
        }
        Column { label: short(inflow), parts }
    };
    let columns: Vec<Column> = report.inflow.iter().map(column).collect();
    let most = report.inflow.iter().max_by_key(|inflow| inflow.total()).filter(|inflow| inflow.total() > 0);
    let sentence = most.map_or_else(
        || "Nothing came in.".to_owned(),
        |most| {
            let all = counted(report.received(), "report", "reports");
            format!("{all} came in; most in one {step}: {}, from {} on.", most.total(), most.bucket.first)
        },
    );
    Columns::new(("plot-inflow", "Reports by what became of them", sentence), INFLOW.to_vec(), &columns)
}

/// `7 Sep`.
fn short(inflow: &Inflow) -> String {
    let day = day(inflow.bucket.from);
    day.rsplit_once(' ').map_or(day.clone(), |(short, _)| short.to_owned())
}

fn elapsed(report: &Report) -> Ranges {
    let mark = |name: &ClockName| {
        let of = report.clock(*name).elapsed;
        let words = of.map_or_else(
            || "none ended".to_owned(),
            |p| format!("half in {}, 19 in 20 in {}", length(p.p50), length(p.p95)),
        );
        Mark { label: clock(*name), words, of }
    };
    let marks: Vec<Mark> = ClockName::ALL.iter().map(mark).collect();
    let said: Vec<String> = marks.iter().map(|mark| format!("{}: {}", mark.label, mark.words)).collect();
    Ranges::new(("plot-clocks", "How long each clock took", format!("{}.", said.join("; "))), marks)
}

fn targets(report: &Report) -> Bars {
    let line = |name: &ClockName| {
        let figures = report.clock(*name);
        let whole = figures.in_time + figures.late;
        let words = figures
            .percent_in_time()
            .map_or_else(|| "none was settled".to_owned(), |n| format!("{n}%, {}", of(figures.in_time, whole)));
        let parts = vec![Part { class: "f3", count: figures.in_time }, Part { class: "bad", count: figures.late }];
        Line { label: clock(*name).to_owned(), words, parts, whole: Some(whole) }
    };
    let lines: Vec<Line> = ClockName::ALL.iter().map(line).collect();
    let said: Vec<String> = lines.iter().map(|line| format!("{}: {}", line.label, line.words)).collect();
    let keys = vec![Key { class: "f3", words: "In time" }, Key { class: "bad", words: "Late" }];
    Bars::new(("plot-targets", "Clocks within target", format!("{}.", said.join("; "))), keys, lines)
}

fn backlog(report: &Report) -> Bars {
    let line = |(label, n): (&&str, &usize)| Line {
        label: (*label).to_owned(),
        words: n.to_string(),
        parts: vec![Part { class: "f3", count: *n }],
        whole: None,
    };
    let lines: Vec<Line> = AGES.iter().zip(&report.backlog).map(line).collect();
    let said: Vec<String> = lines.iter().map(|line| format!("{}: {}", line.label, line.words)).collect();
    Bars::new(("plot-backlog", "Open cases by age", format!("{}.", said.join("; "))), Vec::new(), lines)
}
