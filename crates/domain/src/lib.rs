//! The pure core of Leeward: ids, time, people's rights and the case engine.
//!
//! Nothing here knows of a database, a socket or a file. Time and randomness come in as
//! [`Ambient`], so that every rule can be run again with the same outcome. What a case may do is
//! in [`case`]; who may do it is [`may`], the one function the rest of the house asks.

mod access;
mod ambient;
pub mod calendar;
pub mod case;
pub mod clock;
pub mod figures;
mod ids;
pub mod inbox;
mod intake;
pub mod money;
pub mod retention;
mod return_code;
mod severity;
pub mod template;
pub mod testing;
mod text;
mod time;
mod words;

pub use access::{Actor, CaseFacts, Desk, Grant, Permission, Role, Scope, Who, may, may_follow, may_house};
pub use ambient::{Ambient, Clock, Random};
pub use ids::{AttachmentId, CaseId, EventId, Id, JobId, KeyId, MessageId, PersonId, ProgrammeId, RewardId, SessionId};
pub use intake::Intake;
pub use return_code::{CodeError, ReturnCode};
pub use severity::Severity;
pub use text::{PublicText, ReporterText, TEXT_MAX_BYTES, TeamText, TextError};
pub use time::{Span, Ts, TsError};
pub use words::UnknownWord;

// The crate's own uuid type is part of the interface of ids.
pub use uuid::Uuid;
