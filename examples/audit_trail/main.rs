//! Accounts and notifications that know nothing of an audit, and an audit component that is only added.
//!
//! `cargo run --example audit_trail`.

mod accounts;
mod audit;
mod line;
mod notifications;
mod operation;
mod paper;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::error::Error;

use audit_core::bus::{Bus, BusPolicy, InvokeError};
use audit_core::component::{Assembly, Blueprint};
use audit_core::testing::block_on;
use audit_core::{Actor, InScope as _, PatternError, Scope};
use serde_json::Value;

use accounts::Accounts;
use audit::{Audit, Question};
use line::line;
use notifications::Notifications;
use paper::Paper;

fn main() -> Result<(), Box<dyn Error>> {
    show(&Paper::of(std::io::stdout()))
}

/// The business with the audit component, then without.
fn show(paper: &Paper) -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let audit = Audit::open(&dir.path().join("audit.db"), paper.clone())?;
    block_on(async {
        let with = run(paper, Some(audit)).await?;
        paper.line("\n  === The same without the audit component ===")?;
        let without = run(paper, None).await?;
        let same = if with == without {
            "the same"
        } else {
            "others"
        };
        paper.line(format_args!("\n  Balances and notifications are {same}."))?;
        Ok(())
    })
}

/// What the business has in the end.
#[derive(Debug, PartialEq)]
struct Books {
    balances: BTreeMap<String, f64>,
    sent: Vec<String>,
}

/// The same business, with the audit component beside it or without.
async fn run(paper: &Paper, audit: Option<Audit>) -> Result<Books, Box<dyn Error>> {
    let is_audited = audit.is_some();
    let balances = [("alice", 1000.0), ("bob", 500.0), ("charlie", 250.0)];
    let mut program = Assembly::builder(Bus::new())
        .component(Blueprint::of(Accounts::new(balances)))
        .component(Blueprint::of(Notifications::default()));
    if let Some(audit) = audit {
        program = program.component(Blueprint::of(audit));
    }
    let program = program.boot().await?;
    let bus = program.bus();

    if is_audited {
        paper.line("  === Transfers with audit trail ===")?;
    }
    transfer(bus, "alice", "bob", 150.0).await?;
    transfer(bus, "bob", "charlie", 75.0).await?;
    if is_audited {
        let entries: Vec<String> = bus.invoke("audit.entries", ()).await?;
        paper.list("Audit trail", entries)?;
    }
    let books = Books {
        balances: bus.invoke("accounts.balances", ()).await?,
        sent: bus.invoke("notifications.sent", ()).await?,
    };
    let balances = books.balances.iter();
    let balances = balances.map(|(name, balance)| format!("{name}: ${balance:.2}"));
    paper.list("Final balances", balances)?;
    paper.list("Notifications sent", &books.sent)?;
    if is_audited {
        paper.list("Two attempts that fail", fail(bus).await?)?;
        ask(paper, bus).await?;
    }
    program.shutdown().await?;
    Ok(books)
}

/// A person moves money.
async fn transfer(bus: &Bus, from: &str, to: &str, amount: f64) -> Result<(), InvokeError> {
    let params = (from.to_owned(), to.to_owned(), amount);
    bus.invoke("accounts.transfer", params)
        .in_scope(Scope::new().actor(Actor::new(from.to_owned())))
        .await
}

/// What goes wrong is recorded as well.
async fn fail(bus: &Bus) -> Result<Vec<String>, PatternError> {
    let too_much = transfer(bus, "alice", "bob", 5000.0).await;
    bus.set_policy("host", BusPolicy::new().invoke_deny(["admin.*"])?);
    let denied = bus.invoke::<_, ()>("admin.delete_all", ()).await;
    let errors = [too_much.err(), denied.err()];
    Ok(errors.iter().flatten().map(with_source).collect())
}

fn with_source(error: &InvokeError) -> String {
    if let InvokeError::Denied(denied) = error {
        // By its identifier the operation is found in the trail; this paper reads the same each time.
        let mut denied = denied.clone();
        denied.id = None;
        return denied.to_string();
    }
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// What the audit component knows.
async fn ask(paper: &Paper, bus: &Bus) -> Result<(), Box<dyn Error>> {
    let (alice, bob) = ("alice".to_owned(), "bob".to_owned());
    let operations = answers(bus, Question::Operations).await?;
    let transfers = answers(
        bus,
        Question::Transfers {
            by: alice,
            hours: 24,
        },
    )
    .await?;
    let events = answers(bus, Question::Events { account: bob }).await?;
    let failed = answers(bus, Question::FailedOperations).await?;
    paper.list("Operations", operation::tree(&operations))?;
    paper.list(
        "All transfers by alice in the last 24 hours",
        said(&transfers)?,
    )?;
    paper.list("All events for account bob", said(&events)?)?;
    paper.list("All failed operations", operation::tree(&failed))?;
    Ok(())
}

async fn answers(bus: &Bus, question: Question) -> Result<Vec<Value>, InvokeError> {
    bus.invoke("audit.query", question).await
}

fn said(events: &[Value]) -> Result<Vec<String>, serde_json::Error> {
    let data = |event: &Value| event.get("data").map(line).transpose();
    let said = events.iter().map(|event| {
        let data = data(event)?.unwrap_or_default();
        Ok(format!("{}: {data}", text(event, "/actor/id")))
    });
    said.collect()
}

/// The text at a place of a record.
fn text<'v>(record: &'v Value, pointer: &str) -> &'v str {
    let found = record.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_default()
}
