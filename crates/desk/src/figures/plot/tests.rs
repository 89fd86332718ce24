//! What is drawn, byte for byte.

use super::{Bars, Column, Columns, Key, Line, Mark, Part, Ranges};
use askama::Template;
use domain::Span;
use domain::figures::Percentiles;

const KEYS: [Key; 2] = [Key { class: "f3", words: "Valid" }, Key { class: "f0", words: "Open" }];

#[test]
fn columns() {
    let column = |label: &str, parts: [usize; 2]| Column { label: label.to_owned(), parts: parts.to_vec() };
    let weeks = [column("7 Sep", [3, 1]), column("14 Sep", [0, 0]), column("21 Sep", [9, 2]), column("28 Sep", [0, 1])];
    let plot =
        Columns::new(("inflow", "Reports & <words>", "Most came in the week of 21 Sep.".into()), KEYS.to_vec(), &weeks);
    insta::assert_snapshot!(plot.render().unwrap());
    let none = Columns::new(("inflow", "Reports", "None.".into()), KEYS.to_vec(), &[]);
    assert!(!none.render().unwrap().contains("<rect class=\"f3\" x"), "nothing to draw");
}

#[test]
fn bars() {
    let part = |class, count| Part { class, count };
    let lines = vec![
        Line {
            label: "First answer".into(),
            words: "3 of 4".into(),
            parts: vec![part("f3", 3), part("bad", 1)],
            whole: Some(4),
        },
        Line { label: "Reward".into(), words: "none".into(), parts: vec![part("f3", 0)], whole: Some(0) },
    ];
    let plot = Bars::new(("targets", "Targets met", "Three of four.".into()), KEYS.to_vec(), lines);
    insta::assert_snapshot!(plot.render().unwrap());
}

#[test]
fn ranges() {
    let (p50, p75, p90, p95) = (Span::from_hours(3), Span::from_hours(30), Span::from_days(40), Span::from_days(400));
    let of = Percentiles { count: 7, p50, p75, p90, p95 };
    let marks = vec![
        Mark { label: "Decision", words: "half 3 h".into(), of: Some(of) },
        Mark { label: "Reward", words: "none yet".into(), of: None },
    ];
    let plot = Ranges::new(("clocks", "How long it took", "Half within 3 h.".into()), marks);
    insta::assert_snapshot!(plot.render().unwrap());
}
