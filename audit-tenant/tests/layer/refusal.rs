//! Requests whose tenant is wrong, and what whoever sent them is told.

use audit_core::Actor;
use audit_tenant::{
    CallableStrategy, HeaderStrategy, MissingTenant, RefusalKind, StrategyError, StrategyErrorKind,
    TenantLayer, TenantRefusal, TenantStrategy,
};
use http::{Method, Request, Response, StatusCode};
use tower_layer::Layer as _;
use tower_service::Service as _;

use crate::support::{Calls, Told, frame, names, now, recorded, request};

/// The response of a service that must not be called.
fn refused<S: TenantStrategy>(
    layer: &TenantLayer<S>,
    request: Request<()>,
) -> (Response<String>, Vec<Told>) {
    recorded(|| {
        let mut service = layer.layer(Calls(|_: Request<()>| -> std::future::Ready<_> {
            panic!("a refused request is not served")
        }));
        let (head, body) = now(service.call(request))
            .map(|response: Response<audit_tenant::TenantBody<String>>| response.into_parts())
            .unwrap();
        let mut body = std::pin::pin!(body);
        let mut text = Vec::new();
        while let std::task::Poll::Ready(Some(Ok(frame))) = frame(body.as_mut()) {
            text.extend_from_slice(&frame.into_data().unwrap());
        }
        Response::from_parts(head, String::from_utf8(text).unwrap())
    })
}

fn failing(error: fn() -> StrategyError) -> TenantLayer<CallableStrategy> {
    let strategy = CallableStrategy::new(move |_| Err(error().into()));
    TenantLayer::new(strategy)
}

fn problem(response: &Response<String>) -> serde_json::Value {
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    assert_eq!(response.headers()["cache-control"], "no-store");
    let problem: serde_json::Value = serde_json::from_str(response.body()).unwrap();
    assert_eq!(problem["status"], response.status().as_u16());
    assert_eq!(
        problem["title"],
        response.status().canonical_reason().unwrap()
    );
    problem
}

