//! Request bodies bounded in size and in time.
//!
//! Every body passes through here before a handler can see it, so no extractor can forget a limit.
//! A body that nobody reads to its end is thrown away in the background for a while: a client that
//! is still sending would otherwise meet a reset connection instead of our answer.

use crate::problem::{Kind, Problem};
use crate::settings::Limits;
use axum::body::{Body, Bytes};
use futures::stream;
use http_body::Body as _;
use http_body_util::BodyExt;
use std::error::Error;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

/// Why a body ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyFault {
    /// More bytes than the row takes.
    #[error("body larger than {0} bytes")]
    TooLarge(usize),
    /// Silence, or a trickle.
    #[error("body came too slowly")]
    TooSlow,
    /// The connection broke.
    #[error("body ended early")]
    Broken,
}

/// Slowest acceptable rate once the base time is used up, in bytes a second.
const SLOWEST: u64 = 64 << 10;

/// What is thrown away of one refused body, and for how long.
const THROWN_AWAY: u64 = 2 << 30;
const THROWING_TIME: Duration = Duration::from_secs(30);
/// Refused bodies that are thrown away at the same time; further ones are cut off.
static THROWING: Semaphore = Semaphore::const_new(32);

struct Watch {
    body: Body,
    patient: bool,
    left: usize,
    limit: usize,
    idle: Duration,
    base: Instant,
    seen: u64,
    over: bool,
    done: bool,
}

/// The same body with its size and its time bounded.
///
/// `patient` says that the rest may be thrown away; not so when the client waits for `100 Continue`,
/// which reading on would give.
pub(crate) fn bounded(body: Body, limit: usize, patient: bool, limits: &Limits) -> Body {
    let base = Instant::now() + limits.body_time;
    let watch =
        Watch { body, patient, left: limit, limit, idle: limits.body_idle, base, seen: 0, over: false, done: false };
    Body::from_stream(stream::unfold(watch, |mut watch| async move {
        if watch.done {
            return None;
        }
        let item = watch.next().await?;
        watch.done = item.is_err();
        Some((item, watch))
    }))
}

impl Watch {
    async fn next(&mut self) -> Option<Result<Bytes, BodyFault>> {
        if self.over {
            return Some(Err(BodyFault::TooLarge(self.limit)));
        }
        loop {
            let whole = self.base + Duration::from_secs(self.seen / SLOWEST);
            let deadline = whole.min(Instant::now() + self.idle);
            let frame = match timeout_at(deadline, self.body.frame()).await {
                Err(_) => return Some(Err(BodyFault::TooSlow)),
                Ok(None) => return None,
                Ok(Some(Err(_))) => return Some(Err(BodyFault::Broken)),
                Ok(Some(Ok(frame))) => frame,
            };
            // Trailers are of no use to any handler.
            let Ok(data) = frame.into_data() else { continue };
            self.seen += data.len() as u64;
            if data.len() > self.left {
                // What fits is given first: words typed before a file that is too large are kept.
                self.over = true;
                return Some(Ok(data.slice(..self.left)));
            }
            self.left -= data.len();
            return Some(Ok(data));
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.patient || self.body.is_end_stream() {
            return;
        }
        let (Ok(runtime), Ok(permit)) = (Handle::try_current(), THROWING.try_acquire()) else { return };
        let mut body = std::mem::replace(&mut self.body, Body::empty());
        runtime.spawn(async move {
            let throw = async {
                let mut thrown = 0;
                while let Some(Ok(frame)) = body.frame().await {
                    thrown += frame.data_ref().map_or(0, |data| data.len() as u64);
                    if thrown > THROWN_AWAY {
                        break;
                    }
                }
            };
            // Out of time is as good as done.
            let _ = timeout(THROWING_TIME, throw).await;
            drop(permit);
        });
    }
}

/// Reads a whole bounded body.
pub(crate) async fn whole(body: Body) -> Result<Bytes, Problem> {
    match body.collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) => Err(problem_of(&error)),
    }
}

/// Reads a whole body that may be smaller than its row allows: a form without files. Beside what went
/// wrong stands what was read until then, at most `limit` bytes.
pub(crate) async fn whole_within(mut body: Body, limit: usize) -> Result<Vec<u8>, (Problem, Vec<u8>)> {
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) => return Err((problem_of(&error), read)),
        };
        let Ok(data) = frame.into_data() else { continue };
        let room = limit - read.len();
        read.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            return Err((too_large(limit), read));
        }
    }
    Ok(read)
}

/// The problem behind an error that came out of a bounded body, through however many libraries.
pub(crate) fn problem_of(error: &(dyn Error + 'static)) -> Problem {
    let mut at = Some(error);
    while let Some(error) = at {
        if let Some(fault) = error.downcast_ref::<BodyFault>() {
            return fault.problem();
        }
        at = error.source();
    }
    Problem::bad_request("The body could not be read to its end.")
}

impl BodyFault {
    pub(crate) fn problem(self) -> Problem {
        match self {
            Self::TooLarge(limit) => too_large(limit),
            Self::TooSlow => Problem::new(
                Kind::TooSlow,
                "Your request came too slowly and was ended. Nothing was saved. Send it again.",
            ),
            Self::Broken => {
                Problem::bad_request("The connection ended before the whole request was here. Nothing was saved.")
            }
        }
    }
}

/// 413 with the limit in words.
pub(crate) fn too_large(limit: usize) -> Problem {
    let size = if limit >= 1 << 20 { format!("{} MB", limit >> 20) } else { format!("{} kB", limit >> 10) };
    let words = format!(
        "This is larger than the {size} that are taken here. Nothing was saved. Send less at once: shorter words, smaller files, or several messages."
    );
    Problem::new(Kind::TooLarge, words)
}
