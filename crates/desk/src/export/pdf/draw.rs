//! Drawing pages with krilla: tagged for programs that read, to be kept for ever (PDF/A-2a) and read by everybody
//! (PDF/UA-1). krilla refuses what those forbid.

use super::paper::{HEIGHT, LEFT, Paper, Placed, RIGHT, Role, Sheet, Style, WIDTH};
use super::tags::{Tags, heading};
use super::text::{Line, lines};
use krilla::color::luma;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Stroke;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag};
use krilla::text::{GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};

/// What stands around the pages.
pub(super) struct Around {
    pub(super) title: String,
    pub(super) house: String,
    /// `REP-12`.
    pub(super) case: String,
    /// Who printed it and when.
    pub(super) printed: String,
    /// Year, month, day, hour, minute, second in UTC.
    pub(super) at: [u16; 6],
}

const NOTE: &str = "Characters such as [U+4F60] are not in the fonts of this print. The JSON document has them.";
const FOOT: Style = Style { size: 7.5, ..Style::CODE };
const FOOT_TOP: f32 = HEIGHT - 44.0;
const FOOT_LEADING: f32 = 10.0;

/// The whole file; an error names what a standard refuses.
pub(super) fn draw(paper: Paper, around: &Around) -> Result<Vec<u8>, String> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| format!("{error:?}"))?;
    let settings = SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    document.set_metadata(metadata(around));
    let (mut tags, mut marks) = (Tags::default(), Marks::default());
    let pages = paper.sheets.len();
    // Page by page, so that what is drawn is not held twice.
    for (number, sheet) in paper.sheets.into_iter().enumerate() {
        let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or("no such page")?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        hatch(&mut surface, &sheet);
        for placed in &sheet.lines {
            marks.mark(number, placed);
            let said = SpanTag::empty().with_actual_text(placed.line.said.as_deref());
            let id = surface.start_tagged(ContentTag::Span(said));
            write(&mut surface, &placed.line, (placed.style.left(), placed.y), placed.style.size);
            surface.end_tagged();
            tags.put(placed, id);
        }
        foot(&mut surface, &sheet, around, (number + 1, pages));
        surface.finish();
        page.finish();
    }
    document.set_outline(marks.outline());
    document.set_tag_tree(tags.tree());
    document.finish().map_err(|error| format!("{error:?}"))
}

fn metadata(around: &Around) -> Metadata {
    let [year, month, day, hour, minute, second] = around.at;
    let small = |n: u16| u8::try_from(n).unwrap_or_default();
    let at = DateTime::new(year).month(small(month)).day(small(day)).hour(small(hour)).minute(small(minute));
    Metadata::new()
        .title(heading(around.title.clone()))
        .authors(vec![around.house.clone()])
        .creator("Leeward".to_owned())
        .language("en".to_owned())
        .creation_date(at.second(small(second)).utc_offset_hour(0))
}

/// Bookmarks: the headings, and below them each day on which something happened.
#[derive(Default)]
struct Marks {
    done: Vec<OutlineNode>,
    day: String,
}

impl Marks {
    fn mark(&mut self, page: usize, placed: &Placed) {
        let at = || XyzDestination::new(page, Point::from_xy(LEFT, placed.y - placed.style.size));
        match placed.style.role {
            Role::Title | Role::Heading => self.done.push(OutlineNode::new(heading(placed.line.drawn()), at())),
            Role::Instant => {
                let day: String = placed.line.drawn().chars().take(10).collect();
                if let Some(last) = self.done.last_mut().filter(|_| day != self.day) {
                    last.push_child(OutlineNode::new(day.clone(), at()));
                    self.day = day;
                }
            }
            Role::Words | Role::Row | Role::Cell => {}
        }
    }

    fn outline(self) -> Outline {
        let mut outline = Outline::new();
        self.done.into_iter().for_each(|node| outline.push_child(node));
        outline
    }
}

fn write(surface: &mut Surface<'_>, line: &Line, (mut x, y): (f32, f32), size: f32) {
    for run in &line.runs {
        let glyph = |(at, c): (usize, char)| {
            let cut = run.face.cut(c)?;
            let range = at..at + c.len_utf8();
            Some(KrillaGlyph::new(GlyphId::new(cut.glyph), cut.width, 0.0, 0.0, 0.0, range, None))
        };
        let glyphs: Vec<KrillaGlyph> = run.text.char_indices().filter_map(glyph).collect();
        if let Some(font) = run.face.font() {
            surface.draw_glyphs(Point::from_xy(x, y), &glyphs, font, &run.text, size, false);
        }
        x += run.width * size;
    }
}

