//! How much is there: a few numbers over the open cases that the caller may see.
//!
//! Both stretches of the list's index are walked from their beginning, a bounded way: at 100,000 open
//! cases a number reads "2000+" and costs as much as at 2,000. What is late stands first, so that this
//! number is exact long after the others are not. For people of a few programmes or single cases only those are
//! walked, so that the bound is one of what they see, and says nothing of the rest of the house.

use crate::engine::EngineError;
use accounts::visible_to;
use db::{List, Tx};
use domain::{Permission, PersonId, ProgrammeId, Scope, Ts};
use std::collections::BTreeSet;
use std::fmt;
use web::Caller;

/// Open cases looked at in each stretch.
pub const LOOK: i64 = 1_000;
/// Programmes that are walked one by one; of more the whole house is.
const PROGRAMMES: usize = 20;
/// Cases of one person that are counted.
const MINE: i64 = 500;

/// A number that may be a lower bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// At least so many.
    pub n: i64,
    /// There may be more.
    pub more: bool,
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.n, if self.more { "+" } else { "" })
    }
}

/// The numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Overview {
    /// Open.
    pub open: Count,
    /// Open, and nobody works on them.
    pub unowned: Count,
    /// Late.
    pub late: Count,
    /// Open, and we do not wait for the reporter.
    pub for_us: Count,
    /// We wait for the reporter.
    pub for_them: Count,
    /// Open, and the caller works on them.
    pub mine: Count,
    /// When the latest was due.
    pub late_since: Option<Ts>,
    /// What is due next.
    pub next_due: Option<Ts>,
    /// Since when we wait for a reporter longest.
    pub waiting_since: Option<Ts>,
}

/// A part of the open cases that is walked by itself.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    House,
    Programme(ProgrammeId),
    /// Single cases that this person was let into.
    Single(PersonId),
}

/// The parts in which everything lies that the caller may see.
pub(super) fn parts(caller: &Caller) -> Vec<Part> {
    let grants = caller.actor().grants;
    let scopes = || grants.iter().filter(|grant| grant.holds(Permission::ReadCases)).map(|grant| grant.scope);
    let programmes: BTreeSet<ProgrammeId> =
        scopes().filter_map(|scope| if let Scope::Programme(id) = scope { Some(id) } else { None }).collect();
    if programmes.len() > PROGRAMMES || scopes().any(|scope| matches!(scope, Scope::House | Scope::Desk(_))) {
        return vec![Part::House];
    }
    let single = scopes().any(|scope| matches!(scope, Scope::Case(_)));
    let single = caller.person().filter(|_| single).map(Part::Single);
    programmes.into_iter().map(Part::Programme).chain(single).collect()
}

impl Part {
    /// Its open cases with a due time, or without one, by it.
    fn add(self, list: List, due: bool) -> List {
        let list = list.and("c.is_open = TRUE", []);
        let list = match self {
            Self::House => list,
            Self::Programme(id) => list.and("c.programme = ?", [id.uuid().into()]),
            Self::Single(person) => list.and(
                "c.id IN (SELECT g.scope_id FROM grants g WHERE g.person = ? AND g.scope = 'case')
                 AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.person = ? AND g.scope = 'programme'
                                 AND g.scope_id = c.programme)",
                [person.uuid().into(), person.uuid().into()],
            ),
        };
        let list = if due { list.and("c.due_at IS NOT NULL", []) } else { list.and("c.due_at IS NULL", []) };
        list.tail("ORDER BY c.due_at, c.id", [])
    }
}

#[derive(sqlx::FromRow, Clone, Copy, Default)]
struct Seen {
    open: i64,
    unowned: i64,
    late: i64,
    waiting: i64,
    late_since: Option<i64>,
    next_due: Option<i64>,
    waiting_since: Option<i64>,
}

