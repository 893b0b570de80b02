//! `audit policy test`: whether policies answer what suites expect.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use audit_core::Text;
use clap::{Args, ValueEnum};

use crate::console::{Console, Stream, one_line, one_line_path};
use crate::destination::one_of_these;
use crate::drawing::Drawing;
use crate::excerpt::Lines;
use crate::exit::{Exit, Stop};
use crate::mistake::{Mistake, quoted};
use crate::report::counted;
use crate::suite::{
    Case, Coverage, Filter, Loaded, Outcome, Policies, Ran, Source, Status, Tested, find, json,
    junit, load, run, text, undeclared,
};

#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// A suite, or a directory: every `*.test.yaml` and `*.test.yml` in it and below it
    #[arg(value_name = "SUITE|DIR", required = true)]
    paths: Vec<PathBuf>,
    /// Tests the policy in this directory, whatever the suites name
    #[arg(long, value_name = "DIR")]
    policy: Option<PathBuf>,
    /// Runs only cases in whose `suite/case` this is found: `*` stands for any characters, `?` for one
    ///
    /// May be given several times: cases that any of the patterns selects are run.
    #[arg(long, value_name = "PATTERN")]
    filter: Vec<String>,
    /// Prints `suite/case` of each case that would run, and runs none
    #[arg(long, conflicts_with_all = ["format", "output", "coverage", "coverage_threshold", "fail_fast"])]
    list: bool,
    /// Runs nothing after the first case that fails
    #[arg(long)]
    fail_fast: bool,
    /// How the report is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Writes the report to this file, which must be none that is read; the standard output then gets the text
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Counts in how many cases each rule took part and matched, and each comparison was true and false
    #[arg(long)]
    coverage: bool,
    /// The same, and ends with exit code 1 where a policy is covered less
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    coverage_threshold: Option<f64>,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    #[default]
    Text,
    /// One line of JSON, in the form of `schemas/policy_test.v1.schema.json`
    Json,
    /// XML as build servers read it
    Junit,
}

fn percent(word: &str) -> Result<f64, String> {
    let number = word.parse().ok();
    number
        .filter(|number| (0.0..=100.0).contains(number))
        .ok_or_else(|| "expected a number from 0 to 100".to_owned())
}

/// A suite that can be run.
struct Ready {
    path: PathBuf,
    file: String,
    name: Text<'static>,
    policy: usize,
    cases: Vec<Case>,
}

/// Runs every selected case, and tells what became of it.
pub(crate) fn test(args: &TestArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let (mut suites, policies) = prepare(args, console)?;
    keep_inputs(args, &suites, &policies)?;
    let filter = Filter::new(&args.filter);
    let total = count(&suites);
    for suite in &mut suites {
        suite
            .cases
            .retain(|case| filter.selects(&suite.name, &case.name));
    }
    suites.retain(|suite| !suite.cases.is_empty());
    if suites.is_empty() {
        let patterns: Vec<String> = args.filter.iter().map(|pattern| quoted(pattern)).collect();
        let message = format!(
            "the filter {} selects none of {}",
            patterns.join(", "),
            counted(total, "case")
        );
        return Err(Stop::CouldNotRun(message));
    }
    if args.list {
        for suite in &suites {
            for case in &suite.cases {
                let line = format!("{}/{}", suite.name, case.name);
                console.out.line(one_line(&line))?;
            }
        }
        return Ok(Exit::Fine);
    }
    let mut outcome = run_all(args, &suites, &policies)?;
    outcome.left_out = total - count(&suites);
    tell(args, &outcome, console)?;
    Ok(if outcome.is_fine() {
        Exit::Fine
    } else {
        Exit::Finding
    })
}

/// Refuses to write the report over something that it is made from.
fn keep_inputs(args: &TestArgs, suites: &[Ready], policies: &[Tested]) -> Result<(), Stop> {
    let Some(output) = &args.output else {
        return Ok(());
    };
    let suites = suites.iter().map(|suite| suite.path.clone());
    let inputs = suites.chain(policies.iter().flat_map(Tested::files));
    match one_of_these(output, inputs) {
        None => Ok(()),
        Some(input) => Err(Stop::Usage(format!(
            "`--output` names `{}`, which is read: choose another file",
            one_line_path(&input)
        ))),
    }
}

fn count(suites: &[Ready]) -> usize {
    suites.iter().map(|suite| suite.cases.len()).sum()
}

