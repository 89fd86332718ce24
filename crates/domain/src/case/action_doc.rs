//! Descriptions of actions: enough for a page to draw a form and for the API to explain itself.

use serde::Serialize;

/// An action that may be taken now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActionDoc {
    /// Name in URLs, kebab-case: `claim-fixed`.
    pub name: &'static str,
    /// Words on the button, verb and object: `Accept report`.
    pub label: &'static str,
    /// Inputs, in the order of the form.
    pub fields: Vec<Field>,
}

/// One input of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Key in the input object.
    pub name: &'static str,
    /// Words above the field.
    pub label: &'static str,
    /// What goes in.
    pub kind: FieldKind,
    /// Whether it may be left out. An optional field can still be needed with certain other values;
    /// its label then says so.
    pub required: bool,
}

/// What goes into a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One line.
    Text,
    /// Several lines, read by the audience that the label names.
    LongText,
    /// One of these.
    Choice(Vec<Choice>),
    /// The id of another case (a UUID; pages let people type `REP-12` and look it up).
    Reference,
}

/// One option of a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What is sent.
    pub value: &'static str,
    /// What is shown.
    pub label: &'static str,
}

impl Field {
    /// A field that must be filled.
    pub const fn required(name: &'static str, label: &'static str, kind: FieldKind) -> Self {
        Self { name, label, kind, required: true }
    }

    /// A field that may be left out.
    pub const fn optional(name: &'static str, label: &'static str, kind: FieldKind) -> Self {
        Self { name, label, kind, required: false }
    }
}
