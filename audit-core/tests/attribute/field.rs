//! Which values a call is judged by, and how they are written down.

use audit_core::{Action, Fields, Refused, Runtime, Text, admit, audit};

use crate::support::policy;
use crate::world::World;

#[test]
fn arguments_become_fields_where_the_schema_declares_them() {
    #[audit]
    fn refund(order_id: &str, amount: u64, secret: &str, urgent: bool) -> usize {
        order_id.len() + secret.len() + usize::from(urgent) + usize::from(amount > 0)
    }
    let world = World::new();
    world.run(|| refund("7", 5, "s3cret", true));
    // In the order of the schema; what nobody asked for is not recorded.
    assert_eq!(
        world.fields(),
        r#"{"amount":5,"urgent":true,"order_id":"7"}"#
    );
}

#[test]
fn without_a_schema_for_the_action_nothing_is_recorded() {
    #[audit]
    fn unheard_of(amount: u64) -> u64 {
        amount
    }
    let world = World::new();
    world.run(|| unheard_of(1));
    assert_eq!(world.fields(), "{}");
}

#[test]
fn named_fields_take_the_place_of_the_arguments() {
    #[audit(action = "refund", fields(amount, currency = "EUR", twice = amount * 2))]
    fn refund(amount: u64, urgent: bool) -> bool {
        urgent && amount > 0
    }
    #[audit(action = "refund", fields())]
    fn none(amount: u64) -> u64 {
        amount
    }
    let world = World::new();
    world.run(|| refund(5, true));
    assert_eq!(
        world.fields(),
        r#"{"amount":5,"currency":"EUR","twice":10}"#
    );
    world.run(|| none(5));
    assert_eq!(world.fields(), "{}");
}

#[test]
fn a_skipped_argument_reaches_neither_policy_nor_record() {
    #[admit(skip(amount))]
    fn refund(amount: u64, currency: &str) -> Result<(u64, &str), Refused> {
        Ok((amount, currency))
    }
    let world = World::new();
    assert!(world.run(|| refund(5000, "EUR")).is_ok());
    let events = world.events();
    let decision = events[0].decision.as_ref().unwrap();
    assert_eq!(decision.missing[0], "action.amount");
    let fields = events[0].action.as_ref().unwrap().fields().clone();
    assert_eq!(fields, Fields::new().with("currency", "EUR"));
}

struct Order {
    amount: u64,
    lines: [u64; 2],
}

