//! A row of a CSV export as a report.

use super::columns::Column;
use super::fields::{clip, note};
use super::model::{Person, Report, Reward, Target, Weakness};
use super::own::{named_weakness, short_severity};
use super::reader::Fault;
use crate::money::Money;
use crate::stamp::Stamp;

/// Platform, headers and what they say.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) platform: &'static str,
    pub(super) headers: Vec<String>,
    pub(super) columns: Vec<Option<Column>>,
}

/// The cells of one row that are not empty, by what they say.
struct Row<'a> {
    sheet: &'a Sheet,
    cells: &'a [String],
}

impl Row<'_> {
    fn all(&self, wanted: Column) -> impl Iterator<Item = &str> {
        let cells = self.sheet.columns.iter().zip(self.cells);
        cells
            .filter(move |(column, _)| **column == Some(wanted))
            .map(|(_, cell)| cell.as_str())
            .filter(|c| !c.trim().is_empty())
    }

    fn text(&self, wanted: Column) -> Option<String> {
        self.all(wanted).next().map(str::to_owned)
    }

    fn stamp(&self, wanted: Column, report: &mut Report) -> Option<Stamp> {
        let place = self.sheet.columns.iter().position(|column| *column == Some(wanted))?;
        let (name, text) = (self.sheet.headers.get(place)?, self.cells.get(place)?.trim());
        if text.is_empty() {
            return None;
        }
        match Stamp::parse(text) {
            Some((stamp, false)) => Some(stamp),
            Some((stamp, true)) => {
                note(&mut report.notes, format!("{name} has no time zone; read as UTC"));
                Some(stamp)
            }
            None => {
                note(&mut report.notes, format!("{name}: \"{}\" is no date and time that is understood", clip(text)));
                report.kept.insert(name.clone(), text.into());
                None
            }
        }
    }
}

/// Reads one row; `cells` are as many as the sheet has headers.
pub(super) fn report(sheet: &Sheet, cells: &[String]) -> Result<Report, Fault> {
    let row = Row { sheet, cells };
    let mut report = Report {
        platform: sheet.platform.to_owned(),
        id: row.text(Column::Id).map(|id| id.trim().to_owned()).ok_or(Fault::NoId)?,
        title: row.text(Column::Title).unwrap_or_default(),
        body: row.text(Column::Body).unwrap_or_default(),
        impact: row.text(Column::Impact),
        remedy: row.text(Column::Remedy),
        programme: row.text(Column::Programme),
        reporter: Person::of(row.text(Column::Reporter), None),
        url: row.text(Column::Link),
        references: row.all(Column::Reference).map(str::to_owned).collect(),
        ..Report::default()
    };
    if sheet.platform == "hackerone" {
        report.url = Some(format!("https://hackerone.com/reports/{}", report.id));
    }
    for (place, column) in sheet.columns.iter().enumerate() {
        if let (Some(Column::Part(heading)), Some(text)) = (column, cells.get(place).filter(|c| !c.trim().is_empty())) {
            report.body = format!("{}\n\n### {heading}\n\n{text}", report.body);
        }
    }
    times(&row, &mut report);
    judgement(&row, &mut report);
    asset(&row, &mut report);
    rewards(&row, &mut report);
    lists(&row, &mut report);
    leftovers(&row, &mut report);
    Ok(report)
}

fn times(row: &Row<'_>, report: &mut Report) {
    report.times.submitted_at = row.stamp(Column::Submitted, report);
    report.times.first_answer_at = row.stamp(Column::FirstAnswer, report);
    report.times.triaged_at = row.stamp(Column::Triaged, report);
    report.times.awarded_at = row.stamp(Column::Awarded, report);
    report.times.closed_at = row.stamp(Column::Closed, report);
    report.times.disclosed_at = row.stamp(Column::Disclosed, report);
    report.times.updated_at = row.stamp(Column::Updated, report);
}

