//! The walk of a shape beside a value.

use super::{Fault, Field, Shape};
use crate::json::{Object, Tree, escape};
use std::collections::HashSet;
use std::fmt::Write as _;

/// More faults than these help nobody.
const MOST: usize = 200;

/// Everything in `value` that is not as `shape` says, in document order of the shape; at most 200, and of the properties that
/// it does not name 200 beside them.
pub fn check(shape: &'static Shape, value: &Tree) -> Vec<Fault> {
    walked(shape, value, MOST)
}

/// The same of the properties that `shape` names alone.
pub fn known(shape: &'static Shape, value: &Tree) -> Vec<Fault> {
    walked(shape, value, 0)
}

fn walked(shape: &'static Shape, value: &Tree, extras: usize) -> Vec<Fault> {
    let mut walk = Walk { at: String::new(), faults: Vec::new(), left: MOST, extras };
    walk.value(shape, value);
    walk.faults
}

struct Walk {
    at: String,
    faults: Vec<Fault>,
    /// Faults that may still be told.
    left: usize,
    /// Properties that no table names and that may still be told: what many kind documents have must hide no fault.
    extras: usize,
}

impl Walk {
    fn fault(&mut self, message: String) {
        self.push(message, false);
    }

    fn push(&mut self, message: String, extra: bool) {
        let room = if extra { &mut self.extras } else { &mut self.left };
        if let Some(less) = room.checked_sub(1) {
            *room = less;
            self.faults.push(Fault { pointer: self.at.clone(), message, extra });
        }
    }

    fn inside(&mut self, step: std::fmt::Arguments, run: impl FnOnce(&mut Self)) {
        let length = self.at.len();
        // Writing into a String cannot fail.
        let _ = write!(self.at, "/{step}");
        run(self);
        self.at.truncate(length);
    }

    fn value(&mut self, shape: &'static Shape, value: &Tree) {
        match shape {
            Shape::Any => {}
            Shape::Flag if value.is_boolean() => {}
            Shape::Flag => self.fault(format!("must be true or false, not {}", kind(value))),
            Shape::Number(least, most) => self.number(*least, *most, value),
            Shape::Text(form) => match value.as_str() {
                Some(text) if (form.fits)(text) => {}
                Some(text) => self.fault(format!("{:?} is not {}", clip(text), form.what)),
                None => self.fault(format!("must be {}, not {}", form.what, kind(value))),
            },
            Shape::Word(words) => match value.as_str() {
                Some(text) if words.contains(&text) => {}
                Some(text) => self.fault(format!("{:?} is not one of {}", clip(text), words.join(", "))),
                None => self.fault(format!("must be one of {}, not {}", words.join(", "), kind(value))),
            },
            Shape::List { of, least, unique } => match value.as_array() {
                Some(list) => self.list(of, *least, *unique, list),
                None => self.fault(format!("must be a list, not {}", kind(value))),
            },
            Shape::Object { fields, least, most } => match value.as_object() {
                Some(map) => {
                    if map.len() < *least || map.len() > *most {
                        self.fault(size(map.len(), *least, *most));
                    }
                    self.object(fields, map);
                }
                None => self.fault(format!("must be an object, not {}", kind(value))),
            },
            Shape::Names(of) => match value.as_object() {
                Some(map) => {
                    for (key, value) in map.iter() {
                        self.inside(format_args!("{}", escape(key)), |walk| walk.value(of, value));
                    }
                }
                None => self.fault(format!("must be an object, not {}", kind(value))),
            },
            Shape::Choose(choose) => self.value(choose(value), value),
        }
    }

    fn number(&mut self, least: f64, most: f64, value: &Tree) {
        match value.as_f64() {
            Some(number) if (least..=most).contains(&number) => {}
            Some(number) => self.fault(format!("{number} is not between {least} and {most}")),
            None => self.fault(format!("must be a number, not {}", kind(value))),
        }
    }

    fn list(&mut self, of: &'static Shape, least: usize, unique: bool, list: &[Tree]) {
        if list.len() < least {
            self.fault(format!("must have {least} or more entries, has {}; add one or leave the list out", list.len()));
        }
        for (index, value) in list.iter().enumerate() {
            self.inside(format_args!("{index}"), |walk| walk.value(of, value));
        }
        if unique {
            let mut seen = HashSet::new();
            for (index, value) in list.iter().enumerate() {
                if !seen.insert(value) {
                    self.inside(format_args!("{index}"), |walk| {
                        walk.fault("is in the list twice; remove it".to_owned());
                    });
                }
            }
        }
    }

    fn object(&mut self, fields: &'static [Field], map: &Object) {
        for field in fields {
            match (map.get(field.name()), field) {
                (Some(value), _) => {
                    self.inside(format_args!("{}", field.name()), |walk| walk.value(field.shape(), value));
                }
                (None, Field::Must(name, _)) => self.fault(format!("\"{name}\" is missing; add it")),
                (None, Field::May(..)) => {}
            }
        }
        if self.extras == 0 {
            return;
        }
        for key in map.keys().filter(|key| !fields.iter().any(|field| field.name() == *key)) {
            self.inside(format_args!("{}", escape(key)), |walk| {
                walk.push("is not part of the standard; remove it, or check its spelling".to_owned(), true);
            });
        }
    }
}

fn size(len: usize, least: usize, most: usize) -> String {
    if least == most {
        format!("must have exactly {least} properties, has {len}")
    } else if len < least {
        format!("must have {least} or more properties, has {len}")
    } else {
        format!("must have at most {most} properties, has {len}")
    }
}

fn kind(value: &Tree) -> &'static str {
    match value {
        Tree::Null => "null",
        Tree::Bool(_) => "true or false",
        Tree::Number(_) => "a number",
        Tree::String(_) => "a text",
        Tree::Array(_) => "a list",
        Tree::Object(_) => "an object",
    }
}

/// Long texts are cut in messages.
fn clip(text: &str) -> &str {
    text.char_indices().nth(80).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}
