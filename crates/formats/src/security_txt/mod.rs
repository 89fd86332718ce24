//! security.txt (RFC 9116): how an organisation says where findings about its security go.
//!
//! [`read`] takes a file apart line by line and forgets nothing, so that it can be written again byte for byte;
//! [`lint`] says what is wrong with it, by the section of the RFC that says so; [`Publication`] is the file that we
//! publish ourselves, which is never written while the lint finds an error in it.
//!
//! A signed file (an OpenPGP cleartext signature) is a frame around such lines. Which lines are in the frame is known
//! here, so that nobody takes what stands beside a signature for signed.

mod armour;
mod finding;
mod line;
mod lint;
mod name;
#[cfg(feature = "openpgp")]
pub mod openpgp;
mod publication;
mod read;

pub use armour::{ArmourFault, dearmour};
pub use finding::{Code, Finding, Severity, Verdict};
pub use line::{Ending, Field, File, Frame, Kind, Line, Part};
pub use lint::{ContentType, Context, Now, Served, lint};
pub use name::Name;
pub use publication::{Publication, Unfit};
pub use read::{Limits, ReadError, read};

/// Reads and lints a file.
pub fn check(bytes: &[u8], limits: Limits, context: &Context) -> Result<Verdict, ReadError> {
    read(bytes, limits).map(|file| lint(&file, context))
}
