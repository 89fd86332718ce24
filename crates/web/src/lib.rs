//! The HTTP kit every feature stands on.
//!
//! A feature exports `routes() -> Vec<Route>`: method, path, who may call it, handler and, for the
//! JSON API, its documentation, all as data. [`router`] turns the table into an axum router that
//! denies by default: each row gets its own check of the caller, body limit, rate limit and CSRF
//! check before the handler runs. Whatever goes wrong is one [`Problem`], shown as
//! `application/problem+json` or as a page. Pages are askama templates on the layouts and macros in
//! `templates/leeward`; nothing inline, so that the content security policy can be strict.

mod access;
mod app;
pub mod asset;
mod body;
mod caller;
mod compress;
pub mod cookie;
mod csrf;
mod extract;
pub mod form;
mod guard;
mod headers;
pub mod layout;
pub mod limit;
pub mod markdown;
pub mod openapi;
mod ops;
mod present;
mod problem;
mod proxy;
mod route;
mod router;
pub mod security;
pub mod server;
mod settings;
#[cfg(feature = "testing")]
pub mod testing;
mod theme;

pub use access::{Access, Right, rights};
pub use app::{App, House, Kit, KitParts};
pub use caller::{Authenticator, BoxFuture, Caller};
pub use cookie::Cookies;
pub use csrf::Csrf;
pub use extract::{
    Allowed, Anyone, ClientAddress, IdempotencyKey, IfMatch, Json, Path, Query, Reporter, Researcher, Staff, Token,
};
pub use form::{FieldError, Fields, FileChunks, FileHead, FileSink, Form, FormData, tame_file_name};
pub use guard::STEP_UP_LASTS;
pub use layout::{NavItem, Page, Theme, View, see_other};
pub use openapi::ApiDoc;
pub use ops::{Figures, operation_routes};
pub use problem::{Kind, Problem};
pub use proxy::PeerAddress;
pub use route::{RateClass, Route, delete, get, post, put};
pub use router::{own_routes, router};
pub use settings::{Limits, PublicUrl, Scheme, Settings, SettingsError};

/// What a handler gives back.
pub type Reply = Result<axum::response::Response, Problem>;
