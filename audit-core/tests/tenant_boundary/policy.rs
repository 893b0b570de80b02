//! Policies of accesses, and how their answers are recorded.

use audit_core::tenant::{
    Access, AccessDecision, AccessPolicy, AllowList, Chain, DenyByDefault, EvaluatorPolicy,
    Operation, RequireScope, TenantFilter, decide,
};
use audit_core::{
    Actor, Effect, EvaluateError, Evaluator, PolicyInfo, Request, Scope, TenantId, Verdict,
};
use serde_json::json;

use crate::ground::{only, told, within};
use crate::support::quietly;

fn read(model: &str) -> Access<'_> {
    Access::new(Operation::Read, model)
}

fn reason(decision: AccessDecision) -> String {
    match decision {
        AccessDecision::Deny { reason } => reason.to_string(),
        other => panic!("expected a denial, got {other:?}"),
    }
}

#[test]
fn an_allowed_access_is_recorded_with_its_model_and_kind() {
    let (decision, events) = told(|| {
        within("acme", || {
            decide(&DenyByDefault, &Access::new(Operation::Update, "invoice"))
        })
    });
    assert_eq!(decision, AccessDecision::Allow);
    let data = json!({
        "model": "invoice", "operation_type": "write", "decision_type": "Allow", "decision_data": {}
    });
    assert_eq!(only(&events, "policy_allow"), data);
}

#[test]
fn without_a_tenant_the_default_is_a_recorded_denial() {
    let (decision, events) = told(|| decide(&DenyByDefault, &read("invoice")));
    assert_eq!(
        reason(decision),
        "no tenant is bound for `read` of `invoice`"
    );
    let data = only(&events, "policy_deny");
    assert_eq!(data["decision_type"], "Deny");
    let reason = json!({"reason": "no tenant is bound for `read` of `invoice`"});
    assert_eq!(data["decision_data"], reason);
}

#[test]
fn a_required_scope_is_recorded_with_its_filters() {
    let policy = RequireScope::by("org_id");
    let (_, events) = told(|| within("acme", || decide(&policy, &read("invoice"))));
    let data = only(&events, "policy_allow");
    assert_eq!(data["decision_type"], "RequireScope");
    let filters = json!({"filter_spec": [{"field": "org_id", "tenant_id": "acme"}]});
    assert_eq!(data["decision_data"], filters);
    assert!(!policy.decide(&read("invoice")).permits());
}

#[test]
fn a_list_allows_exact_names_and_an_empty_one_nothing() {
    let list = AllowList::new(["invoice*", "customer"]);
    assert!(list.decide(&read("customer")).permits());
    assert!(
        !list.decide(&read("invoices")).permits(),
        "a name is no pattern"
    );
    assert!(!list.decide(&read("Customer")).permits());
    assert!(!AllowList::default().decide(&read("customer")).permits());
}

#[test]
fn a_later_denial_in_a_chain_is_not_hidden_by_a_required_scope() {
    let chain = Chain::new()
        .then(RequireScope::by("tenant_id"))
        .then(AllowList::new(["customer"]));
    let decision = within("acme", || chain.decide(&read("invoice")));
    assert_eq!(
        reason(decision),
        "`invoice` is not on the list of allowed models"
    );
}

#[test]
fn the_filters_of_a_chain_add_up_and_stand_once() {
    let chain = Chain::new()
        .then(RequireScope::by("tenant_id"))
        .then(DenyByDefault)
        .then(RequireScope::by("tenant_id"))
        .then(RequireScope::by("org_id"));
    let acme = TenantId::new("acme").unwrap();
    let filters = ["tenant_id", "org_id"].map(|field| TenantFilter::new(field, acme.clone()));
    let decision = within("acme", || chain.decide(&read("invoice")));
    assert_eq!(
        decision,
        AccessDecision::RequireScope {
            filters: filters.into()
        }
    );
}

#[test]
fn filters_that_no_row_can_pass_are_a_denial() {
    let globex = TenantFilter::new("tenant_id", TenantId::new("globex").unwrap());
    let other = move |_: &Access<'_>| AccessDecision::RequireScope {
        filters: vec![globex.clone()],
    };
    let chain = Chain::new().then(RequireScope::by("tenant_id")).then(other);
    let decision = within("acme", || chain.decide(&read("invoice")));
    let message = "no row is both: `tenant_id` is `acme`, and `tenant_id` is `globex`";
    assert_eq!(reason(decision), message);
}

