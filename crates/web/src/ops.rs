//! Health, readiness and a few figures, for whoever runs the house.

use crate::Reply;
use crate::access::Access;
use crate::app::{House, Kit};
use crate::problem::Problem;
use crate::proxy::OwnAddress;
use crate::route::{Route, get};
use axum::Extension;
use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Counters of this process since it started.
#[derive(Debug, Default)]
pub struct Figures {
    reads: AtomicU64,
    writes: AtomicU64,
    by_class: [AtomicU64; 5],
    /// Connections open now.
    pub connections: AtomicU64,
    /// Connections refused because there were too many.
    pub refused: AtomicU64,
    /// What other rooms measure.
    gauges: Mutex<BTreeMap<&'static str, u64>>,
}

impl Figures {
    pub(crate) fn answered(&self, method: &Method, status: StatusCode) {
        let by_method = if method.is_safe() { &self.reads } else { &self.writes };
        by_method.fetch_add(1, Ordering::Relaxed);
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        if let Some(count) = self.by_class.get(class) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Shows a value of another room from now on, such as `leeward_jobs_due`.
    pub fn set(&self, name: &'static str, value: u64) {
        self.gauges.lock().unwrap_or_else(PoisonError::into_inner).insert(name, value);
    }

    /// The figures in the text format of Prometheus.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let mut line = |name: &str, value: u64| {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{name} {value}");
        };
        line("leeward_requests_total{kind=\"read\"}", read(&self.reads));
        line("leeward_requests_total{kind=\"write\"}", read(&self.writes));
        for (class, count) in self.by_class.iter().enumerate() {
            line(&format!("leeward_responses_total{{class=\"{}xx\"}}", class + 1), read(count));
        }
        line("leeward_connections", read(&self.connections));
        line("leeward_connections_refused_total", read(&self.refused));
        for (name, value) in &*self.gauges.lock().unwrap_or_else(PoisonError::into_inner) {
            line(name, *value);
        }
        out
    }
}

async fn healthz() -> &'static str {
    "ok\n"
}

async fn readyz<S: House>(State(house): State<S>) -> Reply {
    match house.ready().await {
        Ok(()) => Ok("ready\n".into_response()),
        Err(error) => Err(Problem::unavailable("The store does not answer.").because(error)),
    }
}

async fn metrics(Extension(kit): Extension<Kit>, Extension(own): Extension<OwnAddress>) -> Reply {
    if !own.is_in(&kit.settings.metrics_from) {
        return Err(Problem::not_found());
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], kit.figures.text()).into_response())
}

/// `/healthz`, `/readyz` and `/metrics`.
pub fn operation_routes<S: House>() -> Vec<Route<S>> {
    vec![
        get("/healthz", Access::Open, healthz),
        get("/readyz", Access::Open, readyz::<S>),
        get("/metrics", Access::Open, metrics),
    ]
}
