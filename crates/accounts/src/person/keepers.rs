//! What is left when somebody goes. A restricted case that nobody who can sign in may look after is lost to the
//! house, and what only they were told nobody has heard: whoever takes rights away asks here in the same write.

use crate::AccountError;
use db::{Db, Tx, execute, fetch_all, stmt};
use domain::{CaseId, Permission, PersonId};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Restricted cases on which `person` is named and that nobody who can sign in may look after; with `without`,
/// as if `person` were gone. As [`domain::may`] says of [`Permission::RestrictCases`], asked of the rows.
pub async fn unkept(tx: &mut Tx, person: PersonId, without: bool) -> Result<BTreeSet<CaseId>, AccountError> {
    let rows = fetch_all!(
        tx,
        (Uuid,),
        stmt!(
            "SELECT c.id FROM cases c JOIN case_members m ON m.case_id = c.id
             WHERE m.person = $1 AND c.restricted AND c.erased_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM case_members o
                               JOIN people p ON p.id = o.person
                               JOIN grants g ON g.person = o.person
                               WHERE o.case_id = c.id AND p.state = 'active' AND (g.role & $2) <> 0
                                 AND ($3 = 0 OR o.person <> $1)
                                 AND (g.scope = 'house' OR g.scope = 'desk:' || c.desk
                                      OR (g.scope = 'programme' AND g.scope_id = c.programme)
                                      OR (g.scope = 'case' AND g.scope_id = c.id)))
             ORDER BY c.id LIMIT 100000"
        ),
        person.uuid(),
        Permission::RestrictCases.roles_mask(),
        i64::from(without)
    )?;
    Ok(rows.into_iter().map(|(case,)| CaseId::from_uuid(case)).collect())
}

/// Has the house look again, now, at every open case of which this person was told something: where nobody else
/// looked, the next is told. On PostgreSQL cases are locked in the order of their ids, as everybody does.
pub async fn look_again(tx: &mut Tx, db: &Db, person: PersonId) -> Result<(), AccountError> {
    execute!(
        tx,
        stmt!(
            sqlite: "UPDATE cases SET alert_at = $1
                     WHERE erased_at IS NULL AND (is_open OR due_at IS NOT NULL)
                       AND id IN (SELECT case_id FROM alerts WHERE person = $2)",
            pg: "UPDATE cases SET alert_at = $1 WHERE id IN (
                     SELECT id FROM cases
                     WHERE erased_at IS NULL AND (is_open OR due_at IS NOT NULL)
                       AND id IN (SELECT case_id FROM alerts WHERE person = $2)
                     ORDER BY id FOR NO KEY UPDATE)",
        ),
        db.ambient().now().micros(),
        person.uuid()
    )?;
    Ok(())
}

/// What was lost before a write takes rights of somebody away.
pub(crate) struct Before {
    person: PersonId,
    lost: BTreeSet<CaseId>,
}

impl Before {
    pub(crate) async fn of(tx: &mut Tx, person: PersonId) -> Result<Self, AccountError> {
        Ok(Self { person, lost: unkept(tx, person, false).await? })
    }

    /// Refuses when the write leaves more to nobody. On PostgreSQL two people cannot go at the same time, each
    /// because the other stays.
    pub(crate) async fn check(&self, tx: &mut Tx) -> Result<(), AccountError> {
        fetch_all!(
            tx,
            (Uuid,),
            stmt!(
                sqlite: "SELECT case_id FROM case_members WHERE person = $1 LIMIT 1",
                pg: "SELECT c.id FROM cases c JOIN case_members m ON m.case_id = c.id
                     WHERE m.person = $1 AND c.restricted AND c.erased_at IS NULL
                     ORDER BY c.id LIMIT 100000 FOR NO KEY UPDATE OF c",
            ),
            self.person.uuid()
        )?;
        let now = unkept(tx, self.person, false).await?;
        match now.difference(&self.lost).count() {
            0 => Ok(()),
            cases => Err(AccountError::Unkept(cases)),
        }
    }
}
