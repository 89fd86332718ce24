//! What a text may lead to inside the house: cases that its reader may see, files of its case.

use std::collections::BTreeMap;

/// Longest prefix and number of a name such as `REP-12`.
const PREFIX: usize = 5;
const DIGITS: usize = 12;

/// Names that become links, with their addresses. Whoever fills it has asked what the reader may see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    cases: BTreeMap<String, String>,
    files: BTreeMap<String, String>,
}

impl Links {
    /// Lets the name of a case lead to its page.
    pub fn add_case(&mut self, name: String, href: String) {
        self.cases.insert(name, href);
    }

    /// Lets the name of a file, where a link or an image names it, lead to its page.
    pub fn add_file(&mut self, name: String, href: String) {
        self.files.insert(name, href);
    }

    pub(super) fn case(&self, name: &str) -> Option<&str> {
        self.cases.get(name).map(String::as_str)
    }

    pub(super) fn file(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(String::as_str)
    }
}

/// Words of a text that could be names of cases, `REP-12`, with where they begin.
pub fn case_names(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('-').filter_map(|(dash, _)| {
        let upper = |b: &u8| b.is_ascii_uppercase();
        let bytes = text.as_bytes();
        let before = bytes.get(..dash)?.iter().rev().take_while(|b| upper(b)).count();
        let digits = bytes.get(dash + 1..)?.iter().take_while(|b| b.is_ascii_digit()).count();
        let (from, to) = (dash - before, dash + 1 + digits);
        let fits = (2..=PREFIX).contains(&before) && (1..=DIGITS).contains(&digits);
        let part_of_more = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let alone = !text.get(..from)?.ends_with(part_of_more) && !text.get(to..)?.starts_with(part_of_more);
        (fits && alone).then(|| text.get(from..to).map(|name| (from, name)))?
    })
}

#[cfg(test)]
mod tests {
    use super::case_names;

    #[test]
    fn names_stand_alone() {
        let found = |text| case_names(text).map(|(at, name)| format!("{at} {name}")).collect::<Vec<_>>();
        assert_eq!(found("REP-12, (REP-3) and REP-4."), ["0 REP-12", "9 REP-3", "20 REP-4"]);
        assert_eq!(found("XREP12 rep-1 REP- REP-1a aREP-1 REP-1-2 R-1 TOOLONG-1 \u{e9}REP-1 -1"), Vec::<String>::new());
        assert_eq!(found("\u{1f600}REP-7\u{1f600}"), ["4 REP-7"]);
    }
}
