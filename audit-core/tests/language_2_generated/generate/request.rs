//! Requests: fields that are there or not, of their type or not, at the bounds that rules name.

use audit_core::{Action, Actor, Fields, Mode, Value};
use fastrand::Rng;

use super::super::ast::{Asked, Field, Kind, Policy};
use super::pool::Pool;
use super::{MODES, chance, pick};

pub(super) fn generate(rng: &mut Rng, policy: &Policy, pool: &Pool) -> Asked {
    // Some requests are as they should be, some lack a lot.
    let trouble = pick(rng, &[0, 0, 4, 12, 30]);
    let kind = match rng.u32(..12) {
        0 => None,
        1 => Some("unknown"),
        2 | 3 => Some("other"),
        _ => Some("act"),
    };
    let declared = policy.schema.actions.iter();
    let declared = declared.filter(|(name, _)| Some(*name) == kind);
    let declared: Vec<Field> = declared.flat_map(|(_, fields)| fields.clone()).collect();
    let mut action = kind
        .map_or_else(Action::untyped, Action::new)
        .with_fields(fields(rng, pool, &declared, trouble));
    if rng.bool() {
        action = action.on(pool.text(rng));
    }
    let mut actor = fields(rng, pool, &policy.schema.actor, trouble);
    if chance(rng, 70) {
        actor.set("id", pick(rng, &["alice", "bob", "carol"]));
    }
    let (mode, overridden) = match rng.u32(..22) {
        0..=9 => (Mode::Enforce, false),
        10..=14 => (Mode::Shadow, false),
        15 | 16 => (Mode::Off, false),
        17 => (Mode::Off, true),
        18 | 19 => (Mode::Enforce, true),
        _ => (Mode::Shadow, true),
    };
    let rule_modes = if chance(rng, 6) && !policy.rules.is_empty() {
        let count = rng.usize(1..=3);
        let rules = (0..count).map(|_| &policy.rules[rng.usize(..policy.rules.len())].id);
        let mut rules: Vec<String> = rules.cloned().collect();
        rules.sort_unstable();
        rules.dedup();
        rules
            .into_iter()
            .map(|rule| (rule, pick(rng, &MODES)))
            .collect()
    } else {
        Vec::new()
    };
    Asked {
        action,
        actor: Actor::from(actor),
        snapshot: fields(rng, pool, &policy.schema.snapshot, trouble),
        tenant: rng.bool().then(|| pick(rng, &["acme", "a"])),
        time: (!chance(rng, trouble)).then(|| pool.time(rng)),
        mode,
        overridden,
        rule_modes,
    }
}

/// Values of declared fields, in the order of the schema or not, with trouble so many times of a hundred.
fn fields(rng: &mut Rng, pool: &Pool, declared: &[Field], trouble: u32) -> Fields<'static> {
    let mut held: Vec<(&'static str, Value<'static>)> = Vec::new();
    for field in declared {
        let absent = if field.optional { 25 } else { trouble / 2 };
        if chance(rng, absent) {
            continue;
        }
        let value = if field.nullable && chance(rng, 20) {
            Value::Null
        } else {
            value(rng, pool, &field.kind, trouble)
        };
        held.push((field.name, value));
    }
    if chance(rng, 10) {
        rng.shuffle(&mut held);
    }
    if chance(rng, 5) {
        held.push(("undeclared", Value::from(1)));
    }
    held.into_iter().collect()
}

fn value(rng: &mut Rng, pool: &Pool, kind: &Kind, trouble: u32) -> Value<'static> {
    let odd = chance(rng, trouble / 2);
    match kind {
        Kind::One(scalar) if odd => pool.odd(rng, *scalar),
        Kind::One(scalar) => pool.value(rng, *scalar),
        Kind::List(scalar) if odd && rng.bool() => pool.value(rng, *scalar),
        Kind::List(scalar) => {
            let count = rng.usize(..4);
            let items = (0..count).map(|_| {
                if chance(rng, trouble / 4) {
                    pool.odd(rng, *scalar)
                } else {
                    pool.value(rng, *scalar)
                }
            });
            Value::from(items.collect::<Vec<_>>())
        }
        Kind::Map(_) if odd => pick(
            rng,
            &[Value::Null, Value::Bool(true), Value::Int(1)].each_ref(),
        )
        .clone(),
        Kind::Map(parts) => Value::from(fields(rng, pool, parts, trouble)),
    }
}
