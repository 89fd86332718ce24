//! Lines of bars: counts beside each other, or shares of a whole.

use super::Key;
use super::scale::{number, share};
use askama::Template;

const ROW: i64 = 44;

/// A part of a bar.
pub(in crate::figures) struct Part {
    pub(in crate::figures) class: &'static str,
    pub(in crate::figures) count: usize,
}

/// One bar with its words.
pub(in crate::figures) struct Line {
    pub(in crate::figures) label: String,
    pub(in crate::figures) words: String,
    pub(in crate::figures) parts: Vec<Part>,
    /// What a full line stands for; none is the longest bar.
    pub(in crate::figures) whole: Option<usize>,
}

struct Rect {
    x: String,
    width: String,
    class: &'static str,
}

struct Bar {
    label: String,
    words: String,
    y_words: i64,
    y: i64,
    rects: Vec<Rect>,
}

/// Ready to be drawn.
#[derive(Template)]
#[template(path = "figures/plot/templates/bars.html")]
pub(in crate::figures) struct Bars {
    id: &'static str,
    title: String,
    sentence: String,
    keys: Vec<Key>,
    whole: i64,
    rows: Vec<Bar>,
}

impl askama::filters::HtmlSafe for Bars {}

impl Bars {
    /// `sentence` says what is to be seen for whoever does not see it.
    pub(in crate::figures) fn new(
        (id, title, sentence): (&'static str, &str, String),
        keys: Vec<Key>,
        lines: Vec<Line>,
    ) -> Self {
        let total = |line: &Line| number(line.parts.iter().map(|part| part.count).sum());
        let longest = lines.iter().map(total).max().unwrap_or(0);
        let whole = number(lines.len()) * ROW + 4;
        let bar = |(row, line): (i64, Line)| {
            let whole = line.whole.map_or(longest, number);
            let mut before = 0;
            let mut rects = Vec::new();
            for part in line.parts.iter().filter(|part| part.count > 0) {
                let count = number(part.count);
                rects.push(Rect { x: share(before, whole), width: share(count, whole), class: part.class });
                before += count;
            }
            Bar { label: line.label, words: line.words, y_words: row * ROW + 16, y: row * ROW + 23, rects }
        };
        let rows = (0_i64..).zip(lines).map(bar).collect();
        Self { id, title: title.to_owned(), sentence, keys, whole, rows }
    }
}
