//! Panics and cancellations in the service behind the layer.

use std::sync::{Arc, Mutex};
use std::task::Poll;

use audit_tenant::{HeaderStrategy, TenantLayer};
use http::Response;
use tower_layer::Layer as _;
use tower_service::Service as _;

use crate::support::{Calls, Yield, bound, ended_by, names, of_acme, panics, poll, recorded};

type Nothing = Result<Response<String>, std::convert::Infallible>;

fn breaks() -> Nothing {
    panic!("on purpose")
}

fn layer() -> TenantLayer<HeaderStrategy> {
    TenantLayer::new(HeaderStrategy::new())
}

#[test]
fn a_call_that_panics_leaves_nothing_bound_and_its_end_is_told() {
    let (_, told) = recorded(|| {
        let mut service = layer().layer(Calls(
            |_: http::Request<()>| -> std::future::Ready<Nothing> { panic!("on purpose") },
        ));
        panics(|| service.call(of_acme()));
        assert_eq!(bound(), None);
    });
    assert_eq!(names(&told), ["context_bound", "context_released"]);
    assert_eq!(ended_by(&told), Some("panic"));
}

#[test]
fn a_future_that_panics_leaves_nothing_bound_and_its_end_is_told_once() {
    let (_, told) = recorded(|| {
        let mut service = layer().layer(Calls(|_: http::Request<()>| async {
            Yield(false).await;
            breaks()
        }));
        let mut answer = Box::pin(service.call(of_acme()));
        assert!(poll(answer.as_mut()).is_pending());
        panics(|| poll(answer.as_mut()));
        assert_eq!(bound(), None);
        drop(answer);
        assert_eq!(bound(), None);
    });
    assert_eq!(names(&told), ["context_bound", "context_released"]);
    assert_eq!(ended_by(&told), Some("panic"));
}

/// Notes which tenant is bound as it is dropped.
struct Farewell(Arc<Mutex<Vec<Option<String>>>>);

impl Drop for Farewell {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(bound());
    }
}

#[test]
fn a_request_given_up_cleans_up_with_its_tenant_bound_and_was_cancelled() {
    let notes = Arc::new(Mutex::new(Vec::new()));
    let (_, told) = recorded(|| {
        let mut service = layer().layer(Calls(|_: http::Request<()>| {
            let farewell = Farewell(Arc::clone(&notes));
            async move {
                let _kept = farewell;
                std::future::pending::<()>().await;
                Nothing::Ok(Response::default())
            }
        }));
        let mut polled = Box::pin(service.call(of_acme()));
        assert!(poll(polled.as_mut()).is_pending());
        drop(polled);
        drop(service.call(of_acme()));
        assert_eq!(bound(), None);
    });
    assert_eq!(*notes.lock().unwrap(), vec![Some("acme".to_owned()); 2]);
    assert_eq!(
        names(&told),
        ["context_bound", "context_released"].repeat(2)
    );
    assert_eq!(ended_by(&told), Some("cancelled"));
}

/// Is done at once, and has something to clean up that outlives its answer.
struct Done(#[allow(dead_code, reason = "it is there to be dropped")] Farewell);

impl Future for Done {
    type Output = Nothing;

    fn poll(self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> Poll<Nothing> {
        Poll::Ready(Ok(Response::default()))
    }
}

#[test]
fn what_a_future_leaves_behind_is_cleaned_up_with_its_tenant_bound() {
    let notes = Arc::new(Mutex::new(Vec::new()));
    let mut service = layer().layer(Calls(|_: http::Request<()>| {
        Done(Farewell(Arc::clone(&notes)))
    }));
    let mut answer = Box::pin(service.call(of_acme()));
    assert!(poll(answer.as_mut()).is_ready());
    assert_eq!(*notes.lock().unwrap(), [Some("acme".to_owned())]);
    assert!(poll(answer.as_mut()).is_pending(), "after its end");
}

#[test]
fn an_error_of_the_service_is_handed_on_and_its_end_is_an_end_like_others() {
    #[derive(Clone)]
    struct Fails;
    impl tower_service::Service<http::Request<()>> for Fails {
        type Response = Response<String>;
        type Error = &'static str;
        type Future = std::future::Ready<Result<Response<String>, &'static str>>;
        fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> Poll<Result<(), &'static str>> {
            Poll::Ready(Err("not ready"))
        }
        fn call(&mut self, _: http::Request<()>) -> Self::Future {
            std::future::ready(Err("broken"))
        }
    }
    let (_, told) = recorded(|| {
        let mut service = layer().layer(Fails);
        let ready = std::future::poll_fn(|cx| service.poll_ready(cx));
        assert_eq!(crate::support::now(ready).unwrap_err(), "not ready");
        let answer = service.call(of_acme());
        assert_eq!(
            crate::support::now(answer).map(|_| ()).unwrap_err(),
            "broken"
        );
    });
    assert_eq!(names(&told), ["context_bound", "context_released"]);
    assert_eq!(ended_by(&told), None);
}
