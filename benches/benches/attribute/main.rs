//! `cargo bench -p audit-benches --bench attribute`: what an attribute adds to a call and to a future.
//!
//! Who listens is a state of the whole process and can't be taken back: a `tracing` subscriber, a `fastrace`
//! reporter, `emit`'s runtime, our default runtime. So the order is fixed: first every table in which nothing is
//! installed, then everything is installed at once, then the tables in which all of them listen. States that can be
//! switched (our mode, our observers) change between the batches of one table, outside the time.
//!
//! `cargo test` runs the same once over, without times: every contender must give the same answer.

#![allow(clippy::print_stdout, reason = "the tables are the product")]

mod peers;
mod sizes;
mod subject;
mod timing;

mod ours;

use audit_benches::engine::BoxError;
use audit_benches::measure::Depth;

use self::subject::{Subject, plain};

fn main() -> Result<(), BoxError> {
    if std::env::args().any(|arg| arg == "--list") {
        return Ok(());
    }
    let depth = Depth::from_args();
    let subjects: Vec<Subject> =
        [vec![plain::subject()], peers::subjects(), ours::subjects()].concat();
    timing::agree(&subjects);
    timing::report(depth, "nothing installed", || {
        [vec![timing::bare()], peers::unheard(), ours::absent()].concat()
    });
    peers::install()?;
    ours::install()?;
    timing::agree(&subjects);
    timing::report(depth, "installed", || {
        [vec![timing::bare()], peers::heard(), ours::present()].concat()
    });
    sizes::report(depth, &subjects);
    Ok(())
}
