//! Rules that others hide, and rules that take no part.

use super::{all, atom, codes, lints};

/// Which of two rules is shadowed.
fn shadowed(settings: &str, first: &str, second: &str) -> Vec<String> {
    let rules = format!("  - {{id: a, {first}}}\n  - {{id: b, {second}}}\n");
    let problems = lints(settings, &rules).into_iter();
    let shadowed = problems.filter(|problem| problem.kind.code() == "P409");
    shadowed
        .map(|problem| problem.rule.unwrap().to_string())
        .collect()
}

#[test]
fn a_rule_that_asks_for_more_behind_one_that_asks_for_less_never_decides() {
    let large = &atom("action.amount greater_than 1000");
    let larger = &atom("action.amount greater_than 5000");
    let exact = &atom("action.amount in [2000, 3000]");
    let role = &atom("actor.role equals x");
    let refund = |when: &str| format!("scope: {{action: refund}}, effect: allow, when: {when}");
    let both = &format!("{{all: [{large}, {role}]}}");
    let swapped = &format!("{{all: [{role}, {{all: [{large}]}}]}}");
    let either = &format!("{{any: [{large}, {role}]}}");
    for (first, second, is_shadowed) in [
        (large, both, true),
        (both, large, false),
        (both, swapped, true),
        (large, large, true),
        (large, larger, true),
        (larger, large, false),
        (large, exact, true),
        (either, either, true),
        (role, either, false),
        (&atom("action.amount greater_or_equal 1000"), large, true),
        (large, &atom("action.amount greater_or_equal 1000"), false),
    ] {
        let found = shadowed("", &refund(first), &refund(second));
        let expected: &[&str] = if is_shadowed { &["b"] } else { &[] };
        assert_eq!(found, expected, "{first} / {second}");
    }
}

#[test]
fn a_wider_scope_shadows_a_narrower_one() {
    let rule = |scope: &str| format!("scope: {scope}, effect: allow");
    for (first, second, is_shadowed) in [
        ("{action: [refund, payout]}", "{action: payout}", true),
        ("{action: payout}", "{action: [refund, payout]}", false),
        ("{action: refund}", "{action: refund, actor: bob}", true),
        ("{action: refund, actor: bob}", "{action: refund}", false),
        (
            "{action: refund, actor: [bob, eve]}",
            "{action: refund, actor: eve}",
            true,
        ),
        ("{actor: [bob, eve]}", "{actor: eve}", true),
        ("{global: true}", "{global: true}", true),
        ("{global: true}", "{actor: eve}", false),
        ("{global: true}", "{action: refund}", false),
        ("{actor: bob}", "{global: true}", false),
        ("{action: refund}", "{action: payout}", false),
    ] {
        let found = shadowed("", &rule(first), &rule(second));
        let expected: &[&str] = if is_shadowed { &["b"] } else { &[] };
        assert_eq!(found, expected, "{first} / {second}");
    }
}

#[test]
fn under_block_overrides_what_is_stricter_comes_first() {
    let overrides = "combine: block_overrides";
    for (first, second, expected) in [
        (
            "scope: {action: refund}, effect: allow",
            "scope: {global: true}, effect: block",
            &["a"][..],
        ),
        (
            "scope: {global: true}, effect: block",
            "scope: {action: refund}, effect: allow",
            &["b"],
        ),
        (
            "scope: {action: refund}, effect: block",
            "scope: {action: refund}, effect: block",
            &["b"],
        ),
        (
            "scope: {action: refund}, effect: require_approval",
            "scope: {actor: bob}, effect: block",
            &[],
        ),
    ] {
        assert_eq!(
            shadowed(overrides, first, second),
            expected,
            "{first} / {second}"
        );
    }
}

#[test]
fn a_rule_that_does_not_always_decide_shadows_nothing() {
    let plain = "scope: {action: refund}, effect: allow";
    for more in [
        "mode: off",
        "mode: shadow",
        "rollout: 50",
        "expires: 2030-01-01T00:00:00Z",
    ] {
        assert_eq!(
            shadowed("", &format!("{plain}, {more}"), plain),
            [""; 0],
            "{more}"
        );
        let both = shadowed("", plain, &format!("{plain}, {more}"));
        let still = more != "mode: off" && more != "mode: shadow";
        assert_eq!(both.is_empty(), !still, "{more}");
    }
    assert_eq!(
        shadowed("", plain, &format!("{plain}, mode: enforce")),
        [""; 0]
    );
    assert_eq!(
        shadowed("", &format!("{plain}, mode: enforce"), plain),
        ["b"]
    );
}

