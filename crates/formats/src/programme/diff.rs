//! What changed between two publications of programmes, and what it means for somebody who tests.
//!
//! Assets are the same when they are written the same, case and a slash at the end aside. One that is gone and one that
//! has come are one that was renamed where both cover the same targets, or are of one kind with one note. Every change
//! of an asset carries the verdict about it before and after, since an exclusion that goes may leave a thing in scope by
//! a wildcard, or out.

use super::Programme;
use crate::scope::{Asset, Scope, cover};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt;
use std::hash::Hash;

/// A note of so many bytes is about one asset.
const TELLING: usize = 12;

/// What kind of change it is; the order is the order in which changes are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A programme is new.
    ProgrammeAdded,
    /// A programme is gone.
    ProgrammeRemoved,
    /// It has another name.
    Name,
    /// It takes reports, or no longer.
    State,
    /// It pays, or no longer.
    Rewards,
    /// The least that is paid.
    LeastReward,
    /// The most that is paid.
    MostReward,
    /// The promise to those who test.
    SafeHarbour,
    /// An asset is new.
    Added,
    /// An asset is gone.
    Removed,
    /// An asset went from in scope to out of scope, or back.
    Moved,
    /// An asset is written in another way.
    Renamed,
    /// An asset is of another kind.
    Kind,
    /// An asset is rewarded, or no longer.
    Eligibility,
    /// The highest severity that is accepted.
    MaxSeverity,
    /// The row of the reward table.
    Tier,
    /// What else is said about an asset.
    Note,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Handle or name of the programme.
    pub programme: String,
    /// What changed.
    pub what: What,
    /// Which asset, as it is written now, or was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset: Option<String>,
    /// How it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// How it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Whether the asset was in scope and is: `in`, `out`, `unknown`, before and after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<(&'static str, &'static str)>,
}

/// Every change, programme by programme in the order of their handles, then in the order of [`What`], then by asset.
pub fn diff(old: &[Programme], new: &[Programme]) -> Vec<Change> {
    let (old, new) = (by_key(old), by_key(new));
    let mut changes = Vec::new();
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let mut found = match (old.get(key), new.get(key)) {
            (Some(before), Some(after)) => Pair::new(key, before, after).changes(),
            (Some(before), None) => vec![whole(key, What::ProgrammeRemoved, before)],
            (None, Some(after)) => vec![whole(key, What::ProgrammeAdded, after)],
            (None, None) => Vec::new(),
        };
        found.sort_by(|a, b| (a.what, &a.asset, &a.before, &a.after).cmp(&(b.what, &b.asset, &b.before, &b.after)));
        changes.append(&mut found);
    }
    changes
}

fn whole(key: &str, what: What, programme: &Programme) -> Change {
    let assets = Some(format!("{} assets", programme.assets.len()));
    let (before, after) = if what == What::ProgrammeRemoved { (assets, None) } else { (None, assets) };
    Change { programme: key.to_owned(), what, asset: None, before, after, verdict: None }
}

/// By handle, else by name; a second with the same gets a number.
fn by_key(programmes: &[Programme]) -> BTreeMap<String, &Programme> {
    let (mut found, mut numbers) = (BTreeMap::new(), HashMap::new());
    for programme in programmes {
        let name = programme.handle.as_ref().or(programme.url.as_ref()).unwrap_or(&programme.name);
        let mut key = name.clone();
        // Counted on from the last of that name: a file may have very many of them.
        let number = numbers.entry(name).or_insert(2_usize);
        while found.contains_key(&key) {
            key = format!("{name} ({number})");
            *number += 1;
        }
        found.insert(key, programme);
    }
    found
}

struct Pair<'a> {
    key: &'a str,
    before: &'a Programme,
    after: &'a Programme,
    scopes: (Scope, Scope),
    found: Vec<Change>,
}