const HEAD: &str = "SELECT COUNT(*) AS open, COUNT(*) FILTER (WHERE c.assignee IS NULL) AS unowned,
       COUNT(*) FILTER (WHERE c.late) AS late, COUNT(c.waiting_since) AS waiting,
       MIN(c.due_at) FILTER (WHERE c.late) AS late_since, MIN(c.due_at) FILTER (WHERE NOT c.late) AS next_due,
       MIN(c.waiting_since) AS waiting_since
FROM (SELECT c.id, c.desk, c.programme, c.restricted, c.assignee, c.waiting_since, c.due_at,";

/// The numbers for this caller now.
pub async fn overview(tx: &mut Tx, caller: &Caller, (me, now): (PersonId, Ts)) -> Result<Overview, EngineError> {
    let (mut all, mut cut, mut late_cut) = (Seen::default(), false, false);
    for part in parts(caller) {
        for due in [true, false] {
            let seen = seen(tx, caller, (now, part, due)).await?;
            let is_cut = is_cut(tx, part, due).await?;
            cut |= is_cut;
            late_cut |= due && is_cut && seen.late == seen.open;
            all = all.and(seen);
        }
    }
    let both = |n: i64| Count { n, more: cut };
    let mine = mine(tx, caller, me).await?;
    let ts = |at: Option<i64>| at.map(Ts::from_micros);
    Ok(Overview {
        open: both(all.open),
        unowned: both(all.unowned),
        late: Count { n: all.late, more: late_cut },
        for_us: both(all.open - all.waiting),
        for_them: both(all.waiting),
        mine: Count { n: mine.min(MINE), more: mine > MINE },
        late_since: ts(all.late_since),
        next_due: ts(all.next_due),
        waiting_since: ts(all.waiting_since),
    })
}

impl Seen {
    fn and(self, other: Self) -> Self {
        let first = |one: Option<i64>, two: Option<i64>| one.into_iter().chain(two).min();
        Self {
            open: self.open + other.open,
            unowned: self.unowned + other.unowned,
            late: self.late + other.late,
            waiting: self.waiting + other.waiting,
            late_since: first(self.late_since, other.late_since),
            next_due: first(self.next_due, other.next_due),
            waiting_since: first(self.waiting_since, other.waiting_since),
        }
    }
}

/// One stretch of a part. The bound is inside, the rights are asked of what it let through.
async fn seen(tx: &mut Tx, caller: &Caller, (now, part, due): (Ts, Part, bool)) -> Result<Seen, EngineError> {
    let list = List::new(HEAD)
        .tail("COALESCE(c.due_at < ?, FALSE) AS late FROM cases c WHERE c.erased_at IS NULL", [now.micros().into()]);
    let list = part.add(list, due).tail("LIMIT ?) c WHERE 1 = 1", [LOOK.into()]);
    let rows = visible_to(list, caller, Permission::ReadCases).fetch::<Seen>(tx).await?;
    Ok(rows.into_iter().next().unwrap_or_default())
}

/// Whether the bound was met.
async fn is_cut(tx: &mut Tx, part: Part, due: bool) -> Result<bool, EngineError> {
    let list = part.add(List::new("SELECT c.id FROM cases c WHERE 1 = 1"), due).tail("LIMIT 1 OFFSET ?", [LOOK.into()]);
    Ok(!list.fetch::<(uuid::Uuid,)>(tx).await?.is_empty())
}

async fn mine(tx: &mut Tx, caller: &Caller, me: PersonId) -> Result<i64, EngineError> {
    let list = List::new("SELECT COUNT(*) FROM (SELECT c.id FROM cases c WHERE c.erased_at IS NULL")
        .and("c.assignee = ?", [me.uuid().into()])
        .and("c.is_open = ?", [true.into()]);
    let list = visible_to(list, caller, Permission::ReadCases).tail("LIMIT ?) c", [(MINE + 1).into()]);
    let rows = list.fetch::<(i64,)>(tx).await?;
    Ok(rows.first().map_or(0, |(n,)| *n))
}
