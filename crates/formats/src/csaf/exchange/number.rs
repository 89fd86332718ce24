//! Model numbers, serial numbers and stock keeping units between the two versions.
//!
//! In both, `?` and `*` stand for characters that do not matter (2.0, section 3.1.3.3.3). In 2.0 every number may go on at
//! its end, and nothing is escaped. 2.1 wants a star where a number may go on, takes one star, and escapes `?`, `*` and
//! `\` that are meant as such with a backslash (section 9.1.18 says how the one becomes the other).

use super::turn::{Turn, keys, take_list};
use serde_json::Value;
use std::collections::HashSet;

/// What becomes of a number.
enum Number {
    /// It says the same in this form.
    Same(String),
    /// It says something else, or in a way to be looked at: the form, and what to tell.
    New(String, String),
    /// It cannot be said.
    Gone(&'static str),
}

/// Numbers of 2.0 in an identification helper at `at`, as 2.1 has them.
pub(super) fn raise(helper: &mut Value, at: &str, turn: &mut Turn) {
    turned(helper, at, turn, raised);
}

/// And of 2.1, as 2.0 has them.
pub(super) fn lower(helper: &mut Value, at: &str, turn: &mut Turn) {
    turned(helper, at, turn, lowered);
}

fn turned(helper: &mut Value, at: &str, turn: &mut Turn, into: fn(&str) -> Number) {
    for key in ["model_numbers", "serial_numbers", "skus"] {
        let Some(list) = take_list(helper, key, at, turn) else { continue };
        let was_empty = list.is_empty();
        let (mut kept, mut seen) = (Vec::new(), HashSet::new());
        for (index, number) in list.into_iter().enumerate() {
            let Some(text) = number.as_str() else {
                kept.push(number);
                continue;
            };
            let at = format!("{at}/{key}/{index}");
            let new = match into(text) {
                Number::Same(new) => new,
                Number::New(new, what) => {
                    turn.changed(&at, &what);
                    new
                }
                Number::Gone(why) => {
                    turn.dropped(&at, &format!("({text:?}: {why})"));
                    continue;
                }
            };
            if seen.insert(new.clone()) {
                kept.push(new.into());
            } else {
                turn.dropped(&at, &format!("({text:?}: another one says the same)"));
            }
        }
        if was_empty || !kept.is_empty() {
            keys(helper).insert(key.to_owned(), kept.into());
        }
    }
}

/// Backslashes are escaped, and the open end is written.
fn raised(text: &str) -> Number {
    let open = text.ends_with('*');
    let new = text.replace('\\', "\\\\");
    if text.is_empty() {
        return Number::Same(new);
    }
    if text.matches('*').count() + usize::from(!open) > 1 {
        return Number::Gone("2.1 takes one star, at an end that is open or within");
    }
    if open {
        return Number::Same(new);
    }
    let new = format!("{new}*");
    let what = format!("{text:?} is {new:?}, which may go on");
    Number::New(new, what)
}

/// Escapes are read; wildcards and the star of an open end stay.
fn lowered(text: &str) -> Number {
    let (mut new, mut open, mut odd) = (String::new(), text.is_empty(), false);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        open = sign == '*';
        new.push(sign);
        if sign != '\\' {
            continue;
        }
        match signs.peek() {
            Some('*' | '?') => return Number::Gone("2.0 cannot say that a star or question mark is meant as such"),
            Some('\\') => drop(signs.next()),
            _ => odd = true,
        }
    }
    if !open {
        return Number::New(new, "in 2.0 it means all that begin so".to_owned());
    }
    if odd {
        return Number::New(new, "a backslash that escapes nothing is one that is meant".to_owned());
    }
    Number::Same(new)
}
