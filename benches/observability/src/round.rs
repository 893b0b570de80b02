//! Both builds in turns, and what comes of that.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// How often each build runs.
const ROUNDS: usize = 15;

/// What one run measured: by way and name, how many places, and nanoseconds.
type Run = BTreeMap<(String, String), (u32, f64)>;

/// Builds both, runs them in turns, and prints the tables.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let (without, with) = (build(false)?, build(true)?);
    let (mut absent, mut present) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        absent.push(measure(&without)?);
        present.push(measure(&with)?);
    }
    off(&absent, &present);
    on(&present);
    Ok(())
}

/// Builds this program once more. Both are built in one folder, as they share what they stand on.
fn build(with: bool) -> Result<PathBuf, Box<dyn Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/observability");
    let name = env!("CARGO_PKG_NAME");
    let mut build = Command::new(cargo);
    build
        .args(["build", "--profile", "bench", "--package", name])
        .arg("--target-dir")
        .arg(&target);
    if with {
        build.args(["--features", "observability"]);
    }
    if !build.status()?.success() {
        return Err("it can't be built".into());
    }
    let program = target.join(if with { "with" } else { "without" });
    fs::copy(target.join("release").join(name), &program)?;
    Ok(program)
}

fn measure(program: &PathBuf) -> Result<Run, Box<dyn Error>> {
    let output = Command::new(program).arg("worker").output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let mut run = Run::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let mut parts = line.split('\t');
        let mut part = || parts.next().ok_or("a line is short");
        let key = (part()?.to_owned(), part()?.to_owned());
        run.insert(key, (part()?.parse()?, part()?.parse()?));
    }
    Ok(run)
}

/// Off, beside not compiled in: the difference within each round, a place.
fn off(absent: &[Run], present: &[Run]) {
    println!("| case | places | not compiled in | off | difference a place: median, quartiles |");
    println!("|---|--:|--:|--:|--:|");
    for (key, (places, _)) in absent.first().into_iter().flatten() {
        let of = |runs: &[Run]| -> Vec<f64> {
            runs.iter()
                .filter_map(|run| Some(run.get(key)?.1))
                .collect()
        };
        let (without, with) = (of(absent), of(present));
        let pairs = with.iter().zip(&without);
        let mut differences: Vec<f64> = pairs
            .map(|(with, without)| (with - without) / f64::from(*places))
            .collect();
        println!(
            "| {} | {places} | {:.1} ns | {:.1} ns | {:+.2} ns, {:+.2} to {:+.2} |",
            key.1,
            quantile(without, 50),
            quantile(with, 50),
            quantile(differences.clone(), 50),
            quantile(differences.clone(), 25),
            quantile(std::mem::take(&mut differences), 75),
        );
    }
    let alone = |name: &str| {
        let key = (String::new(), name.to_owned());
        quantile(
            present
                .iter()
                .filter_map(|run| Some(run.get(&key)?.1))
                .collect(),
            50,
        )
    };
    let (empty, one) = (alone("(loop)"), alone("(loop and one place)"));
    println!(
        "\nOne place alone, off, in a loop: {:.2} ns ({one:.2} ns with it, {empty:.2} ns without it).",
        one - empty
    );
}

/// On, beside off, in the same build.
fn on(present: &[Run]) {
    println!("\n| case | off | way | on | more |");
    println!("|---|--:|---|--:|--:|");
    let median = |key: &(String, String)| {
        quantile(
            present
                .iter()
                .filter_map(|run| Some(run.get(key)?.1))
                .collect(),
            50,
        )
    };
    for key in present.first().into_iter().flat_map(|run| run.keys()) {
        if key.0.is_empty() {
            continue;
        }
        let off = median(&(String::new(), key.1.clone()));
        let on = median(key);
        println!(
            "| {} | {off:.1} ns | {} | {on:.1} ns | {:+.1} ns |",
            key.1,
            key.0,
            on - off
        );
    }
}

fn quantile(mut values: Vec<f64>, percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (values.len() * percent / 100).min(values.len().saturating_sub(1));
    values.get(place).copied().unwrap_or(f64::NAN)
}
