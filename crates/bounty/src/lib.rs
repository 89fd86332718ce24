//! bounty
