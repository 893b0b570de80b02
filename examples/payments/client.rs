//! The scripted requests: sent one after the other over real HTTP, each with the answer it should get.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use ureq::Agent;

use crate::report::Show;
use crate::service::{TRACEPARENT, USER};

/// No answer of a service on this machine takes longer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// One request and the status it should be answered with.
#[derive(Clone, Debug)]
struct Step {
    user: &'static str,
    path: &'static str,
    /// What to post; where there is none, the path is only read.
    body: Option<String>,
    traceparent: Option<&'static str>,
    expected: u16,
}

fn post(user: &'static str, path: &'static str, body: String, expected: u16) -> Step {
    Step {
        user,
        path,
        body: Some(body),
        traceparent: None,
        expected,
    }
}

fn refund(user: &'static str, order: &str, amount: &str, expected: u16) -> Step {
    let body = format!(r#"{{"order_id": "{order}", "amount": {amount}, "currency": "EUR"}}"#);
    post(user, "/refund", body, expected)
}

fn transfer(user: &'static str, from: &str, to: &str, amount: &str, expected: u16) -> Step {
    let body =
        format!(r#"{{"from": "{from}", "to": "{to}", "amount": {amount}, "currency": "EUR"}}"#);
    post(user, "/transfer", body, expected)
}

fn balances(user: &'static str) -> Step {
    Step {
        user,
        path: "/balances",
        body: None,
        traceparent: None,
        expected: 200,
    }
}

impl Step {
    fn traced(mut self, traceparent: &'static str) -> Self {
        self.traceparent = Some(traceparent);
        self
    }
}

/// A transfer with a text for the payee, which no record may show.
fn referenced(step: Step, reference: &str) -> Step {
    let body = step
        .body
        .map(|body| body.replace('}', &format!(r#", "reference": "{reference}"}}"#)));
    Step { body, ..step }
}

/// Refunds, transfers, and what goes wrong with them.
fn script() -> Vec<Step> {
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    vec![
        refund("alice", "o-1", "49.90", 200),
        refund("alice", "o-1", "600", 409),
        refund("alice", "o-2", "5000", 403),
        referenced(
            transfer("bob", "shop", "supplier", "250", 200),
            "salary of May",
        )
        .traced(trace),
        transfer("bob", "shop", "supplier", "2500", 409),
        transfer("charlie", "shop", "carol", "10", 403),
        // Flagged for fraud: by the global rule, and where a rule of the action comes first, by that.
        refund("alice", "o-3", "20", 403),
        transfer("bob", "mallory", "carol", "2500", 403),
        // Policy allows these two; the ledger can't do them.
        transfer("bob", "carol", "shop", "400", 422),
        refund("alice", "o-9", "5", 404),
        // The second one is small, but by then much has left the shop's account today.
        transfer("bob", "shop", "supplier", "1900", 200),
        transfer("bob", "shop", "supplier", "20", 409),
        // These never get as far as policy.
        refund("dora", "o-1", "5", 401),
        post(
            "alice",
            "/refund",
            r#"{"order_id": "o-1", "amount": 5,"#.to_owned(),
            400,
        ),
        refund("alice", "o-1", "-5", 400),
        refund("alice", "o-1", "5", 400).traced("00-nonsense"),
        // Erin's shop has books of its own. What is in the other's is not there for her, and that she tried is told.
        refund("erin", "o-1", "20", 404),
        transfer("erin", "shop", "harbour", "250", 404),
        balances("erin"),
        balances("bob"),
    ]
}

/// Sends every request of the script. Returns how many were not answered as expected.
pub(crate) fn run(address: SocketAddr, show: Show) -> usize {
    let agent = agent();
    let mut surprises = 0;
    for (step, number) in script().iter().zip(1..) {
        show(&format!("\n{number:>2}. {}: {}", step.user, asked(step)));
        if !send(&agent, address, step, show) {
            surprises += 1;
        }
    }
    surprises
}

/// A client that takes every status for an answer, and never goes through a proxy.
pub(crate) fn agent() -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None)
        .timeout_global(Some(TIMEOUT));
    config.build().into()
}

/// Sends one request and shows the answer. Returns whether the answer was the expected one.
fn send(agent: &Agent, address: SocketAddr, step: &Step, show: Show) -> bool {
    match answer(agent, address, step) {
        Ok((status, body)) if status == step.expected => {
            show(&format!("    {status} {body}"));
            true
        }
        Ok((status, body)) => {
            show(&format!(
                "    {status} {body}\n    UNEXPECTED: this should have been {}",
                step.expected
            ));
            false
        }
        Err(error) => {
            show(&format!("    UNEXPECTED: no answer: {error}"));
            false
        }
    }
}

/// The request on one line.
fn asked(step: &Step) -> String {
    let mut line = match &step.body {
        Some(body) => format!("POST {} {body}", step.path),
        None => format!("GET {}", step.path),
    };
    if let Some(traceparent) = step.traceparent {
        let _ = write!(line, " in trace {traceparent}");
    }
    line
}

/// Sends one request and waits for status and body.
fn answer(agent: &Agent, address: SocketAddr, step: &Step) -> Result<(u16, String), ureq::Error> {
    let url = format!("http://{address}{}", step.path);
    let traced = step.traceparent.map(|value| (TRACEPARENT, value));
    let mut response = match &step.body {
        Some(body) => {
            let request = agent
                .post(url)
                .header(USER, step.user)
                .header("content-type", "application/json");
            traced
                .into_iter()
                .fold(request, |request, (name, value)| {
                    request.header(name, value)
                })
                .send(body)?
        }
        None => agent.get(url).header(USER, step.user).call()?,
    };
    Ok((
        response.status().as_u16(),
        response.body_mut().read_to_string()?,
    ))
}

/// What a person at a terminal can try.
pub(crate) fn try_this(address: SocketAddr) -> String {
    let mut text = "try, in another terminal:\n".to_owned();
    for step in [
        refund("alice", "o-1", "49.90", 200),
        refund("alice", "o-1", "600", 409),
        refund("alice", "o-2", "5000", 403),
        transfer("bob", "shop", "supplier", "250", 200),
        transfer("charlie", "shop", "carol", "10", 403),
        balances("bob"),
    ] {
        let _ = write!(
            text,
            "  curl -H '{USER}: {}' http://{address}{}",
            step.user, step.path
        );
        if let Some(body) = step.body {
            let _ = write!(text, " -H 'content-type: application/json' -d '{body}'");
        }
        text.push('\n');
    }
    text.push_str("stop with Ctrl-C\n");
    text
}
