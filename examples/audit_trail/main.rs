//! Accounts and notifications that know nothing of an audit, and an audit component that is only added.
//!
//! `cargo run --example audit_trail`.

mod accounts;
mod audit;
mod line;
mod notifications;
mod operation;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::error::Error;

use audit_core::bus::{Bus, BusPolicy, InvokeError};
use audit_core::component::{Assembly, Blueprint};
use audit_core::{Actor, InScope as _, Scope};
use serde_json::Value;

use accounts::Accounts;
use audit::{Audit, Question};
use line::line;
use notifications::Notifications;

fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let audit = Audit::open(&dir.path().join("audit.db"))?;
    audit_core::testing::block_on(async {
        let with = run(Some(audit)).await?;
        println!("\n  === The same without the audit component ===");
        let without = run(None).await?;
        println!(
            "\n  Balances and notifications are the same: {}",
            with == without
        );
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
async fn run(audit: Option<Audit>) -> Result<Books, Box<dyn Error>> {
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
        println!("  === Transfers with audit trail ===");
    }
    transfer(bus, "alice", "bob", 150.0).await?;
    transfer(bus, "bob", "charlie", 75.0).await?;
    if is_audited {
        println!("\n  === Audit trail ===");
        for entry in bus.invoke::<_, Vec<String>>("audit.entries", ()).await? {
            println!("    {entry}");
        }
    }
    let books = Books {
        balances: bus.invoke("accounts.balances", ()).await?,
        sent: bus.invoke("notifications.sent", ()).await?,
    };
    println!("\n  === Final balances ===");
    for (name, balance) in &books.balances {
        println!("    {name}: ${balance:.2}");
    }
    println!("\n  === Notifications sent ===");
    for message in &books.sent {
        println!("    {message}");
    }
    if is_audited {
        fail(bus).await?;
        ask(bus).await?;
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
async fn fail(bus: &Bus) -> Result<(), Box<dyn Error>> {
    println!("\n  === Two attempts that fail ===");
    if let Err(error) = transfer(bus, "alice", "bob", 5000.0).await {
        println!("    {}", with_source(&error));
    }
    bus.set_policy("host", BusPolicy::new().invoke_deny(["admin.*"])?);
    if let Err(error) = bus.invoke::<_, ()>("admin.delete_all", ()).await {
        println!("    {}", with_source(&error));
    }
    Ok(())
}

fn with_source(error: &dyn Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// What the audit component knows.
async fn ask(bus: &Bus) -> Result<(), Box<dyn Error>> {
    println!("\n  === Operations ===");
    let operations = answers(bus, Question::Operations).await?;
    operation::print(&operations);
    let (alice, bob) = ("alice".to_owned(), "bob".to_owned());
    println!("\n  === All transfers by alice in the last 24 hours ===");
    print_events(
        &answers(
            bus,
            Question::Transfers {
                by: alice,
                hours: 24,
            },
        )
        .await?,
    )?;
    println!("\n  === All events for account bob ===");
    print_events(&answers(bus, Question::Events { account: bob }).await?)?;
    println!("\n  === All failed operations ===");
    operation::print(&answers(bus, Question::FailedOperations).await?);
    Ok(())
}

async fn answers(bus: &Bus, question: Question) -> Result<Vec<Value>, InvokeError> {
    bus.invoke("audit.query", question).await
}

fn print_events(records: &[Value]) -> Result<(), serde_json::Error> {
    for record in records {
        let actor = record["actor"]["id"].as_str().unwrap_or("nobody");
        println!("    {actor}: {}", line(&record["data"])?);
    }
    Ok(())
}
