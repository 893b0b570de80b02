//! Redacting what was gathered, once policy has answered and before anybody is told.

use std::sync::Arc;

use crate::decision::{Decision, Stage};
use crate::evaluator::{Comparison, ConditionTrace, RuleTrace};
use crate::redaction::{Redacted, Redaction, RedactionKey, Redactor, Secrets, Spots};
use crate::value::{Text, Value};

use super::classes::Classes;
use super::gathered::Gathered;
use super::hidden::Hidden;
use super::source::Call;

/// Stands in the place of a message that may quote a value which is not known.
const WITHHELD: &str = "what it said is withheld, as it may quote a redacted field";

/// How rules name the object.
const RESOURCE: &str = "request.resource";

/// Takes what is to be kept out of records out of what was gathered and out of the decision. `None` where nothing
/// was there that has to be kept out.
#[cold]
pub(super) fn redact(
    classes: &Classes<'_>,
    key: &RedactionKey,
    call: &Call<'_>,
    gathered: &mut Gathered<'_>,
    decision: &mut Decision<'_>,
) -> Option<Hidden> {
    // An outcome may quote values too, and is told of an annotated call alone.
    let quoted = decision.error.is_some()
        || decision.reason.is_some()
        || gathered.action().resource().is_some()
        || call.is_annotated();
    let mut secrets = Secrets::default();
    if quoted {
        collect(classes, call, gathered, &mut secrets);
        redact_decision(classes, call, &secrets, decision);
    }
    let mut redacted = Redacted::default();
    redact_gathered(classes, key, gathered, &mut redacted);
    redact_resource(gathered, &secrets, &mut redacted);
    let nothing = redacted.is_empty() && secrets.is_empty();
    (!nothing).then(|| Hidden {
        redacted,
        secrets: Arc::new(secrets),
    })
}

/// Finds the values that nothing may quote. Arguments and what an attribute supplied count too: gathering may have
/// ended before they became part of the request.
fn collect(classes: &Classes<'_>, call: &Call<'_>, gathered: &Gathered<'_>, secrets: &mut Secrets) {
    let action = gathered.action().fields();
    Spots::of_fields(action, classes.action()).add_secrets_of(action, secrets);
    if let Some(arguments) = call.arguments() {
        // Of those that need not be fields the parts that their types keep out stand among the unasked.
        let marked = call.names_fields().then(|| classes.marked());
        let named = classes.argument().chain(marked.into_iter().flatten());
        Spots::of_fields(arguments, named).add_secrets_of(arguments, secrets);
    }
    if let Some(unasked) = call.unasked() {
        let named = classes.argument().chain(classes.marked());
        Spots::of_fields(unasked, named).add_secrets_of(unasked, secrets);
    }
    let supplied = call.supplied();
    let given = supplied.and_then(|supplied| supplied.actor.as_ref()?.as_ref());
    let bound = gathered.ambient().actor.as_deref();
    for actor in [Some(gathered.actor()), given, bound].into_iter().flatten() {
        let fields = actor.fields();
        Spots::of_fields(fields, classes.actor()).add_secrets_of(fields, secrets);
    }
    let given = supplied.map(|supplied| &supplied.snapshot);
    for snapshot in [Some(gathered.snapshot()), given].into_iter().flatten() {
        Spots::of_fields(snapshot, classes.snapshot()).add_secrets_of(snapshot, secrets);
    }
}

/// Takes what a resolver, builder or evaluator quotes out of its words.
fn redact_decision(
    classes: &Classes<'_>,
    call: &Call<'_>,
    secrets: &Secrets,
    decision: &mut Decision<'_>,
) {
    if let Some(error) = &mut decision.error {
        // A field that panics while it is captured may say its value, which is known to nobody else.
        if error.stage == Stage::Action && call.captured_badly() && classes.has_action() {
            WITHHELD.clone_into(&mut error.message);
        } else if let Some(hidden) = secrets.hide_in(&error.message) {
            error.message = hidden;
        }
    }
    let reason = decision.reason.as_deref();
    if let Some(hidden) = reason.and_then(|reason| secrets.hide_in(reason)) {
        decision.reason = Some(Text::from(hidden));
    }
}

