//! The scopes of several programmes, each of which answers for itself.

use super::{Asset, Scope, Verdict};

/// Scopes that are asked together: an exclusion of one is none of another.
#[derive(Debug, Default)]
pub struct Scopes {
    all: Scope,
    /// Where the assets of each begin.
    starts: Vec<usize>,
}

impl Scopes {
    /// Reads the assets of each scope.
    pub fn new<A: IntoIterator<Item = Asset>>(scopes: impl IntoIterator<Item = A>) -> Self {
        let (mut assets, mut starts) = (Vec::new(), Vec::new());
        for scope in scopes {
            starts.push(assets.len());
            assets.extend(scope);
        }
        Self { all: Scope::new(assets), starts }
    }

    /// What each scope says that has something to say, by its place in the order given.
    pub fn verdicts(&self, target: &str) -> Vec<(usize, Verdict<'_>)> {
        if self.starts.len() > 1 {
            return self.all.verdicts(target, &self.starts);
        }
        // One is asked without a list of all that covers.
        Some(self.all.verdict(target))
            .filter(|verdict| *verdict != Verdict::Unknown)
            .map(|verdict| (0, verdict))
            .into_iter()
            .collect()
    }
}
