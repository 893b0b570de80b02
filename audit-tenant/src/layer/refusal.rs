//! [`TenantRefusal`]: why a request is not served, and what whoever sent it is told.

use audit_core::__private::say;
use audit_core::tenant::{Operation, Violation, ViolationKind};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, Response, StatusCode};

use crate::strategy::{StrategyError, StrategyErrorKind};

/// Why a request is not served.
#[derive(Debug)]
pub struct TenantRefusal {
    kind: RefusalKind,
    error: Option<StrategyError>,
}

/// What is the matter with a request that is not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefusalKind {
    /// It names no tenant: 400.
    Missing,
    /// It names no tenant, and is answered as if there was nothing: 404.
    NotFound,
    /// What it says of its tenant is wrong: 400, 401 where it should have been a proof, 500 where nobody could find out.
    Failed(StrategyErrorKind),
}

impl RefusalKind {
    /// Its word, which the reason of the violation begins with: `missing`, `not_found`, or that of the strategy's failure.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotFound => "not_found",
            Self::Failed(kind) => kind.as_str(),
        }
    }
}

impl TenantRefusal {
    pub(super) fn missing() -> Self {
        Self {
            kind: RefusalKind::Missing,
            error: None,
        }
    }

    pub(super) fn not_found() -> Self {
        Self {
            kind: RefusalKind::NotFound,
            error: None,
        }
    }

    /// What is the matter.
    pub fn kind(&self) -> RefusalKind {
        self.kind
    }

    /// What the strategy says of it, if one failed.
    pub fn error(&self) -> Option<&StrategyError> {
        self.error.as_ref()
    }

    /// The status that belongs to it.
    pub fn status(&self) -> StatusCode {
        match self.kind {
            RefusalKind::NotFound => StatusCode::NOT_FOUND,
            RefusalKind::Failed(StrategyErrorKind::Untrusted) => StatusCode::UNAUTHORIZED,
            RefusalKind::Failed(StrategyErrorKind::Unanswered) => StatusCode::INTERNAL_SERVER_ERROR,
            RefusalKind::Missing | RefusalKind::Failed(_) => StatusCode::BAD_REQUEST,
        }
    }

    /// The response that belongs to it: status, headers and a problem in JSON (RFC 9457). It says nothing of the request, nor of how tenants are found.
    pub fn response<R: From<&'static str>>(&self) -> Response<R> {
        let mut response = Response::new(R::from(self.problem()));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        // The next request to the same address may name one.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status() == StatusCode::UNAUTHORIZED {
            // Asked for by RFC 9110 §15.5.2, worded by RFC 6750 §3.
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }

    /// Each is a text of this program, so that nothing of a request gets into it.
    fn problem(&self) -> &'static str {
        match self.kind {
            RefusalKind::Missing => {
                r#"{"title":"Bad Request","status":400,"detail":"the request names no tenant"}"#
            }
            RefusalKind::NotFound => r#"{"title":"Not Found","status":404}"#,
            RefusalKind::Failed(StrategyErrorKind::Malformed) => {
                r#"{"title":"Bad Request","status":400,"detail":"what the request says of its tenant is malformed"}"#
            }
            RefusalKind::Failed(StrategyErrorKind::Ambiguous) => {
                r#"{"title":"Bad Request","status":400,"detail":"the request names its tenant more than once"}"#
            }
            RefusalKind::Failed(StrategyErrorKind::Untrusted) => {
                r#"{"title":"Unauthorized","status":401,"detail":"the token of the request is not accepted"}"#
            }
            RefusalKind::Failed(StrategyErrorKind::Unanswered) => {
                r#"{"title":"Internal Server Error","status":500,"detail":"the tenant of the request could not be found out"}"#
            }
        }
    }

    /// Tells both paths of it. Where nobody could find out it is no doing of whoever asked, and what is wrong is the house's to know.
    pub(super) fn tell(&self, method: &Method) {
        if let Some(error) = self.unanswered() {
            let error = in_one_line(error);
            say(
                || tracing::warn!(target: "audit::health", "whose a request is could not be found out: {error}"),
            );
            return;
        }
        let operation = match method {
            _ if method.is_safe() => Operation::Read,
            &Method::DELETE => Operation::Delete,
            _ => Operation::Write,
        };
        let reason = match &self.error {
            Some(error) => error.to_string(),
            None => "the request names no tenant".to_owned(),
        };
        Violation::new(ViolationKind::Missing, operation, "request")
            .because(format!("{}: {reason}", self.kind.as_str()))
            .tell(true);
    }

    fn unanswered(&self) -> Option<&StrategyError> {
        let error = self.error.as_ref()?;
        (error.kind() == StrategyErrorKind::Unanswered).then_some(error)
    }
}

impl From<StrategyError> for TenantRefusal {
    fn from(error: StrategyError) -> Self {
        Self {
            kind: RefusalKind::Failed(error.kind()),
            error: Some(error),
        }
    }
}

/// An error and what it came from.
fn in_one_line(error: &StrategyError) -> String {
    let mut line = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        line = format!("{line}: {error}");
        source = error.source();
    }
    line
}

/// Makes the response to a request that is not served: [`Problem`], or a function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't answer a refused request with a body of type `{R}`",
    label = "no answer to refused requests",
    note = "`Problem` needs a body that is made of a `&'static str`; `TenantLayer::on_refused` takes a function that makes any other"
)]
pub trait RespondRefused<R> {
    /// The response.
    fn respond(&self, refusal: &TenantRefusal) -> Response<R>;
}

/// Answers with a problem in JSON ([`TenantRefusal::response`]), for every body that is made of a `&'static str`, as those of `axum` and
/// `http-body-util` are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Problem;

impl<R: From<&'static str>> RespondRefused<R> for Problem {
    fn respond(&self, refusal: &TenantRefusal) -> Response<R> {
        refusal.response()
    }
}

impl<R, F: Fn(&TenantRefusal) -> Response<R>> RespondRefused<R> for F {
    fn respond(&self, refusal: &TenantRefusal) -> Response<R> {
        self(refusal)
    }
}
