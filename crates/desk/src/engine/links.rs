//! Which cases belong together: the rows, and what keeps them true. Words of why are sealed events of both cases;
//! the rows say only which and as what.

use super::EngineError;
use crate::case::duplicate_of;
use db::{Db, Tx, execute, fetch_all, fetch_one, fetch_optional, stmt};
use domain::case::{LinkKind, Refused};
use domain::{CaseId, Uuid};
use serde_json::Value;
use std::collections::BTreeSet;

/// Longest chain of duplicates that is followed: chains are kept flat, so a longer one is a fault.
const CHAIN_MAX: usize = 8;

/// One link of a case, seen from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The other case.
    pub other: CaseId,
    /// What the one that came later is to the other.
    pub kind: LinkKind,
    /// Whether the case that was asked about is the one that came later.
    pub outgoing: bool,
    /// Of an appeal: which close it is against.
    pub number: i64,
}

/// The links of a case: first what it is itself, then what others are to it, oldest first. At most 500 of each kind, so
/// that a thousand duplicates hide no appeal.
pub async fn links(tx: &mut Tx, case: CaseId) -> Result<Vec<Link>, EngineError> {
    let out = fetch_all!(
        tx,
        (Uuid, String, i64),
        stmt!("SELECT to_case, kind, number FROM case_links WHERE from_case = $1 ORDER BY kind"),
        case.uuid()
    )?;
    let back = fetch_all!(
        tx,
        (Uuid, String, i64),
        stmt!(
            "SELECT from_case, kind, number FROM (SELECT from_case, kind, number FROM case_links
               WHERE to_case = $1 AND kind = 'appeal' ORDER BY from_case LIMIT 500) a
             UNION ALL SELECT from_case, kind, number FROM (SELECT from_case, kind, number FROM case_links
               WHERE to_case = $1 AND kind = 'duplicate' ORDER BY from_case LIMIT 500) d
             UNION ALL SELECT from_case, kind, number FROM (SELECT from_case, kind, number FROM case_links
               WHERE to_case = $1 AND kind = 'merged' ORDER BY from_case LIMIT 500) m
             UNION ALL SELECT from_case, kind, number FROM (SELECT from_case, kind, number FROM case_links
               WHERE to_case = $1 AND kind = 'part' ORDER BY from_case LIMIT 500) p
             ORDER BY kind, from_case"
        ),
        case.uuid()
    )?;
    let link = |outgoing| {
        move |(other, kind, number): (Uuid, String, i64)| {
            let kind = kind.parse().map_err(EngineError::corrupt)?;
            Ok(Link { other: CaseId::from_uuid(other), kind, outgoing, number })
        }
    };
    out.into_iter().map(link(true)).chain(back.into_iter().map(link(false))).collect()
}

/// What this case itself is to others: at most one link of each kind.
pub(crate) async fn outgoing(tx: &mut Tx, case: CaseId) -> Result<Vec<(CaseId, LinkKind)>, EngineError> {
    let rows = fetch_all!(
        tx,
        (Uuid, String),
        stmt!("SELECT to_case, kind FROM case_links WHERE from_case = $1 ORDER BY kind"),
        case.uuid()
    )?;
    let link = |(other, kind): (Uuid, String)| {
        kind.parse().map(|kind: LinkKind| (CaseId::from_uuid(other), kind)).map_err(EngineError::corrupt)
    };
    rows.into_iter().map(link).collect()
}

/// As what others belong to this case: the kinds of which there is any.
pub(crate) async fn kinds(tx: &mut Tx, case: CaseId) -> Result<Vec<LinkKind>, EngineError> {
    let found = fetch_one!(
        tx,
        (bool, bool, bool, bool),
        stmt!(
            "SELECT EXISTS (SELECT 1 FROM case_links WHERE to_case = $1 AND kind = 'appeal'),
                    EXISTS (SELECT 1 FROM case_links WHERE to_case = $1 AND kind = 'part'),
                    EXISTS (SELECT 1 FROM case_links WHERE to_case = $1 AND kind = 'duplicate'),
                    EXISTS (SELECT 1 FROM case_links WHERE to_case = $1 AND kind = 'merged')"
        ),
        case.uuid()
    )?;
    let all = [
        (found.0, LinkKind::Appeal),
        (found.1, LinkKind::Part),
        (found.2, LinkKind::Duplicate),
        (found.3, LinkKind::Merged),
    ];
    Ok(all.into_iter().filter_map(|(there, kind)| there.then_some(kind)).collect())
}

