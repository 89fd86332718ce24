//! Routes as data.
//!
//! One row says method, path, who may call and which handler answers. The router, the OpenAPI
//! document and the coverage tests all read the same rows.

use crate::access::Access;
use crate::app::App;
use crate::openapi::ApiDoc;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};

/// The allowance a row draws from; see [`crate::limit`] for the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RateClass {
    /// Static files and health.
    Free,
    /// Looking at pages and API resources.
    Read,
    /// Changing things.
    Write,
    /// Sending a new report.
    Intake,
    /// Trying a password, a code, a token.
    Secret,
}

/// One row of the route table.
pub struct Route<S = App> {
    /// The method; a `GET` row answers `HEAD` too.
    pub method: Method,
    /// The path in axum's form, for example `/programs/{slug}`.
    pub path: &'static str,
    /// Who may call.
    pub access: Access,
    /// Documentation; required for rows under `/api/`.
    pub doc: Option<ApiDoc>,
    /// The allowance it draws from.
    pub rate: RateClass,
    /// Largest body in bytes, when it is not the limit of the settings.
    pub body_limit: Option<usize>,
    /// Whether staff must have proved who they are, by password or code, within the last ten minutes.
    pub step_up: bool,
    /// Whether its answers may show a secret: they are then never compressed.
    pub shows_secret: bool,
    /// The handler.
    pub handler: MethodRouter<S>,
}

impl<S> std::fmt::Debug for Route<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {:?}", self.method, self.path, self.access)
    }
}

impl<S: Clone + Send + Sync + 'static> Route<S> {
    fn new<H, T>(method: Method, filter: MethodFilter, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let rate = match access {
            Access::Open => RateClass::Free,
            _ if method == Method::GET => RateClass::Read,
            _ => RateClass::Write,
        };
        let handler = on(filter, handler);
        Self { method, path, access, doc: None, rate, body_limit: None, step_up: false, shows_secret: false, handler }
    }

    /// Documents the row for the OpenAPI document.
    #[must_use]
    pub fn doc(mut self, doc: ApiDoc) -> Self {
        self.doc = Some(doc);
        self
    }

    /// Draws from another allowance.
    #[must_use]
    pub fn rate(mut self, rate: RateClass) -> Self {
        self.rate = rate;
        self
    }

    /// Takes bodies up to `bytes`, for streamed uploads.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = Some(bytes);
        self
    }

    /// Asks staff for their password or code again when they last gave it more than ten minutes ago.
    #[must_use]
    pub fn step_up(mut self) -> Self {
        self.step_up = true;
        self
    }

    /// Says that an answer of this row may show a secret (a code, a link, a token, recovery words), so
    /// that it is never compressed. Rows of [`RateClass::Secret`] and answers to a POST never are.
    #[must_use]
    pub fn shows_secret(mut self) -> Self {
        self.shows_secret = true;
        self
    }

    /// Whether the row belongs to the JSON API: tokens instead of cookies, problems as JSON.
    pub fn is_api(&self) -> bool {
        is_api(self.path)
    }
}

/// Whether a path belongs to the JSON API.
pub(crate) fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

macro_rules! constructors {
    ($( $(#[$meta:meta])* $name:ident = $method:ident; )+) => { $(
        $(#[$meta])*
        pub fn $name<H, T, S>(path: &'static str, access: Access, handler: H) -> Route<S>
        where
            H: Handler<T, S>,
            T: 'static,
            S: Clone + Send + Sync + 'static,
        {
            Route::new(Method::$method, MethodFilter::$method, path, access, handler)
        }
    )+ };
}

constructors! {
    /// A row that only reads. Changing anything in it breaks the house: mail scanners follow links.
    get = GET;
    /// A row that acts.
    post = POST;
    /// A row that replaces.
    put = PUT;
    /// A row that removes.
    delete = DELETE;
}
