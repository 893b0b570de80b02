//! The policy rule by rule, and the handlers through the real router over real HTTP.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use audit_core::testing::capture;
use audit_core::{Action, Actor, Effect, Policy, Runtime, Scope, Snapshot};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::client;
use crate::ledger::Ledger;
use crate::report::Report;
use crate::service::{self, App};
use crate::{Program, people, policy_dir};

fn policy() -> Policy {
    Policy::from_dir(policy_dir()).unwrap()
}

/// What policy says to this action by this person, in this state of the system.
fn judged(
    user: Option<&str>,
    snapshot: Snapshot<'static>,
    action: &Action<'_>,
) -> (Effect, Option<String>) {
    let runtime = Runtime::builder()
        .policy(policy())
        .snapshot_resolver(move |_| Ok(snapshot.clone()))
        .build()
        .unwrap();
    let actor = user.map_or(Actor::anonymous(), |name| people::find(name).unwrap());
    let captured = capture(|| Scope::new().actor(actor).run(|| runtime.evaluate(action)));
    let decision = captured.decisions().next().unwrap();
    assert_eq!(
        *decision, captured.value,
        "the caller and the observer saw different decisions"
    );
    (
        decision.effect,
        decision.matched_rule.as_deref().map(str::to_owned),
    )
}

fn refund(amount: f64) -> Action<'static> {
    Action::new("refund").with("amount", amount)
}

fn transfer(amount: f64) -> Action<'static> {
    Action::new("transfer").with("amount", amount)
}

fn flagged() -> Snapshot<'static> {
    Snapshot::new().with("fraud_flag", true)
}

#[test]
fn the_policy_is_clean() {
    assert_eq!(policy().warnings(), []);
}

#[test]
fn each_rule_decides_what_it_is_for() {
    let clean = Snapshot::new;
    let busy = Snapshot::new().with("daily_total", 2000.01);
    for (user, snapshot, action, effect, rule) in [
        (
            None,
            clean(),
            refund(5000.0),
            Effect::Block,
            "block_large_refund",
        ),
        (
            None,
            clean(),
            refund(1000.01),
            Effect::Block,
            "block_large_refund",
        ),
        (
            Some("bob"),
            clean(),
            refund(1000.0),
            Effect::RequireApproval,
            "large_refund_needs_approval",
        ),
        (
            Some("bob"),
            clean(),
            refund(500.01),
            Effect::RequireApproval,
            "large_refund_needs_approval",
        ),
        (
            Some("bob"),
            flagged(),
            refund(500.01),
            Effect::Block,
            "block_flagged_refund",
        ),
        (
            Some("bob"),
            flagged(),
            refund(1.0),
            Effect::Block,
            "block_flagged_account",
        ),
        (
            Some("charlie"),
            clean(),
            transfer(1.0),
            Effect::Block,
            "block_contractor_transfer",
        ),
        (
            Some("bob"),
            flagged(),
            transfer(9000.0),
            Effect::Block,
            "block_flagged_transfer",
        ),
        (
            Some("bob"),
            clean(),
            transfer(2000.01),
            Effect::RequireApproval,
            "large_transfer_needs_approval",
        ),
        (
            Some("bob"),
            busy,
            transfer(1.0),
            Effect::RequireApproval,
            "busy_day_needs_approval",
        ),
        (
            Some("bob"),
            flagged(),
            Action::new("payout"),
            Effect::Block,
            "block_flagged_account",
        ),
    ] {
        assert_eq!(
            judged(user, snapshot, &action),
            (effect, Some(rule.to_owned())),
            "{user:?} {action:?}"
        );
    }
}

#[test]
fn what_no_rule_restricts_is_allowed() {
    for (user, action) in [
        (None, refund(50.0)),
        (Some("alice"), refund(500.0)),
        (Some("charlie"), refund(50.0)),
        (Some("bob"), transfer(2000.0)),
    ] {
        assert_eq!(
            judged(user, Snapshot::new(), &action),
            (Effect::Allow, None),
            "{user:?} {action:?}"
        );
    }
}

#[test]
fn governance_refuses_a_policy_without_its_blocks() {
    let documents = audit_core::Documents::from_dir(policy_dir()).unwrap();
    let text = |name| {
        documents
            .text_of(&policy_dir().join(name).display().to_string())
            .unwrap()
    };
    let governance = text("governance.yaml");
    let allowing = text("policy.yaml").replace("effect: block", "effect: allow");
    let error = Policy::from_strings(text("schema.yaml"), &allowing, Some(governance)).unwrap_err();
    let broken: Vec<_> = error
        .problems()
        .iter()
        .filter_map(|problem| problem.rule.as_deref())
        .collect();
    assert_eq!(
        broken,
        [
            "refunds_keep_a_block",
            "flagged_accounts_stay_blocked",
            "no_rule_allows"
        ]
    );
}

#[test]
fn an_action_that_the_snapshot_resolver_does_not_know_is_blocked() {
    let ledger = Arc::new(Ledger::with_samples());
    let runtime = Runtime::builder()
        .policy(policy())
        .snapshot_resolver(service::snapshot_from(ledger))
        .build()
        .unwrap();
    let decision = runtime.evaluate(&Action::new("payout"));
    assert_eq!(
        (decision.effect, decision.is_indeterminate()),
        (Effect::Block, true)
    );
}

fn nowhere(_: &str) {}

/// A service on a port of its own.
async fn start() -> (SocketAddr, Arc<Ledger>) {
    let Program { app, report } = Program::new(nowhere).unwrap();
    let ledger = Arc::clone(&app.ledger);
    (listen(app, report).await, ledger)
}

async fn listen(app: App, report: Arc<Report>) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, service::router(app, report)).into_future());
    address
}