impl<'a> Pair<'a> {
    fn new(key: &'a str, before: &'a Programme, after: &'a Programme) -> Self {
        let scope = |programme: &Programme| Scope::new(programme.assets.iter().cloned());
        Self { key, before, after, scopes: (scope(before), scope(after)), found: Vec::new() }
    }

    fn changes(mut self) -> Vec<Change> {
        let (before, after) = (self.before, self.after);
        let paid = |yes: Option<bool>| yes.map(|yes| if yes { "yes" } else { "no" }.to_owned());
        self.tell(What::Name, None, Some(before.name.clone()), Some(after.name.clone()));
        self.tell(What::State, None, before.state.clone(), after.state.clone());
        self.tell(What::Rewards, None, paid(before.rewards), paid(after.rewards));
        let sums = |sum: &Option<crate::money::Money>| sum.as_ref().map(ToString::to_string);
        self.tell(What::LeastReward, None, sums(&before.least_reward), sums(&after.least_reward));
        self.tell(What::MostReward, None, sums(&before.most_reward), sums(&after.most_reward));
        self.tell(What::SafeHarbour, None, before.safe_harbour.clone(), after.safe_harbour.clone());
        self.assets();
        self.found
    }

    /// One change, if it is one.
    fn tell(&mut self, what: What, asset: Option<&Asset>, before: Option<String>, after: Option<String>) {
        if before != after {
            let verdict = asset.map(|asset| {
                let (old, new) = (&self.scopes.0, &self.scopes.1);
                (old.verdict(&asset.identifier).as_str(), new.verdict(&asset.identifier).as_str())
            });
            let asset = asset.map(|asset| asset.identifier.clone());
            self.found.push(Change { programme: self.key.to_owned(), what, asset, before, after, verdict });
        }
    }

    fn assets(&mut self) {
        let (mut gone, mut come) = (rows(&self.before.assets), rows(&self.after.assets));
        // The same rows first, in scope to in scope; then those that went over; then those written otherwise.
        for (a, b) in take_pairs(&mut gone, &mut come, |asset| Some((key(asset), asset.in_scope))) {
            self.same(a, b);
        }
        for (a, b) in take_pairs(&mut gone, &mut come, |asset| Some(key(asset))) {
            self.tell(What::Moved, Some(b), Some(side(a)), Some(side(b)));
            self.same(a, b);
        }
        let mut renamed = take_pairs(&mut gone, &mut come, |asset| Some((cover(asset)?, asset.in_scope)));
        let said = |asset: &Asset| asset.note.clone().filter(|note| note.len() >= TELLING);
        renamed.extend(take_pairs(&mut gone, &mut come, |asset| Some((said(asset)?, asset.kind, asset.in_scope))));
        for (a, b) in renamed {
            self.tell(What::Renamed, Some(b), Some(a.identifier.clone()), Some(b.identifier.clone()));
            self.same(a, b);
        }
        for asset in gone {
            self.tell(What::Removed, Some(asset), Some(side(asset)), None);
        }
        for asset in come {
            self.tell(What::Added, Some(asset), None, Some(side(asset)));
        }
    }

    /// What else changed about an asset that is still there.
    fn same(&mut self, a: &Asset, b: &Asset) {
        let eligible = |asset: &Asset| asset.eligible.map(|yes| if yes { "yes" } else { "no" }.to_owned());
        self.tell(What::Kind, Some(b), Some(a.kind.as_str().to_owned()), Some(b.kind.as_str().to_owned()));
        self.tell(What::Eligibility, Some(b), eligible(a), eligible(b));
        self.tell(What::MaxSeverity, Some(b), a.max_severity.clone(), b.max_severity.clone());
        self.tell(What::Tier, Some(b), a.tier.clone(), b.tier.clone());
        self.tell(What::Note, Some(b), a.note.clone(), b.note.clone());
    }
}

fn side(asset: &Asset) -> String {
    if asset.in_scope { "in scope" } else { "out of scope" }.to_owned()
}

