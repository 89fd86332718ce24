//! Integration tests of the log: one binary.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod canonical;
mod crosscheck;
mod dossier;
mod epoch;
mod independent;
mod keys;
mod proof_text;
mod receipt;
mod receipt_fuzz;
mod support;
mod tiles;
mod vectors;
