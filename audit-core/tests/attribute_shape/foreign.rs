//! Beside attributes and callers of other crates.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use audit_core::testing::ManualClock;
use audit_core::{InScope as _, Refused, Status, admit, audit};
use axum::response::{IntoResponse, Response};

use crate::world::{World, block_on};

#[async_trait]
trait Payments: Send + Sync {
    async fn refund(&self, amount: u64) -> Result<u64, Refused>;
    async fn settle(&self, clock: &ManualClock) -> u8;
}

struct Bank;

#[async_trait]
impl Payments for Bank {
    #[admit(ret)]
    async fn refund(&self, amount: u64) -> Result<u64, Refused> {
        tokio::task::yield_now().await;
        Ok(amount)
    }

    #[audit]
    async fn settle(&self, clock: &ManualClock) -> u8 {
        clock.advance(Duration::from_millis(50));
        tokio::task::yield_now().await;
        clock.advance(Duration::from_millis(50));
        1
    }
}

#[tokio::test]
async fn under_async_trait_the_body_is_judged_and_timed_and_not_the_boxing() {
    let world = World::new();
    let bank: Arc<dyn Payments> = Arc::new(Bank);
    let pending = world.run(|| bank.settle(&world.clock));
    assert!(
        world.events().is_empty(),
        "a boxed future that nobody polled"
    );
    assert_eq!(pending.in_scope(&world.runtime).await, 1);
    assert_eq!(world.outcomes()[0].duration, Duration::from_millis(100));
    assert!(bank.refund(5000).in_scope(&world.runtime).await.is_err());
    assert!(bank.refund(5).in_scope(&world.runtime).await.is_ok());
    assert_eq!(world.statuses(), [Status::Refused, Status::Completed]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spawned_call_is_judged_in_the_scope_it_is_bound_to() {
    #[audit(action = "refund")]
    async fn spawned(amount: u64) -> u64 {
        tokio::task::yield_now().await;
        amount
    }
    let world = World::new();
    let tasks: Vec<_> = (0..8)
        .map(|number| tokio::spawn(spawned(number).in_scope(&world.runtime)))
        .collect();
    for (number, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), number as u64);
    }
    let aborted = tokio::spawn(forever().in_scope(&world.runtime));
    while world.events().iter().all(|event| &*event.name != "forever") {
        tokio::task::yield_now().await;
    }
    aborted.abort();
    assert!(aborted.await.unwrap_err().is_cancelled());
    assert_eq!(world.statuses(), [Status::Cancelled]);
}

#[audit]
async fn forever() {
    std::future::pending::<()>().await;
}

#[tokio::test]
#[audit]
async fn audited_inside_a_test() {
    tokio::task::yield_now().await;
}

#[audit]
#[tokio::test]
async fn audited_around_a_test() {
    tokio::task::yield_now().await;
}

#[test]
fn a_test_of_tokio_stacked_in_either_order_is_judged_once() {
    let world = World::new();
    world.run(audited_inside_a_test);
    world.run(audited_around_a_test);
    assert_eq!(world.statuses(), [Status::Completed; 2]);
}

#[derive(Debug)]
struct ApiError(Refused);

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        Self(refused)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (axum::http::StatusCode::FORBIDDEN, self.0.to_string()).into_response()
    }
}

#[admit(action = "refund", fields(amount))]
async fn handler(
    axum::extract::State(limit): axum::extract::State<u64>,
    axum::extract::Path(amount): axum::extract::Path<u64>,
) -> Result<String, ApiError> {
    tokio::task::yield_now().await;
    Ok(format!("{amount} of {limit}"))
}

#[test]
fn a_handler_of_axum_is_one_still() {
    use axum::handler::Handler;

    fn is_handler<T: 'static, H: Handler<T, u64>>(_: H) {}
    is_handler(handler);
    let router: axum::Router<()> = axum::Router::new()
        .route("/refund/{amount}", axum::routing::post(handler))
        .with_state(9);
    drop(router);
    let world = World::new();
    let call = |amount| {
        let (state, path) = (axum::extract::State(9), axum::extract::Path(amount));
        world.block_on(handler(state, path))
    };
    assert_eq!(call(5).unwrap(), "5 of 9");
    assert_eq!(call(5000).unwrap_err().into_response().status(), 403);
    assert_eq!(block_on(async { 1 }), 1);
}
