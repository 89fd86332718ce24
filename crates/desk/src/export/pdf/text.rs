//! Words cut into lines that fit. A character that no face has is written out by its number, where everybody sees it.

use super::face::{Cut, Face};
use unicode_normalization::UnicodeNormalization;

/// Some characters of one face.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub(super) face: Face,
    pub(super) text: String,
    /// At size 1.
    pub(super) width: f32,
}

/// A line of runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Line {
    pub(super) runs: Vec<Run>,
    /// What it says, where a character of it had to be written out.
    pub(super) said: Option<String>,
}

/// A piece that is not broken: a word, or the blanks behind one.
struct Piece {
    line: Line,
    width: f32,
    blank: bool,
}

/// How a character stands on paper.
enum Drawn {
    Itself(Face, Cut),
    Number(String),
}

impl Drawn {
    fn of(face: Face, c: char) -> Self {
        let own = [face, Face::More, Face::Wide].into_iter().find_map(|face| Some((face, face.cut(c)?)));
        own.map_or_else(|| Self::Number(format!("[U+{:04X}]", u32::from(c))), |(face, cut)| Self::Itself(face, cut))
    }

    fn width(&self) -> f32 {
        match self {
            Self::Itself(_, cut) => cut.width,
            Self::Number(number) => number.chars().filter_map(|c| Face::Mono.cut(c)).map(|cut| cut.width).sum(),
        }
    }
}

impl Line {
    /// What is drawn.
    pub(super) fn drawn(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }

    fn push(&mut self, face: Face, text: &str, width: f32) {
        match self.runs.last_mut() {
            Some(last) if last.face == face => {
                last.text.push_str(text);
                last.width += width;
            }
            _ => self.runs.push(Run { face, text: text.to_owned(), width }),
        }
    }

    fn set(&mut self, c: char, drawn: &Drawn) {
        let width = drawn.width();
        let mut utf8 = [0; 4];
        match drawn {
            Drawn::Itself(face, _) => {
                if let Some(said) = &mut self.said {
                    said.push(c);
                }
                self.push(*face, c.encode_utf8(&mut utf8), width);
            }
            Drawn::Number(number) => {
                let before = self.said.take().unwrap_or_else(|| self.drawn());
                self.said = Some(format!("{before}{c}"));
                self.push(Face::Mono, number, width);
            }
        }
    }

    fn append(&mut self, other: Self) {
        if self.said.is_some() || other.said.is_some() {
            let before = self.said.take().unwrap_or_else(|| self.drawn());
            self.said = Some(before + &other.said.clone().unwrap_or_else(|| other.drawn()));
        }
        other.runs.into_iter().for_each(|run| self.push(run.face, &run.text, run.width));
    }

    /// Ends with a blank: where a line ends is no end of a word for programs that read.
    fn end_word(&mut self) {
        if let Some(cut) = Face::Text.cut(' ').filter(|_| !self.drawn().ends_with(' ')) {
            self.set(' ', &Drawn::Itself(Face::Text, Cut { width: 0.0, ..cut }));
        }
    }
}

/// How much room a character takes, in ordinary ones.
pub(super) fn cost(c: char) -> usize {
    match Drawn::of(Face::Text, c) {
        _ if c == '\n' => 60,
        Drawn::Itself(..) => 1,
        Drawn::Number(number) => number.len(),
    }
}

/// Lines no wider than `width`, which is in units of the size that they are set in. Broken at blanks, and inside a word
/// that is wider than a line.
pub(super) fn lines(text: &str, face: Face, width: f32) -> Vec<Line> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = Line::default();
        let mut used = 0.0;
        for piece in pieces(paragraph, face, width) {
            if used + piece.width > width && !line.runs.is_empty() {
                if piece.blank {
                    line.end_word();
                }
                lines.push(std::mem::take(&mut line));
                used = 0.0;
                if piece.blank {
                    continue;
                }
            }
            used += piece.width;
            line.append(piece.line);
        }
        lines.push(line);
    }
    lines
}

fn pieces(paragraph: &str, face: Face, most: f32) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for c in paragraph.nfc() {
        let blank = c.is_whitespace();
        let c = if blank { ' ' } else { c };
        let drawn = Drawn::of(face, c);
        let width = drawn.width();
        if !pieces.last().is_some_and(|last| last.blank == blank && last.width + width <= most) {
            pieces.push(Piece { line: Line::default(), width: 0.0, blank });
        }
        if let Some(last) = pieces.last_mut() {
            last.width += width;
            last.line.set(c, &drawn);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drawn(lines: &[Line]) -> Vec<String> {
        lines.iter().map(Line::drawn).collect()
    }

    #[test]
    fn lines_break_at_blanks_and_in_words_that_are_too_long() {
        let one = Face::Mono.cut('x').unwrap().width;
        let cut = lines("one two three\n\nfour", Face::Mono, one * 7.5);
        assert_eq!(drawn(&cut), ["one two ", "three", "", "four"]);
        let long = lines(&"x".repeat(20), Face::Mono, one * 8.5);
        assert_eq!(drawn(&long), ["x".repeat(8), "x".repeat(8), "x".repeat(4)]);
    }

    #[test]
    fn what_no_face_has_is_written_out_and_still_said() {
        let cut = lines("key \u{4f60}\u{1f511} ł Ж λ → \u{202e}\tx", Face::Text, 1_000.0);
        assert_eq!(drawn(&cut), ["key [U+4F60][U+1F511] ł Ж λ → [U+202E] x"]);
        assert_eq!(cut[0].said.as_deref(), Some("key \u{4f60}\u{1f511} ł Ж λ → \u{202e} x"));
        let plain = lines("naïve – “words”, cafe\u{301}", Face::Text, 1_000.0);
        assert_eq!((drawn(&plain), &plain[0].said), (vec!["naïve – “words”, café".to_owned()], &None));
    }

    proptest! {
        #[test]
        fn nothing_vanishes_and_nothing_is_wider(text: String, width in 6.0_f32..60.0) {
            let cut = lines(&text, Face::Text, width);
            for line in &cut {
                let wide: f32 = line.runs.iter().map(|run| run.width).sum();
                prop_assert!(wide <= width + 0.01, "{line:?} is {wide} wide and not {width}");
            }
            let said: String = cut.iter().map(|line| line.said.clone().unwrap_or_else(|| line.drawn())).collect();
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let whole: String = text.split('\n').map(|part| part.nfc().collect::<String>()).collect();
            prop_assert_eq!(letters(&said), letters(&whole));
        }
    }
}
