//! What a service shows of itself while it runs: spans, events and metrics, apart from the audit.
//!
//! Two paths leave this crate, and neither switch moves the other. What is audited goes to observers, recorders and sinks
//! alone: no log filter silences it, and no tracing backend gets it. What is here goes to `tracing` and `metrics`, for
//! dashboards and traces; it may be sampled, filtered and lost.
//!
//! It is off until [`enable`] is called, and can be switched while the program runs. Off, each place costs a relaxed load, and two
//! more loads where a gauge is shown.
//! Whatever a subscriber or a recorder does, the call that it is told of goes on: its panic ends here.
//!
//! ```
//! use audit_core::observability::{self, ObservabilityEvent, EventFields};
//!
//! observability::enable();
//! observability::emit(ObservabilityEvent::WriteInjected, || EventFields {
//!     tenant_id: Some("acme"),
//!     model_class: Some("Invoice"),
//!     operation: Some("before_insert"),
//!     ..EventFields::default()
//! });
//! observability::disable();
//! assert!(!observability::is_enabled());
//! ```
//!
//! # Spans and events
//!
//! All have the target `audit::observability`. A filter of a subscriber that turns it off turns off nothing else.
//!
//! | name | what it is | fields |
//! | --- | --- | --- |
//! | `audit.call` | span: a judged call of an annotated function, around its body (of a future: around each poll, not around what it drops as it is given up) | `otel.name` (the action's type), `audit.action`, `audit.call_id` (that of decision and outcome), `audit.effect`, `audit.rule`, `audit.mode`, `audit.applied`, `audit.would`, `audit.would_rule`, `audit.policy`, `audit.indeterminate`, `audit.evaluation_ms`, `audit.tenant`, `code.function.name`, `code.file.path`, `code.line.number`; at its end `audit.outcome`, `audit.duration_ms`, `otel.status_code` |
//! | `audit.operation` | span: a publication or invocation on a bus, around its handlers | `otel.name` (kind and target), `audit.operation`, `audit.caller`, `audit.target`, `audit.verdict`, `audit.rule`; at its end `audit.outcome`, `audit.duration_ms`, `otel.status_code` |
//! | `audit.lifecycle` | event: a component starts, stops, fails | `audit.component`, `audit.instance`, `audit.happening`, `audit.state_before`, `audit.state` |
//! | ten of [`ObservabilityEvent`] | events of scopes and of adapters for tenants | [`EventFields`], and the name once more as `event` |
//!
//! Numbers and truth values are such, so that `tracing-opentelemetry` makes them attributes of their type. No value of a
//! field, no actor and no text of an error is among them.
//!
//! # Metrics
//!
//! They go to the recorder of the `metrics` crate, under these names (Prometheus' way of naming). [`METRICS`] lists the same.
//!
//! | name | kind | labels | what it says |
//! | --- | --- | --- | --- |
//! | `audit_decisions_total` | counter | `action`, `effect`, `rule`, `mode` | decisions |
//! | `audit_indeterminate_total` | counter | `action`, `stage` | decisions that policy could not be asked for, or not answer |
//! | `audit_shadow_flips_total` | counter | `action`, `rule` | calls of `#[admit]` functions that ran and would have been refused by a rule or by the policy's default, had the call or the rule been enforced. What is said of `#[audit]` functions, which never are, is among the decisions, with mode `shadow`; what could not be decided is indeterminate |
//! | `audit_evaluation_seconds` | histogram | `action` | how long resolving and evaluating took |
//! | `audit_outcomes_total` | counter | `action`, `status` | ends of judged calls |
//! | `audit_operations_total` | counter | `kind`, `verdict` | publications and invocations on buses |
//! | `audit_queue_depth` | gauge | `queue` | what waits in a queue: of a queued observer, a queued sink or a trail, by its name; on a bus of a subscription with a queue (`subscriber: pattern`), `publish_nowait`, `invoke_nowait` and `dead_letters` |
//! | `audit_events_dropped_total` | counter | `queue` | events that found the queue of an observer full or closed, and what the queues of a bus dropped since they were made; what a sink has missed is lost or spilled |
//! | `audit_sink_failures_total` | counter | `sink` | failures of sinks, and panics of observers and of the `recorder` |
//! | `audit_sink_quarantined` | gauge | `sink` | 1 while a queued sink takes longer than its time-out, so that nothing is put into its queue; 0 once it returned |
//! | `audit_events_lost_total` | counter | `sink` | events that a sink, or the `recorder`, will never have, and no spill took |
//! | `audit_events_spilled_total` | counter | `sink` | events that a sink did not take and its spill did |
//! | `audit_trail_records` | gauge | `trail` | records in a trail, pruned ones counted |
//! | `audit_trail_bytes` | gauge | `trail` | how large its store is |
//! | `audit_trail_unindexed` | gauge | `trail` | records at its end whose columns are not drawn yet |
//! | `audit_trail_unanchored` | gauge | `trail` | records that no checkpoint covers yet |
//! | `audit_trail_records_lost_total` | counter | `trail` | records that were lost |
//! | `audit_trail_store_failures_total` | counter | `trail` | refusals of its store |
//! | `audit_trail_anchor_failures_total` | counter | `trail` | checkpoints that could not be copied to a second place |
//!
//! Gauges of what has the same name are added up (those of a trail but for its queue are not), and what is gone adds nothing any more.
//! How sinks, observers, queues and trails stand is shown as they are made and whenever the path is switched on, and their counters begin
//! at 0 then: the first loss is an increase. Counters of calls, such as flips, begin with what they count first. A gauge that is above
//! 0 when the path is switched off is followed until it is 0.
//!
//! `rule` is `none` where no rule decided. An action type or a rule that comes from data can't flood a time series database: of each
//! label at most 1,000 values are told apart in the life of a process, and further ones are `other`, of which the first is warned of
//! (`audit::health`); a value is cut at 128 bytes. Queues of buses have a thousand of their own.
//!
//! An exporter that has buckets should be given [`EVALUATION_BUCKETS`] for `audit_evaluation_seconds`.

mod count;
mod emit;
mod event;
mod fact;
mod foreign;
mod gauge;
mod held;
mod label;
mod metric;
mod nested;
mod report;
mod shown;
mod span;
mod switch;
mod turn;

pub(crate) use count::{
    decided, events_dropped, events_lost, events_spilled, observer_is_there, sink_failed,
    sink_is_there,
};
pub use emit::{emit, emit_end};
pub use event::{EventFields, ObservabilityEvent};
pub(crate) use fact::{CallFacts, LifecycleFacts, OperationFacts};
pub(crate) use gauge::Gauge;
pub use metric::{EVALUATION_BUCKETS, METRICS, MetricFacts, MetricKind, describe};
pub(crate) use report::LaneReport;
pub use report::{TrailQueue, TrailReport, TrailStanding};
pub use shown::{Shown, show_at_enable};
pub(crate) use span::{CallSpan, OperationSpan, lifecycle};
pub(crate) use switch::show_from_now;
pub use switch::{disable, enable, is_enabled};
