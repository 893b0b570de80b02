//! The durable, ordered, provable and searchable log of audit records, embedded in the process.
//!
//! ```
//! use std::time::Duration;
//!
//! use audit_core::{Action, Policy, Runtime};
//! use audit_trail::Trail;
//!
//! # let dir = tempfile::tempdir()?;
//! # let path = dir.path().join("audit.db");
//! # let policy = Policy::from_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/payments/policy"))?;
//! let trail = Trail::open(path)?;
//! let runtime = Runtime::builder().policy(policy).recorder(trail.clone()).build()?;
//!
//! let allowed = runtime.allow(&Action::new("refund").with("amount", 5000)); // judged, and recorded
//! trail.flush(Duration::from_secs(5))?;
//!
//! let found = trail.search(&trail.query("action:refund effect:block since:24h")?, None, 10)?;
//! assert!(!allowed && found.records.len() == 1);
//! assert!(trail.verify()?.is_sound());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The rooms
//!
//! * **The handle**: [`Trail`], opened by [`TrailOptions`]: what is recorded, how surely, where checkpoints go. It is the
//!   [`Recorder`](audit_core::Recorder) of a runtime. [`TrailGuard`] closes it; [`TrailStats`] says how it does.
//! * **Questions**: [`Query`], built or read from text, answered in [`Page`]s of [`Record`]s or as [`Answers`];
//!   [`Aggregation`] counts. [`TenantTrail`] answers them of one tenant's records, and of no others.
//! * **Proof**: [`tree`] (RFC 9162), [`note`] (keys and signed checkpoints), [`proof`] (of one record), [`export`]
//!   (tlog-tiles), [`verify`] (whether all is as it was written), [`anchor`] (checkpoints in second places).
//! * **What may go**: [`retention`].
//! * **Where it is kept**: [`store`], whose trait another database can implement; `examples/own_store` does so in memory.
//!
//! # Promises
//!
//! A durable record is on disk when its function runs. What was accepted and not written is lost with the process alone, what was
//! written under load and not awaited with the machine (a second's worth at most), and the next opening says how many records
//! that may be at most. What a full queue drops is counted, and told of with its times. The
//! bytes that a query returns are those that are hashed and signed. Nothing that the trail or its disk does stops a call that is
//! in shadow.
//!
//! What the trail records of itself (that it was opened and closed, who read it, what was lost or went by retention, another key) is told
//! to the sinks and observers of the process and of the default runtime too, from a thread that is not its writer's. A sink that is to
//! hear of an unclean end is registered before the trail is opened, for the process. A runtime that is used in scopes alone hears of
//! what is done within them, such as reading.
//!
//! # Features
//!
//! - `observability`: how a trail stands, as metrics of `audit_core::observability`: its size, its un-indexed end, what waits and
//!   what was lost. It brings in `metrics`.
//! - `webhook`: [`anchor`]'s `WebhookAnchor`, which brings an HTTP client with TLS.

pub mod anchor;
mod columns;
mod cut;
mod deadline;
pub mod export;
mod health;
pub mod note;
mod notice;
mod plan;
pub mod proof;
mod query;
mod queue;
pub mod retention;
pub mod store;
mod trail;
pub mod tree;
pub mod verify;
mod writer;

pub use columns::Columns;
pub use health::{TrailState, TrailStats};
pub use query::{
    Aggregation, Condition, Cursor, CursorError, Dimension, FieldPath, Group, Latency, Literal,
    Order, Page, Pattern, Query, QueryError, QueryMistake, Record, Tally, Test, UnknownDimension,
};
pub use queue::Overflow;
pub use store::sqlite::{SqliteReader, SqliteStore};
pub use trail::{
    AccessRecorder, Answers, TenantTrail, Trail, TrailAnchor, TrailError, TrailGuard, TrailOptions,
    plan_retention, prune, sign_checkpoint,
};
