//! How much is there: a few numbers over the open cases that the caller may see.
//!
//! Both stretches of the list's index are walked from their beginning, a bounded way: at 100,000 open
//! cases a number reads "2000+" and costs as much as at 2,000. What is late stands first, so that this
//! number is exact long after the others are not.

use crate::engine::EngineError;
use accounts::visible_to;
use db::{List, Tx, fetch_one, stmt};
use domain::{Permission, PersonId, Ts};
use std::fmt;
use web::Caller;

/// Open cases looked at in each stretch.
pub const LOOK: i64 = 1_000;
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

#[derive(sqlx::FromRow, Default)]
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
    let due = seen(tx, caller, (now, true)).await?;
    let no_due = seen(tx, caller, (now, false)).await?;
    let (due_all, no_due_all) = fetch_one!(
        tx,
        (i64, i64),
        stmt!(
            "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM cases WHERE is_open = TRUE AND due_at IS NOT NULL LIMIT $1) a),
                    (SELECT COUNT(*) FROM (SELECT 1 FROM cases WHERE is_open = TRUE AND due_at IS NULL LIMIT $1) b)"
        ),
        LOOK + 1
    )?;
    let (due_cut, no_due_cut) = (due_all > LOOK, no_due_all > LOOK);
    let cut = due_cut || no_due_cut;
    let both = |n: i64| Count { n, more: cut };
    let waiting = due.waiting + no_due.waiting;
    let mine = mine(tx, caller, me).await?;
    let ts = |at: Option<i64>| at.map(Ts::from_micros);
    Ok(Overview {
        open: both(due.open + no_due.open),
        unowned: both(due.unowned + no_due.unowned),
        late: Count { n: due.late, more: due_cut && due.late == due.open },
        for_us: both(due.open + no_due.open - waiting),
        for_them: both(waiting),
        mine: Count { n: mine.min(MINE), more: mine > MINE },
        late_since: ts(due.late_since),
        next_due: ts(due.next_due),
        waiting_since: ts(due.waiting_since.into_iter().chain(no_due.waiting_since).min()),
    })
}

/// One stretch: the cases with a due time by it, or those without one. The bound is inside, the rights
/// are asked of what it let through.
async fn seen(tx: &mut Tx, caller: &Caller, (now, due): (Ts, bool)) -> Result<Seen, EngineError> {
    let list = List::new(HEAD)
        .tail("COALESCE(c.due_at < ?, FALSE) AS late FROM cases c WHERE c.erased_at IS NULL", [now.micros().into()])
        .and("c.is_open = ?", [true.into()]);
    let list = if due {
        list.and("c.due_at IS NOT NULL", []).tail("ORDER BY c.due_at, c.id LIMIT ?) c WHERE 1 = 1", [LOOK.into()])
    } else {
        list.and("c.due_at IS NULL", []).tail("ORDER BY c.due_at, c.id LIMIT ?) c WHERE 1 = 1", [LOOK.into()])
    };
    let rows = visible_to(list, caller, Permission::ReadCases).fetch::<Seen>(tx).await?;
    Ok(rows.into_iter().next().unwrap_or_default())
}

async fn mine(tx: &mut Tx, caller: &Caller, me: PersonId) -> Result<i64, EngineError> {
    let list = List::new("SELECT COUNT(*) FROM (SELECT c.id FROM cases c WHERE c.erased_at IS NULL")
        .and("c.assignee = ?", [me.uuid().into()])
        .and("c.is_open = ?", [true.into()]);
    let list = visible_to(list, caller, Permission::ReadCases).tail("LIMIT ?) c", [(MINE + 1).into()]);
    let rows = list.fetch::<(i64,)>(tx).await?;
    Ok(rows.first().map_or(0, |(n,)| *n))
}