#[test]
fn an_empty_chain_denies() {
    let decision = within("acme", || Chain::new().decide(&read("invoice")));
    assert_eq!(
        reason(decision),
        "the chain has no policy, so nothing is allowed"
    );
}

#[test]
fn a_policy_that_panics_denies_and_is_recorded() {
    let broken = |_: &Access<'_>| -> AccessDecision { panic!("index out of bounds") };
    let (decision, events) = told(|| quietly(|| decide(&broken, &read("invoice"))));
    // A panic's text may quote anything.
    assert_eq!(reason(decision), "the policy panicked");
    only(&events, "policy_deny");
}

/// Answers as it is told, and keeps nothing.
struct Fixed(fn(&Request<'_>) -> Result<Verdict<'static>, EvaluateError>);

impl Evaluator for Fixed {
    fn evaluate<'e>(&'e self, request: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        (self.0)(request)
    }

    fn info(&self) -> PolicyInfo {
        PolicyInfo::default()
    }
}

#[test]
fn an_engine_is_asked_for_who_acts_for_whom_and_on_what() {
    let policy = EvaluatorPolicy::new(Fixed(|request| {
        let text = |name| {
            request
                .action
                .get(name)
                .and_then(|value| value.as_str().map(str::to_owned))
        };
        let is_asked = request.action.kind() == Some("tenant.delete")
            && text("model").as_deref() == Some("invoice")
            && text("operation").as_deref() == Some("delete")
            && text("region").as_deref() == Some("eu")
            && request.tenant == Some("acme")
            && request.actor.id() == Some("alice")
            && request.time.is_some();
        Ok(Verdict::by_default(if is_asked {
            Effect::Allow
        } else {
            Effect::Block
        }))
    }));
    let scope = Scope::new()
        .actor(Actor::new("alice"))
        .tenant("acme")
        .unwrap();
    let permits = scope.run(|| {
        let access = Access::new(Operation::Delete, "invoice").with("region", "eu");
        // What an access says besides can't take the place of its model.
        policy.decide(&access.with("model", "currency")).permits()
    });
    assert!(permits);
}

#[test]
fn an_engine_that_blocks_wants_approval_or_cannot_answer_denies() {
    let denied = |answer| reason(EvaluatorPolicy::new(Fixed(answer)).decide(&read("invoice")));
    let blocked =
        denied(|_| Ok(Verdict::by_rule("night", Effect::Block).because("nobody works at night")));
    assert_eq!(blocked, "`block` by rule `night`: nobody works at night");
    let approval = denied(|_| Ok(Verdict::by_default(Effect::RequireApproval)));
    assert_eq!(approval, "`require_approval` by rule `default`");
    let failed = denied(|_| Err(EvaluateError::new("the server is gone")));
    assert_eq!(failed, "the policy can't answer: the server is gone");
    let doubtful = denied(|_| {
        let mut verdict = Verdict::by_default(Effect::Allow);
        verdict.error = Some(EvaluateError::new("a rule failed"));
        Ok(verdict)
    });
    assert_eq!(doubtful, "the policy can't answer: a rule failed");
}

#[test]
fn a_required_scope_without_filters_denies() {
    let none = |_: &Access<'_>| AccessDecision::RequireScope {
        filters: Vec::new(),
    };
    let message = "the policy requires a scope and names none";
    assert_eq!(
        reason(within("acme", || decide(&none, &read("invoice")))),
        message
    );
    let chain = Chain::new().then(RequireScope::new()).then(none);
    assert_eq!(
        reason(within("acme", || decide(&chain, &read("invoice")))),
        message
    );
}

#[test]
fn a_policy_that_is_itself_in_shadow_or_off_denies_nothing() {
    let schema = "language: audit/2
actions: {tenant.read: {fields: {model: string, operation: string}}}";
    let permits = |head: &str| {
        let rules = format!("language: audit/2\ndefault: block\n{head}rules: []\n");
        let policy = audit_core::Policy::from_strings(schema, &rules, None).unwrap();
        EvaluatorPolicy::new(policy)
            .decide(&read("invoice"))
            .permits()
    };
    assert!(!permits(""));
    assert!(permits("mode: shadow\n"));
    assert!(permits("modes: {tenant.read: off}\n"));
    assert!(!permits("mode: shadow\nmodes: {tenant.read: enforce}\n"));
}
