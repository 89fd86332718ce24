//! Blind full-text search over cases: the same SQL on both engines, ranking (BM25) in Rust.
//!
//! A *document* is one reading of a case's texts and has a number that is never used again. Its terms
//! (words, parts of identifiers, edge n-grams) become 48-bit keyed hashes. New documents lie as one
//! sealed row each and are searched in memory; a merge, in 256 small writes, appends them to the
//! posting lists (term → sealed chunks of document numbers and frequencies). Indexing a case again
//! makes a new document and leaves the old one dead until a merge takes it out; an erasure takes
//! everything out at once.
//!
//! What a stolen file shows without the keys: how many cases are indexed, their length in words and
//! roughly how many terms each has; how many terms there are in all; of each term, under a name that
//! says nothing, in roughly how many documents it occurs (within a factor of two below 4,096, then in
//! steps of 4,096). It does not show which document has which term. Several copies of the file taken
//! over time show which lists grew in one merge (of [`MERGE_AT`] documents or more) and, after an
//! erasure, which lists lost something. Who has the index key can test guessed words.
//!
//! Scores depend on documents the reader may not see: order by them, do not print them.

mod chunk;
mod document;
mod merge;
mod query;
mod rank;
mod reading;
mod score;
mod slice;
mod store;
mod view;
mod words;

pub use document::Document;
pub use merge::{Merged, merge, merge_handler};
pub use query::{Match, Query};
pub use rank::{Hit, Ranking, Search};
pub use store::{INDEX_JOB, Indexed, MERGE_JOB, enqueue_index, index_case, index_documents, remove_case};
pub use words::{WORDS_VERSION, Word, words};

/// Documents outside the posting lists, or dead ones in them, that make a merge worth while; four times
/// as many in a store of some 64,000 readings and more.
pub const MERGE_AT: usize = 512;
/// Documents outside the posting lists at which whoever indexes waits for a merge: 40 MB of memory where somebody searches.
pub const WAITING_MOST: usize = 8 * MERGE_AT;
