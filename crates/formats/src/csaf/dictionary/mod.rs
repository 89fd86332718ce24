//! What tests look up: language subtags, names of weaknesses, decision points of SSVC, licences.

pub mod decision;
pub mod language;
pub mod licence;
pub mod weakness;
