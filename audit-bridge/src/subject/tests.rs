use audit_core::Pattern;
use proptest::prelude::*;

use super::Subjects;

fn bus() -> Subjects {
    Subjects::new("bus").unwrap()
}

/// As the server matches a subject against a filter.
fn stands_for(filter: &str, subject: &str) -> bool {
    match filter.strip_suffix('>') {
        Some(begin) => subject.len() > begin.len() && subject.starts_with(begin),
        None => filter == subject,
    }
}

/// Whether the server takes it: tokens that are not empty, of printable characters, none of them a wildcard.
fn is_sound(subject: &str) -> bool {
    subject.len() < 800
        && subject.split('.').all(|token| {
            !token.is_empty()
                && token
                    .chars()
                    .all(|c| c.is_ascii_graphic() && c != '*' && c != '>')
        })
}

#[test]
fn the_parts_of_a_name_are_tokens_and_what_a_token_can_not_hold_is_escaped() {
    let cases = [
        ("account.transfer", "bus.account.transfer"),
        ("", "bus.%"),
        (".", "bus.%.%"),
        ("account.", "bus.account.%"),
        ("a b*>%", "bus.a%20b%2A%3E%25"),
        ("a\r\n\0", "bus.a%0D%0A%00"),
        ("\u{e9}", "bus.%C3%A9"),
        ("$JS.API", "bus.$JS.API"),
    ];
    for (name, subject) in cases {
        assert_eq!(bus().of(name), subject);
        assert_eq!(bus().name(subject).as_deref(), Some(name));
    }
}

#[test]
fn a_long_name_keeps_its_first_tokens_and_is_told_from_another_by_its_digest() {
    let one = format!("account.{}", "x".repeat(10_000));
    let (first, second) = (bus().of(&one), bus().of(&format!("{one}y")));
    assert!(first.starts_with("bus.account.%~"), "{first}");
    assert!(is_sound(&first));
    assert_ne!(first, second);
    assert_eq!(bus().name(&first), None);
    // A name that is written like a digest is none.
    let posing = first.strip_prefix("bus.").unwrap();
    assert_ne!(bus().of(posing), first);
    let dots = ".".repeat(10_000);
    assert!(is_sound(&bus().of(&dots)));
}

#[test]
fn the_filter_is_the_one_subject_or_the_tokens_that_all_patterns_begin_with() {
    let cases: [(&[&str], &str); 12] = [
        (&["account.transfer"], "bus.account.transfer"),
        (
            &["account.transfer", "account.transfer"],
            "bus.account.transfer",
        ),
        (&["account.*"], "bus.account.>"),
        (&["account*"], "bus.>"),
        (&["*"], "bus.>"),
        (&["account.eu.*", "account.us.paid"], "bus.account.>"),
        (&["account.eu.*", "account.eu"], "bus.account.>"),
        (&["account", "account.eu"], "bus.>"),
        (&["account.eu", "account."], "bus.account.>"),
        (&["account.[ab].x"], "bus.account.>"),
        (&["account.?"], "bus.account.>"),
        (&["a.*", "b.*"], "bus.>"),
    ];
    for (patterns, filter) in cases {
        let read: Vec<Pattern> = patterns.iter().map(|text| text.parse().unwrap()).collect();
        assert_eq!(bus().filter(&read), filter, "{patterns:?}");
    }
}

#[test]
fn a_prefix_that_no_subject_can_begin_with_is_refused() {
    for prefix in ["", "a.", ".a", "a b", "a.*", ">", "$JS", "_INBOX", "a%"] {
        assert!(Subjects::new(prefix).is_none(), "{prefix:?}");
    }
    assert!(Subjects::new(&"x".repeat(129)).is_none());
    assert_eq!(Subjects::new("acme.bus").unwrap().of("a"), "acme.bus.a");
}

/// Names of odd parts, some of them long.
fn name() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[ab]{0,2}",
        2 => any::<String>(),
        1 => "[%~.*>$ 0-9A-F]{0,6}",
        1 => "x{300,700}",
    ];
    prop::collection::vec(part, 1..5).prop_map(|parts| parts.join("."))
}

/// Patterns that begin with a part of a name.
fn pattern(name: &str, cut: usize, rest: &str) -> String {
    let cut = name.floor_char_boundary(cut % (name.len() + 1));
    format!("{}{rest}", &name[..cut])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_name_has_a_sound_subject_of_its_own(one in name(), two in name()) {
        let (first, second) = (bus().of(&one), bus().of(&two));
        prop_assert!(is_sound(&first), "{first}");
        prop_assert_eq!(one == two, first == second);
        if let Some(back) = bus().name(&first) {
            prop_assert_eq!(back, one);
        } else {
            prop_assert!(first.contains(".%~"));
        }
    }

    #[test]
    fn a_filter_lets_all_pass_that_a_pattern_stands_for(
        one in name(), two in name(), cut in any::<usize>(),
        rest in prop::sample::select(vec!["*", "", "?*", "[!z]*", "*[", ".*"]),
    ) {
        let text = pattern(&one, cut, rest);
        let read = Pattern::new(text.clone()).unwrap();
        let other = Pattern::new(two.clone()).unwrap();
        let (alone, both) = (bus().filter([&read]), bus().filter([&read, &other]));
        for name in [&one, &two, &text] {
            let subject = bus().of(name);
            if read.matches(name) {
                prop_assert!(stands_for(&alone, &subject), "{alone} {subject}");
            }
            if read.matches(name) || other.matches(name) {
                prop_assert!(stands_for(&both, &subject), "{both} {subject}");
            }
        }
    }
}
