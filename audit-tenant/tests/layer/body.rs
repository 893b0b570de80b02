//! Bodies of responses: work of the tenant until their end.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use audit_tenant::{HeaderStrategy, TenantBody, TenantLayer};
use http::{Method, Response, StatusCode};
use http_body::Body as _;
use tower_layer::Layer as _;
use tower_service::Service as _;

use crate::support::{
    Calls, Notes, Step, Steps, Told, answers, bound, ended_by, frame, names, now, of_acme, panics,
    recorded,
};

type Answer = Response<TenantBody<Steps>>;

/// The response to a request of `acme` by a service that answers with this body.
fn response(steps: impl IntoIterator<Item = Step>, notes: &Notes) -> Answer {
    let layer = TenantLayer::new(HeaderStrategy::new());
    now(layer
        .layer(answers(Steps::new(steps, notes)))
        .call(of_acme()))
    .unwrap()
}

/// What is told where the body of a response is used so.
fn told_of(steps: &[Step], work: impl FnOnce(Answer)) -> Vec<Told> {
    let (_, told) = recorded(|| work(response(steps.iter().copied(), &Notes::default())));
    told
}

#[test]
fn a_body_is_polled_and_dropped_with_its_tenant_bound() {
    let notes = Notes::default();
    let response = response([Step::Data(b"a"), Step::Wait, Step::Data(b"b")], &notes);
    notes.lock().unwrap().clear();
    let mut body = pin!(response.into_body());
    assert!(matches!(frame(body.as_mut()), Poll::Ready(Some(Ok(_)))));
    assert_eq!(bound(), None, "between frames");
    assert!(frame(body.as_mut()).is_pending());
    assert!(matches!(frame(body.as_mut()), Poll::Ready(Some(Ok(_)))));
    assert!(matches!(frame(body.as_mut()), Poll::Ready(None)));
    let acme = Some("acme".to_owned());
    let mut seen = vec![("polled", acme.clone()); 4];
    seen.push(("dropped", acme));
    assert_eq!(*notes.lock().unwrap(), seen);
    assert!(
        matches!(frame(body.as_mut()), Poll::Ready(None)),
        "for ever"
    );
    assert!(body.is_end_stream());
    assert_eq!(body.size_hint().exact(), Some(0));
    assert_eq!(notes.lock().unwrap().len(), 5);
}

#[test]
fn the_end_is_told_as_the_body_ends_and_not_before() {
    let (_, told) = recorded(|| {
        let response = response([Step::Data(b"a")], &Notes::default());
        let mut body = pin!(response.into_body());
        audit_core::tenant::Violation::new(
            audit_core::tenant::ViolationKind::Unscoped,
            audit_core::tenant::Operation::Read,
            "probe",
        )
        .tell(false);
        while let Poll::Ready(Some(_)) = frame(body.as_mut()) {}
        audit_core::tenant::Violation::new(
            audit_core::tenant::ViolationKind::Unscoped,
            audit_core::tenant::Operation::Read,
            "probe",
        )
        .tell(false);
    });
    let probe = "enforcement_violation";
    assert_eq!(
        names(&told),
        ["context_bound", probe, "context_released", probe]
    );
}

#[test]
fn a_body_dropped_before_its_end_was_cancelled() {
    let told = told_of(&[Step::Data(b"a"), Step::Data(b"b")], |response| {
        let mut body = pin!(response.into_body());
        assert!(frame(body.as_mut()).is_ready());
    });
    assert_eq!(names(&told), ["context_bound", "context_released"]);
    assert_eq!(ended_by(&told), Some("cancelled"));

    let notes = Notes::default();
    let response = response([Step::Data(b"a")], &notes);
    notes.lock().unwrap().clear();
    drop(response);
    assert_eq!(
        *notes.lock().unwrap(),
        [("dropped", Some("acme".to_owned()))]
    );
    assert_eq!(bound(), None);
}

#[test]
fn a_body_whose_last_frame_came_is_not_cancelled_though_nobody_asks_for_its_end() {
    // As servers do: after trailers, after an error, and once all announced bytes are there.
    let last = [Step::Trailers, Step::Fail];
    for step in last {
        let told = told_of(&[Step::Data(b"a"), step], |response| {
            let mut body = pin!(response.into_body());
            for _ in 0..2 {
                assert!(frame(body.as_mut()).is_ready());
            }
        });
        assert_eq!(ended_by(&told), None, "{step:?}");
    }
    let full = |polls: usize| {
        let (_, told) = recorded(|| {
            let layer = TenantLayer::new(HeaderStrategy::new());
            let service = Calls(|_: http::Request<()>| async {
                let body = Steps::new([Step::Data(b"ab"), Step::Data(b"c")], &Notes::default());
                Ok(Response::builder()
                    .header("content-length", "3")
                    .body(body)
                    .unwrap())
            });
            let mut body = pin!(
                now(layer.layer(service).call(of_acme()))
                    .unwrap()
                    .into_body()
            );
            for _ in 0..polls {
                assert!(frame(body.as_mut()).is_ready());
            }
        });
        ended_by(&told).map(str::to_owned)
    };
    assert_eq!(full(1).as_deref(), Some("cancelled"));
    assert_eq!(full(2), None);
}

