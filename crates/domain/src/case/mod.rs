//! The case engine.
