//! All assets of a programme together, and what they say about a target.

use super::asset::Asset;
use super::host::glob;
use super::network::Network;
use super::pattern::{Pattern, WebPattern};
use super::target::{Target, WebTarget};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Longer targets are not looked at.
pub const MAX_TARGET_BYTES: usize = 8 * 1024;

/// Assets, ready to be asked.
#[derive(Debug, Default)]
pub struct Scope {
    assets: Vec<Asset>,
    /// By the end of the host that every match has.
    web: HashMap<String, Vec<Rule<WebPattern>>>,
    networks: Vec<Rule<Network>>,
    apps: HashMap<String, Vec<Rule<()>>>,
    /// Apps with stars.
    app_globs: Vec<Rule<String>>,
    words: HashMap<String, Vec<Rule<()>>>,
}

#[derive(Debug)]
struct Rule<P> {
    pattern: P,
    /// Place of the asset.
    asset: usize,
    fixed: usize,
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
                scope.add(pattern, place);
            }
            scope.assets.push(asset);
        }
        scope
    }

    fn add(&mut self, pattern: Pattern, asset: usize) {
        let fixed = pattern.fixed();
        match pattern {
            Pattern::Web(pattern) => {
                let tail = pattern.host.tail().to_owned();
                self.web.entry(tail).or_default().push(Rule { pattern, asset, fixed });
            }
            Pattern::Network(pattern) => self.networks.push(Rule { pattern, asset, fixed }),
            Pattern::App(pattern) if pattern.contains('*') => self.app_globs.push(Rule { pattern, asset, fixed }),
            Pattern::App(id) => self.apps.entry(id).or_default().push(Rule { pattern: (), asset, fixed }),
            Pattern::Words(words) if words.is_empty() => {}
            Pattern::Words(words) => self.words.entry(words).or_default().push(Rule { pattern: (), asset, fixed }),
        }
    }

    /// The assets, in the order given.
    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }

    /// Every asset that covers the target, in no order; an asset that does so in two ways stands there twice.
    pub fn matches(&self, target: &str) -> Vec<Match<'_>> {
        let mut found = Vec::new();
        self.each(target, |asset, fixed| found.push(Match { asset: &self.assets[asset], fixed }));
        found
    }

    /// The longest match decides; of equals an exclusion, then the asset that was given first.
    pub fn verdict(&self, target: &str) -> Verdict<'_> {
        let mut best: Option<(usize, bool, Reverse<usize>)> = None;
        self.each(target, |asset, fixed| {
            best = best.max(Some((fixed, !self.assets[asset].in_scope, Reverse(asset))));
        });
        match best {
            None => Verdict::Unknown,
            Some((_, false, Reverse(asset))) => Verdict::In(&self.assets[asset]),
            Some((_, true, Reverse(asset))) => Verdict::Out(&self.assets[asset]),
        }
    }

    fn each(&self, target: &str, mut found: impl FnMut(usize, usize)) {
        if target.len() > MAX_TARGET_BYTES {
            return;
        }
        let target = Target::read(target);
        if let Some(web) = &target.web {
            self.each_web(web, &mut found);
        }
        if let Some(network) = target.network {
            let covering = self.networks.iter().filter(|rule| rule.pattern.covers(network));
            covering.for_each(|rule| found(rule.asset, rule.fixed));
        }
        if let Some(app) = &target.app {
            let id = app.strip_prefix("id").filter(|rest| rest.bytes().all(|b| b.is_ascii_digit())).unwrap_or(app);
            self.apps.get(id).into_iter().flatten().for_each(|rule| found(rule.asset, rule.fixed));
            let globs = self.app_globs.iter().filter(|rule| glob(&rule.pattern, id));
            globs.for_each(|rule| found(rule.asset, rule.fixed));
        }
        for own in [&target.words, &target.verbatim] {
            self.words.get(own).into_iter().flatten().for_each(|rule| found(rule.asset, rule.fixed));
        }
    }

    fn each_web(&self, target: &WebTarget, found: &mut impl FnMut(usize, usize)) {
        let mut tail = target.host.as_str();
        loop {
            let rules = self.web.get(tail).into_iter().flatten();
            rules.filter(|rule| rule.pattern.covers(target)).for_each(|rule| found(rule.asset, rule.fixed));
            if tail.is_empty() {
                return;
            }
            tail = tail.split_once('.').map_or("", |(_, rest)| rest);
        }
    }
}
