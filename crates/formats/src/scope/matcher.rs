//! All assets of a programme together, and what they say about a target.
//!
//! A target that is written as it is compared (no capitals, no escapes) is judged without any allocation; one thread
//! may ask while others do.

use super::asset::Asset;
use super::host::glob;
use super::hosts::Hosts;
use super::network::Networks;
use super::pattern::Pattern;
use super::rule::{Best, Hash, Rank, Rule, Table, Visit, sort, visit};
use super::target::{Target, git_address, hash_verbatim, hash_words};
use std::cmp::Reverse;

/// Longer targets are not looked at.
pub const MAX_TARGET_BYTES: usize = 8 * 1024;

/// Assets, ready to be asked.
#[derive(Debug, Default)]
pub struct Scope {
    assets: Vec<Asset>,
    hosts: Hosts,
    networks: Networks,
    apps: Table<String>,
    /// Apps with stars.
    app_globs: Vec<Rule<String>>,
    /// By their letters and digits, or word for word.
    words: Table<String>,
}

/// An asset that covers a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match<'a> {
    /// The asset.
    pub asset: &'a Asset,
    /// How many characters of it (bits, of a network) a target has to have: the longest match decides.
    pub fixed: usize,
}

/// What the assets say about a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// In scope, by this asset.
    In(&'a Asset),
    /// Out of scope, by this asset.
    Out(&'a Asset),
    /// No asset covers it.
    Unknown,
}

impl<'a> Verdict<'a> {
    /// `"in"`, `"out"` or `"unknown"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In(_) => "in",
            Self::Out(_) => "out",
            Self::Unknown => "unknown",
        }
    }

    /// The asset that decided.
    pub const fn rule(self) -> Option<&'a Asset> {
        match self {
            Self::In(asset) | Self::Out(asset) => Some(asset),
            Self::Unknown => None,
        }
    }
}

impl Scope {
    /// Reads the identifiers of all assets.
    pub fn new(assets: impl IntoIterator<Item = Asset>) -> Self {
        let mut scope = Self::default();
        for asset in assets {
            let place = scope.assets.len();
            for pattern in Pattern::of(&asset) {
                let rank = Rank { fixed: pattern.fixed(), excludes: !asset.in_scope, asset: Reverse(place) };
                scope.add(pattern, rank);
            }
            scope.assets.push(asset);
        }
        scope.hosts.sort();
        scope.networks.sort();
        scope.apps.sort();
        sort(&mut scope.app_globs);
        scope.words.sort();
        scope
    }

    fn add(&mut self, pattern: Pattern, rank: Rank) {
        match pattern {
            Pattern::Web(pattern) => self.hosts.add(Rule { pattern, rank }),
            Pattern::Network(pattern) => self.networks.add(Rule { pattern, rank }),
            Pattern::App(pattern) if pattern.contains('*') => self.app_globs.push(Rule { pattern, rank }),
            Pattern::App(pattern) => self.apps.add(Hash::of(pattern.as_bytes()), Rule { pattern, rank }),
            Pattern::Words(words) if words.is_empty() => {}
            Pattern::Words(words) => self.words.add(Hash::of(words.as_bytes()), Rule { pattern: words, rank }),
        }
    }

    /// The assets, in the order given.
    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }

    /// Every asset that covers the target, in no order; an asset that does so in two ways stands there twice.
    pub fn matches(&self, target: &str) -> Vec<Match<'_>> {
        let mut found = Vec::new();
        self.visit(target, &mut |rank: Rank| {
            found.push(Match { asset: &self.assets[rank.asset.0], fixed: rank.fixed });
        });
        found
    }

    /// The longest match decides; of equals an exclusion, then the asset that was given first.
    pub fn verdict(&self, target: &str) -> Verdict<'_> {
        let mut best = Best::default();
        self.visit(target, &mut best);
        match best.0 {
            None => Verdict::Unknown,
            Some(Rank { excludes: false, asset, .. }) => Verdict::In(&self.assets[asset.0]),
            Some(Rank { excludes: true, asset, .. }) => Verdict::Out(&self.assets[asset.0]),
        }
    }

    fn visit(&self, text: &str, to: &mut impl Visit) {
        if text.len() > MAX_TARGET_BYTES {
            return;
        }
        let text = text.trim();
        let git = git_address(text);
        let target = Target::read(text, git.as_deref());
        if let Some(web) = &target.web {
            self.hosts.visit(web, to);
        }
        if let Some(network) = target.network {
            self.networks.visit(network, to);
        }
        if let Some(app) = &target.app {
            let id = app.strip_prefix("id").filter(|rest| rest.bytes().all(|b| b.is_ascii_digit())).unwrap_or(app);
            visit(self.apps.get(Hash::of(id.as_bytes())), to, |pattern| pattern == id);
            visit(&self.app_globs, to, |pattern| glob(pattern, id));
        }
        if !self.words.is_empty() {
            self.visit_words(text, to);
        }
    }

    fn visit_words(&self, text: &str, to: &mut impl Visit) {
        let words = self.words.get(hash_words(text));
        if !words.is_empty() {
            let own = super::pattern::words(text);
            visit(words, to, |pattern| *pattern == own);
        }
        let verbatim = self.words.get(hash_verbatim(text));
        if !verbatim.is_empty() {
            let own = super::pattern::verbatim(text);
            visit(verbatim, to, |pattern| *pattern == own);
        }
    }
}
