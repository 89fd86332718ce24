//! Stacked columns: how many of what in each week.

use super::Key;
use super::scale::{ceiling, number, share};
use askama::Template;

/// Height of the columns, and of the whole with the words above and below.
const TALL: i64 = 168;
const TOP: i64 = 22;
const WHOLE: i64 = TOP + TALL + 26;
/// Thousandths of the width that are left for the numbers of the axis.
const LEFT: i64 = 60;

/// One column: its parts from the bottom up, in the order of the legend.
pub(in crate::figures) struct Column {
    pub(in crate::figures) label: String,
    pub(in crate::figures) parts: Vec<usize>,
}

struct Rect {
    x: String,
    y: i64,
    width: String,
    height: i64,
    class: &'static str,
}

struct Text {
    x: String,
    y: i64,
    anchor: &'static str,
    words: String,
}

/// Ready to be drawn.
#[derive(Template)]
#[template(path = "figures/plot/templates/columns.html")]
pub(in crate::figures) struct Columns {
    id: &'static str,
    title: String,
    sentence: String,
    keys: Vec<Key>,
    whole: i64,
    rects: Vec<Rect>,
    lines: Vec<i64>,
    texts: Vec<Text>,
}

impl askama::filters::HtmlSafe for Columns {}

impl Columns {
    /// `sentence` says what is to be seen for whoever does not see it.
    pub(in crate::figures) fn new(
        (id, title, sentence): (&'static str, &str, String),
        keys: Vec<Key>,
        columns: &[Column],
    ) -> Self {
        let totals: Vec<i64> = columns.iter().map(|c| number(c.parts.iter().sum())).collect();
        let end = ceiling(totals.iter().copied().max().unwrap_or(0));
        let mut rects = Vec::new();
        let mut texts = Vec::new();
        let count = number(columns.len()).max(1);
        let step = (1_000 - LEFT) * 1_000 / count;
        for ((place, column), total) in (0_i64..).zip(columns).zip(&totals) {
            let (x, width) = (LEFT * 1_000 + place * step + step / 10, step * 8 / 10);
            let mut below = 0;
            for (part, key) in column.parts.iter().zip(&keys) {
                let (from, until) = (below * TALL / end, (below + number(*part)) * TALL / end);
                below += number(*part);
                if until > from {
                    let (x, width) = (share(x, 1_000_000), share(width, 1_000_000));
                    rects.push(Rect { x, y: TOP + TALL - until, width, height: until - from, class: key.class });
                }
            }
            let first_of_most =
                totals.iter().position(|n| n == totals.iter().max().unwrap_or(&0)) == usize::try_from(place).ok();
            if *total > 0 && (first_of_most || place == count - 1) {
                let y = TOP + TALL - total * TALL / end - 5;
                texts.push(Text { x: share(x + width / 2, 1_000_000), y, anchor: "middle", words: total.to_string() });
            }
        }
        texts.extend(axis(columns, step));
        texts.extend([0, end / 2, end].map(|n| Text {
            x: "0%".to_owned(),
            y: TOP + TALL - n * TALL / end + 4,
            anchor: "start",
            words: n.to_string(),
        }));
        let lines = [0, end / 2, end].map(|n| TOP + TALL - n * TALL / end).to_vec();
        Self { id, title: title.to_owned(), sentence, keys, whole: WHOLE, rects, lines, texts }
    }
}

/// Words below the first, the middle and the last column.
fn axis(columns: &[Column], step: i64) -> Vec<Text> {
    let last = columns.len().saturating_sub(1);
    let mut places = vec![(0, "start"), (last / 2, "middle"), (last, "end")];
    if columns.len() < 3 {
        places = (0..columns.len()).map(|place| (place, "middle")).collect();
    }
    let text = |(place, anchor): (usize, &'static str)| {
        let from = LEFT * 1_000 + number(place) * step;
        let x = match anchor {
            "start" => from + step / 10,
            "end" => from + step * 9 / 10,
            _ => from + step / 2,
        };
        let words = columns.get(place)?.label.clone();
        Some(Text { x: share(x, 1_000_000), y: WHOLE - 6, anchor, words })
    };
    places.into_iter().filter_map(text).collect()
}
