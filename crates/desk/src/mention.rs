//! People whom a note names: `@ines` or `@"Ines Okafor"`.

use crate::people::Colleague;
use domain::{CaseFacts, Permission};
use std::collections::BTreeSet;

/// Different words after an `@` that one text can name people by.
const NAMES: usize = 64;

/// Colleagues named by first name or whole name, in any case. A first name that two of them have names both, so the
/// first word after the `@` decides, whatever follows.
pub(crate) fn named<'c>(text: &str, people: impl Iterator<Item = &'c Colleague>) -> Vec<&'c Colleague> {
    let folded = text.to_lowercase();
    let mut words: BTreeSet<&str> = BTreeSet::new();
    for after in folded.split('@').skip(1) {
        let after = after.strip_prefix('"').unwrap_or(after);
        let word = after.split(char::is_whitespace).next().unwrap_or_default();
        if !word.is_empty() {
            words.insert(word);
        }
        if words.len() == NAMES {
            break;
        }
    }
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric());
    let is_named = |c: &Colleague| {
        let Some(first) = c.name.split_whitespace().next().map(str::to_lowercase) else { return false };
        words.iter().any(|word| word.strip_prefix(first.as_str()).is_some_and(ends))
    };
    people.filter(|c| is_named(c)).collect()
}

/// Names of those a note names who may not read it, and are therefore not told of it.
pub(crate) fn not_told(text: &str, people: &[Colleague], case: &CaseFacts) -> Vec<String> {
    let named = named(text, people.iter());
    named.into_iter().filter(|c| !c.may(Permission::ReadTeamText, case)).map(|c| c.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::{NAMES, named};
    use crate::people::Colleague;
    use domain::{Actor, Grant, PersonId, Role, Scope, Uuid};

    #[test]
    fn one_text_names_people_by_so_many_words_and_no_more() {
        let id = PersonId::from_uuid(Uuid::from_u128(1));
        let grants = vec![Grant { role: Role::Triager, scope: Scope::House }];
        let ines = Colleague::new(id, "Ines Okafor", Actor::person(id, grants));
        let is_named = |text: &str| !named(text, [&ines].into_iter()).is_empty();
        for text in ["@ines", "see @Ines, please", "@\"Ines Okafor\" look", "@ines okafor"] {
            assert!(is_named(text), "{text}");
        }
        for text in ["ines", "@ ines", "@inesa", "@\"okafor\""] {
            assert!(!is_named(text), "{text}");
        }
        let others = |count: usize| (0..count).map(|n| format!("@x{n}")).collect::<Vec<_>>().join(" ") + " ";
        assert!(is_named(&format!("{}@ines", others(NAMES - 1))));
        assert!(!is_named(&format!("{}@ines", others(NAMES))));
        assert!(is_named(&format!("{}@ines", "@".repeat(50_000))));
        assert!(is_named(&format!("{}@ines", "@again ".repeat(10_000))));
    }
}
