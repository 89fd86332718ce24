//! Notes that name somebody: an alert like others, with the place in the case. It is raised in the write that keeps the
//! note, goes to those alone who may read it, and is over when they have seen the note, or say so on the page of
//! alerts. No step follows from it: nobody else is told when it lies.

use super::rows;
use crate::engine::{EngineError, load};
use crate::mention::named;
use crate::people::colleagues;
use db::{Db, Tx, execute, fetch_all, stmt};
use domain::{CaseId, JobId, Permission, PersonId, TeamText, Uuid};
use std::collections::BTreeSet;

/// Kind of the rows.
pub(super) const KIND: &str = "mention";
/// Most people whom one note calls.
const MOST: usize = 64;
/// Most mentions of one case that are marked as seen at once.
const AT_ONCE: i64 = 200;

/// Raises one for each whom this note names, but for whoever wrote it.
pub(crate) async fn mention(
    tx: &mut Tx,
    db: &Db,
    (case, seq): (CaseId, i64),
    (by, text): (PersonId, &TeamText),
) -> Result<(), EngineError> {
    if !text.as_str().contains('@') {
        return Ok(());
    }
    let case = load(tx, db, case).await?;
    let people = colleagues(tx, db).await?;
    let readers = people.iter().filter(|c| c.id != by && c.may(Permission::ReadTeamText, &case.facts));
    let called: BTreeSet<PersonId> = named(text.as_str(), readers).into_iter().map(|c| c.id).collect();
    let now = db.ambient().now().micros();
    for person in called.into_iter().take(MOST) {
        execute!(
            tx,
            stmt!(
                "INSERT INTO alerts (id, case_id, kind, clock, round, person, step, since, raised_at, slept, mail_at,
                                     mailed_at)
                 VALUES ($1, $2, $3, '', $4, $5, 0, $6, $6, FALSE, $6, $6)
                 ON CONFLICT (case_id, kind, clock, round, person) DO NOTHING"
            ),
            db.ambient().id::<JobId>().uuid(),
            case.id.uuid(),
            KIND,
            seq,
            person.uuid(),
            now
        )?;
    }
    Ok(())
}

/// Marks as seen what this person is told of these events of a case: they are on their screen.
pub(crate) async fn mentions_seen(
    db: &Db,
    (person, case): (PersonId, CaseId),
    shown: &BTreeSet<i64>,
) -> Result<(), EngineError> {
    let mut tx = db.read().await?;
    let rows = fetch_all!(
        &mut tx,
        (Uuid, i64),
        stmt!(
            "SELECT id, round FROM alerts WHERE person = $1 AND case_id = $2 AND kind = $3 AND seen_at IS NULL
             ORDER BY id LIMIT $4"
        ),
        person.uuid(),
        case.uuid(),
        KIND,
        AT_ONCE
    )?;
    drop(tx);
    let seen: Vec<Uuid> = rows.into_iter().filter(|(_, seq)| shown.contains(seq)).map(|(id, _)| id).collect();
    if seen.is_empty() {
        return Ok(());
    }
    let (store, now) = (db.clone(), db.ambient().now());
    db.write(move |tx| Box::pin(async move { rows::see_these(tx, &store, (person, seen, now)).await })).await
}