/// Strokes beside what only the team reads.
fn hatch(surface: &mut Surface<'_>, sheet: &Sheet) {
    let mut strokes = PathBuilder::new();
    for placed in sheet.lines.iter().filter(|placed| placed.style.team) {
        let (x, end) = (placed.style.left() - 12.0, placed.y + placed.style.size * 0.4);
        let mut y = placed.y - placed.style.size;
        while y < end {
            strokes.move_to(x, y + 4.0);
            strokes.line_to(x + 7.0, y);
            y += 3.5;
        }
    }
    let Some(path) = strokes.finish() else { return };
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: luma::Color::new(90).into(),
        width: 0.6,
        opacity: NormalizedF32::ONE,
        ..Stroke::default()
    }));
    surface.draw_path(&path);
    surface.set_stroke(None);
    surface.end_tagged();
}

fn foot(surface: &mut Surface<'_>, sheet: &Sheet, around: &Around, (page, pages): (usize, usize)) {
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    let text = format!("{} · page {page} of {pages} · {}", around.case, around.printed);
    let set = |text: &str| lines(text, FOOT.face, (RIGHT - LEFT) / FOOT.size);
    let note = if sheet.escaped() { set(NOTE) } else { Vec::new() };
    let mut y = FOOT_TOP;
    for line in set(&text).into_iter().take(2).chain(note) {
        write(surface, &line, (LEFT, y), FOOT.size);
        y += FOOT_LEADING;
    }
    surface.end_tagged();
}

#[cfg(test)]
mod tests {
    use super::super::face::Face;
    use super::*;
    use proptest::prelude::*;

    fn around(title: &str) -> Around {
        let at = [2026, 11, 22, 23, 59, 59];
        let (house, case) = (title.to_owned(), "REP-1".to_owned());
        Around { title: title.to_owned(), house, case, printed: format!("printed by {title}"), at }
    }

    fn drawn(text: &str) -> Result<Vec<u8>, String> {
        let mut paper = Paper::new();
        for style in [
            Style::ENTRY,
            Style::TITLE,
            Style::WORDS,
            Style::HEADING,
            Style::LABEL,
            Style::HEAD.of_team(true),
            Style::CODE,
            Style::INSTANT,
            Style::ENTRY,
            Style::DIGEST,
        ] {
            paper.set(style, text);
        }
        draw(paper, &around(text))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        #[test]
        fn whatever_was_written_can_be_printed(text: String, any in proptest::collection::vec(any::<char>(), 0..120)) {
            prop_assert!(drawn(&text).is_ok_and(|pdf| pdf.starts_with(b"%PDF-")));
            let any: String = any.into_iter().collect();
            prop_assert!(drawn(&any).is_ok(), "{any:?}: {:?}", drawn(&any).err());
        }
    }

    #[test]
    fn every_character_that_there_is_can_be_printed() {
        let mut paper = Paper::new();
        let (mut row, mut rows) = (String::new(), 0);
        // Of the planes above the first some of each: they are all written out.
        let all = ('\0'..='\u{ffff}').chain(('\u{10000}'..=char::MAX).step_by(997));
        for c in all.filter(|c| Face::Wide.cut(*c).is_some() || u32::from(*c) % 16 == 0 || u32::from(*c) < 0x3000) {
            row.push(c);
            if row.len() > 400 {
                paper.set(Style::WORDS, &std::mem::take(&mut row));
                rows += 1;
            }
        }
        assert!(rows > 30);
        draw(paper, &around("All")).unwrap();
    }

    #[test]
    fn odd_texts_can_be_printed() {
        let arabic = "\u{627}\u{644}\u{633}\u{644}\u{627}\u{645} \u{200f}abc\u{202e}";
        let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{fe0f}";
        let (long, marks) = ("x".repeat(30_000), "e\u{301}\u{302}\u{303}".repeat(500));
        for text in
            ["", " ", "\n\n\n", "\t", arabic, family, &long, &marks, "\u{feff}\u{fffe}\u{e000}\u{10fffd}", "\u{ad}\r\n"]
        {
            let pdf = drawn(text);
            assert!(pdf.is_ok(), "{:?}: {:?}", text.chars().take(20).collect::<String>(), pdf.err());
        }
    }
}
