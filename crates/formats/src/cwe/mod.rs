//! The Common Weakness Enumeration: names, hierarchy, search, and MITRE's word on whether an entry is fit to be the
//! cause of one vulnerability.
//!
//! Made by `tools/formats/cwe.py` from MITRE's catalogue, reduced to identifiers, names, usage and the hierarchy of
//! view 1000 (MITRE's terms of use, see NOTICE).

use std::collections::HashMap;
use std::sync::LazyLock;

/// What kind of entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The most abstract weakness.
    Pillar,
    /// Abstract.
    Class,
    /// Concrete enough for most findings.
    Base,
    /// Tied to a technology.
    Variant,
    /// Several weaknesses together.
    Compound,
    /// A heading, no weakness.
    Category,
    /// A list of entries, no weakness.
    View,
}

impl Kind {
    /// Lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pillar => "pillar",
            Self::Class => "class",
            Self::Base => "base",
            Self::Variant => "variant",
            Self::Compound => "compound",
            Self::Category => "category",
            Self::View => "view",
        }
    }
}

/// MITRE's mapping usage: may an entry be given as the cause of a vulnerability?
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Usage {
    /// Yes.
    Allowed,
    /// Yes, after looking for a more exact one.
    AllowedWithReview,
    /// Better not: too general, or often misused.
    Discouraged,
    /// No: no weakness, or not one that makes a vulnerability.
    Prohibited,
}

impl Usage {
    /// As MITRE writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "Allowed",
            Self::AllowedWithReview => "Allowed-with-Review",
            Self::Discouraged => "Discouraged",
            Self::Prohibited => "Prohibited",
        }
    }
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// 79 for CWE-79.
    pub number: u32,
    /// Its name.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// Whether it may be given as a cause.
    pub usage: Usage,
    /// MITRE has given it up.
    pub deprecated: bool,
    /// Numbers of the entries above it in view 1000, the primary one first.
    pub parents: Vec<u32>,
    /// Other names: "XSS".
    pub terms: Vec<&'static str>,
}

impl Entry {
    /// `"CWE-79"`
    pub fn id(&self) -> String {
        format!("CWE-{}", self.number)
    }

    /// Entries directly below in view 1000, by number.
    pub fn children(&self) -> impl Iterator<Item = &'static Self> + use<> {
        let number = self.number;
        entries().iter().filter(move |entry| entry.parents.contains(&number))
    }

    /// Entries above, by primary parents, up to the pillar.
    pub fn ancestors(&self) -> Vec<&'static Self> {
        let mut above = Vec::new();
        let mut next = self.parents.first().copied().and_then(find);
        while let Some(entry) = next.filter(|entry| above.iter().all(|seen: &&Self| seen.number != entry.number)) {
            above.push(entry);
            next = entry.parents.first().copied().and_then(find);
        }
        above
    }

    /// A plain sentence for whoever picks an entry that should not stand as a cause; `None` where all is well.
    pub fn warning(&self) -> Option<String> {
        let id = self.id();
        Some(match (self.deprecated, self.kind, self.usage) {
            (true, _, _) => format!("{id} is deprecated. Please pick another entry."),
            (_, Kind::Category, _) => format!("{id} is a heading. Please pick a weakness that it lists."),
            (_, Kind::View, _) => format!("{id} is a list of entries. Please pick one of them."),
            (_, _, Usage::Prohibited) => format!("MITRE does not allow {id} as the cause of a vulnerability."),
            (_, _, Usage::Discouraged) => {
                format!(
                    "MITRE advises against {id} as a cause: it is too general or often misused. Is one below it closer?"
                )
            }
            (_, _, Usage::AllowedWithReview) => {
                format!("{id} is general. Please look whether one below it fits better.")
            }
            (_, _, Usage::Allowed) => return None,
        })
    }
}

const TABLE: &str = include_str!("entries.tsv");

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| TABLE.lines().skip(1).filter_map(read).collect());
static PLACES: LazyLock<HashMap<u32, usize>> =
    LazyLock::new(|| ENTRIES.iter().enumerate().map(|(place, entry)| (entry.number, place)).collect());

fn read(line: &'static str) -> Option<Entry> {
    let cells: Vec<&'static str> = line.splitn(7, '\t').collect();
    let [number, kind, usage, gone, parents, terms, name] = cells[..] else { return None };
    let kind = match kind {
        "P" => Kind::Pillar,
        "C" => Kind::Class,
        "B" => Kind::Base,
        "V" => Kind::Variant,
        "O" => Kind::Compound,
        "K" => Kind::Category,
        _ => Kind::View,
    };
    let usage = match usage {
        "A" => Usage::Allowed,
        "R" => Usage::AllowedWithReview,
        "D" => Usage::Discouraged,
        _ => Usage::Prohibited,
    };
    let parents = parents.split(',').filter_map(|number| number.parse().ok()).collect();
    let terms = terms.split('|').filter(|term| !term.is_empty()).collect();
    Some(Entry { number: number.parse().ok()?, name, kind, usage, deprecated: !gone.is_empty(), parents, terms })
}

/// The release that is embedded: `"4.14"`.
pub fn release() -> &'static str {
    TABLE.lines().next().unwrap_or_default().trim_start_matches("# ")
}

/// Every entry, by number: weaknesses, categories and views.
pub fn entries() -> &'static [Entry] {
    &ENTRIES
}

/// An entry by number.
pub fn find(number: u32) -> Option<&'static Entry> {
    PLACES.get(&number).map(|place| &ENTRIES[*place])
}

/// The number in `"CWE-79"`, `"cwe 79"` or `"79"`.
pub fn parse(text: &str) -> Option<u32> {
    let text = text.trim();
    let rest = text.get(..3).filter(|start| start.eq_ignore_ascii_case("cwe")).map_or(text, |_| &text[3..]);
    let digits = rest.trim_start_matches(['-', '_', ':', ' ']);
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// Weaknesses that hold every word of `text` in name or other terms, case aside, or the one whose number it is; those
/// that may stand as a cause first, then by number.
pub fn search(text: &str) -> Vec<&'static Entry> {
    if let Some(entry) = parse(text).and_then(find) {
        return vec![entry];
    }
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let holds = |entry: &&Entry| {
        let own = format!("{} {}", entry.name, entry.terms.join(" ")).to_lowercase();
        !matches!(entry.kind, Kind::Category | Kind::View) && words.iter().all(|word| own.contains(word.as_str()))
    };
    let mut found: Vec<_> = ENTRIES.iter().filter(holds).collect();
    found.sort_by_key(|entry| (entry.deprecated, entry.usage));
    found
}