/// How an asset is compared as it is written.
fn key(asset: &Asset) -> String {
    asset.identifier.trim().trim_end_matches('/').to_lowercase()
}

/// In an order of their own, so that the order of the files makes no difference.
fn rows(assets: &[Asset]) -> Vec<&Asset> {
    let mut rows: Vec<&Asset> = assets.iter().collect();
    rows.sort_by_cached_key(|asset| (key(asset), !asset.in_scope, asset.kind, asset.tier.clone(), asset.note.clone()));
    rows
}

/// Pairs with an equal key, each row in one pair at most; what is left stays.
fn take_pairs<'a, K: Eq + Hash>(
    gone: &mut Vec<&'a Asset>,
    come: &mut Vec<&'a Asset>,
    key: impl Fn(&Asset) -> Option<K>,
) -> Vec<(&'a Asset, &'a Asset)> {
    let mut waiting: HashMap<K, VecDeque<usize>> = HashMap::new();
    for (place, asset) in come.iter().enumerate() {
        if let Some(key) = key(asset) {
            waiting.entry(key).or_default().push_back(place);
        }
    }
    let (mut pairs, mut taken) = (Vec::new(), HashSet::new());
    gone.retain(|a| {
        let place = key(a).and_then(|key| waiting.get_mut(&key)?.pop_front());
        let Some((place, b)) = place.and_then(|place| Some((place, *come.get(place)?))) else { return true };
        taken.insert(place);
        pairs.push((*a, b));
        false
    });
    let mut place = 0;
    come.retain(|_| {
        place += 1;
        !taken.contains(&(place - 1))
    });
    pairs
}

impl Change {
    /// What it means for somebody who tests: `was in scope, now out of scope`. `None` where it means nothing.
    pub fn consequence(&self) -> Option<String> {
        let word = |verdict: &str| match verdict {
            "in" => "in scope",
            "out" => "out of scope",
            _ => "not listed",
        };
        let (before, after) = self.verdict.filter(|(before, after)| before != after)?;
        Some(format!("was {}, now {}", word(before), word(after)))
    }
}

impl fmt::Display for Change {
    /// One line: `acme: *.acme.test added, out of scope (was in scope, now out of scope)`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asset = self.asset.as_deref().unwrap_or_default();
        let (before, after) = (self.before.as_deref().unwrap_or("unsaid"), self.after.as_deref().unwrap_or("unsaid"));
        write!(out, "{}: ", self.programme)?;
        match self.what {
            What::ProgrammeAdded => write!(out, "new programme, {after}"),
            What::ProgrammeRemoved => write!(out, "programme is gone, had {before}"),
            What::Name => write!(out, "name: {before} -> {after}"),
            What::State => write!(out, "takes reports: {before} -> {after}"),
            What::Rewards => write!(out, "pays: {before} -> {after}"),
            What::LeastReward => write!(out, "least reward: {before} -> {after}"),
            What::MostReward => write!(out, "most reward: {before} -> {after}"),
            What::SafeHarbour => write!(out, "safe harbour: {before} -> {after}"),
            What::Added => write!(out, "{asset} added, {after}"),
            What::Removed => write!(out, "{asset} removed, was listed {before}"),
            What::Moved => write!(out, "{asset}: {before} -> {after}"),
            What::Renamed => write!(out, "renamed: {before} -> {after}"),
            What::Kind => write!(out, "{asset}, kind: {before} -> {after}"),
            What::Eligibility => write!(out, "{asset}, rewarded: {before} -> {after}"),
            What::MaxSeverity => write!(out, "{asset}, highest severity: {before} -> {after}"),
            What::Tier => write!(out, "{asset}, tier: {before} -> {after}"),
            What::Note => write!(out, "{asset}, what is said about it changed"),
        }?;
        self.consequence().map_or(Ok(()), |means| write!(out, " ({means})"))
    }
}
