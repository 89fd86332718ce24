//! The public front: who we are, the programmes, and how to check what we say.

mod page;
mod security_txt;

use web::{Access, Route, get};

/// The rows of this slice.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/", Access::Public, page::home),
        get("/programs", Access::Public, page::list),
        get("/programs/{slug}", Access::Public, page::brief),
        get("/how-we-prove", Access::Public, page::proof),
        get("/.well-known/security.txt", Access::Public, security_txt::show),
    ]
}
