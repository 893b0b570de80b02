//! The routes, and who calls.

use std::collections::BTreeMap;
use std::sync::Arc;

use audit_core::{InScope, Scope, Trace};
use axum::extract::rejection::JsonRejection;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;

use crate::answer::Failure;
use crate::business::Shop;
use crate::ledger::{Receipt, Transfer};
use crate::money::Money;
use crate::people;
use crate::report::Report;

/// The header that names the caller.
pub(crate) const USER: &str = "x-user";
/// The header of W3C Trace Context that names the trace.
pub(crate) const TRACEPARENT: &str = "traceparent";

/// The service: whoever calls is bound to a scope before a handler runs, and every answer is counted.
pub(crate) fn router(shop: Arc<Shop>, report: Arc<Report>) -> Router {
    Router::new()
        .route("/refund", post(refund))
        .route("/transfer", post(transfer))
        .route("/balances", get(balances))
        .fallback(async || Failure::NoRoute(StatusCode::NOT_FOUND))
        .method_not_allowed_fallback(async || Failure::NoRoute(StatusCode::METHOD_NOT_ALLOWED))
        .with_state(shop)
        .layer(from_fn(identify))
        .layer(from_fn_with_state(report, count))
}

/// The body of a refund.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Refund {
    order_id: String,
    amount: Money,
    currency: String,
}

async fn refund(
    State(shop): State<Arc<Shop>>,
    body: Result<Json<Refund>, JsonRejection>,
) -> Result<Json<Receipt>, Failure> {
    let Json(refund) = body?;
    let receipt = shop.refund(&refund.order_id, refund.amount, &refund.currency)?;
    Ok(Json(receipt))
}

async fn transfer(
    State(shop): State<Arc<Shop>>,
    body: Result<Json<Transfer>, JsonRejection>,
) -> Result<Json<Receipt>, Failure> {
    Ok(Json(shop.transfer(&body?.0)?))
}

async fn balances(State(shop): State<Arc<Shop>>) -> Json<BTreeMap<String, Money>> {
    Json(shop.balances())
}

/// Binds the rest of the request to a scope: who acts, and in which trace.
async fn identify(request: Request, next: Next) -> Result<Response, Failure> {
    let scope = scope_of(request.headers())?;
    Ok(next.run(request).in_scope(scope).await)
}

fn scope_of(headers: &HeaderMap) -> Result<Scope, Failure> {
    let user = headers.get(USER).ok_or(Failure::NoUser)?;
    let name = String::from_utf8_lossy(user.as_bytes());
    let actor =
        people::find(&name).ok_or_else(|| Failure::UnknownUser(name.escape_debug().to_string()))?;
    let scope = Scope::new().actor(actor);
    let Some(header) = headers.get(TRACEPARENT) else {
        return Ok(scope);
    };
    let trace: Trace = String::from_utf8_lossy(header.as_bytes())
        .parse()
        .map_err(|error| Failure::BadTrace(format!("header `{TRACEPARENT}`: {error}")))?;
    Ok(scope.trace(trace))
}

async fn count(State(report): State<Arc<Report>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    report.count_answer(response.status().as_u16());
    response
}
