//! A service that is told by closures what to do, and what the audit hears of it.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use audit_core::sink::MemorySink;
use audit_core::{Policy, Runtime, Scope};
use http::{Request, Response};
use http_body::{Body, Frame};
use tower_service::Service;

/// The tenant that is bound here and now.
pub(crate) fn bound() -> Option<String> {
    Scope::current()
        .tenant_id()
        .map(|tenant| tenant.to_string())
}

/// Runs something with a runtime whose sink keeps what is recorded.
pub(crate) fn recorded<R>(work: impl FnOnce() -> R) -> (R, Vec<Told>) {
    let schema = "version: 1\nactions: {refund: {fields: {}}}\nactor: {fields: {id: string}}\nsnapshot: {fields: {}}\n";
    let policy = Policy::from_strings(schema, "version: 1\nrules: []\n", None).unwrap();
    let runtime = Runtime::builder().policy(policy).build().unwrap();
    let sink = Arc::new(MemorySink::new());
    runtime.register_sink(Arc::clone(&sink)).unwrap();
    let result = runtime.scope(work);
    let told = sink.events().iter().map(|event| Told::of(event)).collect();
    (result, told)
}

/// What of an event these tests look at.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) name: String,
    pub(crate) tenant: Option<String>,
    pub(crate) actor: Option<String>,
    pub(crate) trace: Option<String>,
    pub(crate) data: serde_json::Value,
}

impl Told {
    fn of(event: &audit_core::Event<'static>) -> Self {
        Self {
            name: event.name.to_string(),
            tenant: event.tenant.as_ref().map(ToString::to_string),
            actor: event
                .actor
                .as_ref()
                .and_then(|actor| Some(actor.id()?.to_owned())),
            trace: event.trace.map(|trace| trace.to_string()),
            data: serde_json::to_value(&event.data).unwrap(),
        }
    }
}

/// The names of what was told.
pub(crate) fn names(told: &[Told]) -> Vec<&str> {
    told.iter().map(|told| told.name.as_str()).collect()
}

/// What ended a scope, as its last event says.
pub(crate) fn ended_by(told: &[Told]) -> Option<&str> {
    let last = told.last().unwrap();
    assert_eq!(last.name, "context_released");
    last.data
        .get("exception_type")
        .and_then(|exception| exception.as_str())
}

/// A service that calls a function.
#[derive(Clone)]
pub(crate) struct Calls<F>(pub(crate) F);

impl<F, A, R, B> Service<Request<B>> for Calls<F>
where
    F: FnMut(Request<B>) -> A,
    A: Future<Output = Result<Response<R>, Infallible>>,
{
    type Response = Response<R>;
    type Error = Infallible;
    type Future = A;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> A {
        (self.0)(request)
    }
}

/// A response that is there at once.
type AtOnce<R> = std::future::Ready<Result<Response<R>, Infallible>>;

/// A service that answers at once with this body.
pub(crate) fn answers<R: Clone>(body: R) -> Calls<impl FnMut(Request<()>) -> AtOnce<R> + Clone> {
    Calls(move |_| std::future::ready(Ok(Response::new(body.clone()))))
}

/// A request with these headers.
pub(crate) fn request(headers: &[(&str, &str)]) -> Request<()> {
    let mut request = Request::builder().uri("/");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap()
}

/// One of the tenant `acme`.
pub(crate) fn of_acme() -> Request<()> {
    request(&[("x-tenant-id", "acme")])
}

/// Polls once.
pub(crate) fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls until it is done.
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    for _ in 0..100 {
        if let Poll::Ready(result) = poll(future.as_mut()) {
            return result;
        }
    }
    panic!("a hundred polls are enough");
}

/// Is pending once.
pub(crate) struct Yield(pub(crate) bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

/// What a body does, step by step.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Data(&'static [u8]),
    Wait,
    Trailers,
    Fail,
    Panic,
}

/// Where somebody notes what is bound.
pub(crate) type Notes = Arc<Mutex<Vec<(&'static str, Option<String>)>>>;

/// A body that notes what is bound as it is polled and dropped, and hints at nothing.
#[derive(Clone)]
pub(crate) struct Steps {
    pub(crate) steps: VecDeque<Step>,
    pub(crate) notes: Notes,
}

impl Steps {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>, notes: &Notes) -> Self {
        Self {
            steps: steps.into_iter().collect(),
            notes: Arc::clone(notes),
        }
    }

    fn note(&self, what: &'static str) {
        self.notes.lock().unwrap().push((what, bound()));
    }
}

impl Body for Steps {
    type Data = &'static [u8];
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        self.note("polled");
        match self.steps.pop_front() {
            None => Poll::Ready(None),
            Some(Step::Data(data)) => Poll::Ready(Some(Ok(Frame::data(data)))),
            Some(Step::Wait) => Poll::Pending,
            Some(Step::Trailers) => Poll::Ready(Some(Ok(Frame::trailers(http::HeaderMap::new())))),
            Some(Step::Fail) => Poll::Ready(Some(Err("broken"))),
            Some(Step::Panic) => panic!("on purpose"),
        }
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        self.note("dropped");
    }
}

impl From<&'static str> for Steps {
    fn from(text: &'static str) -> Self {
        Self::new([Step::Data(text.as_bytes())], &Notes::default())
    }
}

/// What a body gives, until its end.
type Came<R> = Option<Result<Frame<<R as Body>::Data>, <R as Body>::Error>>;

/// The next frame of a body.
pub(crate) fn frame<R: Body>(body: Pin<&mut R>) -> Poll<Came<R>> {
    body.poll_frame(&mut Context::from_waker(Waker::noop()))
}

/// Runs what panics on purpose, without its message in the output of the tests.
pub(crate) fn panics<R>(work: impl FnOnce() -> R) {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    assert!(caught.is_err());
}
