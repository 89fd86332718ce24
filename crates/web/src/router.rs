//! From the route table to an axum router.

use crate::app::House;
use crate::guard::{Row, guard};
use crate::openapi;
use crate::present::present;
use crate::route::{Route, get};
use crate::{Access, ops, theme};
use axum::Router;
use axum::http::header;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Serves these rows and the kit's own: assets, theme, health, metrics, problem pages and
/// `/api/openapi.json`.
///
/// # Panics
/// When two rows have the same method and path: a fault of the program that shows at start-up.
pub fn router<S: House>(state: S, routes: Vec<Route<S>>) -> Router {
    let kit = state.kit().clone();
    let mut routes = routes;
    routes.extend(theme::routes());
    routes.extend(ops::operation_routes());
    routes.extend(crate::asset::routes());
    routes.extend(crate::present::routes());
    let document: Arc<str> = openapi::document(&kit.settings, &routes).to_string().into();
    routes.push(get("/api/openapi.json", Access::Open, move || {
        let document = document.clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], document.to_string()) }
    }));

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
    router.layer(from_fn_with_state(kit, present)).with_state(state)
}