#[test]
fn an_allow_hides_a_block_only_where_both_can_match() {
    let hidden = |allow: &str, block: &str| {
        let rules = format!(
            "  - {{id: a, effect: allow, {allow}}}\n  - {{id: b, effect: block, {block}}}\n"
        );
        codes(&lints("", &rules)).contains(&"P410")
    };
    let frozen = atom("snapshot.frozen equals true");
    let thawed = atom("snapshot.frozen equals false");
    let of_payouts = atom("action.type equals payout");
    for (allow, block, expected) in [
        (
            "scope: {action: refund}".to_owned(),
            format!("scope: {{global: true}}, when: {frozen}"),
            true,
        ),
        (
            format!("scope: {{action: refund}}, when: {thawed}"),
            format!("scope: {{global: true}}, when: {frozen}"),
            false,
        ),
        (
            format!("scope: {{action: refund}}, when: {{not: {frozen}}}"),
            format!("scope: {{global: true}}, when: {frozen}"),
            false,
        ),
        (
            "scope: {action: refund}".to_owned(),
            format!("scope: {{global: true}}, when: {of_payouts}"),
            false,
        ),
        (
            "scope: {action: refund}".to_owned(),
            "scope: {actor: mallory}".to_owned(),
            true,
        ),
        (
            "scope: {action: refund, actor: alice}".to_owned(),
            "scope: {actor: mallory}".to_owned(),
            false,
        ),
        (
            "scope: {actor: alice}".to_owned(),
            format!("scope: {{global: true}}, when: {frozen}"),
            true,
        ),
        (
            "scope: {global: true}".to_owned(),
            format!("scope: {{global: true}}, when: {frozen}"),
            false,
        ),
        (
            "scope: {action: refund}".to_owned(),
            "scope: {global: true}, mode: shadow".to_owned(),
            false,
        ),
        (
            "scope: {action: refund}, mode: off".to_owned(),
            "scope: {global: true}".to_owned(),
            false,
        ),
    ] {
        assert_eq!(hidden(&allow, &block), expected, "{allow} / {block}");
    }
}

#[test]
fn an_action_that_is_off_leaves_its_rules_without_work() {
    let refund = "  - {id: a, scope: {action: refund}, effect: block}\n";
    let both = "  - {id: a, scope: {action: [refund, payout]}, effect: block}\n";
    let global = "  - {id: a, scope: {global: true}, effect: block}\n";
    let enforced = "  - {id: a, scope: {action: refund}, effect: block, mode: enforce}\n";
    for (settings, rule, expected) in [
        ("modes: {refund: off}", refund, &["P403"][..]),
        ("mode: off", refund, &["P403"]),
        ("mode: off\nmodes: {refund: shadow}", refund, &[]),
        ("modes: {refund: off}", both, &[]),
        ("modes: {refund: off, payout: off}", both, &["P403"]),
        ("mode: off", global, &["P403"]),
        ("mode: off\nmodes: {refund: shadow}", global, &[]),
        ("modes: {refund: off}", global, &[]),
        ("modes: {refund: off}", enforced, &[]),
        ("mode: shadow", refund, &[]),
    ] {
        assert_eq!(
            codes(&lints(settings, rule)),
            expected,
            "{settings} / {rule}"
        );
    }
}

#[test]
fn ten_thousand_rules_are_looked_at_without_comparing_each_with_each() {
    let rule = |number: usize| {
        format!(
            "  - {{id: r{number}, scope: {{action: refund}}, effect: allow, when: {}}}\n",
            all(&[
                &format!("action.count equals {number}"),
                &format!("actor.role equals role{}", number % 100)
            ])
        )
    };
    let mut rules: String = (0..10_000).map(rule).collect();
    rules.push_str("  - {id: last, scope: {action: refund}, effect: block, when: ");
    rules.push_str(&all(&[
        "actor.role equals role7",
        "action.urgent equals true",
        "action.count equals 7",
    ]));
    rules.push_str("}\n");
    let problems = lints("", &rules);
    assert_eq!(codes(&problems), ["P409"]);
    assert_eq!(problems[0].rule.as_deref(), Some("last"));
}

#[test]
fn where_too_many_rules_share_what_they_ask_it_is_said_that_not_all_were_compared() {
    let rule = |number: usize| {
        let atoms: Vec<String> = (0..4)
            .map(|digit| {
                format!(
                    "actor.groups contains g{digit}{}",
                    number / 7_usize.pow(digit) % 7
                )
            })
            .collect();
        let atoms: Vec<&str> = atoms.iter().map(|atom| &**atom).collect();
        format!(
            "  - {{id: r{number}, scope: {{action: refund}}, effect: allow, when: {}}}\n",
            all(&atoms)
        )
    };
    let rules: String = (0..2401).map(rule).collect();
    assert_eq!(codes(&lints("", &rules)), [""; 0]);
    let pair = |number: usize| {
        let [allowed, blocked] =
            ["a", "b"].map(|role| atom(&format!("actor.role equals {role}{number}")));
        format!(
            "  - {{id: a{number}, scope: {{action: refund}}, effect: allow, when: {allowed}}}
  - {{id: b{number}, scope: {{global: true}}, effect: block, when: {blocked}}}\n"
        )
    };
    let pairs: Vec<String> = (0..2_000).map(pair).collect();
    assert_eq!(codes(&lints("", &pairs.concat())), ["P413"]);
}

#[test]
fn a_rollout_beside_a_mode_that_holds_for_everybody_does_nothing() {
    let codes_of = |says: &str| {
        let rule = format!("  - {{id: a, scope: {{action: refund}}, effect: block, {says}}}\n");
        codes(&lints("", &rule))
    };
    for says in ["mode: shadow, rollout: 25", "mode: shadow, rollout: 0"] {
        assert_eq!(codes_of(says), ["P414"], "{says}");
    }
    assert_eq!(codes_of("mode: off, rollout: 25"), ["P411", "P414"]);
    for says in [
        "mode: enforce, rollout: 25",
        "rollout: 25",
        "mode: shadow, rollout: 100",
    ] {
        assert_eq!(codes_of(says), [""; 0], "{says}");
    }
}
