//! One's own account: sessions, password, authenticator, recovery codes, API tokens.

pub(crate) mod credentials;
pub(crate) mod overview;
pub(crate) mod tokens;
