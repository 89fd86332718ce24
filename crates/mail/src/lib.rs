//! Mail. Out: letters are rows that are written with what makes them necessary, sealed, and sent by a
//! courier over SMTP until a server has taken them. In: a message is read into its parts.
//!
//! Whoever has something to tell calls [`queue`] inside their own write; nothing is sent before that
//! write is durable, and nothing that is durable is forgotten. Sending happens at least once: a letter
//! that is sent twice carries the same `Message-ID` both times.

mod address;
mod answer;
mod compose;
mod courier;
mod letter;
mod post;
mod queue;
mod session;
mod settings;
mod store;

pub use address::{BadAddress, MailAddress, only_address};
pub use answer::Answer;
pub use compose::{Envelope, Sheet, compose};
pub use courier::{Courier, Round, Told, start_courier};
pub use letter::{Kind, Letter, LetterId, To, Words};
pub use post::{Post, STALLED, Trouble};
pub use queue::{Queued, mailbox_of, queue, was_queued};
pub use settings::{MailSettings, Server, SettingError, Tls};
pub use store::{Listed, Place, State, Tally, of_case, one, retry, retry_all, tally, unsent, withdraw};

pub mod contact;
pub mod read;
