//! Percentiles as marks on an axis of time: a disc at half, a stroke at three in four, a ring at nineteen in twenty.

use super::scale::{STOPS, along, number, share};
use askama::Template;
use domain::figures::Percentiles;

const ROW: i64 = 46;
const FOOT: i64 = 26;
/// Thousandths of the width at either end that marks and words may need.
const EDGE: i64 = 15;

/// One line.
pub(in crate::figures) struct Mark {
    pub(in crate::figures) label: &'static str,
    /// The same numbers in words, at the end of the line.
    pub(in crate::figures) words: String,
    pub(in crate::figures) of: Option<Percentiles>,
}

struct Place {
    half: String,
    /// From half to nineteen in twenty.
    width: String,
    three_quarters: String,
    most: String,
}

struct Line {
    label: &'static str,
    words: String,
    y_words: i64,
    y: i64,
    place: Option<Place>,
}

struct Stop {
    x: String,
    anchor: &'static str,
    words: &'static str,
}

/// Ready to be drawn.
#[derive(Template)]
#[template(path = "figures/plot/templates/ranges.html")]
pub(in crate::figures) struct Ranges {
    id: &'static str,
    title: String,
    sentence: String,
    whole: i64,
    bottom: i64,
    lines: Vec<Line>,
    stops: Vec<Stop>,
}

impl askama::filters::HtmlSafe for Ranges {}

fn at(thousandths: i64) -> String {
    share(EDGE * 1_000 + thousandths * (1_000 - 2 * EDGE), 1_000_000)
}

impl Ranges {
    /// `sentence` says what is to be seen for whoever does not see it.
    pub(in crate::figures) fn new((id, title, sentence): (&'static str, &str, String), marks: Vec<Mark>) -> Self {
        let bottom = number(marks.len()) * ROW;
        let line = |(row, mark): (i64, Mark)| {
            let place = mark.of.map(|of| {
                let (half, most) = (along(of.p50.micros()), along(of.p95.micros()));
                Place {
                    half: at(half),
                    width: share((most - half) * (1_000 - 2 * EDGE), 1_000_000),
                    three_quarters: at(along(of.p75.micros())),
                    most: at(most),
                }
            });
            Line { label: mark.label, words: mark.words, y_words: row * ROW + 16, y: row * ROW + 32, place }
        };
        let last = STOPS.len() - 1;
        let stop = |(place, (_, words)): (usize, &(i64, &'static str))| Stop {
            x: if place == last { "100%".to_owned() } else { at(number(place) * 1_000 / number(last)) },
            anchor: if place == 0 {
                "start"
            } else if place == last {
                "end"
            } else {
                "middle"
            },
            words,
        };
        Self {
            id,
            title: title.to_owned(),
            sentence,
            whole: bottom + FOOT,
            bottom,
            lines: (0_i64..).zip(marks).map(line).collect(),
            stops: STOPS.iter().enumerate().map(stop).collect(),
        }
    }
}
