//! All assets of a programme together, and what they say about a target.
//!
//! A target that is written as it is compared (no capitals, no escapes) is judged without any allocation; one thread
//! may ask while others do.

use super::app::App;
use super::asset::Asset;
use super::decide::decide;
use super::hosts::Hosts;
use super::network::Networks;
use super::pattern::{Pattern, verbatim, words};
use super::place::Host;
use super::row;
use super::rule::{Best, Hash, Mark, Rule, Side, Table, Visit, sort, visit};
use super::target::{Place, Target, hash_verbatim, hash_words, repository_address};

/// Longer targets are not looked at.
pub const MAX_TARGET_BYTES: usize = 8 * 1024;

/// Assets, ready to be asked.
#[derive(Debug, Default)]
pub struct Scope {
    assets: Vec<Asset>,
    /// By the numbers of their rules, with the place of their asset.
    patterns: Vec<(Pattern, usize)>,
    hosts: Hosts,
    networks: Networks,
    apps: Table<App<'static>>,
    /// Apps with stars.
    app_globs: Vec<Rule<App<'static>>>,
    /// By their letters and digits, or word for word.
    words: Table<String>,
}

/// What the assets say about a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// In scope, by this asset.
    In(&'a Asset),
    /// Out of scope, by this asset.
    Out(&'a Asset),
    /// The words of this asset name it; a person has to read what they say.
    Doubt(&'a Asset),
    /// No asset covers it.
    Unknown,
}

impl<'a> Verdict<'a> {
    /// `"in"`, `"out"` or `"unknown"`; a doubt is unknown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In(_) => "in",
            Self::Out(_) => "out",
            Self::Doubt(_) | Self::Unknown => "unknown",
        }
    }

    /// The asset that decided, or made it doubtful.
    pub const fn rule(self) -> Option<&'a Asset> {
        match self {
            Self::In(asset) | Self::Out(asset) | Self::Doubt(asset) => Some(asset),
            Self::Unknown => None,
        }
    }
}

impl Scope {
    /// Reads the identifiers of all assets.
    pub fn new(assets: impl IntoIterator<Item = Asset>) -> Self {
        let mut scope = Self::default();
        for asset in assets {
            for (pattern, side) in row::patterns(&asset) {
                let number = u32::try_from(scope.patterns.len()).unwrap_or(u32::MAX);
                scope.patterns.push((pattern.clone(), scope.assets.len()));
                scope.add(pattern, side, number);
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

    fn add(&mut self, pattern: Pattern, side: Side, number: u32) {
        let mark = Mark { size: pattern.size(), side, number };
        match pattern {
            Pattern::Place(place) => match place.host.clone() {
                Host::Named(host) => self.hosts.add(&host, Rule { pattern: *place, mark }),
                Host::Network(network) => self.networks.add(network, Rule { pattern: *place, mark }),
            },
            Pattern::App(pattern) if pattern.star() => self.app_globs.push(Rule { pattern, mark }),
            Pattern::App(pattern) => self.apps.add(Hash::of(pattern.id.as_bytes()), Rule { pattern, mark }),
            Pattern::Words(words) if words.is_empty() => {}
            Pattern::Words(words) => self.words.add(Hash::of(words.as_bytes()), Rule { pattern: words, mark }),
        }
    }

    /// The assets, in the order given.
    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }

    /// Every asset that covers the target or names it in its words, once, in the order given.
    pub fn matches(&self, target: &str) -> Vec<&Asset> {
        let mut places: Vec<usize> = self.marks(target).into_iter().map(|mark| self.place(mark)).collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().map(|place| &self.assets[place]).collect()
    }

    /// An inclusion decides where it is narrower than every exclusion that covers the target too; else an exclusion.
    pub fn verdict(&self, target: &str) -> Verdict<'_> {
        let mut best = Best::default();
        self.visit(target, &mut best);
        match best {
            Best { inside: None, outside: Some(mark), .. }
            | Best { inside: Some(mark), outside: None, doubt: None }
            | Best { inside: None, outside: None, doubt: Some(mark) } => self.say(mark),
            Best { inside: None, outside: None, doubt: None } => Verdict::Unknown,
            _ => self.together(&self.marks(target)),
        }
    }

    /// [`Self::verdict`] for groups of assets that stand one behind the other, each with the place where it begins: one
    /// for each group that has something to say.
    pub(super) fn verdicts(&self, target: &str, starts: &[usize]) -> Vec<(usize, Verdict<'_>)> {
        let mut marks = self.marks(target);
        marks.sort_unstable_by_key(|mark| mark.number);
        let group = |mark: &Mark| starts.partition_point(|start| *start <= self.place(*mark)).saturating_sub(1);
        let groups = marks.chunk_by(|a, b| group(a) == group(b));
        groups.filter_map(|marks| Some((group(marks.first()?), self.together(marks)))).collect()
    }

    fn together(&self, marks: &[Mark]) -> Verdict<'_> {
        let pattern = |mark: Mark| &self.patterns[mark.number as usize].0;
        decide(marks, pattern).map_or(Verdict::Unknown, |mark| self.say(mark))
    }

    fn place(&self, mark: Mark) -> usize {
        self.patterns[mark.number as usize].1
    }

    fn say(&self, mark: Mark) -> Verdict<'_> {
        let asset = &self.assets[self.place(mark)];
        match mark.side {
            Side::In => Verdict::In(asset),
            Side::Out => Verdict::Out(asset),
            Side::Doubt => Verdict::Doubt(asset),
        }
    }

    fn marks(&self, target: &str) -> Vec<Mark> {
        let mut marks = Vec::new();
        self.visit(target, &mut marks);
        marks
    }

    fn visit(&self, text: &str, to: &mut impl Visit) {
        if text.len() > MAX_TARGET_BYTES {
            return;
        }
        let text = text.trim();
        let target = Target::read(text);
        if let Some(place) = &target.place {
            self.visit_place(place, to);
        }
        // `acme/tool` is a repository where no host is read out of it.
        if let Some(address) = repository_address(text)
            && let Some(place) = &Target::read(&address).place
        {
            self.visit_place(place, to);
        }
        if let Some(app) = &target.app {
            visit(self.apps.get(Hash::of(app.id.as_bytes())), to, |pattern| pattern.covers(app));
            visit(&self.app_globs, to, |pattern| pattern.covers(app));
        }
        if !self.words.is_empty() {
            self.visit_words(text, to);
        }
    }

    fn visit_place(&self, place: &Place<'_>, to: &mut impl Visit) {
        self.hosts.visit(place, to);
        if let Some(network) = place.network {
            self.networks.visit(network, place, to);
        }
    }

    fn visit_words(&self, text: &str, to: &mut impl Visit) {
        let alike = self.words.get(hash_words(text));
        if !alike.is_empty() {
            let own = words(text);
            visit(alike, to, |pattern| *pattern == own);
        }
        let exact = self.words.get(hash_verbatim(text));
        if !exact.is_empty() {
            let own = verbatim(text);
            visit(exact, to, |pattern| *pattern == own);
        }
    }
}
