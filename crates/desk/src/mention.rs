//! People whom a note names: `@ines` or `@"Ines Okafor"`.

use crate::people::Colleague;
use domain::{CaseFacts, Permission};

/// Colleagues named by first name or whole name, in any case. A first name that two of them have names both.
pub(crate) fn named<'c>(text: &str, people: impl Iterator<Item = &'c Colleague>) -> Vec<&'c Colleague> {
    let folded = text.to_lowercase();
    let names: Vec<&str> = folded.split('@').skip(1).collect();
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric());
    let is_named = |name: &str| {
        let name = name.to_lowercase();
        !name.is_empty()
            && names.iter().any(|at| {
                let at = at.strip_prefix('"').unwrap_or(at);
                at.strip_prefix(name.as_str()).is_some_and(ends)
            })
    };
    people.filter(|c| is_named(&c.name) || c.name.split_whitespace().next().is_some_and(is_named)).collect()
}

/// Names of those a note names who may not read it, and are therefore not told of it.
pub(crate) fn not_told(text: &str, people: &[Colleague], case: &CaseFacts) -> Vec<String> {
    let named = named(text, people.iter());
    named.into_iter().filter(|c| !c.may(Permission::ReadTeamText, case)).map(|c| c.name.clone()).collect()
}
