//! Whether the clock of the machine can be trusted with what nobody can take back. A machine that starts with a wrong
//! year would end every notice at once.

use db::{Db, DbError, meta};
use domain::{Span, Ts};

const MARK: &str = "retention clock";
/// A longer time between two looks is a machine that was off, or a clock that was set.
const GAP: Span = Span::from_days(2);
/// For how long the clock must have run on since.
const ENOUGH: Span = Span::from_days(1);

/// Notes that somebody looked; true once the clock has run for a day without a jump of more than two days, or
/// backwards, whichever process looked.
pub async fn is_steady(db: &Db) -> Result<bool, DbError> {
    let now = db.ambient().now();
    db.write(move |tx| {
        Box::pin(async move {
            let since = since(meta::get(tx, MARK).await?.and_then(|mark| read(&mark)), now);
            meta::put(tx, MARK, [since.micros().to_be_bytes(), now.micros().to_be_bytes()].concat()).await?;
            Ok(now.since(since) >= ENOUGH)
        })
    })
    .await
}

/// Since when the clock runs on, from what was noted last: since when it did then, and when that was.
fn since(noted: Option<(Ts, Ts)>, now: Ts) -> Ts {
    match noted {
        Some((since, last)) if last <= now && now.since(last) <= GAP => since,
        _ => now,
    }
}

fn read(mark: &[u8]) -> Option<(Ts, Ts)> {
    let (since, rest) = mark.split_first_chunk::<8>()?;
    let (last, _) = rest.split_first_chunk::<8>()?;
    Some((Ts::from_micros(i64::from_be_bytes(*since)), Ts::from_micros(i64::from_be_bytes(*last))))
}
