//! What questions cost at scale. Not run by itself: it makes a database of several gigabytes, and prints.
//!
//! `AUDIT_SCALE_PRAGMAS` is run before, such as `PRAGMA mmap_size = 1000000000`.
//! `AUDIT_SCALE_ROWS=10000000 cargo test -p audit-trail --release scale -- --ignored --nocapture`

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use audit_core::Timestamp;
use rusqlite::{Connection, params};

use super::fixture::{decision, outcome, record};
use crate::query::{Aggregation, Dimension, Query};
use crate::store::sqlite::search::{aggregate, search};

/// Nanoseconds between two records: a million in a day.
const STEP: i64 = 86_400_000;

fn rows() -> i64 {
    std::env::var("AUDIT_SCALE_ROWS").map_or(1_000_000, |rows| rows.parse().unwrap())
}

/// Numbers without a pattern (xorshift).
struct Draw(u64);

impl Draw {
    /// Below `end`, the lower the more often: the lowest is drawn with a chance of `end` to the power of `-1 / skew`.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "it is drawn"
    )]
    fn below(&mut self, end: u64, skew: i32) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let unit = (self.0 >> 11) as f64 / (1_u64 << 53) as f64;
        (end as f64 * unit.powi(skew)) as u64
    }
}

fn database(rows: i64) -> PathBuf {
    let path = std::env::temp_dir().join(format!("audit-trail-scale-{rows}.db"));
    if !path.exists() {
        let made = path.with_extension("making");
        let _ = std::fs::remove_file(&made);
        make(&made, rows);
        std::fs::rename(&made, &path).unwrap();
    }
    path
}

fn make(path: &Path, rows: i64) {
    let schema = include_str!("../../schema.sql");
    let (tables, indexes): (Vec<&str>, Vec<&str>) = schema
        .split_inclusive(";\n")
        .partition(|statement| !statement.contains("CREATE INDEX"));
    let mut conn = Connection::open(path).unwrap();
    conn.execute_batch(
        "PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA cache_size = -1000000;",
    )
    .unwrap();
    conn.execute_batch(&tables.concat()).unwrap();
    conn.execute("INSERT INTO head VALUES (1, 0, x'', 0, 0)", [])
        .unwrap();
    let transaction = conn.transaction().unwrap();
    let mut draw = Draw(0x9e37_79b9_7f4a_7c15);
    {
        let mut body_in = transaction
            .prepare("INSERT INTO record VALUES (?1, 1, ?2)")
            .unwrap();
        let sql = "INSERT INTO entry VALUES \
            (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 0)";
        let mut entry_in = transaction.prepare(sql).unwrap();
        let mut insert = |seq: i64, body: serde_json::Value, ended: Option<&str>| {
            let body = serde_json::to_vec(&body).unwrap();
            let columns = crate::Columns::read(&body).unwrap();
            body_in.execute(params![seq, body]).unwrap();
            let outcome = ended.or(columns.outcome.as_deref());
            let values = params![
                seq,
                columns.time,
                columns.kind.as_str(),
                columns.name,
                columns.is_action,
                columns.actor,
                columns.tenant,
                columns.resource,
                columns.effect,
                columns.rule,
                columns.mode,
                outcome,
                columns.id,
                columns.call,
                columns.took
            ];
            entry_in.execute(values).unwrap();
        };
        for call in 0..rows / 2 {
            let seq = u64::try_from(call * 2).unwrap();
            let actor = format!("actor-{}", draw.below(100_000, 4));
            let action = format!("action-{}", draw.below(200, 3));
            let tenant = format!("tenant-{}", draw.below(50, 2));
            let is_blocked = draw.below(20, 1) == 0;
            let status = if is_blocked {
                "refused"
            } else {
                ["completed", "failed"][usize::from(draw.below(30, 1) == 0)]
            };
            let took = draw.below(50_000_000, 5) + 1_000;
            let mut decided = decision(seq, &actor, if is_blocked { "block" } else { "allow" });
            decided["tenant"] = tenant.clone().into();
            decided["resource"] = format!("order/{}", draw.below(1_000_000, 1)).into();
            decided["action"]["amount"] = draw.below(10_000, 2).into();
            decided["decision"]["duration_ns"] = (took % 10_000).into();
            if is_blocked {
                decided["decision"]["matched_rule"] = format!("rule-{}", draw.below(30, 2)).into();
            }
            let time = call * 2 * STEP;
            insert(
                call * 2,
                record(seq, time, "decision", &action, decided),
                Some(status),
            );
            let mut ended = outcome(seq, &actor, status);
            ended["tenant"] = tenant.into();
            ended["outcome"]["duration_ns"] = took.into();
            insert(
                call * 2 + 1,
                record(seq + 1, time + STEP, "outcome", &action, ended),
                None,
            );
        }
    }
    transaction
        .execute("UPDATE head SET size = ?1, indexed = ?1", [rows])
        .unwrap();
    transaction.commit().unwrap();
    conn.execute_batch(&indexes.concat()).unwrap();
    conn.execute_batch("PRAGMA journal_mode = wal;").unwrap();
}