/// A failure, its status, and what is said of it.
type Case = (fn() -> StrategyError, u16, &'static str);

#[test]
fn each_kind_has_its_status_and_says_in_general_what_was_wrong() {
    let cases: [Case; 4] = [
        (
            || StrategyError::malformed("s", "hunter2"),
            400,
            "what the request says of its tenant is malformed",
        ),
        (
            || StrategyError::ambiguous("s", "hunter2"),
            400,
            "the request names its tenant more than once",
        ),
        (
            || StrategyError::untrusted("s", "hunter2"),
            401,
            "the token of the request is not accepted",
        ),
        (
            || StrategyError::unanswered("s", "hunter2").because("hunter2"),
            500,
            "the tenant of the request could not be found out",
        ),
    ];
    for (error, status, detail) in cases {
        let (response, _) = refused(&failing(error), request(&[]));
        assert_eq!(response.status(), status);
        assert_eq!(problem(&response)["detail"], detail);
        assert!(!format!("{response:?}").contains("hunter2"));
        let challenge = response.headers().get("www-authenticate");
        assert_eq!(challenge.is_some(), status == 401);
    }
    let layer = TenantLayer::new(HeaderStrategy::new());
    let (response, _) = refused(&layer, request(&[]));
    assert_eq!(problem(&response)["detail"], "the request names no tenant");
    let (response, _) = refused(&layer.missing(MissingTenant::NotFound), request(&[]));
    assert_eq!(
        problem(&response).get("detail"),
        None,
        "as if there was nothing"
    );
}

#[test]
fn what_is_wrong_is_refused_whatever_is_said_of_what_is_missing() {
    for missing in [
        MissingTenant::Allow,
        MissingTenant::public(),
        MissingTenant::NotFound,
    ] {
        let layer = TenantLayer::new(HeaderStrategy::new()).missing(missing);
        let twice = request(&[("x-tenant-id", "acme"), ("x-tenant-id", "acme")]);
        let (response, told) = refused(&layer, twice);
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert_eq!(names(&told), ["enforcement_violation"]);
        let empty = request(&[("x-tenant-id", "")]);
        assert_eq!(refused(&layer, empty).0.status(), StatusCode::BAD_REQUEST);
    }
}

#[test]
fn each_is_a_violation_with_its_reason_actor_trace_and_operation() {
    let layer = failing(|| StrategyError::untrusted("token", "it has expired"))
        .actor(|_| Some(Actor::new("alice")));
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let operations = [
        (Method::GET, "read"),
        (Method::HEAD, "read"),
        (Method::OPTIONS, "read"),
        (Method::POST, "write"),
        (Method::PATCH, "write"),
        (Method::CONNECT, "write"),
        (Method::DELETE, "delete"),
    ];
    for (method, operation) in operations {
        let mut request = request(&[("traceparent", trace)]);
        *request.method_mut() = method;
        let (_, told) = refused(&layer, request);
        assert_eq!(names(&told), ["enforcement_violation"]);
        assert_eq!(told[0].data["violation"], "missing");
        assert_eq!(told[0].data["model_class"], "request");
        assert_eq!(told[0].data["operation"], operation);
        assert_eq!(
            told[0].data["reason"],
            "untrusted: strategy `token`: it has expired"
        );
        assert_eq!(told[0].actor.as_deref(), Some("alice"));
        assert_eq!(told[0].trace.as_deref(), Some(trace));
    }
}

#[test]
fn nothing_of_a_request_gets_into_the_response() {
    let layer = TenantLayer::new(HeaderStrategy::new());
    let (response, _) = refused(
        &layer,
        request(&[("x-tenant-id", "<script>\u{9}\"hunter2")]),
    );
    assert!(!format!("{response:?}").contains("hunter2"));
}

#[test]
fn the_program_answers_itself_where_it_wants_to() {
    #[derive(Debug, Default)]
    struct Body; // made of nothing, least of all of a text

    impl http_body::Body for Body {
        type Data = &'static [u8];
        type Error = std::convert::Infallible;
        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<&'static [u8]>, Self::Error>>> {
            std::task::Poll::Ready(None)
        }
    }

    let layer = TenantLayer::new(HeaderStrategy::new()).on_refused(|refusal: &TenantRefusal| {
        let kind = RefusalKind::Failed(StrategyErrorKind::Malformed);
        assert_eq!(refusal.kind(), kind);
        assert_eq!(refusal.error().unwrap().strategy(), "header");
        Response::builder().status(418).body(Body).unwrap()
    });
    let mut service = layer.layer(Calls(|_: Request<()>| async { Ok(Response::new(Body)) }));
    let response = now(service.call(request(&[("x-tenant-id", "")]))).unwrap();
    assert_eq!(response.status(), 418);
    assert_eq!(
        now(service.call(crate::support::of_acme()))
            .unwrap()
            .status(),
        200
    );
}

/// Panics as it is asked, or as what it answers is awaited.
#[derive(Clone, Copy)]
struct Panicking {
    later: bool,
}

impl TenantStrategy for Panicking {
    fn name(&self) -> &'static str {
        "panicking"
    }

    fn find(&self, _: &http::request::Parts) -> audit_tenant::Answer {
        assert!(self.later, "at once, with a secret");
        audit_tenant::Answer::Later(Box::pin(async { panic!("later, with a secret") }))
    }
}

#[test]
fn code_of_the_programs_own_that_panics_is_answered_and_not_quoted() {
    let acme = || request(&[("x-tenant-id", "acme")]);
    let actor = TenantLayer::new(HeaderStrategy::new()).actor(|_| panic!("with a secret"));
    let answers = [
        refused(&actor, acme()),
        refused(&TenantLayer::new(Panicking { later: false }), acme()),
        refused(&TenantLayer::new(Panicking { later: true }), acme()),
    ];
    for (response, told) in answers {
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(problem(&response)["status"], 500);
        assert!(!response.body().contains("secret"));
        assert_eq!(names(&told), [""; 0], "no doing of whoever asked");
    }
}
