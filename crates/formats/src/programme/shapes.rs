//! What a file of programmes must look like, to say where one does not.

use crate::json::Tree;
use crate::shape::{Field, Form, Shape, form};

static ANYTHING: Shape = Shape::Any;
static FLAG: Shape = Shape::Flag;
static TEXT: Shape = Shape::Text(&form::ANY);
static ROWS: Shape = Shape::List { of: &ANYTHING, least: 0, unique: false };
static ASSETS: Shape = Shape::List { of: &ASSET, least: 0, unique: false };

/// What stands for nothing may stand anywhere but in the fields of an asset that decide.
static MAYBE_FLAG: Shape = Shape::Choose(|value| if is_null(value) { &ANYTHING } else { &FLAG });
static MAYBE_TEXT: Shape = Shape::Choose(|value| if is_null(value) { &ANYTHING } else { &TEXT });
static MAYBE_ROWS: Shape = Shape::Choose(|value| if is_null(value) { &ANYTHING } else { &ROWS });
static MAYBE_ASSETS: Shape = Shape::Choose(|value| if is_null(value) { &ANYTHING } else { &ASSETS });
static MAYBE_TARGETS: Shape = Shape::Choose(|value| match value {
    Tree::Null => &ANYTHING,
    Tree::Object(_) => &TARGETS,
    _ => &NO_TARGETS,
});

static ASSET: Shape = Shape::Choose(|value| if matches!(value, Tree::Object(_)) { &ASSET_FIELDS } else { &NO_ASSET });
static ASSET_FIELDS: Shape = Shape::object(&[
    Field::May("kind", &TEXT),
    Field::Must("identifier", &TEXT),
    Field::Must("in_scope", &FLAG),
    Field::May("eligible", &MAYBE_FLAG),
    Field::May("max_severity", &MAYBE_TEXT),
    Field::May("tier", &MAYBE_TEXT),
    Field::May("note", &MAYBE_TEXT),
]);
static TARGETS: Shape = Shape::object(&[Field::May("in_scope", &MAYBE_ROWS), Field::May("out_of_scope", &MAYBE_ROWS)]);
static PROGRAMME: Shape = Shape::object(&[
    Field::May("name", &MAYBE_TEXT),
    Field::May("targets", &MAYBE_TARGETS),
    Field::May("assets", &MAYBE_ASSETS),
]);

/// One programme.
pub(super) static ONE: Shape =
    Shape::Choose(|value| if matches!(value, Tree::Object(_)) { &PROGRAMME } else { &NO_PROGRAMME });
/// A list of them.
pub(super) static MANY: Shape = Shape::List { of: &ONE, least: 0, unique: false };

/// No text fits: these are the words for what has to stand there.
static NO_PROGRAMME: Shape =
    Shape::Text(&Form { what: "a programme (an object with its name and its targets)", fits: |_| false });
static NO_TARGETS: Shape =
    Shape::Text(&Form { what: "targets (an object with in_scope and out_of_scope)", fits: |_| false });
static NO_ASSET: Shape =
    Shape::Text(&Form { what: "an asset (an object with its identifier and in_scope)", fits: |_| false });

fn is_null(value: &Tree) -> bool {
    matches!(value, Tree::Null)
}
