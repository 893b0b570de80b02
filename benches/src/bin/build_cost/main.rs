//! What an attribute costs while building, and what it leaves in the binary:
//!
//! ```console
//! cargo run -p audit-benches --bin build_cost
//! ```
//!
//! `-- --functions 1000 --rounds 3` are the defaults; `--only bare,tracing` names contenders; `--keep` leaves the
//! crates where they are and says where that is.
//!
//! Every contender gets a crate of the same generated functions, each under its attribute, and a small one of 20, with
//! which all dependencies are built first. Then the large crates alone are built again and again, one after the other
//! within a round, with `cargo check`, `cargo build` and `cargo build --release`: Cargo's own profiles, nothing
//! incremental. Medians follow, of the time on the wall and of the processors' time, on which other programs that run
//! meanwhile have less influence. What both sizes of binaries differ by is what a function weighs, without the library.
//! At last every program is run: each must print the same number.
//!
//! That takes about half an hour on two idle cores, a third of it for `emit`, which is therefore built in one round only.
//!
//! Nothing is downloaded: this workspace depends on every peer, and its `Cargo.lock` says which version.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the tables are the product, and they take minutes"
)]

mod builder;
mod contender;
mod options;
mod report;
mod source;
mod workspace;

use audit_benches::engine::BoxError;

use self::builder::{Builder, STEPS, Step};
use self::contender::Size;
use self::options::Options;
use self::report::Round;
use self::workspace::Workspace;

fn main() -> Result<(), BoxError> {
    let options = Options::from_args(std::env::args().skip(1))?;
    let workspace = Workspace::write(&options)?;
    let builder = Builder::new(workspace.folder());
    for contender in &options.contenders {
        eprintln!("building all that {} depends on", contender.name);
        for step in STEPS {
            builder.run(step, &contender.package(Size::Small))?;
        }
    }
    for step in STEPS {
        let rounds = (0..options.rounds)
            .map(|round| build(round, step, &options, &workspace, &builder))
            .collect::<Result<Vec<_>, _>>()?;
        let first = options.contenders.first().ok_or("nobody is named")?;
        let idle = builder.run(step, &first.package(Size::Large))?;
        report::times(step, &options, &rounds, idle);
    }
    report::bytes(&options, &weigh(&options, &builder)?);
    workspace.leave(options.keep);
    Ok(())
}

/// One round of every contender.
fn build(
    round: usize,
    step: Step,
    options: &Options,
    workspace: &Workspace,
    builder: &Builder,
) -> Result<Round, BoxError> {
    let contenders = &options.contenders;
    eprintln!("{step}: round {} of {}", round + 1, options.rounds);
    let mut times = vec![None; contenders.len()];
    // Another one begins each round, so that nobody always follows the same one.
    for place in 0..contenders.len() {
        let place = (place + round) % contenders.len();
        if let (Some(contender), Some(time)) = (contenders.get(place), times.get_mut(place))
            && (round == 0 || !contender.once)
        {
            let package = contender.package(Size::Large);
            workspace.touch(&package)?;
            *time = Some(builder.run(step, &package)?);
        }
    }
    Ok(times)
}

/// The bytes of every contender's large and small binary.
fn weigh(options: &Options, builder: &Builder) -> Result<Vec<(u64, u64)>, BoxError> {
    let mut answers = Vec::new();
    let mut bytes = Vec::new();
    for contender in &options.contenders {
        let (large, small) = (
            contender.package(Size::Large),
            contender.package(Size::Small),
        );
        answers.push(builder.answer(&large)?);
        bytes.push((builder.bytes(&large)?, builder.bytes(&small)?));
    }
    assert!(
        answers.iter().all(|answer| Some(answer) == answers.first()),
        "the functions of all contenders give the same answer: {answers:?}"
    );
    Ok(bytes)
}