fn judgement(row: &Row<'_>, report: &mut Report) {
    report.stand(&[row.text(Column::MainState), row.text(Column::State), row.text(Column::CloseReason)]);
    let yes = |text: &str| matches!(text.trim().to_ascii_lowercase().as_str(), "true" | "yes" | "1");
    let original = row.text(Column::Original);
    if row.all(Column::IsDuplicate).any(yes) {
        report.repeat(original);
    } else {
        report.duplicate_of = original;
    }
    let notes = &mut report.notes;
    if let Some(word) = row.text(Column::SeverityWord) {
        short_severity(&mut report.severity, &word, notes);
    }
    report.severity.rank(row.text(Column::Priority), notes);
    report.severity.points(row.text(Column::SeverityScore), notes);
    if let Some(vector) = row.text(Column::Vector) {
        short_severity(&mut report.severity, &vector, notes);
    }
    let mut weakness = row.text(Column::Weakness).map(named_weakness);
    if let Some(cwe) = row.text(Column::Cwe) {
        weakness.get_or_insert_with(|| Weakness { name: cwe.clone(), ..Weakness::default() }).cwe =
            crate::cwe::parse(&cwe);
    }
    if let Some(vrt) = row.text(Column::Vrt) {
        let named = || Weakness { name: vrt.clone(), ..Weakness::default() };
        weakness.get_or_insert_with(named).vrt = Some(vrt.clone());
    }
    report.weakness = weakness;
}

fn asset(row: &Row<'_>, report: &mut Report) {
    let (identifier, url) = (row.text(Column::Asset), row.text(Column::Address));
    if identifier.is_some() || url.is_some() {
        report.asset =
            Some(Target { identifier: identifier.unwrap_or_default(), kind: row.text(Column::AssetKind), url });
    }
}

fn rewards(row: &Row<'_>, report: &mut Report) {
    let currency = row.text(Column::Currency).or_else(|| {
        // HackerOne's and Bugcrowd's exports count in dollars.
        matches!(row.sheet.platform, "hackerone" | "bugcrowd").then(|| "USD".to_owned())
    });
    for (column, kind) in [(Column::Bounty, "bounty"), (Column::Bonus, "bonus")] {
        let Some(text) = row.text(column) else { continue };
        match Money::parse(&text, currency.as_deref()) {
            Some(sum) if sum.minor == 0 => {}
            Some(sum) => {
                let at = report.times.awarded_at.clone();
                report.rewards.push(Reward { sum, kind: kind.to_owned(), at });
            }
            None => {
                note(&mut report.notes, format!("the {kind} \"{}\" is no sum of money", clip(&text)));
                report.kept.insert(kind.to_owned(), text.into());
            }
        }
    }
}

fn lists(row: &Row<'_>, report: &mut Report) {
    let split = |column: Column| {
        let parts = row.text(column).unwrap_or_default();
        let parts: Vec<String> = parts
            .split([',', ';'])
            .map(|part| part.trim().trim_matches('"').to_owned())
            .filter(|p| !p.is_empty())
            .collect();
        parts
    };
    report.cves = split(Column::Cves);
    report.collaborators = split(Column::Collaborators);
}

/// What no column is known for, and cells that a spreadsheet would run.
fn leftovers(row: &Row<'_>, report: &mut Report) {
    for (at, ((header, column), cell)) in row.sheet.headers.iter().zip(&row.sheet.columns).zip(row.cells).enumerate() {
        if column.is_none() && !cell.trim().is_empty() {
            // Columns of one name are told apart by their place.
            let again = report.kept.contains_key(header);
            let name = if again { format!("{header} (column {})", at + 1) } else { header.clone() };
            report.kept.insert(name, cell.as_str().into());
        }
        if is_formula(cell) {
            note(&mut report.notes, format!("{header} begins like a formula; a spreadsheet may run it"));
        }
    }
}

/// Whether a spreadsheet would take the cell for a formula (OWASP, "CSV Injection"). A sum is none.
fn is_formula(cell: &str) -> bool {
    let number = cell.strip_prefix(['+', '-']).is_some_and(|rest| rest.trim().parse::<f64>().is_ok());
    cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !number
}