/// A body of one frame, if it has one, that says that it is at its end and never how long it is.
#[derive(Clone)]
struct Hinting(Option<&'static [u8]>);

impl http_body::Body for Hinting {
    type Data = &'static [u8];
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<&'static [u8]>, Self::Error>>> {
        Poll::Ready(self.0.take().map(|data| Ok(http_body::Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }
}

impl From<&'static str> for Hinting {
    fn from(text: &'static str) -> Self {
        Self(Some(text.as_bytes()))
    }
}

#[test]
fn a_body_that_says_that_it_is_at_its_end_is_not_cancelled() {
    let ended = |body: Hinting, polls: usize| {
        let (_, told) = recorded(|| {
            let layer = TenantLayer::new(HeaderStrategy::new());
            let response = now(layer.layer(answers(body)).call(of_acme())).unwrap();
            let mut body = pin!(response.into_body());
            for _ in 0..polls {
                assert!(frame(body.as_mut()).is_ready());
            }
        });
        ended_by(&told).map(str::to_owned)
    };
    assert_eq!(ended(Hinting(None), 0), None);
    assert_eq!(ended(Hinting(Some(b"a")), 1), None);
    assert_eq!(ended(Hinting(Some(b"a")), 0).as_deref(), Some("cancelled"));
}

#[test]
fn a_response_that_has_no_body_on_its_way_is_not_cancelled() {
    let serve = |method: Method, status: StatusCode, body: &'static str| {
        let (_, told) = recorded(|| {
            let layer = TenantLayer::new(HeaderStrategy::new());
            let service = Calls(move |_: http::Request<()>| async move {
                Ok(Response::builder()
                    .status(status)
                    .body(body.to_owned())
                    .unwrap())
            });
            let mut request = of_acme();
            *request.method_mut() = method;
            now(layer.layer(service).call(request)).unwrap();
        });
        ended_by(&told).map(str::to_owned)
    };
    assert_eq!(serve(Method::GET, StatusCode::OK, ""), None);
    assert_eq!(serve(Method::HEAD, StatusCode::OK, "body"), None);
    assert_eq!(serve(Method::GET, StatusCode::NOT_MODIFIED, "body"), None);
    assert_eq!(
        serve(Method::GET, StatusCode::SWITCHING_PROTOCOLS, "body"),
        None
    );
    assert_eq!(
        serve(Method::GET, StatusCode::OK, "body").as_deref(),
        Some("cancelled")
    );
}

#[test]
fn a_body_that_panics_leaves_nothing_bound_and_its_end_is_told() {
    let told = told_of(&[Step::Panic], |response| {
        let mut body = Box::pin(response.into_body());
        panics(|| frame(body.as_mut()));
        assert_eq!(bound(), None);
        drop(body);
        assert_eq!(bound(), None);
    });
    assert_eq!(names(&told), ["context_bound", "context_released"]);
    assert_eq!(ended_by(&told), Some("panic"));
}

#[test]
fn a_body_takes_its_tenant_along_to_another_thread() {
    let notes = Notes::default();
    let response = response([Step::Data(b"a")], &notes);
    notes.lock().unwrap().clear();
    std::thread::spawn(move || {
        let mut body = Box::pin(response.into_body());
        while let Poll::Ready(Some(_)) = frame(body.as_mut()) {}
        assert_eq!(bound(), None);
    })
    .join()
    .unwrap();
    let notes = Arc::try_unwrap(notes).unwrap().into_inner().unwrap();
    assert!(
        notes
            .iter()
            .all(|(_, tenant)| tenant.as_deref() == Some("acme")),
        "{notes:?}"
    );
    assert_eq!(notes.len(), 3);
}

#[test]
fn what_a_body_hints_at_is_handed_on() {
    let layer = TenantLayer::new(HeaderStrategy::new());
    let body = now(layer.layer(answers("four".to_owned())).call(of_acme()))
        .unwrap()
        .into_body();
    assert_eq!(body.size_hint().exact(), Some(4));
    assert!(!body.is_end_stream());
}
