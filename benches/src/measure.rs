//! Contenders side by side: one batch of each in every round, ratios taken within a round.
//!
//! `criterion` and `divan` time one contender after the other, minutes apart on a machine whose speed changes by
//! the second, and neither prints a ratio beside its peers. Here every contender meets the same weather: a round
//! takes one batch of each, and a ratio compares two batches of the same round. Medians over many rounds follow.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// How long one batch should take: long beside a clock read, short beside a change of the weather.
const BATCH: Duration = Duration::from_micros(1_500);
/// How long one table should take.
const TABLE: Duration = Duration::from_millis(2_500);
/// Bounds on the number of rounds.
const ROUNDS: (usize, usize) = (7, 201);
/// How often an operation runs in a smoke test.
const SMOKE: u64 = 3;

/// One operation under a name.
pub struct Contender<'c> {
    name: String,
    /// Brings its state about, before each batch and outside the time.
    prepare: Box<dyn FnMut() + 'c>,
    run: Box<dyn FnMut(u64) + 'c>,
}

impl<'c> Contender<'c> {
    /// An operation; what it returns is made, and dropped, within the time.
    pub fn new<R>(name: impl Into<String>, mut operation: impl FnMut() -> R + 'c) -> Self {
        Self::batched(name, move |times| {
            (0..times).for_each(|_| drop(black_box(operation())));
        })
    }

    /// An operation that repeats itself as often as it is told, because something is to be shared by several.
    pub fn batched(name: impl Into<String>, run: impl FnMut(u64) + 'c) -> Self {
        Self {
            name: name.into(),
            prepare: Box::new(|| ()),
            run: Box::new(run),
        }
    }

    /// What to do before each batch, untimed: contenders of one table may need different states of the process.
    #[must_use]
    pub fn after(mut self, prepare: impl FnMut() + 'c) -> Self {
        self.prepare = Box::new(prepare);
        self
    }

    fn time(&mut self, times: u64) -> Duration {
        (self.prepare)();
        let started = Instant::now();
        (self.run)(times);
        started.elapsed()
    }

    /// How many operations fill a batch, after warming up.
    fn batch(&mut self) -> u64 {
        let mut times = 1;
        loop {
            let took = self.time(times);
            if took >= BATCH / 2 || times >= 1 << 24 {
                return per_batch(times, took);
            }
            times *= 2;
        }
    }
}

impl std::fmt::Debug for Contender<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contender")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

fn per_batch(times: u64, took: Duration) -> u64 {
    let wanted = BATCH.as_nanos() * u128::from(times) / took.as_nanos().max(1);
    u64::try_from(wanted).unwrap_or(u64::MAX).max(1)
}

/// What was measured of one contender.
#[derive(Clone, Debug)]
pub struct Figure {
    /// The contender's name.
    pub name: String,
    /// The median over the rounds, in nanoseconds an operation.
    pub median_ns: f64,
    /// The fastest round.
    pub min_ns: f64,
    /// The median of the ratios to the first contender, round by round.
    pub ratio: f64,
    /// Allocations an operation, counted on this thread.
    pub allocations: f64,
}

/// Whether to measure, or only to run everything once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// A few operations of each contender; times mean nothing.
    Smoke,
    /// Everything.
    Full,
}

impl Depth {
    /// `cargo bench` says `--bench`; `cargo test` does not.
    pub fn from_args() -> Self {
        let mut args = std::env::args();
        if args.any(|arg| arg == "--bench") && !std::env::args().any(|arg| arg == "--test") {
            Self::Full
        } else {
            Self::Smoke
        }
    }

    /// Measures contenders and prints their table. A smoke test prints nothing: its times mean nothing.
    pub fn report(self, title: &str, contenders: Vec<Contender<'_>>) -> Vec<Figure> {
        let figures = self.measure(contenders);
        if self == Self::Full {
            print(title, &figures);
        }
        figures
    }

