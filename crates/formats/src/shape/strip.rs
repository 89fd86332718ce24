//! Properties that no table names, taken out.

use super::Shape;
use crate::json::{Tree, escape};
use serde_json::Value;
use std::fmt::Write as _;

/// Takes every property out of `value` that `shape` does not know, in one pass; their JSON pointers, however many. What
/// stands inside such a property goes with it.
pub fn strip(shape: &'static Shape, value: &mut Value) -> Vec<String> {
    let mut strip = Strip { at: String::new(), found: Vec::new() };
    strip.value(shape, value);
    strip.found
}

struct Strip {
    at: String,
    found: Vec<String>,
}

impl Strip {
    /// The depth of a document is bounded where it is read.
    fn value(&mut self, shape: &'static Shape, value: &mut Value) {
        match (shape, value) {
            (Shape::Choose(choose), value) => {
                let shape = choose(&Tree::from(&*value));
                self.value(shape, value);
            }
            (Shape::List { of, .. }, Value::Array(list)) => {
                for (index, value) in list.iter_mut().enumerate() {
                    self.inside(format_args!("{index}"), |strip| strip.value(of, value));
                }
            }
            (Shape::Names(of), Value::Object(map)) => {
                for (key, value) in map.iter_mut() {
                    self.inside(format_args!("{}", escape(key)), |strip| strip.value(of, value));
                }
            }
            (Shape::Object { fields, .. }, Value::Object(map)) => map.retain(|key, value| {
                let known = fields.iter().find(|field| field.name() == key);
                self.inside(format_args!("{}", escape(key)), |strip| match known {
                    Some(field) => strip.value(field.shape(), value),
                    None => strip.found.push(strip.at.clone()),
                });
                known.is_some()
            }),
            _ => {}
        }
    }

    fn inside(&mut self, step: std::fmt::Arguments, run: impl FnOnce(&mut Self)) {
        let length = self.at.len();
        // Writing into a String cannot fail.
        let _ = write!(self.at, "/{step}");
        run(self);
        self.at.truncate(length);
    }
}
