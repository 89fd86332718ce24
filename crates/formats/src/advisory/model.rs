//! What an advisory says. Dates are RFC 3339 texts as the source wrote them; lists are in the order of the source.

use super::Kept;
use std::collections::HashMap;

/// What kind of document it is; the profiles of CSAF.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Kind {
    /// Nothing in particular.
    Base,
    /// About an incident.
    Incident,
    /// About something that is no vulnerability.
    Informational,
    /// About vulnerabilities and what to do.
    #[default]
    Advisory,
    /// About whether products are affected.
    Vex,
    /// A word of the publisher's own.
    Other(String),
}

/// An advisory.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Advisory {
    /// What the publisher calls it.
    pub id: String,
    /// One line.
    pub title: String,
    /// What kind of document it is.
    pub kind: Kind,
    /// Other ids of the document.
    pub aliases: Vec<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Who says it.
    pub publisher: Publisher,
    /// Label of the Traffic Light Protocol 1, upper case, or `AMBER+STRICT` of its second version.
    pub tlp: Option<String>,
    /// How bad it is on the whole, in the publisher's words.
    pub severity: Option<String>,
    /// `draft`, `interim` or `final`.
    pub status: String,
    /// A whole number, or semantic.
    pub version: String,
    /// First published.
    pub published: Option<String>,
    /// Last changed.
    pub updated: Option<String>,
    /// Withdrawn since; empty where the source gives no date.
    pub withdrawn: Option<String>,
    /// Why it was withdrawn.
    pub reasons: Vec<String>,
    /// What the source says and has itself replaced by something newer, one line each; it stands nowhere else here.
    pub replaced: Vec<String>,
    /// What changed when.
    pub revisions: Vec<Revision>,
    /// Text about the whole.
    pub notes: Vec<Note>,
    /// Further reading about the whole.
    pub references: Vec<Reference>,
    /// Thanks for the whole.
    pub credits: Vec<Credit>,
    /// Products and versions that are spoken of.
    pub products: Vec<Product>,
    /// Vulnerabilities that are described.
    pub vulnerabilities: Vec<Vulnerability>,
    /// What only the source's format can say.
    pub kept: Option<Kept>,
}

impl Advisory {
    /// Products by their ids; of those with the same id the first.
    pub(crate) fn by_id(&self) -> HashMap<&str, &Product> {
        self.products.iter().rev().map(|product| (product.id.as_str(), product)).collect()
    }
}

/// Who publishes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Publisher {
    /// A name for people.
    pub name: String,
    /// A URI that is the publisher's own.
    pub namespace: Option<String>,
    /// `vendor`, `coordinator`, `discoverer`, `translator`, `user` or `other`.
    pub category: String,
    /// How to reach them.
    pub contact: Option<String>,
    /// The UUID of a CVE numbering authority.
    pub organisation: Option<String>,
}

/// A version of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// When.
    pub date: String,
    /// Which.
    pub number: String,
    /// What changed.
    pub summary: String,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// `description`, `details`, `faq`, `general`, `legal_disclaimer`, `other` or `summary`.
    pub category: String,
    /// A heading.
    pub title: Option<String>,
    /// The text.
    pub text: String,
    /// For whom.
    pub audience: Option<String>,
}

/// Further reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Where.
    pub url: String,
    /// What it is, for people.
    pub summary: Option<String>,
    /// What it is: `self`, `external`, tags of CVE, types of OSV in lower case.
    pub tags: Vec<String>,
}

/// Thanks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credit {
    /// To whom.
    pub names: Vec<String>,
    /// Of which organisation.
    pub organisation: Option<String>,
    /// For what.
    pub summary: Option<String>,
    /// Their addresses.
    pub urls: Vec<String>,
    /// Their part, in the words of CVE, such as `finder` or `remediation developer`.
    pub role: Option<String>,
}

/// A product in one version or range of versions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Product {
    /// What statuses refer to; unique in the advisory.
    pub id: String,
    /// In full, for people.
    pub name: String,
    /// Branches of a CSAF product tree, category and name, from the root.
    pub branches: Vec<(String, String)>,
    /// Who makes it.
    pub vendor: Option<String>,
    /// Its name without version.
    pub product: Option<String>,
    /// Ecosystem of OSV, or collection URL of CVE.
    pub ecosystem: Option<String>,
    /// Its name there.
    pub package: Option<String>,
    /// Where its source is.
    pub repository: Option<String>,
    /// Package URL.
    pub purl: Option<String>,
    /// CPE name.
    pub cpe: Option<String>,
    /// Which versions.
    pub versions: Versions,
    /// Set when it is one product on or in another.
    pub relation: Option<Relation>,
}