    /// Measures contenders; the first is the one the others are compared with.
    fn measure(self, mut contenders: Vec<Contender<'_>>) -> Vec<Figure> {
        let batches: Vec<u64> = match self {
            Self::Smoke => vec![SMOKE; contenders.len()],
            Self::Full => contenders.iter_mut().map(Contender::batch).collect(),
        };
        if self == Self::Smoke {
            // First calls fill caches; allocations are counted after them.
            for contender in &mut contenders {
                contender.time(SMOKE);
            }
        }
        let allocations = contenders
            .iter_mut()
            .map(|contender| allocations(contender, self))
            .collect::<Vec<_>>();
        let mut times: Vec<Vec<f64>> = vec![Vec::new(); contenders.len()];
        let started = Instant::now();
        for round in 0..ROUNDS.1 {
            if self == Self::Smoke && round > 0 || round >= ROUNDS.0 && started.elapsed() > TABLE {
                break;
            }
            // Another one begins each round, so that nobody always follows the same one.
            for place in 0..contenders.len() {
                let place = (place + round) % contenders.len();
                if let (Some(contender), Some(&batch), Some(times)) = (
                    contenders.get_mut(place),
                    batches.get(place),
                    times.get_mut(place),
                ) {
                    times.push(nanos(contender.time(batch)) / count(batch));
                }
            }
        }
        let baseline = times.first().cloned().unwrap_or_default();
        let figures = contenders.into_iter().zip(times).zip(allocations);
        figures
            .map(|((contender, times), allocations)| {
                figure(contender.name, times, &baseline, allocations)
            })
            .collect()
    }
}

fn figure(name: String, times: Vec<f64>, baseline: &[f64], allocations: f64) -> Figure {
    let ratios = times
        .iter()
        .zip(baseline)
        .map(|(own, first)| own / first)
        .collect();
    let min_ns = times.iter().copied().fold(f64::INFINITY, f64::min);
    Figure {
        name,
        median_ns: median(times),
        min_ns,
        ratio: median(ratios),
        allocations,
    }
}

fn allocations(contender: &mut Contender<'_>, depth: Depth) -> f64 {
    let times = if depth == Depth::Full && contender.time(1) < BATCH {
        64
    } else {
        1
    };
    (contender.prepare)();
    let info = allocation_counter::measure(|| (contender.run)(times));
    count(info.count_total) / count(times)
}

/// The one in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Work on two threads against the same work on one: 2.0 is perfect. Rounds alternate between both.
pub fn scaling(operation: impl Fn() + Sync) -> f64 {
    const OPERATIONS: u32 = 200_000;
    let batch = || (0..OPERATIONS).for_each(|_| operation());
    let on = |threads: usize| {
        let started = Instant::now();
        std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(batch))));
        started.elapsed()
    };
    median((0..61).map(|_| 2.0 * nanos(on(1)) / nanos(on(2))).collect())
}

/// Prints figures as a Markdown table.
fn print(title: &str, figures: &[Figure]) {
    println!(
        "\n### {title}\n\n| contender | median | min | ratio | allocations |\n|---|--:|--:|--:|--:|"
    );
    for Figure {
        name,
        median_ns,
        min_ns,
        ratio,
        allocations,
    } in figures
    {
        println!(
            "| {name} | {} | {} | {ratio:.digits$} | {allocations:.0} |",
            time(*median_ns),
            time(*min_ns),
            digits = if *ratio < 10.0 { 2 } else { 0 },
        );
    }
}

/// A duration as the tables show it.
pub fn time(nanos: f64) -> String {
    match nanos {
        ..1e3 => format!("{nanos:.1} ns"),
        1e3..1e6 => format!("{:.2} µs", nanos / 1e3),
        _ => format!("{:.2} ms", nanos / 1e6),
    }
}

/// A duration in nanoseconds.
pub fn nanos(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e9
}

/// A number to calculate with.
#[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
pub fn count(times: u64) -> f64 {
    times as f64
}
