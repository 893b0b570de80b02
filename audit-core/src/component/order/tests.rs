//! Orders and what keeps components from one.

use super::*;

fn facts(name: &'static str, depends: &'static [&'static str]) -> ComponentFacts {
    ComponentFacts::new(name, "1").depends(depends)
}

fn of(facts: &[ComponentFacts]) -> Result<Vec<usize>, Vec<Disorder>> {
    let all: Vec<Starting<'_>> = facts.iter().map(starting).collect();
    order(&all, &[])
}

fn starting(facts: &ComponentFacts) -> Starting<'_> {
    Starting {
        instance: facts.name,
        facts,
    }
}

fn told(order: Result<Vec<usize>, Vec<Disorder>>) -> Vec<String> {
    let disorder = order.unwrap_err();
    disorder.iter().map(ToString::to_string).collect()
}

#[test]
fn each_starts_behind_all_it_depends_on_and_otherwise_as_given() {
    let all = [
        facts("web", &["accounts", "log"]),
        facts("accounts", &["config"]),
        facts("log", &[]),
        facts("config", &[]),
    ];
    assert_eq!(of(&all), Ok(vec![2, 3, 1, 0]));
    assert_eq!(of(&[]), Ok(vec![]));
}

#[test]
fn every_instance_of_what_is_depended_on_starts_first() {
    let (web, db) = (facts("web", &["db"]), facts("db", &[]));
    let second = Starting {
        instance: "db-2",
        facts: &db,
    };
    let all = [starting(&web), starting(&db), second];
    assert_eq!(order(&all, &[]), Ok(vec![1, 2, 0]));
}

#[test]
fn each_starts_behind_all_that_have_a_service_it_is_made_from() {
    const NUMBER: &[ServiceType] = &[ServiceType::of::<u64>()];
    const PERHAPS: &[ServiceType] = &[ServiceType::of::<u64>().optional()];
    let all = [
        facts("asks", &[]).requires(NUMBER),
        facts("perhaps", &[]).requires(PERHAPS),
        facts("alone", &[]),
        facts("first", &[]).provides(NUMBER),
        facts("second", &[]).provides(NUMBER),
    ];
    assert_eq!(of(&all), Ok(vec![2, 3, 4, 0, 1]));
    // What may be missing keeps nobody from anything, and the host may have what is needed.
    let all = [
        facts("perhaps", &[]).requires(PERHAPS),
        facts("asks", &[]).requires(NUMBER),
    ];
    let all = [starting(&all[0]), starting(&all[1])];
    assert_eq!(order(&all, &[TypeId::of::<u64>()]), Ok(vec![0, 1]));
    assert_eq!(
        told(order(&all, &[])),
        ["`asks` requires service `u64`, which nobody provides"]
    );
}

#[test]
fn whoever_makes_of_a_service_another_of_its_type_is_not_its_own_provider() {
    const NUMBER: &[ServiceType] = &[ServiceType::of::<u64>()];
    let wraps = facts("wraps", &[]).requires(NUMBER).provides(NUMBER);
    let plain = facts("plain", &[]).provides(NUMBER);
    assert_eq!(of(&[wraps, plain]), Ok(vec![1, 0]));
    assert_eq!(
        told(of(&[wraps])),
        ["`wraps` requires service `u64`, which nobody provides"]
    );
}

#[test]
fn whatever_is_missing_or_double_is_told_at_once_by_name() {
    struct Ledger;
    struct Legder;
    const LEDGER: &[ServiceType] = &[ServiceType::of::<std::sync::Arc<Ledger>>()];
    const PLAIN: &[ServiceType] = &[ServiceType::of::<Ledger>()];
    const MISSPELT: &[ServiceType] = &[ServiceType::of::<std::sync::Arc<Legder>>()];
    let all = [
        facts("a", &["x", "accuonts"]),
        facts("a", &[]).requires(LEDGER),
        facts("accounts", &["y"]).provides(PLAIN),
        facts("c", &[]).requires(MISSPELT),
    ];
    assert_eq!(
        told(of(&all)),
        [
            "two components are called `a`",
            "`a` depends on `x`, which is not there",
            "`a` depends on `accuonts`, which is not there: did you mean `accounts`?",
            "`accounts` depends on `y`, which is not there",
            "`a` requires service `Arc<Ledger>`, which nobody provides: `accounts` provides `Ledger`",
            "`c` requires service `Arc<Legder>`, which nobody provides: `accounts` provides `Ledger`",
        ]
    );
}