/// Posts a body, or gets where there is none.
async fn ask(
    address: SocketAddr,
    headers: &'static [(&str, &str)],
    path: &'static str,
    body: Option<Value>,
) -> (u16, Value) {
    let exchange = move || {
        let (agent, url) = (client::agent(), format!("http://{address}{path}"));
        let sent = match body {
            Some(body) => headers
                .iter()
                .fold(agent.post(url), |request, (name, value)| {
                    request.header(*name, *value)
                })
                .send_json(body),
            None => headers
                .iter()
                .fold(agent.get(url), |request, (name, value)| {
                    request.header(*name, *value)
                })
                .call(),
        };
        let mut response = sent.unwrap();
        (
            response.status().as_u16(),
            response.body_mut().read_json().unwrap(),
        )
    };
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

const ALICE: &[(&str, &str)] = &[("x-user", "alice")];
const BOB: &[(&str, &str)] = &[("x-user", "bob")];

fn refund_of(amount: f64) -> Value {
    json!({ "order_id": "o-1", "amount": amount, "currency": "EUR" })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_allowed_refund_moves_money() {
    let (address, ledger) = start().await;
    let (status, body) = ask(address, ALICE, "/refund", Some(refund_of(49.9))).await;
    assert_eq!(status, 200);
    assert_eq!(
        body,
        json!({ "moved": "49.90", "from": "shop", "to": "carol", "left": "19950.10" })
    );
    assert_eq!(ledger.balances()["carol"].to_string(), "169.90");
    let (status, balances) = ask(address, BOB, "/balances", None).await;
    assert_eq!((status, &balances["carol"]), (200, &json!("169.90")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_that_policy_does_not_allow_moves_nothing() {
    let (address, ledger) = start().await;
    let before = ledger.balances();
    for (amount, status, effect, rule) in [
        (
            600.0,
            202,
            "require_approval",
            "large_refund_needs_approval",
        ),
        (5000.0, 403, "block", "block_large_refund"),
    ] {
        let (answered, body) = ask(address, ALICE, "/refund", Some(refund_of(amount))).await;
        assert_eq!(answered, status);
        assert_eq!(
            (&body["effect"], &body["rule"]),
            (&json!(effect), &json!(rule))
        );
        assert!(body["decision"].is_string(), "{body}");
    }
    assert_eq!(ledger.balances(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_and_traces_are_checked_before_anything_else() {
    let (address, _) = start().await;
    let error = async |headers, status| {
        let (answered, body) = ask(address, headers, "/refund", Some(refund_of(1.0))).await;
        assert_eq!(answered, status, "{body}");
        body["error"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        error(&[], 401).await,
        "no header `x-user`, expected one of `alice`, `bob`, `charlie`"
    );
    assert_eq!(
        error(&[("x-user", "dora")], 401).await,
        "unknown user `dora` in header `x-user`, expected one of `alice`, `bob`, `charlie`"
    );
    let message = error(&[("x-user", "bob"), ("traceparent", "00-0-0-00")], 400).await;
    assert!(
        message.starts_with("header `traceparent`: `00-0-0-00` is no W3C trace context"),
        "{message}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_are_checked_before_policy_is_asked() {
    let (address, _) = start().await;
    for (body, part) in [
        (
            json!({ "order_id": "o-1", "amount": 1 }),
            "missing field `currency`",
        ),
        (
            json!({ "order_id": "o-1", "amount": 1, "currency": "EUR", "all": true }),
            "unknown field `all`",
        ),
        (
            json!({ "order_id": "o-1", "amount": -1, "currency": "EUR" }),
            "`-1` is no amount",
        ),
    ] {
        let (status, answer) = ask(address, ALICE, "/refund", Some(body)).await;
        assert_eq!(status, 400);
        assert!(answer["error"].as_str().unwrap().contains(part), "{answer}");
    }
    let (status, _) = ask(address, ALICE, "/refund", None).await;
    assert_eq!(status, 405);
    let (status, answer) = ask(address, ALICE, "/refunds", None).await;
    assert_eq!(status, 404);
    assert!(
        answer["error"].as_str().unwrap().contains("`POST /refund`"),
        "{answer}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_carries_actor_trace_and_snapshot() {
    let Program { app, report } = Program::new(nowhere).unwrap();
    let runtime = app.runtime.clone();
    let (send, events) = std::sync::mpsc::channel();
    runtime.observe("test", move |event| send.send(event.to_event()).unwrap());
    let address = listen(app, report).await;

    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let headers = &[
        ("x-user", "bob"),
        (
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ),
    ];
    let body = json!({ "from": "mallory", "to": "shop", "amount": 1, "currency": "EUR" });
    let (status, _) = ask(address, headers, "/transfer", Some(body)).await;

    assert_eq!(status, 403);
    let event = events.try_recv().unwrap();
    assert_eq!(event.actor.unwrap().id(), Some("bob"));
    assert_eq!(event.trace.unwrap().to_string(), trace);
    assert_eq!(
        event
            .snapshot
            .unwrap()
            .get("fraud_flag")
            .and_then(audit_core::Value::as_bool),
        Some(true)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_script_is_answered_as_it_expects() {
    let Program { app, report } = Program::new(nowhere).unwrap();
    let runtime = app.runtime.clone();
    let address = listen(app, Arc::clone(&report)).await;
    let surprises = tokio::task::spawn_blocking(move || client::run(address, nowhere))
        .await
        .unwrap();
    assert_eq!(surprises, 0);
    runtime.flush(crate::FLUSH).unwrap();
    let summary = report.summary(&runtime.observer_stats());
    assert!(
        summary.starts_with("summary: 17 requests, 12 decisions\n"),
        "{summary}"
    );
}
