//! What tests look up: language subtags and the names of weaknesses.

pub mod language;
pub mod weakness;
