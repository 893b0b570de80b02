//! What one comparison of language 2 comes to, as the tables of `docs/language-2.md` say.

use audit_core::{
    Action, Actor, Comparison, ConditionTrace, Evaluator as _, Fields, Policy, Request, Snapshot,
    Timestamp, Truth, Value,
};

use Truth::{False, Missing, True, TypeMismatch};

/// A comparison of `actor.f` that is declared so and holds this; `actor.g` is declared and filled beside it.
struct Case {
    declared: &'static str,
    beside: &'static str,
    settings: &'static str,
    actor: Actor<'static>,
}

fn case(declared: &'static str) -> Case {
    Case {
        declared,
        beside: "string",
        settings: "",
        actor: Actor::anonymous(),
    }
}

impl Case {
    fn holding(mut self, value: impl Into<Value<'static>>) -> Self {
        self.actor = self.actor.with("f", value);
        self
    }

    fn beside(mut self, declared: &'static str) -> Self {
        self.beside = declared;
        self
    }

    fn beside_holding(mut self, value: impl Into<Value<'static>>) -> Self {
        self.actor = self.actor.with("g", value);
        self
    }

    fn under(mut self, settings: &'static str) -> Self {
        self.settings = settings;
        self
    }

    /// The comparison of `actor.f`, or of the part of it that the tail begins with.
    fn compared(&self, tail: &str) -> Comparison {
        let schema = format!(
            "language: audit/2
actions: {{act: {{fields: {{}}}}}}
actor: {{fields: {{f: {}, g: {}}}}}
",
            self.declared, self.beside
        );
        let dot = if tail.starts_with('.') { "" } else { ", " };
        let rules = format!(
            "language: audit/2
default: allow
{}rules: [{{id: r, scope: {{global: true}}, effect: block, when: {{subject: actor.f{dot}{tail}}}}}]
",
            self.settings
        );
        let policy = Policy::from_strings(&schema, &rules, None)
            .unwrap_or_else(|error| panic!("{error}\n{schema}{rules}"));
        let action = Action::new("act").on("order:7");
        let (actor, snapshot) = (&self.actor, Snapshot::new());
        let time: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
        let request = Request::new(&action, actor, &snapshot).at(time);
        let mut traced = policy.trace(&request).unwrap();
        match traced.remove(0).condition {
            ConditionTrace::Compare(comparison) => comparison,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn is(self, tail: &str, truth: Truth) -> Self {
        let compared = self.compared(tail);
        assert_eq!(compared.truth, truth, "{} {compared}", self.declared);
        self
    }

    /// Whether it stays open if the comparison holds.
    #[track_caller]
    fn leaves_open(self, tail: &str, open: bool) -> Self {
        assert_eq!(self.compared(tail).unknown, open, "{tail}");
        self
    }
}

#[test]
fn numbers_are_compared_exactly_where_they_are_whole_or_decimal() {
    case("integer")
        .holding(i64::MAX)
        .is("operator: equals, value: 9223372036854775807", True)
        .is("operator: less_than, value: 9223372036854775808", True)
        .is("operator: in, value: [1, 9223372036854775807]", True)
        .is("operator: not_in, value: [9223372036854775807]", False);
    case("integer")
        .holding(u64::MAX)
        .is("operator: greater_than, value: 9223372036854775807", True)
        .is(
            "operator: greater_or_equal, value: 18446744073709551615",
            True,
        )
        .is(
            "operator: less_or_equal, value: 18446744073709551614",
            False,
        );
    case("integer")
        .holding(1.0)
        .is("operator: equals, value: 1", TypeMismatch);
    case("decimal")
        .holding("12.30")
        .is("operator: equals, value: 12.3", True)
        .is("operator: not_equals, value: \"12.300\"", False)
        .is(
            "operator: greater_than, value: \"12.2999999999999999999999\"",
            True,
        );
    case("decimal")
        .holding(12)
        .is("operator: equals, value: 12.0", True);
    case("decimal")
        .holding("-0")
        .is("operator: equals, value: 0", True);
    for odd in ["", "1e3", "12.", ".5", " 1", "1 ", "1,5", "0x1", "٣"] {
        case("decimal")
            .holding(odd)
            .is("operator: less_than, value: 1", TypeMismatch);
    }
    case("decimal")
        .holding("10000000000000000000000000000")
        .is("operator: greater_than, value: 1", TypeMismatch);
    case("decimal")
        .holding(0.5)
        .is("operator: equals, value: 0.5", TypeMismatch);
    case("decimal")
        .holding("0.5")
        .beside("integer")
        .beside_holding(1)
        .is("operator: less_than, value: {subject: actor.g}", True);
    case("number")
        .holding(9_007_199_254_740_993_i64)
        .is("operator: equals, value: 9007199254740992", True);
    case("number")
        .holding(f64::NAN)
        .is("operator: equals, value: 1", False)
        .is("operator: not_equals, value: 1", True)
        .is("operator: less_or_equal, value: .inf", False);
}

#[test]
fn texts_are_compared_exactly() {
    case("string")
        .holding("Straße")
        .is("operator: equals, value: straße", False)
        .is("operator: starts_with, value: Str", True)
        .is("operator: ends_with, value: asse", False)
        .is("operator: contains, value: aß", True)
        .is("operator: in, value: [a, Straße]", True)
        .is("operator: matches, value: \"S*e\"", True)
        .is("operator: matches, value: \"S?e\"", False)
        .is("operator: matches_regex, value: \"r.[^x]e$\"", True)
        .beside_holding("Str")
        .is("operator: starts_with, value: {subject: actor.g}", True);
    case("string")
        .holding(1)
        .is("operator: equals, value: \"1\"", TypeMismatch);
}

#[test]
fn addresses_lie_in_networks() {
    let inside = "operator: in_cidr, value: 10.0.0.0/8";
    case("string").holding("10.1.2.3").is(inside, True);
    case("string").holding("::ffff:10.1.2.3").is(inside, True);
    case("string").holding("11.1.2.3").is(inside, False);
    case("string").holding("::1").is(inside, False);
    case("string").holding("fe80::1").is(
        "operator: in_cidr, value: [10.0.0.0/8, \"fe80::/10\"]",
        True,
    );
    for odd in [
        "",
        "10.1.2",
        "10.1.2.3.4",
        "010.1.2.3",
        "10.0.0.0/8",
        "host",
    ] {
        case("string").holding(odd).is(inside, TypeMismatch);
    }
}

#[test]
fn times_are_points_whatever_their_offset() {
    case("timestamp")
        .holding("2026-11-23T09:00:00+01:00")
        .is("operator: equals, value: \"2026-11-23T08:00:00Z\"", True)
        .is(
            "operator: before, value: \"2026-11-23T08:00:00.000000001Z\"",
            True,
        )
        .is("operator: after, value: \"2026-11-23T08:00:00Z\"", False)
        .beside("timestamp")
        .beside_holding("2026-11-23T07:59:59Z")
        .is("operator: after, value: {subject: actor.g}", True);
    for odd in [
        "2026-11-23",
        "2026-11-23T08:00:00",
        "tomorrow",
        "2300-01-01T00:00:00Z",
    ] {
        case("timestamp").holding(odd).is(
            "operator: after, value: \"2020-01-01T00:00:00Z\"",
            TypeMismatch,
        );
    }
}

#[test]
fn a_time_of_day_is_read_on_the_clock_of_its_zone() {
    let within = |time: &'static str, window: &str| {
        case("timestamp")
            .holding(time)
            .compared(&format!("operator: within, value: {{{window}}}"))
            .truth
    };
    let office = r#"from: "09:00", to: "17:30", zone: Europe/Berlin, days: [mon, tue]"#;
    assert_eq!(
        within("2026-11-23T08:00:00Z", office),
        True,
        "Monday, 09:00"
    );
    assert_eq!(within("2026-11-23T07:59:59.999999999Z", office), False);
    assert_eq!(within("2026-11-23T16:29:59Z", office), True);
    assert_eq!(
        within("2026-11-23T16:30:00Z", office),
        False,
        "`to` is excluded"
    );
    assert_eq!(within("2026-11-25T08:00:00Z", office), False, "Wednesday");
    let night = r#"from: "22:00", to: "06:00", zone: UTC, days: [fri]"#;
    assert_eq!(within("2026-11-27T22:00:00Z", night), True, "Friday night");
    assert_eq!(
        within("2026-11-28T05:59:59Z", night),
        True,
        "Saturday early"
    );
    assert_eq!(within("2026-11-27T05:00:00Z", night), False, "Friday early");
    assert_eq!(
        within("2026-11-28T22:00:00Z", night),
        False,
        "Saturday night"
    );
    let whole = r#"from: "07:00", to: "07:00", zone: "+02:00""#;
    assert_eq!(within("2026-11-28T05:00:00Z", whole), True);
}

#[test]
fn lists_are_searched_item_by_item() {
    let list =
        || case("{type: list, of: decimal}").holding(vec![Value::from(1), Value::from("2.50")]);
    list()
        .is("operator: contains, value: 2.5", True)
        .is("operator: contains, value: 3", False)
        .beside("decimal")
        .beside_holding("1.0")
        .is("operator: contains, value: {subject: actor.g}", True);
    case("{type: list, of: string}")
        .holding(vec![Value::from("a"), Value::from(1)])
        .is("operator: contains, value: a", TypeMismatch);
    case("{type: list, of: string}")
        .holding("a")
        .is("operator: contains, value: a", TypeMismatch);
    case("string")
        .holding("a")
        .beside("{type: list, of: string}")
        .beside_holding(vec!["b", "a"])
        .is("operator: in, value: {subject: actor.g}", True)
        .is("operator: not_in, value: {subject: actor.g}", False);
}

#[test]
fn null_equals_null_and_nothing_else() {
    let null = || case("{type: integer, nullable: true}").holding(Value::Null);
    null()
        .is("operator: equals, value: null", True)
        .is("operator: not_equals, value: null", False)
        .is("operator: equals, value: 1", False)
        .is("operator: not_equals, value: 1", True)
        .is("operator: not_in, value: [1]", True)
        .is("operator: in, value: [1]", False)
        .is("operator: less_than, value: 1", False)
        .is("operator: exists", True)
        .beside("{type: integer, nullable: true}")
        .beside_holding(Value::Null)
        .is("operator: equals, value: {subject: actor.g}", True)
        .is("operator: less_or_equal, value: {subject: actor.g}", False);
    case("{type: integer, nullable: true}")
        .holding(1)
        .is("operator: equals, value: null", False)
        .is("operator: not_equals, value: null", True);
    case("integer")
        .holding(Value::Null)
        .is("operator: equals, value: 1", TypeMismatch);
}

#[test]
fn what_may_be_absent_is_false_and_what_may_not_is_missing() {
    case("{type: string, optional: true}")
        .is("operator: equals, value: a", False)
        .is("operator: not_equals, value: a", False)
        .is("operator: exists", False)
        .is("operator: exists, value: false", True)
        .is("operator: equals, value: {subject: actor.g}", False);
    case("string")
        .is("operator: equals, value: a", Missing)
        .is("operator: equals, value: {subject: actor.g}", Missing)
        .beside("{type: string, optional: true}")
        .is("operator: equals, value: {subject: actor.g}", False)
        .is("operator: equals, value: {subject: request.tenant}", False)
        .is("operator: equals, value: {subject: action.type}", Missing);
}

#[test]
fn the_outermost_part_that_is_not_there_says_whether_it_has_to_be() {
    const CITY: &str = ".city, operator: equals, value: Rome";
    let map = "{type: map, fields: {city: string, note: {type: string, optional: true}}}";
    let rome = || Fields::new().with("city", "Rome");
    case(map).holding(rome()).is(CITY, True);
    case(map).is(CITY, Missing);
    case(map).holding(Fields::new()).is(CITY, Missing);
    case(map)
        .is(".note, operator: equals, value: a", Missing)
        .is(".note, operator: exists", False);
    case(map)
        .holding(rome())
        .is(".note, operator: equals, value: a", False);
    for nothing in [Value::from("Rome"), Value::Null] {
        case(map)
            .holding(nothing)
            .is(CITY, TypeMismatch)
            .is(".note, operator: exists", False);
    }
    let optional = "{type: map, optional: true, nullable: true, fields: {city: string}}";
    case(optional)
        .is(CITY, False)
        .is(".city, operator: exists", False);
    case(optional).holding(Value::Null).is(CITY, False);
    case(optional).holding(Fields::new()).is(CITY, Missing);
    case(optional)
        .holding(rome())
        .is(".city, operator: exists", True)
        .is("operator: exists", True);
}

#[test]
fn whether_a_comparison_stays_open_is_what_the_policy_says() {
    const EQUALS: &str = "operator: equals, value: {subject: actor.g}";
    case("integer").beside("integer").leaves_open(EQUALS, true);
    let missing = "on_missing: no_match\n";
    case("integer")
        .beside("integer")
        .under(missing)
        .leaves_open(EQUALS, false);
    let unfit = || case("integer").beside("integer").holding("1");
    unfit().beside_holding(1).leaves_open(EQUALS, true);
    unfit()
        .beside_holding(1)
        .under("on_error: allow\n")
        .leaves_open(EQUALS, true);
    unfit()
        .beside_holding(1)
        .under("on_error: no_match\n")
        .leaves_open(EQUALS, false);
    // Of two sides the one that makes it false does so whatever is unknown of the other.
    unfit()
        .under("on_error: no_match\n")
        .leaves_open(EQUALS, false);
    unfit().under(missing).leaves_open(EQUALS, false);
    unfit().is(EQUALS, Missing).leaves_open(EQUALS, true);
}
