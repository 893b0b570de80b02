//! The routes, and who calls.

use std::collections::BTreeMap;
use std::sync::Arc;

use audit_core::{Actor, Trace};
use audit_tenant::{CallableStrategy, TenantLayer};
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

/// The service: who calls is known, and bound with their shop and trace, before a handler runs; every answer is counted.
pub(crate) fn router(shop: Arc<Shop>, report: Arc<Report>) -> Router {
    Router::new()
        .route("/refund", post(refund))
        .route("/transfer", post(transfer))
        .route("/balances", get(balances))
        .fallback(async || Failure::NoRoute(StatusCode::NOT_FOUND))
        .method_not_allowed_fallback(async || Failure::NoRoute(StatusCode::METHOD_NOT_ALLOWED))
        .with_state(shop)
        .layer(tenants())
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

async fn balances(State(shop): State<Arc<Shop>>) -> Result<Json<BTreeMap<String, Money>>, Failure> {
    Ok(Json(shop.balances()?))
}

/// Binds the rest of the request to the shop of whoever calls, to them, and to the trace it belongs to.
fn tenants() -> TenantLayer<CallableStrategy> {
    let shop = CallableStrategy::new(|request| {
        let actor = request.extensions.get::<Actor<'static>>();
        Ok(actor.and_then(|actor| people::shop_of(actor.id()?)))
    });
    TenantLayer::new(shop).actor(|request| request.extensions.get().cloned())
}

/// Says who calls. A trace that is none is refused here, where the layer would go on without one.
async fn identify(mut request: Request, next: Next) -> Result<Response, Failure> {
    let actor = caller(request.headers())?;
    check_trace(request.headers())?;
    request.extensions_mut().insert(actor);
    Ok(next.run(request).await)
}

fn caller(headers: &HeaderMap) -> Result<Actor<'static>, Failure> {
    let user = headers.get(USER).ok_or(Failure::NoUser)?;
    let name = String::from_utf8_lossy(user.as_bytes());
    people::find(&name).ok_or_else(|| Failure::UnknownUser(name.escape_debug().to_string()))
}

fn check_trace(headers: &HeaderMap) -> Result<(), Failure> {
    let Some(header) = headers.get(TRACEPARENT) else {
        return Ok(());
    };
    let trace: Result<Trace, _> = String::from_utf8_lossy(header.as_bytes()).parse();
    match trace {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::BadTrace(format!(
            "header `{TRACEPARENT}`: {error}"
        ))),
    }
}

async fn count(State(report): State<Arc<Report>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    report.count_answer(response.status().as_u16());
    response
}
