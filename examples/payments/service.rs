//! The routes, the caller's identity, and the one place where policy is asked.

use std::sync::Arc;

use audit_core::{
    Action, BoxError, Decision, Effect, InScope, ResolveContext, Runtime, Scope, Snapshot, Trace,
};
use axum::extract::rejection::JsonRejection;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

use crate::ledger::{Day, Ledger, LedgerError, Refund, SHOP, Transfer};
use crate::people;
use crate::report::Report;

/// The header that names the caller.
pub(crate) const USER: &str = "x-user";
/// The header of W3C Trace Context that names the trace.
pub(crate) const TRACEPARENT: &str = "traceparent";

/// What every handler works with.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) runtime: Runtime,
    pub(crate) ledger: Arc<Ledger>,
}

/// The service: whoever calls is bound to a scope before a handler runs, and every answer is counted.
pub(crate) fn router(app: App, report: Arc<Report>) -> Router {
    Router::new()
        .route("/refund", post(refund))
        .route("/transfer", post(transfer))
        .route("/balances", get(balances))
        .fallback(async || Refusal::NoRoute(StatusCode::NOT_FOUND))
        .method_not_allowed_fallback(async || Refusal::NoRoute(StatusCode::METHOD_NOT_ALLOWED))
        .with_state(app)
        .layer(from_fn(identify))
        .layer(from_fn_with_state(report, count))
}

async fn refund(
    State(app): State<App>,
    body: Result<Json<Refund>, JsonRejection>,
) -> Result<Response, Refusal> {
    let Json(refund) = body?;
    let action = Action::new("refund")
        .with("amount", refund.amount)
        .with("currency", &refund.currency)
        .with("order_id", &refund.order_id);
    permitted(app.runtime.evaluate(&action))?;
    Ok(Json(app.ledger.refund(&refund, Day::today())?).into_response())
}

async fn transfer(
    State(app): State<App>,
    body: Result<Json<Transfer>, JsonRejection>,
) -> Result<Response, Refusal> {
    let Json(transfer) = body?;
    let action = Action::new("transfer")
        .with("from", &transfer.from)
        .with("to", &transfer.to)
        .with("amount", transfer.amount)
        .with("currency", &transfer.currency);
    permitted(app.runtime.evaluate(&action))?;
    Ok(Json(app.ledger.transfer(&transfer, Day::today())?).into_response())
}

async fn balances(State(app): State<App>) -> Response {
    Json(app.ledger.balances()).into_response()
}

/// Lets the handler go on only where policy allows. An approval that is needed is not an approval.
fn permitted(decision: Decision<'static>) -> Result<(), Refusal> {
    if decision.permits() {
        Ok(())
    } else {
        Err(Refusal::Policy(Box::new(decision)))
    }
}

/// The resolver that tells policy how things stand with the accounts an action is about.
///
/// Two requests at once may both be judged by the total before either of them moved money. A limit that
/// must hold to the cent belongs into the ledger; this one only calls for a second pair of eyes.
pub(crate) fn snapshot_from(
    ledger: Arc<Ledger>,
) -> impl Fn(&ResolveContext<'_>) -> Result<Snapshot<'static>, BoxError> {
    move |context| {
        let field = |name: &str| context.fields().get(name).and_then(|value| value.as_str());
        let standing = match context.action_type() {
            Some("transfer") => {
                let (from, to) = field("from")
                    .zip(field("to"))
                    .ok_or("a transfer names `from` and `to`")?;
                ledger.standing(from, to, Day::today())
            }
            Some("refund") => {
                let customer = field("order_id")
                    .and_then(|id| ledger.customer_of(id))
                    .unwrap_or_default();
                ledger.standing(SHOP, &customer, Day::today())
            }
            // An error blocks, so an action that nobody taught this resolver can't slip past the fraud rule.
            other => return Err(format!("no snapshot for an action of type {other:?}").into()),
        };
        Ok(Snapshot::new()
            .with("fraud_flag", standing.flagged)
            .with("daily_total", standing.paid_today))
    }
}

/// Binds the rest of the request to a scope: who acts, and in which trace.
async fn identify(request: Request, next: Next) -> Result<Response, Refusal> {
    let scope = scope_of(request.headers())?;
    Ok(next.run(request).in_scope(scope).await)
}

fn scope_of(headers: &HeaderMap) -> Result<Scope, Refusal> {
    let user = headers.get(USER).ok_or(Refusal::NoUser)?;
    let name = String::from_utf8_lossy(user.as_bytes());
    let actor =
        people::find(&name).ok_or_else(|| Refusal::UnknownUser(name.escape_debug().to_string()))?;
    let scope = Scope::new().actor(actor);
    let Some(header) = headers.get(TRACEPARENT) else {
        return Ok(scope);
    };
    let trace: Trace = String::from_utf8_lossy(header.as_bytes())
        .parse()
        .map_err(|error| Refusal::BadTrace(format!("header `{TRACEPARENT}`: {error}")))?;
    Ok(scope.trace(trace))
}

async fn count(State(report): State<Arc<Report>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    report.count_answer(response.status().as_u16());
    response
}

/// Why a request was not carried out. Its answer is what the caller may see.
#[derive(Debug)]
enum Refusal {
    NoUser,
    UnknownUser(String),
    BadTrace(String),
    BadBody(JsonRejection),
    /// No such path, or no such method there.
    NoRoute(StatusCode),
    Policy(Box<Decision<'static>>),
    Ledger(LedgerError),
}

impl From<JsonRejection> for Refusal {
    fn from(rejection: JsonRejection) -> Self {
        Self::BadBody(rejection)
    }
}

impl From<LedgerError> for Refusal {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error) = match self {
            Self::NoUser => (
                StatusCode::UNAUTHORIZED,
                format!("no header `{USER}`, expected one of {}", people::names()),
            ),
            Self::UnknownUser(name) => (
                StatusCode::UNAUTHORIZED,
                format!(
                    "unknown user `{name}` in header `{USER}`, expected one of {}",
                    people::names()
                ),
            ),
            Self::BadTrace(error) => (StatusCode::BAD_REQUEST, error),
            Self::BadBody(JsonRejection::JsonDataError(error)) => {
                (StatusCode::BAD_REQUEST, error.body_text())
            }
            Self::BadBody(rejection) => (rejection.status(), rejection.body_text()),
            Self::NoRoute(status) => (
                status,
                "no such route, expected `POST /refund`, `POST /transfer` or `GET /balances`"
                    .to_owned(),
            ),
            Self::Policy(decision) => return refused(&decision),
            Self::Ledger(
                error @ (LedgerError::UnknownAccount(_) | LedgerError::UnknownOrder(_)),
            ) => (StatusCode::NOT_FOUND, error.to_string()),
            Self::Ledger(error) => (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()),
        };
        (status, Json(json!({ "error": error }))).into_response()
    }
}

/// What a caller may know of a decision against them: effect, rule, reason and identifier.
fn refused(decision: &Decision<'_>) -> Response {
    let (status, error) = match decision.effect {
        Effect::RequireApproval if !decision.is_indeterminate() => {
            (StatusCode::ACCEPTED, "needs approval, nothing was done")
        }
        _ => (StatusCode::FORBIDDEN, "blocked by policy"),
    };
    let body = json!({
        "error": error,
        "effect": decision.effect,
        "rule": decision.matched_rule,
        "reason": decision.reason,
        "decision": decision.id,
    });
    (status, Json(body)).into_response()
}
