//! What leaves the house over HTTP. One client, which reaches public addresses by https and nothing else unless the
//! operator's settings say so, and webhooks on top of it (Standard Webhooks): rows of the write that makes them
//! necessary, signed, sent at least once under the same id, and put aside when a receiver stays away for days.
//!
//! Who is told what is decided by whoever calls [`queue`]; pages are elsewhere.

mod address;
mod answer;
mod client;
mod collector;
mod endpoint;
mod kind;
mod only;
mod queue;
mod rules;
mod schedule;
mod secret;
mod sender;
mod share;
mod store;
mod trust;

pub use address::why_not;
pub use answer::{Answer, Failure};
pub use client::{Client, Post};
pub use collector::{Collector, KEPT, Line, Lines, Place, start_collector};
pub use endpoint::{Endpoint, Standing, Why, Wish, WishError};
pub use kind::Kind;
pub use only::Only;
pub use queue::{JOB, Message, Queued, STOPPED_MOST, news, queue};
pub use rules::{Allow, Rules};
pub use schedule::{TRIES, pause};
pub use secret::{Secret, signatures};
pub use sender::{Round, Sender, Told, start_sender};
pub use store::{
    Delivery, FAILING_MOST, Filter, PAGE, STALLED, State, Tally, add, change, deliveries, endpoint, endpoints,
    redeliver, redeliver_failed, remove, rotate, say_told, tally, untold, waits,
};
