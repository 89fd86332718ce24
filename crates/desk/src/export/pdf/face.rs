//! The faces of a printed dossier: which characters each has and how wide they are. `fonts/make.py` made them from
//! the fonts of the pages (OFL 1.1, their texts lie beside those in `crates/web/assets/fonts`) and from DejaVu Sans.

use krilla::text::Font;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a line is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Face {
    /// Atkinson Hyperlegible Next.
    Text,
    /// The same, bold.
    Bold,
    /// Atkinson Hyperlegible Mono: ids, digests, instants.
    Mono,
    /// Source Serif 4, semibold: the title.
    Serif,
    /// Letters of Latin Extended, for those that the others lack.
    More,
    /// DejaVu Sans: Greek, Cyrillic and signs. No script that is written from right to left or joins its letters.
    Wide,
}

/// A character as a face draws it: its glyph, and its width at size 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    pub(super) glyph: u32,
    pub(super) width: f32,
}

struct Known {
    font: Font,
    cuts: HashMap<char, Cut>,
}

static FACES: LazyLock<HashMap<Face, Known>> = LazyLock::new(|| {
    let files: [(Face, &'static [u8]); 6] = [
        (Face::Text, include_bytes!("fonts/text.ttf")),
        (Face::Bold, include_bytes!("fonts/bold.ttf")),
        (Face::Mono, include_bytes!("fonts/mono.ttf")),
        (Face::Serif, include_bytes!("fonts/serif.ttf")),
        (Face::More, include_bytes!("fonts/more.ttf")),
        (Face::Wide, include_bytes!("fonts/wide.ttf")),
    ];
    files.into_iter().filter_map(|(face, bytes)| Some((face, known(bytes)?))).collect()
});

fn known(bytes: &'static [u8]) -> Option<Known> {
    let font = FontRef::new(bytes).ok()?;
    let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
    let cut = |(code, glyph): (u32, skrifa::GlyphId)| {
        let (c, width) = (char::from_u32(code)?, metrics.advance_width(glyph)?);
        (glyph.to_u32() != 0 && width > 0.0 && may_stand(c)).then_some((c, Cut { glyph: glyph.to_u32(), width }))
    };
    let cuts = font.charmap().mappings().filter_map(cut).collect();
    Some(Known { font: Font::new(bytes.into(), 0)?, cuts })
}

/// Not what nobody sees, and not what has no agreed meaning: PDF/A forbids both.
fn may_stand(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        && !matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}')
}

impl Face {
    /// How this face draws a character, if it has it.
    pub(super) fn cut(self, c: char) -> Option<Cut> {
        FACES.get(&self)?.cuts.get(&c).copied()
    }

    /// The font to draw it with.
    pub(super) fn font(self) -> Option<Font> {
        FACES.get(&self).map(|known| known.font.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::Face;

    #[test]
    fn every_face_is_there_and_has_what_it_needs() {
        for face in [Face::Text, Face::Bold, Face::Mono, Face::Serif, Face::More, Face::Wide] {
            assert!(face.font().is_some(), "{face:?}");
        }
        for face in [Face::Text, Face::Bold, Face::Mono, Face::Serif] {
            let all = (' '..='~').chain("äéñß–—“”…×·".chars());
            let missing: String = all.filter(|c| face.cut(*c).is_none()).collect();
            assert_eq!(missing, "", "{face:?}");
        }
        let has = |face: Face, c: char| face.cut(c).is_some();
        assert!(!has(Face::Text, 'ł') && has(Face::More, 'ł') && has(Face::Wide, 'Ж') && has(Face::Wide, '✓'));
        assert!([Face::Text, Face::More, Face::Wide].iter().all(|face| !has(*face, '你') && !has(*face, 'ש')));
    }
}