/// What one of many runs takes: the shortest time, and the processor's at the mean, as other programs may take it as well.
fn cost(runs: u32, mut run: impl FnMut()) -> String {
    let start = on_processor();
    let times = (0..runs).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    let shortest = times.min().unwrap_or_default();
    let busy = on_processor().saturating_sub(start) / runs;
    format!("{shortest:>10.1?} at best, {busy:>10.1?} of a processor")
}

/// How long this thread has run; where the system does not say, the time itself.
fn on_processor() -> Duration {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    // What the system says stands still between ticks; giving way brings it up to date.
    std::thread::yield_now();
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = stat.and_then(|stat| stat.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

#[test]
#[ignore = "makes a database of several gigabytes and prints what questions cost"]
fn what_questions_cost_at_scale() {
    let rows = rows();
    let conn = Connection::open(database(rows)).unwrap();
    if let Ok(pragmas) = std::env::var("AUDIT_SCALE_PRAGMAS") {
        conn.execute_batch(&pragmas).unwrap();
    }
    let now = Timestamp::from_nanos(rows * STEP);
    println!("{rows} records");
    for text in [
        "",
        "since:24h",
        "actor:actor-0",
        "actor:actor-0 since:24h",
        "actor:actor-500 since:24h",
        "actor:actor-99999",
        "action:action-0 since:24h",
        "action:action-150 since:24h",
        "action:action-7 since:7d until:6d",
        "actor:actor-0 action:action-0",
        "actor:actor-0 action:action-199",
        "actor:actor-99000 action:action-0",
        "actor:actor-500 action:action-0 since:24h",
        "actor:actor-0 action:action-0 effect:block",
        "actor:actor-99* since:7d",
        "actor:actor-9999*",
        "actor:*99",
        "effect:block since:24h",
        "outcome:failed since:24h",
        "outcome:completed",
        "outcome:unknown",
        "outcome:open",
        "tenant:tenant-0",
        "tenant:tenant-49 since:24h",
        "resource:order/77",
        "rule:rule-3 since:7d",
        "kind:loss",
        "id:00000000-0000-7000-8000-000000000064",
        "call:00000000-0000-7000-8000-000000000064",
        "took>49ms since:24h",
        "field.action.amount>9990 since:24h",
        "actor:actor-0,actor-1,actor-2 -effect:allow",
        "seq:1000..2000",
        "-actor:actor-0 -action:action-0",
        "name:nothing",
        "actor:actor-0 action:nothing",
        "actor:actor-0 rule:rule-0 tenant:tenant-49",
    ] {
        let query = Query::parse(text, now).unwrap();
        let mut found = (0, false);
        let time = cost(21, || {
            let page = search(&conn, &query, None, 100).unwrap();
            found = (page.records.len(), page.next.is_some());
        });
        println!(
            "{time}  {:>4} {}  {text}",
            found.0,
            if found.1 { "more" } else { "    " }
        );
    }
    for (text, by, bucket) in [
        ("since:1h", &[Dimension::Effect][..], 60),
        ("since:24h", &[Dimension::Effect], 3600),
        ("since:24h", &[], 3600),
        (
            "since:24h kind:decision",
            &[Dimension::Action, Dimension::Effect],
            3600,
        ),
        ("effect:block since:24h", &[Dimension::Rule], 3600),
        ("actor:actor-0", &[Dimension::Action], 86_400),
        ("since:24h", &[Dimension::Actor], 86_400),
        ("", &[Dimension::Outcome], 86_400),
    ] {
        for has_latency in [false, true] {
            let query = Query::parse(text, now).unwrap();
            let mut asked = Aggregation::new(query)
                .every(Duration::from_secs(bucket))
                .top(10);
            if has_latency {
                asked = asked.with_latency();
            }
            for by in by {
                asked = asked.by(*by);
            }
            let mut counted = 0;
            let time = cost(if text.is_empty() { 1 } else { 3 }, || {
                counted = aggregate(&conn, &asked).unwrap().records;
            });
            println!(
                "{time}  {counted:>9} counted, latency {has_latency}: `{text}` by {by:?} every {bucket} s"
            );
        }
    }
}
