//! The first page of a question and the sums of a window, beside the same SQL over the same file.

use std::path::Path;
use std::time::{Duration, Instant};

use audit_benches::engine::BoxError;
use audit_benches::measure::{count, median, nanos, time};
use audit_core::{Effect, EventKind, Timestamp};
use audit_trail::store::StoreReader;
use audit_trail::{Aggregation, Dimension, Query, SqliteReader};
use fastrand::Rng;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::bare::Bare;
use super::choice::Choice;
use super::pace::Pace;
use super::stock::Stock;
use super::subject::{ACTORS, ACTS, actor_id, zipf};
use super::table::{Table, paired, percentile_99, ratio};

/// How many records a page holds.
const PAGE: usize = 100;
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Prints the tables of pages and of sums.
pub(crate) fn run(choice: &Choice, stock: &Stock) -> Result<(), BoxError> {
    let mut desk = Desk::open(&stock.path)?;
    pages(choice, stock, &mut desk)?;
    sums(choice, stock, &mut desk)
}

/// Both who are asked.
struct Desk {
    trail: SqliteReader,
    bare: Connection,
}

/// A question, as it is put to both.
struct Asked {
    query: Query,
    sql: String,
    values: Vec<Value>,
}

/// What a question asks for, besides its window.
#[derive(Clone, Copy, Debug)]
struct Kind {
    actor: bool,
    action: bool,
    blocked: bool,
    window: Option<Duration>,
}

const ALL: Kind = Kind {
    actor: false,
    action: false,
    blocked: false,
    window: None,
};

fn pages(choice: &Choice, stock: &Stock, desk: &mut Desk) -> Result<(), BoxError> {
    let table = Table::new(
        choice.is_full(),
        &format!(
            "First page of {PAGE} among {} records (target: 10 ms at the median)",
            stock.rows
        ),
        &[
            "question",
            "median",
            "p99",
            "bare, median",
            "bare, p99",
            "ratio",
            "records a page",
            "pages cut short",
        ],
    );
    let (actor, action) = (
        Kind { actor: true, ..ALL },
        Kind {
            action: true,
            ..ALL
        },
    );
    let both = Kind {
        actor: true,
        ..action
    };
    let blocked = Kind {
        blocked: true,
        ..ALL
    };
    let within = |kind: Kind, window| Kind {
        window: Some(window),
        ..kind
    };
    for (name, kind) in [
        ("by actor", actor),
        ("by action", action),
        ("by actor and action", both),
        ("in an hour", within(ALL, HOUR)),
        ("by actor in a day", within(actor, DAY)),
        ("by action in an hour", within(action, HOUR)),
        ("by action in a day", within(action, DAY)),
        ("by actor and action in a day", within(both, DAY)),
        ("blocked, in a day", within(blocked, DAY)),
        (
            "by action and blocked",
            Kind {
                blocked: true,
                ..action
            },
        ),
    ] {
        let mut random = Rng::with_seed(11);
        let (mut own, mut peer) = (Vec::new(), Vec::new());
        let (mut found, mut short) = (0, 0);
        let keys = if choice.is_full() { 500 } else { 4 };
        for number in 0..keys {
            let asked = Asked::draw(kind, stock, &mut random);
            // Whoever asks second finds the file's pages in memory.
            let bare = |desk: &Desk| asked.page_of_bare(&desk.bare);
            let (ours, theirs) = if number % 2 == 0 {
                let theirs = bare(desk)?;
                (asked.page(&mut desk.trail)?, theirs)
            } else {
                (asked.page(&mut desk.trail)?, bare(desk)?)
            };
            let (took, seqs, is_last) = ours;
            let (bare_took, bare_seqs) = theirs;
            let cut = !is_last && seqs.len() < PAGE;
            assert!(
                if cut {
                    bare_seqs.starts_with(&seqs)
                } else {
                    bare_seqs == seqs
                },
                "{}: {seqs:?} and {bare_seqs:?}",
                asked.query
            );
            found += seqs.len();
            short += usize::from(cut);
            own.push(nanos(took));
            peer.push(nanos(bare_took));
        }
        table.row([
            name.to_owned(),
            time(median(own.clone())),
            time(percentile_99(&own)),
            time(median(peer.clone())),
            time(percentile_99(&peer)),
            ratio(paired(&own, &peer)),
            format!("{:.1}", count(found as u64) / f64::from(keys)),
            short.to_string(),
        ]);
    }
    Ok(())
}

fn sums(choice: &Choice, stock: &Stock, desk: &mut Desk) -> Result<(), BoxError> {
    let table = Table::new(
        choice.is_full(),
        "Decisions counted by effect",
        &[
            "window",
            "median",
            "p99",
            "bare, median",
            "bare, p99",
            "ratio",
            "decisions",
        ],
    );
    for (name, window) in [("an hour", HOUR), ("a day", DAY)] {
        let mut random = Rng::with_seed(13);
        let (mut own, mut peer, mut counted) = (Vec::new(), Vec::new(), Vec::new());
        let times = match (choice.is_full(), window) {
            (false, _) => 2,
            (true, HOUR) => 100,
            (true, _) => 20,
        };
        for number in 0..times {
            let (since, until) = draw_window(window, stock, &mut random);
            let mut ours = || tally(&mut desk.trail, since, until);
            let theirs = || tally_of_bare(&desk.bare, since, until);
            let ((took, all), (bare_took, bare_all)) = if number % 2 == 0 {
                let theirs = theirs()?;
                (ours()?, theirs)
            } else {
                (ours()?, theirs()?)
            };
            assert_eq!(all, bare_all, "both count the same");
            own.push(nanos(took));
            peer.push(nanos(bare_took));
            counted.push(count(all.iter().map(|(_, count)| count).sum()));
        }
        table.row([
            name.to_owned(),
            time(median(own.clone())),
            time(percentile_99(&own)),
            time(median(peer.clone())),
            time(percentile_99(&peer)),
            ratio(paired(&own, &peer)),
            format!("{:.0}", median(counted)),
        ]);
    }
    Ok(())
}

