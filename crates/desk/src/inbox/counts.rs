//! How many cases the views show, where counting them is cheap: a view without a number is one that would have to be walked.

use super::overview::{Part, parts};
use super::views::Kept;
use super::walk;
use crate::engine::EngineError;
use db::{Db, Tx};
use domain::inbox::CaseFilter;
use std::collections::HashMap;
use uuid::Uuid;
use web::Caller;

/// Saved views that are counted, the first ones: each takes a few short statements.
const VIEWS: usize = 10;

/// The numbers that are known.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Open cases that are new to whoever looks.
    pub(super) fresh: Option<i64>,
    views: HashMap<Uuid, i64>,
}

impl Counts {
    /// Of "New to me" and the first of these views, for this caller now.
    pub(super) async fn of(tx: &mut Tx, db: &Db, caller: &Caller, views: &[Kept]) -> Result<Self, EngineError> {
        let fresh = CaseFilter { fresh: Some(true), ..CaseFilter::default() };
        let mut counts = Self { fresh: count(tx, db, caller, &fresh).await?, views: HashMap::new() };
        for view in views.iter().take(VIEWS) {
            if let Some(n) = count(tx, db, caller, view.named.filter()).await? {
                counts.views.insert(view.id, n);
            }
        }
        Ok(counts)
    }

    /// Of a saved view.
    pub(super) fn view(&self, id: Uuid) -> Option<i64> {
        self.views.get(&id).copied()
    }
}

/// How many cases the filter shows, if that is cheap to know. Nothing where rights do not reach over all that has to be
/// counted: a number that is missing would say how much there is of what they may not see.
async fn count(tx: &mut Tx, db: &Db, caller: &Caller, filter: &CaseFilter) -> Result<Option<i64>, EngineError> {
    let mut filter = filter.clone();
    match (&parts(caller)[..], filter.programme) {
        ([Part::House], _) => {}
        ([Part::Programme(only)], None) => filter.programme = Some(*only),
        ([Part::Programme(only)], Some(asked)) if *only == asked => {}
        _ => return Ok(None),
    }
    if !filter.text.is_empty() {
        return Ok(None);
    }
    walk::counted(tx, db, caller, &filter).await
}
