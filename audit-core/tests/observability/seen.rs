//! What a subscriber of `tracing` and a recorder of `metrics` get, and one test at a time.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use audit_core::{Policy, Runtime, observability};
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

type Fields = BTreeMap<String, Value>;

/// A span, as it was when it was closed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Span {
    pub(crate) name: &'static str,
    pub(crate) target: String,
    pub(crate) parent: Option<&'static str>,
    pub(crate) fields: Fields,
    pub(crate) entered: usize,
    pub(crate) exited: usize,
}

/// An event, and the name of the span that it lies in.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) name: &'static str,
    pub(crate) level: tracing::Level,
    pub(crate) within: Option<&'static str>,
    pub(crate) fields: Fields,
}

/// All that was seen while something was observed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// In the order in which they were closed.
    pub(crate) spans: Vec<Span>,
    pub(crate) events: Vec<Told>,
    /// As Prometheus reads it.
    pub(crate) metrics: String,
}

impl Seen {
    /// The spans of this path.
    pub(crate) fn ours(&self) -> Vec<&Span> {
        let ours = |span: &&Span| span.target == "audit::observability";
        self.spans.iter().filter(ours).collect()
    }

    /// The only one of these.
    pub(crate) fn span(&self, name: &str) -> &Span {
        let found: Vec<_> = self.spans.iter().filter(|span| span.name == name).collect();
        assert_eq!(found.len(), 1, "{:#?}", self.spans);
        found[0]
    }

    /// The names of all events whose name begins so.
    pub(crate) fn events(&self, prefix: &str) -> Vec<&'static str> {
        let names = self.events.iter().map(|event| event.name);
        names.filter(|name| name.starts_with(prefix)).collect()
    }

    /// The value of a series, written as in Prometheus' format: `name{label="value"}`.
    pub(crate) fn metric(&self, series: &str) -> Option<&str> {
        let mut lines = self.metrics.lines();
        lines.find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))
    }
}

/// Lets one test at a time have the switch, which is one for the process.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    observability::disable();
    alone
}

/// Runs something with the path on, and what it shows.
pub(crate) fn observe<R>(work: impl FnOnce() -> R) -> (R, Seen) {
    let _alone = alone();
    watch(|| {
        observability::enable();
        let result = work();
        observability::disable();
        result
    })
}

/// Runs something, and what is shown.
pub(crate) fn watch<R>(work: impl FnOnce() -> R) -> (R, Seen) {
    let seen = Arc::new(Mutex::new(Seen::default()));
    let subscriber = tracing_subscriber::registry().with(Watching(Arc::clone(&seen)));
    let (result, metrics) = recording(|| tracing::subscriber::with_default(subscriber, work));
    let mut seen = seen.lock().unwrap().clone();
    seen.metrics = metrics;
    (result, seen)
}

/// Runs something, and what a Prometheus reads of it.
pub(crate) fn recording<R>(work: impl FnOnce() -> R) -> (R, String) {
    let recorder = PrometheusBuilder::new()
        .set_buckets(observability::EVALUATION_BUCKETS)
        .unwrap()
        .build_recorder();
    let handle = recorder.handle();
    let result = metrics::with_local_recorder(&recorder, work);
    (result, handle.render())
}

struct Watching(Arc<Mutex<Seen>>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Watching {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let mut seen = Span {
            name: span.name(),
            target: span.metadata().target().to_owned(),
            parent: span.parent().map(|parent| parent.name()),
            ..Span::default()
        };
        attributes.record(&mut Reading(&mut seen.fields));
        span.extensions_mut().insert(seen);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let mut extensions = span.extensions_mut();
        let seen = extensions.get_mut::<Span>().unwrap();
        values.record(&mut Reading(&mut seen.fields));
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        span.extensions_mut().get_mut::<Span>().unwrap().entered += 1;
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        span.extensions_mut().get_mut::<Span>().unwrap().exited += 1;
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::new();
        event.record(&mut Reading(&mut fields));
        self.0.lock().unwrap().events.push(Told {
            name: event.metadata().name(),
            level: *event.metadata().level(),
            within: context.lookup_current().map(|span| span.name()),
            fields,
        });
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let span = context.span(&id).unwrap();
        let seen = span.extensions_mut().remove::<Span>().unwrap();
        self.0.lock().unwrap().spans.push(seen);
    }
}

struct Reading<'f>(&'f mut Fields);

impl Reading<'_> {
    fn set(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for Reading<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, json!(value));
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, json!(value));
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, json!(value));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, json!(value));
    }
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, json!(format!("{value:?}")));
    }
}

/// Runs a future to its end on this thread.
pub(crate) fn now<F: Future>(work: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(work)
}

/// Allows every refund; a rule in shadow would block those above 5.
pub(crate) fn trying() -> Runtime {
    let schema = "language: audit/2\nactions:\n  refund: {fields: {amount: integer}}\n";
    let rules = "language: audit/2
default: allow
rules:
  - id: tries
    scope: {action: refund}
    mode: shadow
    when: {subject: action.amount, operator: greater_than, value: 5}
    effect: block
";
    let policy = Policy::from_strings(schema, rules, None).unwrap();
    Runtime::builder().policy(policy).build().unwrap()
}