#[test]
fn a_pattern_supplies_its_parts_only_by_name() {
    #[audit(action = "refund", fields(amount, first = first))]
    fn parts(
        Order {
            amount,
            lines: [first, _],
        }: Order,
    ) -> u64 {
        amount + first
    }
    #[audit(action = "refund")]
    fn silent(Order { amount, .. }: Order) -> u64 {
        amount
    }
    let order = || Order {
        amount: 5,
        lines: [6, 7],
    };
    assert_eq!(order().lines.len(), 2);
    let world = World::new();
    world.run(|| parts(order()));
    assert_eq!(world.fields(), r#"{"amount":5,"first":6}"#);
    world.run(|| silent(order()));
    let decisions = world.decisions();
    assert_eq!(decisions[0].missing[0], "action.amount", "said, not silent");
}

#[test]
fn an_expression_sees_all_arguments_and_the_receiver() {
    struct Desk {
        region: String,
    }
    impl Desk {
        #[audit(action = "refund", fields(region = self.region, size = lines.len(), sum = lines.iter().sum::<u64>()))]
        fn refund(&self, lines: &[u64]) -> u64 {
            lines.iter().sum()
        }
    }
    let (world, desk) = (
        World::new(),
        Desk {
            region: "eu".to_owned(),
        },
    );
    assert_eq!(world.run(|| desk.refund(&[1, 2])), 3);
    assert_eq!(world.fields(), r#"{"region":"eu","size":2,"sum":3}"#);
}

#[test]
fn values_are_those_at_the_call_whatever_the_body_does_to_them() {
    #[audit(action = "refund", ret)]
    fn changes(mut amount: u64, order_id: &mut String) -> u64 {
        amount *= 2;
        order_id.push('!');
        amount
    }
    #[audit(action = "refund")]
    async fn changes_later(mut amount: u64, order_id: String) -> String {
        crate::world::once().await;
        amount += 1;
        format!("{order_id}{amount}")
    }
    let (world, mut id) = (World::new(), "a".to_owned());
    assert_eq!(world.run(|| changes(1, &mut id)), 2);
    assert_eq!(world.fields(), r#"{"amount":1,"order_id":"a"}"#);
    assert_eq!(world.block_on(changes_later(1, "b".to_owned())), "b2");
    assert_eq!(world.fields(), r#"{"amount":1,"order_id":"b"}"#);
}

#[test]
fn an_argument_of_the_name_type_can_not_change_the_actions_type() {
    const SCHEMA: &str = "version: 1
actions:
  typed: {fields: {type: string, amount: number}}
actor: {fields: {}}
snapshot: {fields: {}}
";
    #[audit]
    fn typed(r#type: &str, amount: u64) -> (usize, u64) {
        (r#type.len(), amount)
    }
    #[audit(action = "typed", fields(r#type = "refund", amount = 5000))]
    fn by_hand() {}
    let policy = audit_core::Policy::from_strings(SCHEMA, "version: 1\nrules: []\n", None).unwrap();
    let world = World::of(Runtime::builder().policy(policy));
    world.run(|| typed("refund", 1));
    world.run(by_hand);
    for event in world.events() {
        assert_eq!(&*event.name, "typed");
        if let Some(action) = event.action {
            assert_eq!(action.kind(), Some("typed"));
            assert_eq!(action.fields().get("type").unwrap(), &"refund".into());
        }
    }
}

#[test]
fn a_raw_identifier_is_known_by_its_name() {
    #[audit]
    fn r#match(r#type: u64) -> u64 {
        r#type
    }
    #[audit(action = "refund", fields(r#type))]
    fn named(r#type: u64) -> u64 {
        r#type
    }
    let world = World::new();
    world.run(|| r#match(1));
    assert_eq!(&*world.events()[0].name, "match");
    world.run(|| named(1));
    assert_eq!(world.fields(), r#"{"type":1}"#);
}

#[test]
fn the_actions_fields_come_from_the_resolver_before_the_attribute() {
    #[audit(action = "refund", fields(amount = 1, currency = "EUR"))]
    fn refund() {}
    let world = World::with(|builder| {
        builder.action_resolver(|call| {
            assert_eq!(call.function(), Some("refund"));
            assert_eq!(call.action_type(), Some("refund"));
            assert_eq!(call.fields().len(), 2);
            Ok(Fields::new().with("amount", 99))
        })
    });
    world.run(refund);
    assert_eq!(world.fields(), r#"{"amount":99}"#);
}

#[test]
fn a_resolver_sees_every_argument_that_can_be_captured() {
    struct Opaque;
    #[audit]
    fn refund(amount: u64, unasked: &str, _opaque: &Opaque) -> u64 {
        amount + unasked.len() as u64
    }
    let world = World::with(|builder| {
        builder.context_resolver(|call| {
            let seen = serde_json::to_string(call.fields()).unwrap();
            assert_eq!(seen, r#"{"amount":1,"unasked":"x"}"#);
            Ok(std::sync::Arc::new(()) as _)
        })
    });
    world.run(|| refund(1, "x", &Opaque));
    assert_eq!(
        world.fields(),
        r#"{"amount":1}"#,
        "and records what is asked for"
    );
}

#[test]
fn the_type_comes_from_the_attribute_then_the_resolver_then_the_name() {
    #[audit(action = "refund")]
    fn named(amount: u64) -> u64 {
        amount
    }
    #[audit]
    fn transfer(amount: u64) -> u64 {
        amount
    }
    let of = |world: &World| {
        world.run(|| (named(5000), transfer(5000)));
        let events = world.events().into_iter();
        let names = events
            .filter(|event| event.decision.is_some())
            .map(|event| event.name);
        names.collect::<Vec<_>>()
    };
    assert_eq!(of(&World::new()), ["refund", "transfer"]);
    let world = World::with(|builder| {
        builder.action_type_resolver(|call| {
            let name = call.function().unwrap();
            assert_eq!(name, "transfer", "asked only where no attribute says so");
            Ok(Text::from("refund"))
        })
    });
    assert_eq!(of(&world), ["refund", "refund"]);
    // Fields and rules are those of the resolved type.
    world.run(|| transfer(5000));
    let decisions = world.decisions();
    assert_eq!(decisions[0].matched_rule.as_deref(), Some("block_large"));
}

#[test]
fn a_builder_wins_over_every_other_source_of_fields() {
    let build = |_: &Fields<'_>| Ok(Fields::new().with("amount", 5000));
    let runtime = Runtime::builder()
        .policy(policy())
        .action_resolver(|_| panic!("asked"))
        .build()
        .unwrap();
    let function =
        audit_core::Function::new("refund", Fields::new().with("amount", 1)).built_by(&build);
    let decision = runtime.decide(&audit_core::Call::of(function));
    assert_eq!(decision.matched_rule.as_deref(), Some("block_large"));
    assert!(runtime.block(&Action::new("refund").with("amount", 5000)));
}