/// Links two cases.
pub(super) async fn link(
    tx: &mut Tx,
    db: &Db,
    (from, to): (CaseId, CaseId),
    (kind, number): (LinkKind, u32),
) -> Result<(), EngineError> {
    execute!(
        tx,
        stmt!(
            "INSERT INTO case_links (from_case, to_case, kind, number, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (from_case, kind) DO UPDATE SET to_case = excluded.to_case, at = excluded.at"
        ),
        from.uuid(),
        to.uuid(),
        kind.as_str(),
        i64::from(number),
        db.ambient().now().micros()
    )?;
    Ok(())
}

/// Keeps others from changing these cases until this write ends, in the order of ids, as everybody goes who
/// changes several.
pub(super) async fn lock(tx: &mut Tx, cases: &BTreeSet<CaseId>) -> Result<(), EngineError> {
    if cases.len() < 2 {
        return Ok(());
    }
    hold_still(tx, cases).await
}

async fn hold_still(tx: &mut Tx, cases: &BTreeSet<CaseId>) -> Result<(), EngineError> {
    for case in cases {
        fetch_optional!(
            tx,
            (Uuid,),
            stmt!(
                sqlite: "SELECT id FROM cases WHERE id = $1",
                pg: "SELECT id FROM cases WHERE id = $1 FOR UPDATE",
            ),
            case.uuid()
        )?;
    }
    Ok(())
}

/// The open appeals against a case, and the case that this one appeals against: what its actions may touch.
pub(super) async fn beside(tx: &mut Tx, case: CaseId) -> Result<BTreeSet<CaseId>, EngineError> {
    let rows = fetch_all!(
        tx,
        (Uuid,),
        stmt!(
            "SELECT to_case FROM case_links WHERE from_case = $1 AND kind = 'appeal'
             UNION ALL SELECT l.from_case FROM case_links l JOIN cases c ON c.id = l.from_case
             WHERE l.to_case = $1 AND l.kind = 'appeal' AND c.is_open"
        ),
        case.uuid()
    )?;
    Ok(rows.into_iter().map(|(id,)| CaseId::from_uuid(id)).collect())
}

/// A case, the one it appeals against, and its appeals, kept from others until this write ends: what goes with an
/// erasure, or bars it. Nobody opens an appeal meanwhile, since that changes the case as well.
pub(crate) async fn family(tx: &mut Tx, case: CaseId) -> Result<BTreeSet<CaseId>, EngineError> {
    let mut family = BTreeSet::from([case]);
    family.extend(links(tx, case).await?.iter().filter(|l| l.kind == LinkKind::Appeal && l.outgoing).map(|l| l.other));
    hold_still(tx, &family).await?;
    // Appeals came later than their case, so their ids are greater.
    family.extend(of_kind(tx, case, LinkKind::Appeal).await?);
    hold_still(tx, &family).await?;
    Ok(family)
}

/// Those that are this kind of thing to a case, oldest first: at most 500, however many others belong to it.
pub(crate) async fn of_kind(tx: &mut Tx, case: CaseId, kind: LinkKind) -> Result<Vec<CaseId>, EngineError> {
    let rows = fetch_all!(
        tx,
        (Uuid,),
        stmt!("SELECT from_case FROM case_links WHERE to_case = $1 AND kind = $2 ORDER BY from_case LIMIT 500"),
        case.uuid(),
        kind.as_str()
    )?;
    Ok(rows.into_iter().map(|(id,)| CaseId::from_uuid(id)).collect())
}

