//! The policy rule by rule, and the handlers through the real router over real HTTP.

mod dashboard;

use std::net::{Ipv4Addr, SocketAddr};

use audit_core::testing::capture;
use audit_core::{
    Action, Actor, Change, Effect, InScope, Mode, ModeTarget, Policy, Runtime, Scope, Snapshot,
};
use axum::Router;
use axum::middleware::{Next, from_fn};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::audit::policy_dir;
use crate::records::Records;
use crate::{Program, client, people};

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

fn nowhere(_: &str) {}

fn program() -> Program {
    Program::new(nowhere, Records::passing()).unwrap()
}

/// A service on a port of its own, whose requests are judged by a runtime of its own.
async fn start(program: &Program) -> SocketAddr {
    listen(under(&program.runtime, program.router())).await
}

/// One process has one installed runtime and many tests: each binds its own around its requests.
fn under(runtime: &Runtime, router: Router) -> Router {
    let runtime = runtime.clone();
    router.layer(from_fn(
        move |request: axum::extract::Request, next: Next| {
            next.run(request).in_scope(runtime.clone())
        },
    ))
}

async fn listen(router: Router) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, router).into_future());
    address
}

#[test]
fn the_annotated_functions_supply_what_the_policy_asks_for() {
    let report = program().runtime.check_sites();
    assert_eq!(report.sites, 3);
    assert!(report.is_clean(), "{:?}", report.findings);
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
const ERIN: &[(&str, &str)] = &[("x-user", "erin")];
const BOB: &[(&str, &str)] = &[("x-user", "bob")];

fn refund_of(amount: f64) -> Value {
    json!({ "order_id": "o-1", "amount": amount, "currency": "EUR" })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_allowed_refund_moves_money() {
    let program = program();
    let address = start(&program).await;
    let ledger = &program.shop.ledger;
    let (status, body) = ask(address, ALICE, "/refund", Some(refund_of(49.9))).await;
    assert_eq!(status, 200);
    assert_eq!(
        body,
        json!({ "moved": "49.90", "from": "shop", "to": "carol", "left": "19950.10" })
    );
    assert_eq!(ledger.all_balances()["carol"].to_string(), "169.90");
    let (status, balances) = ask(address, BOB, "/balances", None).await;
    assert_eq!((status, &balances["carol"]), (200, &json!("169.90")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_of_another_shop_is_not_there_and_who_tried_is_in_the_trail() {
    let program = program();
    let address = start(&program).await;
    let body = json!({ "from": "shop", "to": "harbour", "amount": 1, "currency": "EUR" });
    let (status, answer) = ask(address, ERIN, "/transfer", Some(body)).await;
    assert_eq!(
        (status, &answer["error"]),
        (404, &json!("no account `shop`"))
    );
    let (status, balances) = ask(address, ERIN, "/balances", None).await;
    assert_eq!((status, balances), (200, json!({ "harbour": "5000.00" })));
    let trail = &program.records.trail;
    trail.flush(crate::FLUSH).unwrap();
    let query = trail
        .query("name:enforcement_violation tenant:south actor:erin")
        .unwrap();
    let found = trail.search(&query, None, 10).unwrap().records;
    assert_eq!(found.len(), 1);
    let north = trail.query("tenant:north").unwrap();
    assert_eq!(trail.search(&north, None, 10).unwrap().records.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_that_policy_does_not_allow_moves_nothing() {
    let program = program();
    let address = start(&program).await;
    let ledger = &program.shop.ledger;
    let before = ledger.all_balances();
    for (amount, status, error, rule) in [
        (
            600.0,
            409,
            "approval_required",
            "large_refund_needs_approval",
        ),
        (5000.0, 403, "blocked", "block_large_refund"),
    ] {
        let (answered, body) = ask(address, ALICE, "/refund", Some(refund_of(amount))).await;
        assert_eq!(answered, status);
        assert_eq!(
            (&body["error"], &body["rule"]),
            (&json!(error), &json!(rule))
        );
        assert!(body["decision"].is_string(), "{body}");
    }
    assert_eq!(ledger.all_balances(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_and_traces_are_checked_before_anything_else() {
    let address = start(&program()).await;
    let error = async |headers, status| {
        let (answered, body) = ask(address, headers, "/refund", Some(refund_of(1.0))).await;
        assert_eq!(answered, status, "{body}");
        body["error"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        error(&[], 401).await,
        "no header `x-user`, expected one of `alice`, `bob`, `charlie`, `erin`"
    );
    assert_eq!(
        error(&[("x-user", "dora")], 401).await,
        "unknown user `dora` in header `x-user`, expected one of `alice`, `bob`, `charlie`, `erin`"
    );
    let message = error(&[("x-user", "bob"), ("traceparent", "00-0-0-00")], 400).await;
    assert!(
        message.starts_with("header `traceparent`: `00-0-0-00` is no W3C trace context"),
        "{message}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_are_checked_before_policy_is_asked() {
    let address = start(&program()).await;
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
async fn in_shadow_the_same_service_refuses_nobody() {
    let program = program();
    let change = Change::by("ada").because("trying the rules out").unwrap();
    let set = program
        .runtime
        .set_mode(ModeTarget::Everything, Mode::Shadow, change);
    set.unwrap();
    let address = start(&program).await;
    let (status, _) = ask(address, ALICE, "/refund", Some(refund_of(600.0))).await;
    assert_eq!(status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_not_be_decided_is_refused_and_said_so() {
    let program = program();
    let undecided = async |address| {
        let (status, body) = ask(address, ALICE, "/refund", Some(refund_of(1.0))).await;
        assert_eq!((status, &body["error"]), (503, &json!("undecided")));
        body["decision"].clone()
    };

    let broken = Runtime::builder()
        .policy(policy())
        .actor_resolver(|_| Err("the directory is away".into()))
        .build()
        .unwrap();
    let address = listen(under(&broken, program.router())).await;
    assert!(undecided(address).await.is_string());

    let without_runtime = listen(program.router()).await;
    assert_eq!(undecided(without_runtime).await, Value::Null);
    assert_eq!(
        program.shop.ledger.all_balances()["carol"].to_string(),
        "120.00"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_carry_actor_trace_and_snapshot_and_no_secret() {
    let program = program();
    let (send, events) = std::sync::mpsc::channel();
    let sent = send.clone();
    let runtime = &program.runtime;
    runtime.observe("test", move |event| send.send(event.to_event()).unwrap());
    runtime.observe_outcomes("test", move |event| sent.send(event.to_event()).unwrap());
    let address = start(&program).await;

    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let headers = &[
        ("x-user", "bob"),
        (
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ),
    ];
    let body = json!({
        "from": "mallory", "to": "shop", "amount": 1, "currency": "EUR", "reference": "salary of May",
    });
    let (status, answer) = ask(address, headers, "/transfer", Some(body)).await;
    assert_eq!((status, &answer["error"]), (403, &json!("blocked")));

    let decision = serde_json::to_value(events.try_recv().unwrap()).unwrap();
    assert_eq!(decision["actor"]["id"], "bob");
    assert_eq!(decision["trace"], trace);
    assert_eq!(decision["snapshot"]["fraud_flag"], true);
    let fields = &decision["action"]["fields"];
    assert_eq!(
        (&fields["amount"], &fields["reference"]),
        (&json!(1.0), &json!("***"))
    );
    assert_eq!(
        decision["redacted"],
        json!({ "action.reference": "mask", "actor.email": "hash" })
    );
    let outcome = serde_json::to_value(events.try_recv().unwrap()).unwrap();
    assert_eq!(
        (&outcome["outcome"]["status"], &outcome["call"]),
        (&json!("refused"), &decision["id"])
    );
    for event in [decision, outcome] {
        let text = event.to_string();
        assert!(!text.contains("salary") && !text.contains("bob@"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_script_is_answered_as_it_expects() {
    let program = program();
    let address = start(&program).await;
    let surprises = tokio::task::spawn_blocking(move || client::run(address, nowhere))
        .await
        .unwrap();
    assert_eq!(surprises, 0);
    program.runtime.flush(crate::FLUSH).unwrap();
    let summary = program.report.summary(&program.runtime.observer_stats());
    for part in [
        "summary: 20 requests, 16 decisions\n",
        "by outcome\n  completed                           5\n  failed                              4\n  \
         refused                             7\n",
    ] {
        assert!(summary.contains(part), "{summary}");
    }
}
