//! What a Prometheus sees of the service: the metrics of the observability path, on a route of their own.

use std::error::Error;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use audit_core::observability;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Where a Prometheus asks.
pub(crate) const PATH: &str = "/metrics";
/// The format of what it gets.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// How often samples are put into their buckets where nobody asks.
const UPKEEP: Duration = Duration::from_secs(5);

/// The exporter of this process: there can be one recorder of metrics.
static EXPORTER: Mutex<Option<PrometheusHandle>> = Mutex::new(None);

/// Switches the observability path on, and exports its metrics.
pub(crate) fn install() -> Result<PrometheusHandle, Box<dyn Error>> {
    let mut exporter = EXPORTER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*exporter {
        return Ok(handle.clone());
    }
    let evaluation = Matcher::Full("audit_evaluation_seconds".to_owned());
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(evaluation, observability::EVALUATION_BUCKETS)?
        .install_recorder()?;
    observability::enable();
    Ok(exporter.insert(handle).clone())
}

/// The route, beside those of the service: whoever asks here is not asked who he is, and not counted.
pub(crate) fn router(exporter: PrometheusHandle) -> Router {
    let render = move || async move { ([(CONTENT_TYPE, FORMAT)], exporter.render()) };
    Router::new().route(PATH, get(render))
}

/// Keeps the exporter small although nobody may ask for long.
pub(crate) async fn tidy(exporter: PrometheusHandle) {
    let mut ticks = tokio::time::interval(UPKEEP);
    loop {
        ticks.tick().await;
        exporter.run_upkeep();
    }
}
