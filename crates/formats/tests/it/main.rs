//! The formats against outside cases: official vectors, real documents, verdicts of other implementations.

mod shared;
