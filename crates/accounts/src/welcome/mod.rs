//! The first minutes: a one-time link becomes an account, and the owner writes down the recovery words.

pub(crate) mod set_up;
pub(crate) mod words;