#[test]
fn names_that_others_bear_and_empty_ones_are_told_with_whose_they_are() {
    let (web, own, nobody) = (facts("web", &[]), facts("__a\n", &[]), facts("", &[]));
    let instance = |instance: &'static str| Starting {
        instance,
        facts: &web,
    };
    let all = [
        instance("host"),
        instance("anonymous"),
        instance("bridge"),
        instance("__dead_letter__"),
        instance(""),
        starting(&own),
    ];
    let caller = "is what the bus calls somebody who is no component: choose another name";
    let reserved = "names that begin with `__` are the bus's own";
    assert_eq!(
        told(order(&all, &[])),
        [
            format!("an instance of `web` can't be called `host`, which {caller}"),
            format!("an instance of `web` can't be called `anonymous`, which {caller}"),
            format!("an instance of `web` can't be called `bridge`, which {caller}"),
            format!("an instance of `web` can't be called `__dead_letter__`: {reserved}"),
            "an instance of `web` has an empty name, by which nobody can be told: give it one"
                .to_owned(),
            format!("a component can't be called `__a\\n`: {reserved}"),
        ]
    );
    assert_eq!(
        told(of(&[nobody])),
        ["a component has an empty name, by which nobody can be told: give it one"]
    );
}

#[test]
fn a_component_of_a_name_that_is_not_free_is_told_of_under_each_name_of_its_instances() {
    let host = facts("host", &[]);
    let first = Starting {
        instance: "web-1",
        facts: &host,
    };
    let all = [first, starting(&host)];
    let told = told(order(&all, &[]));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("a component can't be called `host`"),
        "{told:?}"
    );
}

#[test]
fn an_instance_does_not_bear_the_name_of_another_component() {
    let (web, mail) = (facts("web", &[]), facts("mail", &[]));
    let named = |instance, facts| Starting { instance, facts };
    let of_mail = "an instance of `mail` can't be called `web`, which is another component: what is said of that would hold for it";
    let all = [named("web-1", &web), named("web", &mail)];
    assert_eq!(told(order(&all, &[])), [of_mail]);
    let all = [
        named("web", &mail),
        named("mail", &web),
        named("mail-2", &mail),
    ];
    assert_eq!(
        told(order(&all, &[])),
        [
            of_mail.to_owned(),
            "an instance of `web` can't be called `mail`, which is another component: what is said of that would hold for it".to_owned(),
        ]
    );
    // Where nobody else is called so it is a name like others, as when one was put in the place of another.
    assert_eq!(order(&[named("web", &mail)], &[]), Ok(vec![0]));
    let all = [named("web", &web), named("web-2", &web)];
    assert_eq!(order(&all, &[]), Ok(vec![0, 1]));
}

#[test]
fn a_name_may_hold_anything_else() {
    let name = |name: &'static str| facts(name, &[]);
    let all = [
        name("hosts"),
        name("Host"),
        name("_a__"),
        name("überweisen.\n\0\"`[*"),
        name(" "),
    ];
    assert_eq!(of(&all), Ok(vec![0, 1, 2, 3, 4]));
}

#[test]
fn a_circle_names_those_in_it_and_nobody_else() {
    const NUMBER: &[ServiceType] = &[ServiceType::of::<u64>()];
    const TEXT: &[ServiceType] = &[ServiceType::of::<String>()];
    let all = [
        facts("entry", &["b"]),
        facts("a", &["c"]),
        facts("b", &["a"]),
        facts("c", &["b"]),
        facts("alone", &[]),
    ];
    assert_eq!(
        told(of(&all)),
        ["components depend on each other in a circle: `a` -> `c` -> `b` -> `a`"]
    );
    assert_eq!(
        told(of(&[facts("self", &["self"])])),
        ["components depend on each other in a circle: `self` -> `self`"]
    );
    let all = [
        facts("one", &[]).requires(NUMBER).provides(TEXT),
        facts("two", &[]).requires(TEXT).provides(NUMBER),
    ];
    assert_eq!(
        told(of(&all)),
        ["components depend on each other in a circle: `one` -> `two` -> `one`"]
    );
}
