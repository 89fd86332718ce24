//! Every event against its commitment, and its columns against what was committed to.

use super::{Fault, PAGE, Report};
use crate::event::{self, Columns};
use crate::{Db, DbError, Tx, fetch_all, stmt};
use domain::EventId;
use seal::KeyKind;
use std::collections::{BTreeMap, BTreeSet};
use tlog::Commitment;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    columns: Columns,
    body: Option<Vec<u8>>,
    salt: Option<Vec<u8>>,
    commitment: Option<Vec<u8>>,
    idx: Option<i64>,
}

/// `erased` are the cases whose erasure is logged.
pub(super) async fn check(db: &Db, tx: &mut Tx, erased: &BTreeSet<Uuid>, report: &mut Report) -> Result<(), DbError> {
    let mut after = Uuid::nil();
    let mut places: BTreeMap<Uuid, (i64, i64)> = BTreeMap::new();
    loop {
        let rows = fetch_all!(
            tx,
            Row,
            stmt!(
                "SELECT e.id, e.case_id, e.seq, e.kind, e.audience, e.party, e.actor, e.at, e.body, e.salt,
                        l.commitment, l.idx
                 FROM events e LEFT JOIN log_entries l ON l.event = e.id WHERE e.id > $1 ORDER BY e.id LIMIT $2"
            ),
            after,
            PAGE
        )?;
        let Some(last) = rows.last() else { break };
        after = last.columns.id;
        for row in rows {
            if let Some(case) = row.columns.case_id {
                let (count, highest) = places.entry(case).or_default();
                *count += 1;
                *highest = (*highest).max(row.columns.seq);
            }
            one(db, tx, erased, &row, report).await?;
        }
    }
    for (case, (count, highest)) in places {
        if count != highest {
            report.fault(Fault::Sequence { case, seq: count + 1 });
        }
    }
    let orphans = fetch_all!(
        tx,
        (Uuid,),
        stmt!(
            "SELECT l.event FROM log_entries l LEFT JOIN events e ON e.id = l.event
             WHERE e.id IS NULL ORDER BY l.ordinal LIMIT 1000"
        )
    )?;
    for (id,) in orphans {
        report.fault(Fault::NoEvent(id));
    }
    Ok(())
}

async fn one(db: &Db, tx: &mut Tx, erased: &BTreeSet<Uuid>, row: &Row, report: &mut Report) -> Result<(), DbError> {
    let Some(commitment) = row.commitment.as_deref().and_then(Commitment::from_slice) else {
        report.fault(Fault::NoEntry(row.columns.id));
        return Ok(());
    };
    report.pending += u64::from(row.idx.is_none());
    let is_erased = row.columns.case_id.is_some_and(|case| erased.contains(&case));
    let (Some(body), Some(salt)) = (&row.body, &row.salt) else {
        if is_erased {
            report.erased += 1;
        } else {
            report.fault(Fault::Gone(row.columns.id));
        }
        return Ok(());
    };
    let key = match row.columns.case_id {
        Some(case) => db.keys().find(tx, KeyKind::Case, case).await,
        None => Ok(Some(db.keys().house().clone())),
    };
    let opening = match key {
        Ok(Some(key)) => event::unseal(&key, EventId::from_uuid(row.columns.id), body, salt),
        // A wrapped key that was altered opens no more than one that is gone.
        Ok(None) | Err(DbError::Seal(_)) => Err(DbError::Erased),
        Err(e) => return Err(e),
    };
    match opening {
        Ok(opening) => {
            report.events += 1;
            if tlog::commit(&opening.salt, &opening.canonical) != commitment {
                report.fault(Fault::Content(row.columns.id));
            } else if !row.columns.agree_with(&opening.canonical) {
                report.fault(Fault::Columns(row.columns.id));
            }
        }
        Err(DbError::Seal(_) | DbError::Inconsistent(_) | DbError::Erased) => report.fault(Fault::Gone(row.columns.id)),
        Err(e) => return Err(e),
    }
    Ok(())
}
