//! What becomes of letters, each in a write of its own: a crash between two of them sends at most the one
//! letter again that was under way. The courier changes a letter only while it is its own: when the lock ended
//! meanwhile, what becomes of it is for whoever took it then.

use crate::answer::Answer;
use crate::letter::{Kind, LetterId};
use crate::queue::key_for;
use crate::store::take::Held;
use db::{Db, DbError, Tx, execute, fetch_optional, field, stmt};
use domain::{CaseId, PersonId, Span};
use uuid::Uuid;

/// How long the row of a letter that went out or was dropped stays: bounces name it.
const KEEP: Span = Span::from_days(30);
/// How long one that failed stays.
const KEEP_FAILED: Span = Span::from_days(90);
/// Pause before the next try, after 1, 2, 4 … minutes, at most one hour.
const MOST_MINUTES: i64 = 60;

/// A server took it over.
pub(crate) async fn sent(db: &Db, held: Held) -> Result<(), DbError> {
    end(db, held, "sent").await
}

/// Nobody is to have it.
pub(crate) async fn dropped(db: &Db, held: Held) -> Result<(), DbError> {
    end(db, held, "dropped").await
}

async fn end(db: &Db, held: Held, state: &'static str) -> Result<(), DbError> {
    let now = db.ambient().now().micros();
    db.write(move |tx| {
        Box::pin(async move {
            execute!(
                tx,
                stmt!(
                    "UPDATE letters SET state = $1, ended_at = $2, attempts = attempts + 1, locked_until = NULL
                     WHERE id = $3 AND state = 'waiting' AND locked_until = $4"
                ),
                state,
                now,
                held.id,
                held.until
            )
            .map(|_| ())
        })
    })
    .await
}

/// It will not arrive; what the server said is kept, sealed as the letter is.
pub(crate) async fn failed(db: &Db, held: Held, answer: Answer) -> Result<(), DbError> {
    let store = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let words = seal_answer(tx, &store, held.id, &answer).await?;
            execute!(
                tx,
                stmt!(
                    "UPDATE letters SET state = 'failed', ended_at = $1, attempts = attempts + 1, locked_until = NULL,
                            code = $2, answer = $3 WHERE id = $4 AND state = 'waiting' AND locked_until = $5"
                ),
                store.ambient().now().micros(),
                answer.code.map(i64::from),
                words,
                held.id,
                held.until
            )
            .map(|_| ())
        })
    })
    .await
}

/// It came back, whoever holds it now; inside a write. False when there is no such letter.
pub(crate) async fn write_failed(tx: &mut Tx, db: &Db, id: Uuid, answer: &Answer) -> Result<bool, DbError> {
    let words = seal_answer(tx, db, id, answer).await?;
    let changed = execute!(
        tx,
        stmt!(
            "UPDATE letters SET state = 'failed', ended_at = $1, attempts = attempts + 1, locked_until = NULL,
                    code = $2, answer = $3 WHERE id = $4"
        ),
        db.ambient().now().micros(),
        answer.code.map(i64::from),
        words,
        id
    )?;
    Ok(changed == 1)
}

/// Once more, after a pause that grows.
pub(crate) async fn later(db: &Db, (held, attempts): (Held, i64), answer: Answer) -> Result<(), DbError> {
    let minutes = (1_i64 << attempts.clamp(0, 10)).min(MOST_MINUTES);
    let due = db.ambient().now().plus(Span::from_minutes(minutes)).micros();
    let store = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let words = seal_answer(tx, &store, held.id, &answer).await?;
            execute!(
                tx,
                // From its first try on it counts from when it was first due.
                stmt!(
                    "UPDATE letters SET created_at = CASE WHEN attempts = 0 THEN due_at ELSE created_at END,
                            due_at = $1, attempts = attempts + 1, locked_until = NULL, code = $2, answer = $3
                     WHERE id = $4 AND state = 'waiting' AND locked_until = $5"
                ),
                due,
                answer.code.map(i64::from),
                words,
                held.id,
                held.until
            )
            .map(|_| ())
        })
    })
    .await
}

/// Gives letters back that were taken and not tried, in the order of their ids, as everything that changes
/// several of them does: two that wait for each other's rows would stop both.
pub(crate) async fn release(db: &Db, mut letters: Vec<Held>) -> Result<(), DbError> {
    if letters.is_empty() {
        return Ok(());
    }
    letters.sort_unstable_by_key(|held| held.id);
    db.write(move |tx| {
        Box::pin(async move {
            for held in letters {
                let statement = stmt!(
                    "UPDATE letters SET locked_until = NULL
                     WHERE id = $1 AND state = 'waiting' AND locked_until = $2"
                );
                execute!(tx, statement, held.id, held.until)?;
            }
            Ok(())
        })
    })
    .await
}

