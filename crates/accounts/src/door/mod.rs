//! The doors of the desk: signing in, signing out, proving oneself again.

pub(crate) mod sign_in;
pub(crate) mod step_up;
