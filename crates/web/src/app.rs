//! The state handlers see: the store and the kit.
//!
//! Everything of the web side that needs no store is a [`Kit`]; the router is generic over
//! [`House`], so that the kit is tested without one. Features use [`App`].

use crate::caller::{Authenticator, BoxFuture};
use crate::cookie::Cookies;
use crate::layout::NavItem;
use crate::limit::RateLimits;
use crate::ops::Figures;
use crate::settings::Settings;
use axum::http::Extensions;
use domain::Ambient;
use std::ops::Deref;
use std::sync::Arc;

/// What a kit is made of.
pub struct KitParts {
    /// Clock and randomness.
    pub ambient: Ambient,
    /// The operator's decisions.
    pub settings: Settings,
    /// Finds out who calls.
    pub authenticator: Arc<dyn Authenticator>,
    /// Key of the CSRF tokens: derived from the store's token key, so that forms outlive a restart.
    pub csrf_key: [u8; 32],
    /// The desk's main navigation, in order.
    pub nav: Vec<NavItem>,
}

/// The web side without the store. Cheap to clone.
#[derive(Clone)]
pub struct Kit(Arc<KitInner>);

/// The parts of a [`Kit`], reached through it.
pub struct KitInner {
    /// Clock and randomness.
    pub ambient: Ambient,
    /// The operator's decisions.
    pub settings: Settings,
    /// Finds out who calls.
    pub authenticator: Arc<dyn Authenticator>,
    /// The desk's main navigation.
    pub nav: Vec<NavItem>,
    /// Allowances by address.
    pub rates: RateLimits,
    /// Counters for `/metrics`.
    pub figures: Figures,
    pub(crate) csrf_key: [u8; 32],
}

impl Kit {
    /// Puts a kit together.
    pub fn new(parts: KitParts) -> Self {
        let KitParts { ambient, settings, authenticator, csrf_key, nav } = parts;
        let rates = RateLimits::new(settings.limits.rate_factor);
        Self(Arc::new(KitInner { ambient, settings, authenticator, nav, rates, figures: Figures::default(), csrf_key }))
    }

    /// Cookies for the scheme of the public URL.
    pub fn cookies(&self) -> Cookies {
        Cookies::new(self.settings.public_url.scheme())
    }
}

impl Deref for Kit {
    type Target = KitInner;

    fn deref(&self) -> &KitInner {
        &self.0
    }
}

/// The state of every handler: `State(app): State<App>`. Cheap to clone.
///
/// `app.ambient`, `app.settings` and the other parts of the [`Kit`] are reached directly.
#[derive(Clone)]
pub struct App {
    /// The store.
    pub store: db::Db,
    /// The web side.
    pub kit: Kit,
    carried: Arc<Extensions>,
}

impl App {
    /// An app over this store.
    pub fn new(store: db::Db, kit: Kit) -> Self {
        Self { store, kit, carried: Arc::new(Extensions::new()) }
    }

    /// Adds a part that handlers of one feature need, found again by its type.
    #[must_use]
    pub fn carry<T: Clone + Send + Sync + 'static>(mut self, part: T) -> Self {
        let mut carried = (*self.carried).clone();
        carried.insert(part);
        self.carried = Arc::new(carried);
        self
    }

    /// The part of this type, if the binary put one in with [`App::carry`].
    pub fn carried<T: Clone + Send + Sync + 'static>(&self) -> Option<&T> {
        self.carried.get()
    }
}

impl Deref for App {
    type Target = Kit;

    fn deref(&self) -> &Kit {
        &self.kit
    }
}

/// A router state with a kit inside.
pub trait House: Clone + Send + Sync + 'static {
    /// The kit.
    fn kit(&self) -> &Kit;

    /// Whether requests can be served now; the error is for the log.
    fn ready(&self) -> BoxFuture<'_, Result<(), String>>;
}

impl House for App {
    fn kit(&self) -> &Kit {
        &self.kit
    }

    fn ready(&self) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async move { self.store.read().await.map(drop).map_err(|error| error.to_string()) })
    }
}

impl House for Kit {
    fn kit(&self) -> &Kit {
        self
    }

    fn ready(&self) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async { Ok(()) })
    }
}