impl Desk {
    fn open(path: &Path) -> Result<Self, BoxError> {
        Ok(Self {
            trail: SqliteReader::open(path)?,
            bare: Bare::read(path)?,
        })
    }
}

impl Asked {
    /// A question with a key that some record has, rare or frequent, and a window somewhere in the trail.
    fn draw(kind: Kind, stock: &Stock, random: &mut Rng) -> Self {
        let (mut query, mut values) = (Query::new(), Vec::new());
        let mut sql = String::from(
            "SELECT entry.seq, record.body FROM entry JOIN record ON record.seq = entry.seq WHERE 1",
        );
        let mut and = |condition: &str, value: Value| {
            sql.push_str(" AND ");
            sql.push_str(condition);
            values.push(value);
        };
        if kind.actor {
            let id = actor_id(zipf(random, ACTORS));
            and("entry.actor = ?", id.clone().into());
            query = query.actor(id);
        }
        if kind.action {
            let act = ACTS.get(zipf(random, ACTS.len()));
            let name = act.map_or("refund", |(name, _)| *name);
            and("entry.is_action AND entry.name = ?", name.to_owned().into());
            query = query.action(name);
        }
        if kind.blocked {
            and("entry.effect = ?", Effect::Block.to_string().into());
            query = query.effect(Effect::Block);
        }
        if let Some(window) = kind.window {
            let (since, until) = draw_window(window, stock, random);
            and("entry.time >= ?", since.as_nanos().into());
            and("entry.time < ?", until.as_nanos().into());
            query = query.since(since).until(until);
        }
        sql.push_str(" ORDER BY entry.time DESC, entry.seq DESC LIMIT 100");
        Self { query, sql, values }
    }

    /// The trail's answer: how long it took, which records, whether these are all.
    fn page(&self, reader: &mut SqliteReader) -> Result<(Duration, Vec<u64>, bool), BoxError> {
        let started = Instant::now();
        let page = reader.search(&self.query, None, PAGE)?;
        let took = started.elapsed();
        assert_eq!(
            page.index_mismatches, 0,
            "the index says what the bytes say"
        );
        let seqs = page.records.iter().map(|record| record.seq).collect();
        Ok((took, seqs, page.next.is_none()))
    }

    /// The bare database's answer, bodies in memory.
    fn page_of_bare(&self, connection: &Connection) -> Result<(Duration, Vec<u64>), BoxError> {
        let started = Instant::now();
        let mut select = connection.prepare_cached(&self.sql)?;
        let rows = select.query_map(params_from_iter(&self.values), |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
        })?;
        let records = rows.collect::<Result<Vec<_>, _>>()?;
        let took = started.elapsed();
        let seqs = records.iter().map(|(seq, _)| seq.unsigned_abs()).collect();
        Ok((took, seqs))
    }
}

/// A span of time of this length, somewhere in the trail.
fn draw_window(window: Duration, stock: &Stock, random: &mut Rng) -> (Timestamp, Timestamp) {
    let start = Pace::start().as_nanos();
    let length = i64::try_from(window.as_nanos()).unwrap_or(i64::MAX);
    let latest = (stock.end.as_nanos() - length).max(start);
    let since = Timestamp::from_nanos(random.i64(start..=latest));
    (since, since.saturating_add(window))
}

type Counts = Vec<(String, u64)>;

fn tally(
    reader: &mut SqliteReader,
    since: Timestamp,
    until: Timestamp,
) -> Result<(Duration, Counts), BoxError> {
    let started = Instant::now();
    let query = Query::new()
        .kind(EventKind::Decision)
        .since(since)
        .until(until);
    let tally = reader.aggregate(&Aggregation::new(query).by(Dimension::Effect))?;
    let took = started.elapsed();
    let groups = tally.groups.iter();
    let mut counts: Counts = groups
        .map(|group| (group.keys.iter().flatten().cloned().collect(), group.count))
        .collect();
    counts.sort();
    Ok((took, counts))
}

fn tally_of_bare(
    connection: &Connection,
    since: Timestamp,
    until: Timestamp,
) -> Result<(Duration, Counts), BoxError> {
    let started = Instant::now();
    let mut select = connection.prepare_cached(
        "SELECT effect, count(*) FROM entry WHERE kind = 'decision' AND time >= ? AND time < ?
         GROUP BY effect ORDER BY effect",
    )?;
    let rows = select.query_map((since.as_nanos(), until.as_nanos()), |row| {
        Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
    })?;
    let counts = rows.collect::<Result<Counts, _>>()?;
    Ok((started.elapsed(), counts))
}
