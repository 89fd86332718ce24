//! 6.1.26: a category of its own is not mistaken for a profile.

use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.26", title: "Prohibited Document Category Name", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let category = document.category;
    if category.is_empty() || document.edition.profiles().contains(&category) {
        return;
    }
    let plain = profile::plain(category);
    let reserved = category.to_lowercase().starts_with("csaf_");
    let taken = document.edition.profiles().iter().filter(|name| **name != profile::BASE).any(|name| {
        let name = profile::plain(name);
        plain == name || name.strip_prefix("csaf").is_some_and(|name| plain == name)
    });
    if reserved || taken {
        let message =
            format!("{category:?} can be mistaken for a profile; use the profile's own value or another word");
        found.pointer("/document/category", message);
    }
}