/// The report that came, behind whose door the reporter finds this case: of a part and of an appeal another one.
pub(crate) async fn home(tx: &mut Tx, mut case: CaseId) -> Result<CaseId, EngineError> {
    // An appeal against the close of a part of a report.
    const STEPS: usize = 2;
    for _ in 0..STEPS {
        let next = fetch_optional!(
            tx,
            (Uuid,),
            stmt!("SELECT to_case FROM case_links WHERE from_case = $1 AND kind IN ('appeal', 'part')"),
            case.uuid()
        )?;
        match next {
            Some((next,)) => case = CaseId::from_uuid(next),
            None => break,
        }
    }
    Ok(case)
}

/// Every case that stands behind the same door: the report that came, its parts, and the appeals of each.
pub(crate) async fn of_reporter(tx: &mut Tx, case: CaseId) -> Result<BTreeSet<CaseId>, EngineError> {
    let origin = home(tx, case).await?;
    let mut own = BTreeSet::from([case, origin]);
    own.extend(of_kind(tx, origin, LinkKind::Part).await?);
    for id in own.clone() {
        own.extend(of_kind(tx, id, LinkKind::Appeal).await?);
    }
    Ok(own)
}

/// The case that an input names as the one which is repeated.
pub(super) fn repeated(input: &Value) -> Option<CaseId> {
    if input["outcome"].as_str() != Some("duplicate") {
        return None;
    }
    input["of"].as_str()?.trim().parse().ok()
}

/// The case that an input names as the one which is repeated, and what that one repeats itself.
pub(super) async fn repeated_by(tx: &mut Tx, input: &Value) -> Result<BTreeSet<CaseId>, EngineError> {
    match repeated(input) {
        Some(of) => Ok([of, root(tx, of).await?].into()),
        None => Ok(BTreeSet::new()),
    }
}

/// The root of this case: itself, unless it repeats another one.
async fn root(tx: &mut Tx, mut case: CaseId) -> Result<CaseId, EngineError> {
    for _ in 0..CHAIN_MAX {
        let next = fetch_optional!(
            tx,
            (Uuid,),
            stmt!("SELECT to_case FROM case_links WHERE from_case = $1 AND kind = 'duplicate'"),
            case.uuid()
        )?;
        match next {
            Some((next,)) => case = CaseId::from_uuid(next),
            None => return Ok(case),
        }
    }
    Err(EngineError::corrupt(format!("case {case} is in a circle of duplicates")))
}

/// Refuses to close a case as a repetition of itself, however many cases lie between. Asked in the write: two who
/// close two cases as repetitions of each other at once would make a circle.
pub(super) async fn no_circle(tx: &mut Tx, case: CaseId, input: &Value) -> Result<(), EngineError> {
    let Some(of) = repeated(input) else { return Ok(()) };
    if root(tx, of).await? == case {
        return Err(Refused::invalid("of", "That is this case itself, or a duplicate of it.").into());
    }
    Ok(())
}

/// Keeps the row of a case that was closed as a duplicate, and leads what repeated it to the root as well.
pub(crate) async fn keep_duplicate(tx: &mut Tx, db: &Db, (case, state): (CaseId, &Value)) -> Result<(), EngineError> {
    let Some(of) = duplicate_of(state) else { return Ok(()) };
    let root = root(tx, of).await?;
    if root == case {
        return Ok(());
    }
    link(tx, db, (case, root), (LinkKind::Duplicate, 0)).await?;
    execute!(
        tx,
        stmt!("UPDATE case_links SET to_case = $1 WHERE to_case = $2 AND kind IN ('duplicate', 'merged')"),
        root.uuid(),
        case.uuid()
    )?;
    Ok(())
}

/// Takes away that a case repeats another one: it is open again.
pub(super) async fn not_repeated(tx: &mut Tx, case: CaseId) -> Result<(), EngineError> {
    execute!(
        tx,
        stmt!("DELETE FROM case_links WHERE from_case = $1 AND kind IN ('duplicate', 'merged')"),
        case.uuid()
    )?;
    Ok(())
}
