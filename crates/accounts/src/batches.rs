//! The record of reads against the log: every batch as its event says, and no row outside of a batch.

use crate::{AccountError, batch_digest};
use db::{Db, event, fetch_one, stmt};
use uuid::Uuid;

/// Events looked at in one snapshot.
const PAGE: i64 = 256;

/// Compares the rows of every batch with its event; gives what was wrong, one line each, at most 1,000.
/// The events themselves are held against the log by `db::log::verify`.
pub async fn check_batches(db: &Db) -> Result<Vec<String>, AccountError> {
    let (mut faults, mut counted, mut after) = (Vec::new(), 0_i64, Uuid::nil());
    // One snapshot for all: a batch that is written meanwhile must not count as rows without an event.
    let mut tx = db.read().await?;
    loop {
        let events = event::of_house_kind(&mut tx, db.keys(), ("reads_recorded", after), PAGE).await?;
        let Some(last) = events.last() else { break };
        after = last.id.uuid();
        for record in &events {
            let said = (record.data["count"].as_u64(), record.data["digest"].as_str());
            let batch = record.data["batch"].as_str().and_then(|id| id.parse::<Uuid>().ok());
            let (count, digest) = batch_digest(&mut tx, batch.unwrap_or_default()).await?;
            counted += i64::try_from(count).unwrap_or(i64::MAX);
            if said != (Some(count as u64), Some(digest.as_str())) && faults.len() < 1000 {
                let was = said.0.unwrap_or_default();
                faults.push(format!("reads of event {}: its {was} rows were altered; {count} are there", record.id));
            }
        }
    }
    let (rows,) = fetch_one!(&mut tx, (i64,), stmt!("SELECT COUNT(*) FROM reads"))?;
    if rows > counted {
        faults.push(format!("{} reads belong to no event of the log", rows - counted));
    }
    Ok(faults)
}
