//! From the route table to an axum router.

use crate::app::House;
use crate::guard::{Row, guard};
use crate::openapi;
use crate::present::present;
use crate::route::{Route, get};
use crate::{Access, ops, theme};
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;
use axum::{Extension, Router};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The kit's own rows: assets, theme, health, metrics, problem pages and `/api/openapi.json`.
pub fn own_routes<S: House>() -> Vec<Route<S>> {
    let document = get("/api/openapi.json", Access::Open, openapi::serve);
    [theme::routes(), ops::operation_routes(), crate::asset::routes(), crate::present::routes(), vec![document]]
        .into_iter()
        .flatten()
        .collect()
}

/// Serves these rows and [`own_routes`].
///
/// # Panics
/// When two rows have the same method and path: a fault of the program that shows at start-up.
pub fn router<S: House>(state: S, routes: Vec<Route<S>>) -> Router {
    let kit = state.kit().clone();
    let mut routes = routes;
    routes.extend(own_routes());
    let document = openapi::Document::new(&kit.settings, &routes);

    let mut by_path: BTreeMap<&'static str, MethodRouter<S>> = BTreeMap::new();
    for route in routes {
        let row = Arc::new(Row::of(&route, &kit));
        // `route_layer`: another method on this path is a 405, not a request of this row.
        let guarded = route.handler.route_layer(from_fn_with_state((kit.clone(), row), guard));
        let merged = by_path.remove(route.path).unwrap_or_default().merge(guarded);
        by_path.insert(route.path, merged);
    }
    let mut router = Router::new();
    for (path, handlers) in by_path {
        router = router.route(path, handlers);
    }
    router.layer(Extension(document)).layer(from_fn_with_state(kit, present)).with_state(state)
}
