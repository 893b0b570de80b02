//! Declared fields.

use crate::language_2_mistakes::golden::{assert_golden, field, schema, table};

const FIELDS: &str = "
a type that does not exist | amount: decimel
types that people expect | {a: int, b: float, c: datetime, d: text, e: object, f: array}
a type that is no word | amount: 5
a type that is a list | amount: [decimal]
nothing at all | amount:
a list of nothing | amount: list
a map of nothing | amount: map
a list without `of` | amount: {type: list}
a map without `fields` | amount: {type: map}
a list of maps | amount: {type: list, of: map}
`of` beside another type | amount: {type: string, of: string}
`fields` beside a list | amount: {type: list, of: string, fields: {}}
no type | amount: {optional: true}
a misspelled key | amount: {type: string, optinal: true}
a key of another language | amount: {type: string, required: false}
flags that are no booleans | amount: {type: string, optional: yes, nullable: 'true'}
a redaction that does not exist | amount: {type: string, sensitive: masked}
a redaction inside a map | amount: {type: map, fields: {a: {type: string, sensitive: mask}, b: {type: map, fields: {c: {type: string, sensitive: drop}}}}}
a name twice | {amount: decimal, amount: string}
the name of the action's type | type: string
a name that is no text | 1: string
an unknown type inside a map | a: {type: map, fields: {b: {type: list, of: strin}}}
";

const ACTIONS: &str = "
an action twice | {a: {fields: {}}, a: {fields: {}}}
an action without fields | {a: , b: {}}
actions as a list | [a, b]
fields without the key | {a: {amount: decimal}}
fields that are not there | {a: {fields: }}
`sensitive` as version 1 writes it | {a: {fields: {email: string}, sensitive: {email: hash}}}
";

const EVENTS: &str = "
an event that says nothing else | {user.signed_up: {sensitve: mask}}
an event that is a word | {user.signed_up: mask}
a redaction of events that does not exist | {\"account.*\": {sensitive: encrypt}}
a field of an event without a type | {user.signed_up: {fields: {email: {sensitive: hash}}}}
events as a list | [user.signed_up]
an event twice | {a: {sensitive: mask}, a: {sensitive: drop}}
";

#[test]
fn events_say_what_is_kept_out() {
    let events = |name: &str, events: &str| {
        let text = format!("language: audit/2\nactions: {{}}\nevents: {events}\n");
        schema(name, &text)
    };
    assert_golden("event", &table(EVENTS, events));
}

#[test]
fn a_field_is_declared_completely() {
    assert_golden("field", &table(FIELDS, field));
}

#[test]
fn actions_are_maps_with_fields() {
    let actions = |name: &str, actions: &str| {
        schema(name, &format!("language: audit/2\nactions: {actions}\n"))
    };
    let mut cases = table(ACTIONS, actions);
    cases.push(schema(
        "an actor that is nothing",
        "language: audit/2\nactions: {}\nactor:\n",
    ));
    assert_golden("domain", &cases);
}
