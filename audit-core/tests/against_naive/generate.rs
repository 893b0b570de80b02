//! Policies and requests over few fields and literals.

use audit_core::{Action, Effect, Fields, Value};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::naive::{Asked, Atom, FieldName, Operand, Rule, Rules};

pub(crate) const SCHEMA: &str = r#"version: 1
actions:
  act: {fields: {n0: number, type: string, s0: string, n1: number, b0: boolean, "a longer name, twenty-odd": string}}
  other: {fields: {n0: number, type: string, s0: string, n1: number, b0: boolean, "a longer name, twenty-odd": string}}
actor: {fields: {s0: string, n0: number, b1: boolean}}
snapshot: {fields: {n2: number, s0: string, b0: boolean}}
"#;

/// Every declared field; those of an action first.
const NUMBERS: [FieldName; 4] = [
    ("action", "n0"),
    ("action", "n1"),
    ("actor", "n0"),
    ("snapshot", "n2"),
];
const TEXTS: [FieldName; 5] = [
    ("action", "s0"),
    ("action", "type"),
    ("action", "a longer name, twenty-odd"),
    ("actor", "s0"),
    ("snapshot", "s0"),
];
const BOOLEANS: [FieldName; 3] = [("action", "b0"), ("actor", "b1"), ("snapshot", "b0")];

const NUMBER_LITERALS: [(&str, f64); 22] = [
    ("0", 0.0),
    ("-0.0", -0.0),
    (".nan", f64::NAN),
    (".inf", f64::INFINITY),
    ("-.inf", f64::NEG_INFINITY),
    ("9007199254740992", 9_007_199_254_740_992.0),
    ("9007199254740993", 9_007_199_254_740_992.0),
    ("1", 1.0),
    ("1.0", 1.0),
    ("2", 2.0),
    ("3", 3.0),
    ("4", 4.0),
    ("5", 5.0),
    ("6", 6.0),
    ("7", 7.0),
    ("8", 8.0),
    ("0.5", 0.5),
    ("-1.5", -1.5),
    ("-2", -2.0),
    ("1e3", 1000.0),
    ("0x10", 16.0),
    ("4.9e-324", f64::from_bits(1)),
];
const TEXT_LITERALS: [&str; 14] = [
    "",
    "a",
    "b",
    "ab",
    "A",
    "true",
    "1",
    "act",
    "other",
    "abcdefgh",
    "abcdefgx",
    "abcdefghijklmnopq",
    "abcdefghijklmnopx",
    "ä\u{308}\u{0}\n",
];

/// What the rules and requests of one case are made of: few literals let rules collide, many let a request go deep.
#[derive(Clone, Debug)]
struct Profile {
    /// The fields that rules read, as far as their scope lets them.
    fields: Vec<FieldName>,
    numbers: Vec<(&'static str, f64)>,
    texts: Vec<&'static str>,
    /// How often `equals`, `not_equals`, and each of the two orderings.
    operators: [u32; 3],
    /// How often numbers, texts and truth values are compared.
    types: [u32; 3],
    /// How often one atom, several joined by `all`, several joined by `any`.
    joins: [u32; 3],
}

fn profile() -> impl Strategy<Value = Profile> {
    let some = |all: usize| prop_oneof![1..=3_usize, 1..=all];
    let every = [&NUMBERS[..], &TEXTS, &BOOLEANS].concat();
    let fields = some(every.len()).prop_flat_map(move |count| subsequence(every.clone(), count));
    let numbers = some(NUMBER_LITERALS.len())
        .prop_flat_map(|count| subsequence(NUMBER_LITERALS.to_vec(), count));
    let texts =
        some(TEXT_LITERALS.len()).prop_flat_map(|count| subsequence(TEXT_LITERALS.to_vec(), count));
    let operators = select(
        &[
            [4, 2, 2],
            [20, 1, 1],
            [1, 20, 0],
            [1, 0, 20],
            [1, 0, 0],
            [0, 1, 0],
        ][..],
    );
    let types = select(&[[4, 4, 1], [1, 0, 0], [0, 1, 0]][..]);
    let joins = select(&[[4, 2, 1], [1, 20, 1], [1, 0, 0]][..]);
    (fields, numbers, texts, operators, types, joins).prop_map(
        |(fields, numbers, texts, operators, types, joins)| Profile {
            fields,
            numbers,
            texts,
            operators,
            types,
            joins,
        },
    )
}

/// A policy and the requests to put to it.
pub(crate) fn case() -> impl Strategy<Value = (Rules, Vec<Asked>)> {
    let size = prop_oneof![0_usize..16, 14_usize..40, 40_usize..=200];
    (size, profile()).prop_flat_map(|(size, profile)| {
        let rules = prop::collection::vec(rule(&profile), size).prop_map(Rules);
        (rules, prop::collection::vec(asked(&profile), 1..16))
    })
}

fn rule(profile: &Profile) -> impl Strategy<Value = Rule> + use<> {
    let scope = prop_oneof![
        6 => Just("action: act"),
        2 => Just("action: other"),
        3 => Just("global: true"),
        1 => Just("actor: act"),
    ];
    let effect = select(&[Effect::Allow, Effect::Block, Effect::RequireApproval][..]);
    let profile = profile.clone();
    (scope, effect).prop_flat_map(move |(scope, effect)| {
        let atom = || atom(scope.starts_with("action"), &profile);
        let [one, all, any] = profile.joins;
        let joined = prop_oneof![
            one => prop::collection::vec(atom(), 1).prop_map(|atoms| ("all", atoms)),
            all => prop::collection::vec(atom(), 2..5).prop_map(|atoms| ("all", atoms)),
            any => prop::collection::vec(atom(), 2..4).prop_map(|atoms| ("any", atoms)),
        ];
        joined.prop_map(move |(join, atoms)| Rule {
            scope,
            join,
            atoms,
            effect,
        })
    })
}

fn atom(in_action: bool, profile: &Profile) -> BoxedStrategy<Atom> {
    let used = profile.fields.clone();
    let allowed = move |of_type: &'static [FieldName]| {
        let mut fields = of_type.to_vec();
        fields.retain(|(domain, _)| in_action || *domain != "action");
        if fields.iter().any(|field| used.contains(field)) {
            fields.retain(|field| used.contains(field));
        }
        select(fields)
    };
    let [equals, not_equals, ordering] = profile.operators;
    let unequal = prop_oneof![equals => Just("equals"), not_equals => Just("not_equals")];
    let ordered = prop_oneof![
        equals => Just("equals"),
        not_equals => Just("not_equals"),
        ordering => Just("greater_than"),
        ordering => Just("less_than"),
    ];
    let number = select(profile.numbers.clone())
        .prop_map(|(spelling, number)| Operand::Number(spelling, number));
    let text = select(profile.texts.clone()).prop_map(Operand::Text);
    let flag = any::<bool>().prop_map(Operand::Boolean);
    let right = |literal: BoxedStrategy<Operand>, fields| prop_oneof![12 => literal, 1 => allowed(fields).prop_map(Operand::Field)];
    let make = |(left, operator, right)| Atom {
        left,
        operator,
        right,
    };
    let [number_weight, text_weight, flag_weight] = profile.types;
    prop_oneof![
        number_weight => (allowed(&NUMBERS), ordered, right(number.boxed(), &NUMBERS)).prop_map(make),
        text_weight => (allowed(&TEXTS), unequal.clone(), right(text.boxed(), &TEXTS)).prop_map(make),
        flag_weight => (allowed(&BOOLEANS), unequal, right(flag.boxed(), &BOOLEANS)).prop_map(make),
    ]
    .boxed()
}

