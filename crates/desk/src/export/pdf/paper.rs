//! Laying a dossier out on pages of A4, before anything is drawn: how many pages there are stands on each.

use super::face::Face;
use super::text::{Line, lines};

/// A4 in points.
pub(super) const WIDTH: f32 = 595.0;
pub(super) const HEIGHT: f32 = 842.0;
/// Where words begin and end on a page.
pub(super) const LEFT: f32 = 56.0;
pub(super) const RIGHT: f32 = WIDTH - 56.0;
const TOP: f32 = 60.0;
const BOTTOM: f32 = HEIGHT - 70.0;
/// Where the second column of a table begins.
const CELL: f32 = LEFT + 124.0;
const GAP: f32 = 18.0;

/// What a block is, for whoever reads with a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Title,
    Heading,
    Words,
    /// First column of a table; begins a row.
    Row,
    /// The same where the row is an event: `2026-11-22 00:41:07`.
    Instant,
    /// Second column.
    Cell,
}

/// How a block looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) role: Role,
    pub(super) face: Face,
    pub(super) size: f32,
    /// Blank space before it.
    pub(super) above: f32,
    /// Whether only the team reads it: hatched.
    pub(super) team: bool,
}

impl Style {
    pub(super) const TITLE: Self = Self::new(Role::Title, Face::Serif, 22.0, 4.0);
    pub(super) const HEADING: Self = Self::new(Role::Heading, Face::Serif, 13.0, 18.0);
    pub(super) const WORDS: Self = Self::new(Role::Words, Face::Text, 10.0, 4.0);
    pub(super) const CODE: Self = Self::new(Role::Words, Face::Mono, 8.0, 3.0);
    pub(super) const LABEL: Self = Self::new(Role::Row, Face::Text, 9.5, 6.0);
    pub(super) const INSTANT: Self = Self::new(Role::Instant, Face::Mono, 8.0, 10.0);
    /// A row of the proofs.
    pub(super) const NUMBER: Self = Self::new(Role::Row, Face::Mono, 8.0, 0.0);
    pub(super) const HEAD: Self = Self::new(Role::Cell, Face::Bold, 9.5, 0.0);
    pub(super) const ENTRY: Self = Self::new(Role::Cell, Face::Text, 9.5, 0.0);
    pub(super) const DIGEST: Self = Self::new(Role::Cell, Face::Mono, 8.0, 0.0);

    const fn new(role: Role, face: Face, size: f32, above: f32) -> Self {
        Self { role, face, size, above, team: false }
    }

    /// The same for words of the team.
    pub(super) const fn of_team(self, team: bool) -> Self {
        Self { team, ..self }
    }

    /// Where its lines begin.
    pub(super) const fn left(self) -> f32 {
        if matches!(self.role, Role::Cell) { CELL } else { LEFT }
    }

    const fn right(self) -> f32 {
        if matches!(self.role, Role::Row | Role::Instant) { CELL - GAP } else { RIGHT }
    }

    const fn leading(self) -> f32 {
        self.size * 1.4
    }

    /// Height that must be left: a heading and the head of a row stay with what they are of.
    const fn needs(self) -> f32 {
        match self.role {
            Role::Heading | Role::Instant => self.leading() * 3.0,
            _ => self.leading(),
        }
    }
}

/// A line in its place; `y` is its baseline.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) line: Line,
    pub(super) style: Style,
    pub(super) y: f32,
    /// Which block it is of.
    pub(super) block: usize,
}

/// What stands on a page.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) lines: Vec<Placed>,
}

impl Sheet {
    /// Whether something on it had to be written out.
    pub(super) fn escaped(&self) -> bool {
        self.lines.iter().any(|placed| placed.line.said.is_some())
    }
}

/// Pages that are being filled.
#[derive(Debug)]
pub(super) struct Paper {
    pub(super) sheets: Vec<Sheet>,
    blocks: usize,
    y: f32,
    /// The page on which the first column of a row ends, and where.
    row: Option<(usize, f32)>,
}

impl Paper {
    pub(super) fn new() -> Self {
        Self { sheets: vec![Sheet::default()], blocks: 0, y: TOP, row: None }
    }

    /// Goes on with a new page.
    pub(super) fn turn(&mut self) {
        self.sheets.push(Sheet::default());
        self.y = TOP;
    }

    /// Sets a block under what is there, on further pages where it must.
    pub(super) fn set(&mut self, style: Style, text: &str) {
        if style.role != Role::Cell
            && let Some((sheet, y)) = self.row.take()
            && sheet == self.sheets.len()
        {
            self.y = self.y.max(y);
        }
        let mut above = style.above;
        let mut top = None;
        for line in lines(text, style.face, (style.right() - style.left()) / style.size) {
            if self.y + above + style.needs() > BOTTOM {
                self.turn();
                above = 0.0;
            }
            let begun = self.y + above;
            top.get_or_insert((self.sheets.len(), begun));
            self.y = begun + style.leading();
            above = 0.0;
            let placed = Placed { line, style, y: self.y - style.size * 0.3, block: self.blocks };
            if let Some(sheet) = self.sheets.last_mut() {
                sheet.lines.push(placed);
            }
        }
        self.blocks += 1;
        if let (Role::Row | Role::Instant, Some((sheet, y))) = (style.role, top) {
            // What it is of stands beside it.
            self.row = Some((self.sheets.len(), self.y));
            if sheet == self.sheets.len() {
                self.y = y;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_page(sheet: &Sheet) -> String {
        sheet.lines.iter().map(|placed| placed.line.drawn()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn both_columns_of_a_row_begin_at_one_height_and_the_next_row_is_below_both() {
        let mut paper = Paper::new();
        paper.set(Style::LABEL, "a label of several words that needs two lines");
        paper.set(Style::ENTRY, "value");
        paper.set(Style::LABEL, "next");
        let at: Vec<f32> = paper.sheets[0].lines.iter().map(|placed| placed.y).collect();
        assert_eq!(at.len(), 4, "{}", of_page(&paper.sheets[0]));
        assert!((at[0] - at[2]).abs() < 0.01 && at[3] > at[1], "{at:?}");
    }

    #[test]
    fn nothing_stands_below_the_end_of_a_page_and_a_heading_never_stands_alone() {
        let mut paper = Paper::new();
        for n in 0..200 {
            paper.set(Style::HEADING, &format!("Heading {n}"));
            paper.set(Style::WORDS, &"words ".repeat(n));
        }
        assert!(paper.sheets.len() > 10);
        for sheet in &paper.sheets {
            assert!(sheet.lines.iter().all(|placed| placed.y <= BOTTOM));
            assert_ne!(sheet.lines.last().map(|placed| placed.style.role), Some(Role::Heading), "{}", of_page(sheet));
        }
    }
}
