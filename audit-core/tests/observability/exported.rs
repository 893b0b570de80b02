//! What a tracing backend gets, through `tracing-opentelemetry`.

use audit_core::{Refused, Scope, admit};
use opentelemetry::Value;
use opentelemetry::trace::{Status, TracerProvider as _};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::seen::alone;
use crate::support::runtime;

#[admit(action = "refund")]
fn refund(amount: i64) -> Result<i64, Refused> {
    Scope::new().tenant("acme").unwrap().run(|| Ok(amount))
}

#[admit(action = "transfer")]
fn fails() -> Result<i64, std::io::Error> {
    Err(std::io::Error::other("a secret of the body"))
}

fn exported(work: impl FnOnce()) -> Vec<SpanData> {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let subscriber = tracing_subscriber::registry().with(layer);
    let _alone = alone();
    audit_core::observability::enable();
    tracing::subscriber::with_default(subscriber, work);
    audit_core::observability::disable();
    exporter.get_finished_spans().unwrap()
}

fn attribute<'s>(span: &'s SpanData, name: &str) -> &'s Value {
    let mut all = span.attributes.iter();
    let found = all.find(|attribute| attribute.key.as_str() == name);
    &found.unwrap_or_else(|| panic!("{name}: {span:#?}")).value
}

#[test]
fn a_span_is_named_by_its_action_and_its_attributes_have_types() {
    let spans = exported(|| {
        runtime().scope(|| refund(600)).unwrap_err();
        runtime().scope(|| refund(20)).unwrap();
    });
    let [refused, ran] = &spans[..] else {
        panic!("{spans:#?}")
    };
    assert_eq!(ran.name, "refund");
    assert_eq!(attribute(ran, "audit.applied"), &Value::Bool(true));
    assert!(matches!(attribute(ran, "audit.duration_ms"), Value::F64(_)));
    assert!(matches!(
        attribute(ran, "audit.evaluation_ms"),
        Value::F64(_)
    ));
    assert!(matches!(attribute(ran, "code.line.number"), Value::I64(_)));
    assert_eq!(attribute(ran, "audit.outcome").as_str(), "completed");
    assert_eq!(ran.status, Status::Unset);
    let events: Vec<_> = ran.events.iter().map(|event| &*event.name).collect();
    assert_eq!(events, ["tenant.scope.entered", "tenant.scope.exited"]);
    assert_eq!(attribute(refused, "audit.rule").as_str(), "approve_medium");
    assert_eq!(attribute(refused, "audit.outcome").as_str(), "refused");
    assert_eq!(
        refused.status,
        Status::Unset,
        "a refusal is no error of the program"
    );
}

#[test]
fn a_failed_call_is_an_error_in_the_trace_without_its_text() {
    let spans = exported(|| {
        runtime().scope(fails).unwrap_err();
    });
    assert!(
        matches!(spans[0].status, Status::Error { .. }),
        "{spans:#?}"
    );
    assert!(!format!("{spans:?}").contains("secret"));
}
