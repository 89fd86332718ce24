//! A form between two showings: what was typed and what is wrong with it.

use super::fields::{FieldError, Fields};
use super::view::Field;
use crate::problem::Problem;

/// Values and errors of a form; the template draws fields from it.
#[derive(Debug, Clone, Default)]
pub struct Form {
    fields: Fields,
    errors: Vec<FieldError>,
}

impl Form {
    /// A form nobody has typed in yet.
    pub fn empty() -> Self {
        Self::default()
    }

    /// What was sent, with the faults found while reading it.
    pub fn of(fields: Fields) -> Self {
        Self { errors: fields.faults(), fields }
    }

    /// The same form with the values of `other` in the fields that it does not have: for a page of several
    /// forms of which one was sent.
    #[must_use]
    pub fn beside(mut self, other: &Self) -> Self {
        for (name, value) in other.fields.typed() {
            if !self.fields.has(name) {
                self.fields.set(name, value);
            }
        }
        self
    }

    /// What was sent.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The value of a field as typed.
    pub fn value(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    /// The value without blanks around it; when there is none, `message` becomes the field's error.
    pub fn required(&mut self, name: &str, message: &str) -> String {
        let value = self.fields.get(name).trim().to_owned();
        if value.is_empty() {
            self.refuse(name, message);
        }
        value
    }

    /// The value without blanks around it, or `None`.
    pub fn optional(&self, name: &str) -> Option<String> {
        let value = self.fields.get(name).trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// Reads the value with `FromStr`; `message` becomes the field's error when that fails.
    pub fn parsed<T: std::str::FromStr>(&mut self, name: &str, message: &str) -> Option<T> {
        let parsed = self.fields.get(name).trim().parse().ok();
        if parsed.is_none() {
            self.refuse(name, message);
        }
        parsed
    }

    /// Says what is wrong with a field. The first error of a field stands.
    pub fn refuse(&mut self, field: &str, message: impl Into<String>) {
        if self.error(field).is_none() {
            self.errors.push(FieldError { field: field.to_owned(), message: message.into() });
        }
    }

    /// Takes over the field errors of a problem, for example of one a file sink raised.
    pub fn refuse_as(&mut self, problem: &Problem) {
        for error in problem.errors() {
            self.refuse(&error.field, error.message.clone());
        }
    }

    /// Whether nothing is wrong.
    pub fn ok(&self) -> bool {
        self.errors.is_empty()
    }

    /// Every error, in the order of the fields they were found in.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// The error of one field.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors.iter().find(|e| e.field == name).map(|e| e.message.as_str())
    }

    /// A line of text with its label, to be given to the `field` macro.
    pub fn text<'a>(&'a self, name: &'a str, label: &'a str) -> Field<'a> {
        Field::new(name, label, self.value(name), self.error(name))
    }

    /// Text of several lines, for the `textarea` macro.
    pub fn long_text<'a>(&'a self, name: &'a str, label: &'a str) -> Field<'a> {
        self.text(name, label).rows(8)
    }

    /// Whether the box or choice of this value is ticked.
    pub fn chosen(&self, name: &str, value: &str) -> bool {
        self.fields.all(name).any(|v| v == value)
    }
}
