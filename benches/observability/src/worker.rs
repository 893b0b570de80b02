//! One build at work: each case on a line, with its nanoseconds.

use std::error::Error;
use std::hint::black_box;
use std::pin::pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use audit_core::bus::{Bus, Runnable};
use audit_core::{Action, Policy, Refused, Runtime, Scope, admit};

/// How long one batch should take, and how many there are.
const BATCH: Duration = Duration::from_millis(1);
const BATCHES: usize = 31;

const SCHEMA: &str = "version: 1\nactions:\n  refund: {fields: {amount: number}}\nactor: {fields: {}}\nsnapshot: {fields: {}}\n";
const POLICY: &str = "version: 1
rules:
  - id: block_large
    scope: {action: refund}
    when: {subject: {domain: action, field: amount}, operator: greater_than, value: {literal: 1000}}
    effect: block
";

#[admit(action = "refund")]
fn refund(amount: i64) -> Result<i64, Refused> {
    Ok(black_box(amount))
}

#[admit(action = "refund")]
async fn refund_async(amount: i64) -> Result<i64, Refused> {
    Ok(black_box(amount))
}

/// One case and how often it is run, where only that is asked for: for a tool that counts instructions.
static ALONE: OnceLock<(String, u32)> = OnceLock::new();

/// Runs all cases, and prints what each takes; or one of them, so often.
pub(crate) fn run(alone: Option<(String, u32)>) -> Result<(), Box<dyn Error>> {
    if let Some(alone) = alone {
        let _set = ALONE.set(alone);
        return cases("");
    }
    cases("")?;
    #[cfg(feature = "observability")]
    on::run()?;
    Ok(())
}

/// Each case, with how many places of the path it goes by.
fn cases(way: &str) -> Result<(), Box<dyn Error>> {
    let policy = Policy::from_strings(SCHEMA, POLICY, None)?;
    let unseen = Runtime::builder().policy(policy).build()?;
    let seen = Runtime::builder()
        .policy(Policy::from_strings(SCHEMA, POLICY, None)?)
        .build()?;
    seen.observe("decisions", |_| ());
    seen.observe_outcomes("outcomes", |_| ());

    let action = Action::new("refund").with("amount", 20);
    time(way, "asked by hand", 1, || unseen.allow(&action));
    unseen.scope(|| time(way, "annotated, nobody is told", 2, || refund(20)));
    seen.scope(|| {
        time(way, "annotated, two observers", 2, || refund(20));
        time(way, "annotated and asynchronous", 2, || {
            now(refund_async(20))
        });
    });
    time(way, "scope of a tenant", 1, || {
        let scope = Scope::new().tenant("acme");
        scope.map(|scope| scope.run(|| black_box(1)))
    });
    let bus = Bus::new();
    bus.subscribe("order.paid", |_| ())?.keep();
    bus.register("answer", Runnable::new(|n: u64| Ok::<_, String>(n)))?
        .keep();
    time(way, "publication, one handler", 1, || {
        now(bus.publish("order.paid", 1_u64))
    });
    time(way, "invocation", 1, || {
        now(bus.invoke::<_, u64>("answer", 1_u64))
    });
    Ok(())
}

/// Prints the median of many batches.
fn time<R>(way: &str, name: &str, places: u32, mut work: impl FnMut() -> R) {
    if let Some((case, times)) = ALONE.get() {
        if case == name {
            for _ in 0..*times {
                black_box(work());
            }
        }
        return;
    }
    let mut batch = |times: u32| {
        let began = Instant::now();
        for _ in 0..times {
            black_box(work());
        }
        began.elapsed()
    };
    let mut times = 1;
    while batch(times) < BATCH {
        times *= 2;
    }
    let mut batches: Vec<_> = (0..BATCHES).map(|_| batch(times)).collect();
    batches.sort_unstable();
    let median = batches.get(BATCHES / 2).copied().unwrap_or_default();
    let nanos = median.as_secs_f64() * 1e9 / f64::from(times);
    println!("{way}\t{name}\t{places}\t{nanos}");
}

/// Runs a future that waits for nothing.
fn now<F: Future>(work: F) -> Option<F::Output> {
    let mut work = pin!(work);
    match work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => Some(done),
        Poll::Pending => None,
    }
}

/// What this build alone can do.
#[cfg(feature = "observability")]
mod on {
    use std::error::Error;
    use std::hint::black_box;

    use audit_core::observability::{self, EventFields, ObservabilityEvent};
    use metrics_exporter_prometheus::PrometheusBuilder;
    use tracing_subscriber::util::SubscriberInitExt as _;

    use super::{cases, time};

    pub(super) fn run() -> Result<(), Box<dyn Error>> {
        // One place alone, and the loop around it.
        let mut number = 0_u64;
        time("", "(loop)", 1, || {
            number = black_box(number + 1);
            number
        });
        time("", "(loop and one place)", 1, || {
            number = black_box(number + 1);
            observability::emit(ObservabilityEvent::ReadFiltered, EventFields::default);
            number
        });
        observability::enable();
        cases("on, nobody listens")?;
        let _handle = PrometheusBuilder::new()
            .set_buckets(observability::EVALUATION_BUCKETS)?
            .install_recorder()?;
        cases("on, Prometheus")?;
        tracing_subscriber::registry().init();
        cases("on, Prometheus and a registry of spans")
    }
}