/// A request: fields are there or not, of the declared type or not, in the declared order or not.
fn asked(profile: &Profile) -> impl Strategy<Value = Asked> + use<> {
    let kind = prop_oneof![8 => Just(Some("act")), 2 => Just(Some("other")), 1 => Just(Some("unknown")), 1 => Just(None)];
    let fields = |domain| fields(domain, profile);
    (kind, fields("action"), fields("actor"), fields("snapshot")).prop_map(
        |(kind, action, actor, snapshot)| {
            let named = kind.map_or_else(Action::untyped, Action::new);
            Asked {
                action: named.with_fields(action),
                actor,
                snapshot,
            }
        },
    )
}

fn fields(domain: &'static str, profile: &Profile) -> BoxedStrategy<Fields<'static>> {
    let of = |fields: &'static [FieldName], value: BoxedStrategy<Value<'static>>| {
        let value =
            prop_oneof![12 => value.prop_map(Some), 1 => odd().prop_map(Some), 2 => Just(None)]
                .boxed();
        let fields = fields.iter().filter(move |field| field.0 == domain);
        fields
            .map(|(_, name)| (Just(*name), value.clone()))
            .collect::<Vec<_>>()
    };
    let used = select(profile.numbers.clone()).prop_map(|(_, number)| Value::from(number));
    let other = select(&NUMBER_LITERALS[..]).prop_map(|(_, number)| Value::from(number));
    let whole =
        select(&[0_i64, 1, 2, 3, 9_007_199_254_740_993, -2, i64::MIN][..]).prop_map(Value::from);
    let number =
        prop_oneof![8 => used, 2 => other, 2 => whole, 1 => Just(Value::from(u64::MAX))].boxed();
    let used = select(profile.texts.clone()).prop_map(Value::from);
    let other = select(&TEXT_LITERALS[..]).prop_map(Value::from);
    let text = prop_oneof![5 => used, 1 => other].boxed();
    let flag = any::<bool>().prop_map(Value::from).boxed();
    let all = [of(&NUMBERS, number), of(&TEXTS, text), of(&BOOLEANS, flag)].concat();
    (all, any::<bool>(), any::<bool>())
        .prop_map(|(mut named, reversed, stranger)| {
            if reversed {
                named.reverse();
            }
            let strange = stranger.then_some(("undeclared", Some(Value::from(1))));
            strange
                .into_iter()
                .chain(named)
                .filter_map(|(name, value)| Some((name, value?)))
                .collect()
        })
        .boxed()
}

/// A value of another type than declared.
fn odd() -> BoxedStrategy<Value<'static>> {
    prop_oneof![
        Just(Value::Null),
        Just(Value::from("1")),
        Just(Value::from(1)),
        Just(Value::from(true)),
        Just(Value::from(vec![1])),
        Just(Value::from(Fields::new().with("n0", 1))),
    ]
    .boxed()
}