/// Redacts action, actor, snapshot, and the scope's actor. Only what has a field to redact is touched.
fn redact_gathered(
    classes: &Classes<'_>,
    key: &RedactionKey,
    gathered: &mut Gathered<'_>,
    redacted: &mut Redacted,
) {
    let mut redactor = Redactor::new(key);
    let spots = Spots::of_fields(gathered.action().fields(), classes.action());
    if !spots.is_empty() {
        redactor.fields("action", gathered.action_mut().fields_mut(), &spots);
    }
    if let Some(bound) = gathered.ambient().actor.as_deref() {
        let spots = Spots::of_fields(bound.fields(), classes.actor());
        if !spots.is_empty() {
            let mut actor = bound.clone();
            // Unless a resolver found another one, this is who acts.
            let mut unseen = Redactor::new(key);
            let resolved = gathered.resolved_actor_mut().is_some();
            let list = if resolved { &mut unseen } else { &mut redactor };
            list.fields("actor", actor.fields_mut(), &spots);
            gathered.replace_bound_actor(actor);
        }
    }
    if let Some(actor) = gathered.resolved_actor_mut() {
        let spots = Spots::of_fields(actor.fields(), classes.actor());
        redactor.fields("actor", actor.fields_mut(), &spots);
    }
    if let Some(snapshot) = gathered.snapshot_mut() {
        let spots = Spots::of_fields(snapshot, classes.snapshot());
        redactor.fields("snapshot", snapshot, &spots);
    }
    redacted.add(redactor.done());
}

/// Takes out of the object's name what it quotes of a value, as in `card:4111`.
fn redact_resource(gathered: &mut Gathered<'_>, secrets: &Secrets, redacted: &mut Redacted) {
    let resource = gathered.action().resource();
    if let Some(shown) = resource.and_then(|resource| secrets.hide_in(resource)) {
        gathered.action_mut().set_resource(shown);
        redacted.push("resource", Redaction::Mask);
    }
}

/// Takes out of an explanation the values of every comparison that names a field to be kept out, on either side: a
/// value of the policy's own says as much as the field's. So does one that the object's name quotes.
pub(super) fn redact_trace(
    classes: &Classes<'_>,
    key: &RedactionKey,
    hidden: Option<&Hidden>,
    rules: &mut [RuleTrace],
) {
    let nothing = Secrets::default();
    let secrets = hidden.map_or(&nothing, |hidden| &*hidden.secrets);
    for rule in rules {
        let reason = rule.reason.as_deref();
        if let Some(shown) = reason.and_then(|reason| secrets.hide_in(reason)) {
            rule.reason = Some(Text::from(shown));
        }
        redact_condition(&mut rule.condition, &mut |comparison| {
            redact_comparison(classes, key, secrets, comparison);
        });
    }
}

fn redact_condition(condition: &mut ConditionTrace, redact: &mut dyn FnMut(&mut Comparison)) {
    match condition {
        ConditionTrace::Always => {}
        ConditionTrace::All(parts) | ConditionTrace::Any(parts) => {
            for part in parts {
                redact_condition(part, redact);
            }
        }
        ConditionTrace::Not(part) => redact_condition(part, redact),
        ConditionTrace::Compare(comparison) => redact(comparison),
    }
}

fn redact_comparison(
    classes: &Classes<'_>,
    key: &RedactionKey,
    secrets: &Secrets,
    comparison: &mut Comparison,
) {
    let other = comparison.other.as_deref();
    let named = |path: &str| {
        classes.path(path).or_else(|| {
            let quotes = |side: &Option<Value<'_>>| {
                let text = side.as_ref().and_then(Value::as_str);
                text.is_some_and(|text| secrets.hide_in(text).is_some())
            };
            let quoting = quotes(&comparison.found) || quotes(&comparison.expected);
            (path == RESOURCE && quoting).then_some(Redaction::Mask)
        })
    };
    let Some(how) = named(&comparison.subject).max(other.and_then(named)) else {
        return;
    };
    for side in [&mut comparison.found, &mut comparison.expected] {
        *side = side.take().and_then(|value| how.apply(&value, key));
    }
    comparison.redacted = Some(key.done(how));
}
