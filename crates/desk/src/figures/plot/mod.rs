//! Plots as SVG, made on the server: no script, no inline style, colours by classes of the stylesheet.
//!
//! Lengths across are in hundredths of the width and heights in pixels, so that a plot fills a phone and a desk
//! alike and its words keep their size. Each has a title and a sentence; its numbers stand in a table beneath.

mod bars;
mod columns;
mod ranges;
mod scale;
#[cfg(test)]
mod tests;

pub(super) use bars::{Bars, Line, Part};
pub(super) use columns::{Column, Columns};
pub(super) use ranges::{Mark, Ranges};

/// An entry of a legend: the class of its fill and what it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) class: &'static str,
    pub(super) words: &'static str,
}
