//! What is recorded: calls of a payment service, some of them refused, some of them failing.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Duration;

use audit_benches::engine::BoxError;
use audit_core::{Actor, Policy, Refused, Runtime, RuntimeBuilder, Scope, Snapshot, admit, audit};
use audit_trail::{Trail, TrailOptions};
use fastrand::Rng;

use super::pace::Pace;

/// How many actors there are.
pub(crate) const ACTORS: usize = 10_000;
/// How many tenants there are.
const TENANTS: usize = 5;
/// Above this amount an approval is asked for: one call in twenty.
const APPROVED: i64 = 9_000;
/// Above this one it is refused: another one in twenty.
const REFUSED: i64 = 9_500;
/// The end of the amounts.
const AMOUNTS: i64 = 10_000;

/// What a call answers.
pub(crate) type Answer = Result<i64, Failure>;
/// A call.
pub(crate) type Act = fn(&str, i64, &str) -> Answer;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Refused by policy.
    Refused,
    /// The ledger does not take it: one call in 31.
    Ledger,
}

impl From<Refused> for Failure {
    fn from(_: Refused) -> Self {
        Self::Refused
    }
}

fn settle(order_id: &str, amount: i64, currency: &str) -> Answer {
    if amount % 31 == 0 {
        return Err(Failure::Ledger);
    }
    Ok(black_box(amount) - i64::from(order_id.len() == currency.len()))
}

/// Writes an admitted function for each name, and the list of them.
macro_rules! acts {
    ($($name:ident)*) => {
        $(
            #[inline(never)]
            #[admit(resource = format!("order/{order_id}"))]
            fn $name(order_id: &str, amount: i64, currency: &str) -> Answer {
                settle(order_id, amount, currency)
            }
        )*

        /// Fifty actions.
        pub(crate) const ACTS: &[(&str, Act)] = &[$((stringify!($name), $name)),*];
    };
}

acts!(
    refund capture authorize void settle_batch payout transfer top_up withdraw exchange
    open_account close_account freeze_account rename_account merge_accounts invite_user remove_user grant_role
    revoke_role reset_password issue_card block_card replace_card change_limit change_address open_dispute
    close_dispute attach_evidence write_off charge_back create_invoice send_invoice cancel_invoice apply_credit
    remove_credit create_plan change_plan cancel_plan export_report share_report rotate_secret create_webhook
    remove_webhook replay_event verify_identity reject_identity flag_account clear_flag approve_loan decline_loan
);

/// The call whose cost is measured: its fields are known when it is compiled, and no expression takes memory.
#[inline(never)]
#[audit(action = "refund")]
pub(crate) fn audited(order_id: &str, amount: i64, currency: &str) -> Answer {
    settle(order_id, amount, currency)
}

/// The same, whose record is on disk before it runs.
#[inline(never)]
#[admit(action = "refund", delivery = "durable")]
pub(crate) fn durable(order_id: &str, amount: i64, currency: &str) -> Answer {
    settle(order_id, amount, currency)
}

/// The same in a task.
#[admit(action = "refund", delivery = "durable")]
pub(crate) async fn durable_in_task(order_id: &str, amount: i64, currency: &str) -> Answer {
    std::future::ready(()).await;
    settle(order_id, amount, currency)
}

/// Two rules for each action, a hundred in all.
pub(crate) fn policy() -> Result<Policy, BoxError> {
    let mut schema = String::from("language: audit/2\nactions:\n");
    let mut rules = String::from("language: audit/2\ndefault: allow\nversion: 7\nrules:\n");
    for (name, _) in ACTS {
        writeln!(
            schema,
            "  {name}: {{fields: {{order_id: string, amount: number, currency: string}}}}"
        )?;
        for (id, above, effect) in [
            ("above_limit", REFUSED, "block"),
            ("needs_four_eyes", APPROVED, "require_approval"),
        ] {
            writeln!(
                rules,
                "  - id: {name}_{id}
    scope: {{action: {name}}}
    when: {{subject: action.amount, operator: greater_than, value: {above}}}
    effect: {effect}
    reason: the amount is above what {name} may move"
            )?;
        }
    }
    schema.push_str(
        "actor: {fields: {id: string, role: string}}\nsnapshot: {fields: {flagged: boolean, daily_total: number}}\n",
    );
    Ok(Policy::from_strings(&schema, &rules, None)?)
}

/// A runtime that judges by these rules, without a recorder.
pub(crate) fn runtime() -> Result<RuntimeBuilder, BoxError> {
    Ok(Runtime::builder().policy(policy()?).snapshot_resolver(|_| {
        let snapshot = Snapshot::new().with("flagged", false);
        Ok(snapshot.with("daily_total", 1_250))
    }))
}

/// A trail of calls alone: scopes of tenants are measured in a bench of their own.
pub(crate) fn options() -> Result<TrailOptions, BoxError> {
    Ok(Trail::options().except(["context_*"])?)
}

/// The scope of one actor.
pub(crate) fn scope(rank: usize, runtime: &Runtime) -> Result<Scope, BoxError> {
    let actor = Actor::new(actor_id(rank)).with("role", "support");
    let scope = Scope::new().runtime(runtime.clone()).actor(actor);
    Ok(scope.tenant(tenant_id(rank).to_owned())?)
}

/// The identifier of an actor, by how often it acts.
pub(crate) fn actor_id(rank: usize) -> String {
    format!("user-{rank:05}")
}

/// The tenant of an actor.
fn tenant_id(rank: usize) -> &'static str {
    const NAMES: [&str; TENANTS] = ["acme", "globex", "initech", "umbrella", "wayne"];
    NAMES.get(rank % TENANTS).copied().unwrap_or("acme")
}

/// Calls without a pattern, the same in every run.
pub(crate) struct Traffic {
    random: Rng,
    runtime: Runtime,
    pace: Pace,
    order: String,
}

/// How much time passes between two calls: a million records take a day.
pub(crate) const BETWEEN_CALLS: Duration = Duration::from_micros(172_800);

impl Traffic {
    pub(crate) fn new(runtime: Runtime, pace: Pace) -> Self {
        Self {
            random: Rng::with_seed(5),
            runtime,
            pace,
            order: String::new(),
        }
    }

    /// Makes so many calls, one after the other.
    pub(crate) fn run(&mut self, calls: u64) -> Result<(), BoxError> {
        for _ in 0..calls {
            self.pace.pass(BETWEEN_CALLS);
            let scope = scope(zipf(&mut self.random, ACTORS), &self.runtime)?;
            let (_, act) = ACTS
                .get(zipf(&mut self.random, ACTS.len()))
                .ok_or("no such action")?;
            self.order.clear();
            write!(self.order, "o-{:07}", self.random.u32(..2_000_000))?;
            let amount = self.random.i64(0..AMOUNTS);
            let _refused_or_failed = scope.run(|| act(&self.order, amount, "EUR"));
        }
        Ok(())
    }
}

/// A rank below `end`, drawn as ranks of words are: the second half as often as the first, the third a third as often.
pub(crate) fn zipf(random: &mut Rng, end: usize) -> usize {
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "ranks are far below 2^52"
    )]
    // The integral of 1/x, which is the law but for the first few ranks.
    let rank = ((end + 1) as f64).powf(random.f64()) as usize - 1;
    rank.min(end - 1)
}