/// Reads every suite and compiles every policy. If anything is broken, all that is broken is told, and nothing is run.
fn prepare(args: &TestArgs, console: &mut Console<'_>) -> Result<(Vec<Ready>, Vec<Tested>), Stop> {
    let mut policies = Policies::default();
    let mut files: HashMap<Text<'static>, String> = HashMap::new();
    let (mut ready, mut errors) = (Vec::new(), 0);
    for path in find(&args.paths)? {
        let loaded = load(&path).map_err(|error| Stop::unreadable(path.display(), &error))?;
        let (mut source, loaded) = loaded;
        let mut dir = None;
        if let Some(loaded) = &loaded {
            if let Some(file) = files.get(&loaded.name) {
                source.mistakes.push(twice(loaded, file));
            }
            files.insert(loaded.name.clone(), source.file.clone());
            dir = policy_dir(args, loaded, &mut source);
        }
        let policy = match &dir {
            Some(dir) => policies.number(dir, console)?,
            None => None,
        };
        if let (Some(loaded), Some(tested)) = (&loaded, policies.tested(policy)) {
            undeclared(&tested.policy, &loaded.cases, &mut source.mistakes);
        }
        tell_mistakes(&mut source, console)?;
        errors += source.mistakes.len();
        if let (Some(loaded), Some(policy)) = (loaded, policy) {
            ready.push(Ready {
                path,
                file: source.file,
                name: loaded.name,
                policy,
                cases: loaded.cases,
            });
        }
    }
    errors += policies.errors;
    if errors > 0 {
        let message = format!("nothing was run: {}", counted(errors, "error"));
        return Err(Stop::CouldNotRun(message));
    }
    Ok((ready, policies.into_tested()))
}

fn twice(loaded: &Loaded, file: &str) -> Mistake {
    let name = quoted(&loaded.name);
    let message = format!("the suite {name} is there already, in `{}`", one_line(file));
    Mistake::at(loaded.name_place, message)
}

/// Where the policy of a suite is.
fn policy_dir(args: &TestArgs, loaded: &Loaded, source: &mut Source) -> Option<PathBuf> {
    let dir = args.policy.as_ref().or(loaded.policy.as_ref());
    if dir.is_none() {
        let hint = "name its directory, seen from this file, or give one with `--policy`";
        let mistake = Mistake::at(loaded.name_place, "the suite names no `policy`");
        source.mistakes.push(mistake.helped(hint.to_owned()));
    }
    dir.cloned()
}

fn tell_mistakes(source: &mut Source, console: &mut Console<'_>) -> Result<(), Stop> {
    // Where the lines of a long suite start takes time to find, and mostly nobody asks.
    if source.mistakes.is_empty() {
        return Ok(());
    }
    source.mistakes.sort_by_key(|mistake| mistake.place);
    let lines = Lines::new(&source.text);
    for mistake in &source.mistakes {
        let drawing = Drawing {
            warning: false,
            code: None,
            message: &mistake.message,
            file: &source.file,
            place: mistake.place,
            excerpt: mistake.place.and_then(|place| lines.excerpt(place)),
            note: None,
            hint: mistake.hint.as_deref(),
        };
        drawing.write(&mut console.err)?;
    }
    Ok(())
}

fn run_all<'r>(
    args: &TestArgs,
    suites: &'r [Ready],
    policies: &'r [Tested],
) -> Result<Outcome<'r>, Stop> {
    let covers = args.coverage || args.coverage_threshold.is_some();
    let cover = || policies.iter().map(|tested| Coverage::of(&tested.policy));
    let mut coverage: Option<Vec<Coverage>> = covers.then(|| cover().collect());
    let mut ran = Vec::with_capacity(suites.len());
    let mut failed = false;
    for suite in suites {
        // Each number is that of a policy.
        let Some(policy) = policies.get(suite.policy) else {
            continue;
        };
        let started = Instant::now();
        let statuses = if failed {
            suite.cases.iter().map(|_| Status::NotRun).collect()
        } else {
            let coverage = coverage.as_mut().and_then(|all| all.get_mut(suite.policy));
            run(policy, &suite.cases, coverage, args.fail_fast)?
        };
        let fails = |status: &Status| matches!(status, Status::Failed(_));
        failed |= args.fail_fast && statuses.iter().any(fails);
        ran.push(Ran {
            name: &suite.name,
            file: &suite.file,
            policy,
            cases: &suite.cases,
            statuses,
            duration: started.elapsed(),
        });
    }
    Ok(Outcome {
        suites: ran,
        policies,
        coverage,
        threshold: args.coverage_threshold,
        left_out: 0,
    })
}

fn tell(args: &TestArgs, outcome: &Outcome<'_>, console: &mut Console<'_>) -> Result<(), Stop> {
    let write = |to: &mut Stream<'_>| match args.format {
        Format::Text => text(outcome, to),
        Format::Json => json(outcome, to),
        Format::Junit => junit(outcome, to),
    };
    let Some(path) = &args.output else {
        return Ok(write(&mut console.out)?);
    };
    to_file(path, write).map_err(|error| {
        let path = one_line_path(path);
        Stop::CouldNotRun(format!("`{path}` can't be written: {error}"))
    })?;
    Ok(text(outcome, &mut console.out)?)
}

fn to_file(
    path: &Path,
    write: impl FnOnce(&mut Stream<'_>) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    write(&mut Stream::plain(&mut file))?;
    file.flush()
}