/// A version, a range, or what neither says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Versions {
    /// How versions are ordered: `semver`, `git`, `ecosystem`, `custom` and others.
    pub scheme: Option<String>,
    /// Just this one, or a range in words.
    pub exact: Option<String>,
    /// From this one on; `0` is the first.
    pub from: Option<String>,
    /// Up to, without it; neither this nor the next: without an end.
    pub below: Option<String>,
    /// Up to, with it.
    pub through: Option<String>,
    /// All that the product's other entries do not name.
    pub others: bool,
}

/// Two products as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// `installed_on` and others of CSAF.
    pub category: String,
    /// Id of the part.
    pub product: String,
    /// Id of the whole.
    pub on: String,
}

/// What is known about a product and a vulnerability; the groups of CSAF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// First affected.
    FirstAffected,
    /// First fixed.
    FirstFixed,
    /// Fixed.
    Fixed,
    /// Affected.
    Affected,
    /// Not affected.
    NotAffected,
    /// Last affected.
    LastAffected,
    /// What the vendor recommends.
    Recommended,
    /// Not known yet.
    Investigated,
    /// Not known; since CSAF 2.1.
    Unknown,
}

impl Versions {
    /// Whether it is an interval: it has an end, or a beginning, or is all there is in a known order.
    pub(crate) fn is_range(&self) -> bool {
        let bound = self.from.is_some() || self.below.is_some() || self.through.is_some();
        self.exact.is_none() && !self.others && (bound || self.scheme.is_some())
    }
}

impl Standing {
    /// In the order of CSAF's keys.
    pub const ALL: [Self; 9] = [
        Self::FirstAffected,
        Self::FirstFixed,
        Self::Fixed,
        Self::Affected,
        Self::NotAffected,
        Self::LastAffected,
        Self::Recommended,
        Self::Investigated,
        Self::Unknown,
    ];

    /// The key of CSAF.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstAffected => "first_affected",
            Self::FirstFixed => "first_fixed",
            Self::Fixed => "fixed",
            Self::Affected => "known_affected",
            Self::NotAffected => "known_not_affected",
            Self::LastAffected => "last_affected",
            Self::Recommended => "recommended",
            Self::Investigated => "under_investigation",
            Self::Unknown => "unknown",
        }
    }

    /// For people: `known affected`.
    pub fn words(self) -> String {
        self.as_str().replace('_', " ")
    }

    /// Whether it says that the product is affected.
    pub const fn is_affected(self) -> bool {
        matches!(self, Self::FirstAffected | Self::Affected | Self::LastAffected)
    }
}

/// A vulnerability.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vulnerability {
    /// Its CVE id.
    pub cve: Option<String>,
    /// Other ids: system and text.
    pub ids: Vec<(String, String)>,
    /// One line.
    pub title: Option<String>,
    /// CWE ids where known, and names.
    pub weaknesses: Vec<(Option<String>, String)>,
    /// Text about it.
    pub notes: Vec<Note>,
    /// Further reading about it.
    pub references: Vec<Reference>,
    /// Thanks for it.
    pub credits: Vec<Credit>,
    /// When it was found.
    pub discovered: Option<String>,
    /// When it became public.
    pub released: Option<String>,
    /// Product ids and what is known of them.
    pub standings: Vec<(String, Standing)>,
    /// Scores.
    pub scores: Vec<Score>,
    /// What to do.
    pub remedies: Vec<Remedy>,
    /// What threatens.
    pub threats: Vec<Threat>,
    /// Why products are not affected.
    pub flags: Vec<Flag>,
}

/// A CVSS vector; numbers are computed from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// `2.0`, `3.0`, `3.1` or `4.0`.
    pub version: String,
    /// As written.
    pub vector: String,
    /// Ids of the products it is for; empty for all.
    pub products: Vec<String>,
}

/// What to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remedy {
    /// `mitigation`, `no_fix_planned`, `none_available`, `vendor_fix` or `workaround`; of CSAF 2.1 `fix_planned` and
    /// `optional_patch` too.
    pub category: String,
    /// In words.
    pub details: String,
    /// Since when.
    pub date: Option<String>,
    /// Where to get it.
    pub url: Option<String>,
    /// For which products.
    pub products: Vec<String>,
}

/// What threatens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Threat {
    /// `exploit_status`, `impact` or `target_set`.
    pub category: String,
    /// In words.
    pub details: String,
    /// Since when.
    pub date: Option<String>,
    /// For which products.
    pub products: Vec<String>,
}

/// Why products are not affected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flag {
    /// One of [`crate::csaf::JUSTIFICATIONS`].
    pub label: String,
    /// Since when.
    pub date: Option<String>,
    /// For which products.
    pub products: Vec<String>,
}
