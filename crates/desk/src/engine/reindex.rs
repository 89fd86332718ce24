//! Every case indexed again, once, when the program reads words otherwise than the one that filled the index. One job
//! takes one stretch of cases and orders the next; how far it came is kept, so that a restart goes on from there.

use super::index::{keep, read};
use super::{EngineError, REINDEX_JOB};
use crate::clock::is_of_the_store;
use db::search::{self, WORDS_VERSION};
use db::{Db, DbError, Tx, fetch_all, fetch_one, jobs, meta, stmt};
use domain::{CaseId, JobId, Uuid};
use serde_json::json;
use std::sync::Arc;

/// Cases of one job: some 100 ms of work, and one write.
const AT_ONCE: usize = 20;
/// Under what name the store remembers how its words were read.
const MARK: &str = "search.words";
/// Id of the job that begins: one is enough.
const FIRST: JobId = JobId::from_uuid(Uuid::from_u128(0x0190_a000_0000_7000_8000_005e_a9c4_a6a1));

/// How far the index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// Every case up to this one was read by this program.
    UpTo(Uuid),
    /// Every case was.
    Whole,
}

/// Cases that are being indexed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Again {
    pub(crate) done: i64,
    pub(crate) all: i64,
}

/// Orders it where the index was filled by a program that read words otherwise, or was not gone through to its end.
pub async fn ensure_words(db: &Db) -> Result<(), DbError> {
    let mut tx = db.read().await?;
    let is_whole = progress(&mut tx).await? == Progress::Whole;
    drop(tx);
    if is_whole {
        return Ok(());
    }
    let store = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let wanted = (REINDEX_JOB, store.ambient().now());
            jobs::enqueue_once(tx, store.keys().house(), store.ambient(), FIRST, wanted).await
        })
    })
    .await
}

/// How far it is; none when there is nothing to do.
pub(crate) async fn indexed_again(tx: &mut Tx) -> Result<Option<Again>, DbError> {
    let Progress::UpTo(last) = progress(tx).await? else { return Ok(None) };
    let (done, all) = fetch_one!(
        tx,
        (i64, i64),
        stmt!("SELECT COUNT(CASE WHEN id <= $1 THEN 1 END), COUNT(*) FROM cases WHERE erased_at IS NULL"),
        last
    )?;
    Ok((all > 0).then_some(Again { done, all }))
}

/// Does the job.
pub fn reindex_jobs() -> jobs::Handler {
    Arc::new(|db, job| {
        Box::pin(async move {
            let mut tx = db.read().await?;
            let Progress::UpTo(last) = progress(&mut tx).await? else { return Ok(()) };
            // Whoever was ordered to go on from elsewhere was overtaken, by one that a restart has ordered.
            if job.payload["after"].as_str().is_some_and(|after| after != last.to_string()) {
                return Ok(());
            }
            let cases = fetch_all!(
                &mut tx,
                (Uuid,),
                stmt!("SELECT id FROM cases WHERE id > $1 AND erased_at IS NULL ORDER BY id LIMIT $2"),
                last,
                i64::try_from(AT_ONCE).unwrap_or(1)
            )?;
            drop(tx);
            let cases: Vec<Uuid> = cases.into_iter().map(|(id,)| id).collect();
            stretch(&db, &cases).await?;
            let next =
                cases.last().filter(|_| cases.len() == AT_ONCE).map_or(Progress::Whole, |id| Progress::UpTo(*id));
            db.clone().write(move |tx| Box::pin(async move { go_on(tx, &db, (last, next)).await })).await
        })
    })
}

/// Indexes these cases. What changes meanwhile is indexed by the job that its change has ordered.
async fn stretch(db: &Db, cases: &[Uuid]) -> Result<(), DbError> {
    let mut documents = Vec::with_capacity(cases.len());
    for id in cases {
        let case = CaseId::from_uuid(*id);
        match read(db, case).await {
            Ok((document, version)) => documents.push((case, version, document)),
            Err(EngineError::NotFound) => {}
            Err(error) if is_of_the_store(&error) => return Err(in_store(error)),
            // One case that cannot be read must not keep the others from being found; `verify` tells of it.
            Err(error) => tracing::error!(%case, %error, "a case was not indexed again"),
        }
    }
    let (_, waiting) = keep(db, documents).await.map_err(in_store)?;
    if waiting > search::WAITING_MOST {
        search::merge(db, search::MERGE_AT).await?;
    }
    Ok(())
}

fn in_store(error: EngineError) -> DbError {
    match error {
        EngineError::Db(error) => error,
        error => DbError::Inconsistent(error.to_string()),
    }
}

/// Remembers how far it is and orders the next stretch, unless somebody else was faster.
async fn go_on(tx: &mut Tx, db: &Db, (from, next): (Uuid, Progress)) -> Result<(), DbError> {
    if progress(tx).await? != Progress::UpTo(from) {
        return Ok(());
    }
    meta::put(tx, MARK, next.bytes()).await?;
    if let Progress::UpTo(last) = next {
        let wanted = (REINDEX_JOB, None, db.ambient().now());
        jobs::enqueue(tx, db.keys().house(), db.ambient(), wanted, &json!({ "after": last.to_string() })).await?;
    }
    Ok(())
}

async fn progress(tx: &mut Tx) -> Result<Progress, DbError> {
    let kept = meta::get(tx, MARK).await?;
    Ok(kept.map_or(Progress::UpTo(Uuid::nil()), |value| Progress::of(&value)))
}

impl Progress {
    /// The version of the words, and the last case unless all are done.
    fn bytes(self) -> Vec<u8> {
        let mut bytes = WORDS_VERSION.to_be_bytes().to_vec();
        if let Self::UpTo(last) = self {
            bytes.extend(last.as_bytes());
        }
        bytes
    }

    /// What an older program kept begins anew.
    fn of(bytes: &[u8]) -> Self {
        match bytes.strip_prefix(&WORDS_VERSION.to_be_bytes()) {
            Some([]) => Self::Whole,
            Some(last) => Self::UpTo(Uuid::from_slice(last).unwrap_or(Uuid::nil())),
            None => Self::UpTo(Uuid::nil()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;
    use db::search::WORDS_VERSION;
    use domain::Uuid;

    #[test]
    fn how_far_it_is_is_kept_and_means_nothing_to_another_version() {
        let half = Progress::UpTo(Uuid::from_u128(7));
        for progress in [half, Progress::Whole] {
            assert_eq!(Progress::of(&progress.bytes()), progress);
        }
        let older = (WORDS_VERSION - 1).to_be_bytes();
        for other in [&older[..], &[], &[1]] {
            assert_eq!(Progress::of(other), Progress::UpTo(Uuid::nil()));
        }
    }
}
