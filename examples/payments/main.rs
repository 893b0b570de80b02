//! A small payments service of two shops that asks policy before it moves money, and moves none from one shop to the other.
//!
//! `cargo run --example payments` starts the service on a free loopback port, sends it real HTTP requests as
//! alice, bob and charlie of the one shop and erin of the other, shows each decision as it is made, and ends with a summary, a question to the trail, and the
//! proof that it is as it was written. `AUDIT_TRAIL` names the trail's file. With `--serve` it keeps running for a person
//! with `curl`.
//!
//! Where things are: `policy/` the rules, `business` the annotated functions, `audit` the runtime that judges them,
//! `records` the trail that keeps decisions and outcomes, `ledger` accounts and orders behind their guard, `service` the routes and who calls for which shop, `answer` refusals and errors as HTTP, `client` the
//! scripted requests, `report` what is shown and counted, `exporter` the metrics that a Prometheus asks for.

mod answer;
mod args;
mod audit;
mod business;
mod client;
mod exporter;
mod ledger;
mod money;
mod people;
mod records;
mod report;
mod service;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use audit_core::Runtime;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;

use args::Command;
use business::Shop;
use ledger::Ledger;
use records::Records;
use report::{Report, Show, complain, say};

/// How long the summary waits for the events that are still in the queue.
const FLUSH: Duration = Duration::from_secs(2);
/// How long requests in flight may take after somebody asked the service to stop.
const GRACE: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() -> ExitCode {
    let command = match args::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(error) => {
            complain(&format!("{error}\n\n{}", args::USAGE));
            return ExitCode::from(2);
        }
    };
    let result = match command {
        Command::Help => {
            say(args::USAGE);
            Ok(ExitCode::SUCCESS)
        }
        Command::Script => script().await,
        Command::Serve(address) => serve(address).await,
    };
    result.unwrap_or_else(|error| {
        complain(&with_causes(&*error));
        ExitCode::FAILURE
    })
}

/// An error and what led to it, joined by colons.
fn with_causes(error: &(dyn Error + 'static)) -> String {
    std::iter::successors(Some(error), |&error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// Everything that lives as long as the program does.
struct Program {
    shop: Arc<Shop>,
    runtime: Runtime,
    report: Arc<Report>,
    records: Records,
    exporter: PrometheusHandle,
}

impl Program {
    fn new(show: Show, records: Records) -> Result<Self, Box<dyn Error>> {
        let exporter = exporter::install()?;
        let report = Arc::new(Report::default());
        let runtime = audit::runtime(show, Arc::clone(&report))?;
        runtime.set_recorder(records.trail.clone());
        let ledger = Ledger::with_samples()?;
        Ok(Self {
            shop: Arc::new(Shop { ledger }),
            runtime,
            report,
            records,
            exporter,
        })
    }

    /// Makes the runtime the one that every annotated function asks, and says what was found amiss with them.
    fn install(&self) -> Result<(), Box<dyn Error>> {
        let report = audit_core::install(self.runtime.clone())?;
        say(&format!("{} annotated functions", report.sites));
        for site in audit_core::sites() {
            say(&format!("  {site}"));
        }
        for finding in &report.findings {
            complain(&finding.to_string());
        }
        Ok(())
    }

    fn router(&self) -> axum::Router {
        let service = service::router(Arc::clone(&self.shop), Arc::clone(&self.report));
        service.merge(exporter::router(self.exporter.clone()))
    }

    fn title(&self, address: SocketAddr) -> String {
        let digest = self.runtime.policy().digest.to_string();
        format!(
            "payments on http://{address}, policy {}, metrics on http://{address}{}",
            digest.get(..12).unwrap_or(&digest),
            exporter::PATH
        )
    }

    /// Says what happened, once the queued observer has seen everything.
    ///
    /// # Errors
    /// Not everything is in the trail.
    fn close(&self) -> Result<(), Box<dyn Error>> {
        if let Err(error) = self.runtime.flush(FLUSH) {
            complain(&error.to_string());
        }
        let summary = self.report.summary(&self.runtime.observer_stats());
        say(&format!("\n{summary}"));
        say(&self.shop.ledger.to_string());
        self.records.close(say)
    }
}

/// Starts the service, sends it the scripted requests, and stops it.
async fn script() -> Result<ExitCode, Box<dyn Error>> {
    let program = Program::new(say, Records::open()?)?;
    program.install()?;
    tokio::spawn(exporter::tidy(program.exporter.clone()));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    say(&program.title(address));

    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = axum::serve(listener, program.router()).with_graceful_shutdown(async {
        // A sender that is gone means the same as one that sent.
        let _ = stopped.await;
    });
    let server = tokio::spawn(server.into_future());
    let surprises = tokio::task::spawn_blocking(move || client::run(address, say)).await?;
    drop(stop);
    server.await??;

    program.close()?;
    if surprises == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    complain(&format!("requests not answered as expected: {surprises}"));
    Ok(ExitCode::FAILURE)
}

/// Keeps the service running until somebody stops it.
async fn serve(address: SocketAddr) -> Result<ExitCode, Box<dyn Error>> {
    let program = Program::new(say, Records::open()?)?;
    program.install()?;
    tokio::spawn(exporter::tidy(program.exporter.clone()));
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("`{address}` can't be listened on: {error}"))?;
    let address = listener.local_addr()?;
    say(&format!(
        "{}\n\n{}",
        program.title(address),
        client::try_this(address)
    ));

    let stop = Arc::new(tokio::sync::Notify::new());
    let (asked, late) = (Arc::clone(&stop), Arc::clone(&stop));
    let server = axum::serve(listener, program.router()).with_graceful_shutdown(async move {
        interrupted().await;
        asked.notify_one();
    });
    tokio::select! {
        ended = server.into_future() => ended?,
        () = async { late.notified().await; tokio::time::sleep(GRACE).await } => {
            complain("a request in flight took too long and was given up");
        }
    }
    program.close()?;
    Ok(ExitCode::SUCCESS)
}

/// Ends with Ctrl-C, or where there are Unix signals with `SIGTERM`.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
