//! What a JSON document must look like, as tables in Rust.
//!
//! A JSON Schema says the same, but needs an interpreter with regular expressions, and its messages speak of schemas. A
//! [`Shape`] is a `static` that names properties, words and text forms; checking one walks it beside the document and
//! makes sentences a newcomer can act on. Properties that no table names are not faults: they are listed apart, so that
//! a strict reader can refuse what a kind one keeps.

pub mod form;
mod strip;
mod walk;

pub use form::Form;
pub use strip::strip;
pub use walk::{check, known};

use crate::json::Tree;

/// What a value may be.
pub enum Shape {
    /// Anything at all.
    Any,
    /// `true` or `false`.
    Flag,
    /// A number between two bounds, both allowed.
    Number(f64, f64),
    /// A text of a form.
    Text(&'static Form),
    /// One of these texts.
    Word(&'static [&'static str]),
    /// A list.
    List {
        /// What each element is.
        of: &'static Shape,
        /// How many at least.
        least: usize,
        /// Whether no two may be equal.
        unique: bool,
    },
    /// An object.
    Object {
        /// What it may have.
        fields: &'static [Field],
        /// How many properties at least.
        least: usize,
        /// How many properties at most.
        most: usize,
    },
    /// An object that has any names, each of this shape.
    Names(&'static Shape),
    /// A shape that depends on the value itself.
    Choose(fn(&Tree) -> &'static Shape),
}

impl Shape {
    /// An object with these properties, and with as many as there are.
    pub const fn object(fields: &'static [Field]) -> Self {
        Self::at_least(0, fields)
    }

    /// The same with so many of them.
    pub const fn at_least(least: usize, fields: &'static [Field]) -> Self {
        Self::Object { fields, least, most: usize::MAX }
    }
}

/// One property of an object.
pub enum Field {
    /// It must be there.
    Must(&'static str, &'static Shape),
    /// It may be there.
    May(&'static str, &'static Shape),
}

impl Field {
    const fn name(&self) -> &'static str {
        match self {
            Self::Must(name, _) | Self::May(name, _) => name,
        }
    }

    const fn shape(&self) -> &'static Shape {
        match self {
            Self::Must(_, shape) | Self::May(_, shape) => shape,
        }
    }
}

/// One thing that is not as the shape says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer.
    pub pointer: String,
    /// What, and what to do.
    pub message: String,
    /// The property is unknown, which only a strict reader minds.
    pub extra: bool,
}
