//! Two tenants, one table, and an attempt to write into the other's row: caught, and told on both paths.
//!
//! `cargo run --example tenants` has `globex` write to an invoice of `acme` with each of the two paths off and on; then it moves a row, forgets
//! the tenant on a thread, tries the same in shadow, and reads across all tenants with leave.
//!
//! Where things are: `invoices` the table behind its guard, `seen` what listens to the observability path.

mod invoices;
mod seen;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::sync::Arc;
use std::thread;

use audit_core::sink::MemorySink;
use audit_core::tenant::{self, Bypass, TenantGuard};
use audit_core::{
    Event, EventKind, Mode, Scope, Value, observability, register_sink, unregister_sink,
};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use invoices::Invoices;
use seen::Lines;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), BoxError> {
    let lines = Lines::default();
    tracing_subscriber::registry().with(lines.clone()).init();
    run(&lines, &mut io::stdout().lock())
}

/// All of it, written to `out`.
fn run(lines: &Lines, out: &mut impl Write) -> Result<(), BoxError> {
    let stage = Stage::new(lines.clone(), Mode::Enforce)?;
    writeln!(out, "=== globex writes to an invoice of acme ===")?;
    for (observe, audit) in [(false, false), (true, false), (false, true), (true, true)] {
        let (observed, audited) = (word(observe), word(audit));
        writeln!(out, "observability {observed}, audit {audited}")?;
        print(out, &stage.told(observe, audit, Stage::foreign_write)?)?;
    }
    writeln!(out, "\n=== acme gives its invoice away ===")?;
    print(out, &stage.told(true, true, Stage::give_away)?)?;
    writeln!(
        out,
        "\n=== a thread that was not told for whom it works, and one that was ==="
    )?;
    print(out, &stage.told(true, true, Stage::threads)?)?;
    writeln!(
        out,
        "\n=== the total over all tenants, which nobody records, and which somebody does ==="
    )?;
    print(out, &stage.told(false, false, Stage::grand_total)?)?;
    print(out, &stage.told(false, true, Stage::grand_total)?)?;

    let stage = Stage::new(lines.clone(), Mode::Shadow)?;
    writeln!(out, "\n=== the same write in shadow ===")?;
    print(out, &stage.told(true, true, Stage::foreign_write)?)
}

/// A table with one invoice of `acme`, and who listens.
struct Stage {
    invoices: Arc<Invoices>,
    number: u32,
    lines: Lines,
}

impl Stage {
    fn new(lines: Lines, mode: Mode) -> Result<Self, BoxError> {
        let guard = TenantGuard::builder().owned("invoice").build()?;
        let invoices = Arc::new(Invoices::new(guard.clone()));
        let number = tenant::scope("acme")?.run(|| invoices.add(120))?;
        if mode == Mode::Shadow {
            let change =
                audit_core::Change::by("ada").because("to look before it stops anything")?;
            guard.set_mode(mode, &change);
        }
        Ok(Self {
            invoices,
            number,
            lines,
        })
    }

    /// What is told while something is done, with these paths on: its own words, then the lines of each path.
    fn told(
        &self,
        observe: bool,
        audit: bool,
        work: fn(&Self) -> Result<Vec<String>, BoxError>,
    ) -> Result<Vec<String>, BoxError> {
        let sink = Arc::new(MemorySink::new());
        if observe {
            observability::enable();
        }
        if audit {
            register_sink(Arc::clone(&sink))?;
        }
        let told = work(self);
        observability::disable();
        unregister_sink(&sink);
        let mut told = told?;
        told.extend(
            self.lines
                .take()
                .iter()
                .map(|line| format!("observed  {line}")),
        );
        let of_rows = |event: &&Arc<Event<'_>>| event.name.starts_with("enforcement_");
        let events = sink.events();
        told.extend(
            events
                .iter()
                .filter(of_rows)
                .map(|event| format!("audited   {}", line(event))),
        );
        Ok(told)
    }

    fn foreign_write(&self) -> Result<Vec<String>, BoxError> {
        let done = tenant::scope("globex")?.run(|| self.invoices.correct(self.number, 1));
        Ok(vec![match done {
            Ok(_) => "done".to_owned(),
            Err(refused) => format!("refused: {refused}"),
        }])
    }

    fn give_away(&self) -> Result<Vec<String>, BoxError> {
        let given = tenant::scope("acme")?.run(|| self.invoices.give(self.number, "globex"));
        let refused = given.err().map(|refused| format!("refused: {refused}"));
        Ok(refused.into_iter().collect())
    }

    fn threads(&self) -> Result<Vec<String>, BoxError> {
        let read = || {
            let invoices = Arc::clone(&self.invoices);
            move || match invoices.all() {
                Ok(rows) => format!("reads {} of its invoices", rows.len()),
                Err(refused) => format!("refused: {refused}"),
            }
        };
        let panicked = |_| "a thread panicked";
        tenant::scope("acme")?.run(|| {
            let forgotten = thread::spawn(read()).join().map_err(panicked)?;
            let carried = thread::spawn(Scope::current().carry(read()));
            Ok(vec![forgotten, carried.join().map_err(panicked)?])
        })
    }

    fn grand_total(&self) -> Result<Vec<String>, BoxError> {
        let leave = Bypass::new("the year's total for the board, FIN-112")?;
        Ok(vec![match self.invoices.grand_total(&leave) {
            Ok(total) => format!("{total} in all"),
            Err(refused) => {
                let why = std::error::Error::source(&refused).map(ToString::to_string);
                format!("refused: {refused}: {}", why.unwrap_or_default())
            }
        }])
    }
}

fn word(is_on: bool) -> &'static str {
    if is_on { "on" } else { "off" }
}

fn print(out: &mut impl Write, told: &[String]) -> Result<(), BoxError> {
    for line in told {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

/// An event of the audit in one line: its name, for which tenant, and what it carries.
fn line(event: &Event<'_>) -> String {
    debug_assert_eq!(event.kind, EventKind::Tenant);
    let tenant = event.tenant.as_deref().unwrap_or("nobody");
    let data = event
        .data
        .as_ref()
        .map(Value::to_string)
        .unwrap_or_default();
    format!("{} for {tenant}: {data}", event.name)
}
