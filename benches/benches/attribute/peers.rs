//! The peers' attributes, and what listens to them.

use std::hint::black_box;

use audit_benches::engine::BoxError;
use audit_benches::measure::Contender;
use fastrace::Span;
use fastrace::collector::{Config, Reporter, SpanContext, SpanRecord};

use crate::subject::{Form, Subject, ask, subject};
use crate::timing::Entry;

/// Calls that share one root span, which `fastrace` keeps in memory until it ends.
const CALLS_IN_ROOT: u64 = 64;

subject!(
    "tracing `#[instrument]`"
    #[tracing::instrument]
    mod instrument(order_id, amount, currency)
);
subject!(
    "tracing `#[instrument(ret, err)]`"
    #[tracing::instrument(ret, err)]
    mod instrument_outcome(order_id, amount, currency)
);
subject!(
    "fastrace `#[trace]`, no arguments"
    #[fastrace::trace]
    mod trace(order_id, amount, currency)
);
subject!(
    "fastrace `#[trace]`, 3 properties"
    #[fastrace::trace(properties = { "order_id": "{order_id}", "amount": "{amount}", "currency": "{currency}" })]
    mod trace_properties(order_id, amount, currency)
);
subject!(
    "emit `#[span]`, 3 properties"
    #[emit::span("refund", order_id, amount, currency)]
    mod span(order_id, amount, currency)
);
subject!(
    "autometrics `#[autometrics]`"
    #[autometrics::autometrics]
    mod metrics(order_id, amount, currency)
);

/// Every attribute of a peer.
pub(crate) fn subjects() -> Vec<Subject> {
    vec![
        instrument::subject(),
        instrument_outcome::subject(),
        trace::subject(),
        trace_properties::subject(),
        span::subject(),
        metrics::subject(),
    ]
}

/// The rows while nothing is installed.
pub(crate) fn unheard() -> Vec<Entry> {
    vec![
        Entry::simple(instrument::subject(), "no subscriber"),
        Entry::simple(instrument_outcome::subject(), "no subscriber"),
        Entry::simple(trace::subject(), "no parent"),
        Entry::simple(trace_properties::subject(), "no parent"),
        Entry::simple(span::subject(), "not set up"),
        Entry::simple(metrics::subject(), "counts always"),
    ]
}

/// The rows while something listens.
pub(crate) fn heard() -> Vec<Entry> {
    let in_root = |subject| Entry {
        make: rooted,
        ..Entry::simple(subject, "64 calls in a root")
    };
    vec![
        Entry::simple(instrument::subject(), "no-op layer"),
        Entry::simple(instrument_outcome::subject(), "no-op layer"),
        Entry::simple(trace::subject(), "no parent"),
        in_root(trace::subject()),
        in_root(trace_properties::subject()),
        Entry::simple(span::subject(), "no-op emitter"),
        Entry::simple(metrics::subject(), "prometheus registry"),
    ]
}

/// Lets every peer be heard, by somebody who does nothing. `autometrics` registers itself.
pub(crate) fn install() -> Result<(), BoxError> {
    // As the process's default it is reached without a thread-local, which is its fastest way.
    let with_layer =
        tracing_subscriber::layer::SubscriberExt::with(tracing_subscriber::registry(), NoOp);
    tracing::subscriber::set_global_default(with_layer)?;
    fastrace::set_reporter(NoOp, Config::default());
    let emitter = emit::emitter::from_fn(|event| {
        black_box(event);
    });
    let emitting = emit::setup().emit_to(emitter).try_init();
    // What it returns is only for flushing.
    emitting
        .map(drop)
        .ok_or_else(|| "`emit` is set up already".into())
}

/// Listens and does nothing.
struct NoOp;

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for NoOp {}

impl Reporter for NoOp {
    fn report(&mut self, spans: Vec<SpanRecord>) {
        black_box(spans);
    }
}

/// Calls under root spans; each root's own cost is shared by the calls under it, and its thread's is not seen.
fn rooted(name: String, form: Form) -> Contender<'static> {
    Contender::batched(name, move |times| {
        let mut left = times;
        while left > 0 {
            let root = Span::root("root", SpanContext::random());
            let _parent = root.set_local_parent();
            let calls = left.min(CALLS_IN_ROOT);
            for _ in 0..calls {
                let _ = black_box(ask(form));
            }
            left -= calls;
        }
    })
}
