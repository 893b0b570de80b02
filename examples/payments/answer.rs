//! [`Failure`]: why a request was not carried out. Its answer is what the caller may see.

use audit_core::{Refusal, Refused};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::business::PaymentError;
use crate::ledger::LedgerError;
use crate::people;
use crate::service::USER;

/// Why a request was not carried out.
#[derive(Debug)]
pub(crate) enum Failure {
    NoUser,
    UnknownUser(String),
    BadTrace(String),
    BadBody(JsonRejection),
    /// No such path, or no such method there.
    NoRoute(StatusCode),
    Payment(PaymentError),
}

impl From<JsonRejection> for Failure {
    fn from(rejection: JsonRejection) -> Self {
        Self::BadBody(rejection)
    }
}

impl From<PaymentError> for Failure {
    fn from(error: PaymentError) -> Self {
        Self::Payment(error)
    }
}

impl IntoResponse for Failure {
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
            Self::Payment(PaymentError::Refused(refused)) => return refusal(&refused),
            Self::Payment(PaymentError::Ledger(error)) => (status_of(&error), error.to_string()),
        };
        (status, Json(json!({ "error": error }))).into_response()
    }
}

fn status_of(error: &LedgerError) -> StatusCode {
    match error {
        LedgerError::UnknownAccount(_) | LedgerError::UnknownOrder(_) => StatusCode::NOT_FOUND,
        LedgerError::NoShop => StatusCode::BAD_REQUEST,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// What a caller may know of a decision against them: why, by which rule, and where it is recorded.
fn refusal(refused: &Refused) -> Response {
    let (status, error) = match refused.refusal() {
        Refusal::Blocked => (StatusCode::FORBIDDEN, "blocked"),
        Refusal::ApprovalRequired => (StatusCode::CONFLICT, "approval_required"),
        // Policy could not be asked: that is our fault, and trying again may help.
        _ => (StatusCode::SERVICE_UNAVAILABLE, "undecided"),
    };
    let body = json!({
        "error": error,
        "rule": refused.rule(),
        "reason": refused.reason(),
        "decision": refused.decision(),
    });
    (status, Json(body)).into_response()
}
