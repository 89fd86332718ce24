//! The store on both engines. `LEEWARD_TEST_PG` runs the same suite on PostgreSQL.

mod blob;
mod schema;
mod search;
mod write;