async fn seal_answer(tx: &mut Tx, db: &Db, id: Uuid, answer: &Answer) -> Result<Option<Vec<u8>>, DbError> {
    let owners = fetch_optional!(
        tx,
        (Option<Uuid>, Option<Uuid>),
        stmt!("SELECT case_id, person FROM letters WHERE id = $1"),
        id
    )?;
    let Some((case, person)) = owners else { return Ok(None) };
    let key = key_for(tx, db, case.map(CaseId::from_uuid), person.map(PersonId::from_uuid)).await?;
    let random = db.ambient().random.as_ref();
    Ok(key.map(|key| key.seal(field::OUTBOX_ANSWER, id, 0, answer.words.as_bytes(), random)))
}

/// Puts a letter that failed back into the queue; false when it is not among them.
pub async fn retry(tx: &mut Tx, db: &Db, id: LetterId) -> Result<bool, DbError> {
    let changed = execute!(
        tx,
        stmt!(
            "UPDATE letters SET state = 'waiting', attempts = 0, created_at = $1, due_at = $1, ended_at = NULL,
                    locked_until = NULL WHERE id = $2 AND state = 'failed'"
        ),
        db.ambient().now().micros(),
        id.uuid()
    )?;
    Ok(changed == 1)
}

/// Puts every letter that failed back, and sends those at once that wait for their next try; gives how many.
/// One statement, in the order of their ids.
pub async fn retry_all(tx: &mut Tx, db: &Db) -> Result<u64, DbError> {
    let now = db.ambient().now().micros();
    execute!(
        tx,
        stmt!(
            sqlite: "UPDATE letters
                     SET due_at = $1, ended_at = NULL, state = 'waiting',
                         attempts = CASE WHEN state = 'failed' THEN 0 ELSE attempts END,
                         created_at = CASE WHEN state = 'failed' THEN $1 ELSE created_at END,
                         locked_until = CASE WHEN state = 'failed' THEN NULL ELSE locked_until END
                     WHERE state = 'failed' OR (state = 'waiting' AND attempts > 0 AND due_at > $1)",
            pg: "UPDATE letters
                 SET due_at = $1, ended_at = NULL, state = 'waiting',
                     attempts = CASE WHEN state = 'failed' THEN 0 ELSE attempts END,
                     created_at = CASE WHEN state = 'failed' THEN $1 ELSE created_at END,
                     locked_until = CASE WHEN state = 'failed' THEN NULL ELSE locked_until END
                 WHERE id IN (SELECT id FROM letters
                              WHERE state = 'failed' OR (state = 'waiting' AND attempts > 0 AND due_at > $1)
                              ORDER BY id FOR UPDATE)",
        ),
        now
    )
}

/// Forgets rows that nobody asks for any more. Those that somebody changes just now have time until the next round.
pub(crate) async fn prune(db: &Db) -> Result<(), DbError> {
    let now = db.ambient().now();
    let (old, older) = (now.minus(KEEP).micros(), now.minus(KEEP_FAILED).micros());
    db.write(move |tx| {
        Box::pin(async move {
            execute!(
                tx,
                stmt!(
                    sqlite: "DELETE FROM letters WHERE (state IN ('sent', 'dropped') AND ended_at < $1)
                                                    OR (state = 'failed' AND ended_at < $2)",
                    pg: "DELETE FROM letters WHERE id IN (
                           SELECT id FROM letters WHERE (state IN ('sent', 'dropped') AND ended_at < $1)
                                                     OR (state = 'failed' AND ended_at < $2)
                           FOR UPDATE SKIP LOCKED)",
                ),
                old,
                older
            )
            .map(|_| ())
        })
    })
    .await
}

/// Without a server nothing is kept for one: whoever sets one up later does not send old news.
pub(crate) async fn clear(db: &Db) -> Result<(), DbError> {
    db.write(move |tx| {
        Box::pin(async move {
            execute!(
                tx,
                stmt!(
                    sqlite: "DELETE FROM letters WHERE state = 'waiting'",
                    pg: "DELETE FROM letters WHERE id IN (
                           SELECT id FROM letters WHERE state = 'waiting' FOR UPDATE SKIP LOCKED)",
                )
            )
            .map(|_| ())
        })
    })
    .await
}

/// Takes a letter back that has not gone out, by what it was queued under: whom it would tell knows already.
pub async fn withdraw(tx: &mut Tx, db: &Db, (kind, key): (Kind, &str)) -> Result<bool, DbError> {
    let once = db.keys().token().hmac("letter", &[kind.as_str().as_bytes(), key.as_bytes()]);
    let changed = execute!(
        tx,
        stmt!(
            "UPDATE letters SET state = 'dropped', ended_at = $1, locked_until = NULL
             WHERE once = $2 AND state = 'waiting' AND attempts = 0"
        ),
        db.ambient().now().micros(),
        once.to_vec()
    )?;
    Ok(changed == 1)
}
