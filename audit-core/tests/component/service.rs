//! What components have for each other.

use std::sync::{Arc, Mutex};

use audit_core::bus::{Bus, Runnable};
use audit_core::component::{
    Assembly, AssemblyError, Blueprint, ComponentFacts, Health, Parts, ServiceType,
};

use crate::stage::{Named, Stage, made, named};
use crate::support::{Log, now};

trait Ledger: Send + Sync {
    fn name(&self) -> &'static str;
}

struct Book(&'static str);

impl Ledger for Book {
    fn name(&self) -> &'static str {
        self.0
    }
}

const LEDGER: &[ServiceType] = &[ServiceType::of::<Arc<dyn Ledger>>()];
const PERHAPS: &[ServiceType] = &[ServiceType::of::<Arc<dyn Ledger>>().optional()];
const BOOK: &[ServiceType] = &[ServiceType::of::<Arc<Book>>()];

named!(Accounts = ComponentFacts::new("accounts", "1.0").provides(LEDGER));
named!(Reserve = ComponentFacts::new("reserve", "1.0").provides(LEDGER));
named!(Books = ComponentFacts::new("books", "1.0").provides(BOOK));
named!(Web = ComponentFacts::new("web", "1.0").requires(LEDGER));
named!(Mail = ComponentFacts::new("mail", "1.0").requires(PERHAPS));
named!(
    Night = ComponentFacts::new("night", "1.0")
        .depends(&["acounts"])
        .requires(LEDGER)
);
named!(Plain = ComponentFacts::new("plain", "1.0"));

fn ledger<N: Named>(name: &'static str) -> Blueprint {
    made::<N>(move |_| Ok(Parts::new().provide(Arc::new(Book(name)) as Arc<dyn Ledger>)))
}

/// Says of which ledger it is made, and when it is.
fn reader<N: Named>(log: &Log) -> Blueprint {
    let log = log.clone();
    made::<N>(move |context| {
        let ledger = context.services.get::<Arc<dyn Ledger>>();
        let name = ledger.map_or("none", |ledger| ledger.name());
        log.say(format!("{} of {name}", context.instance()));
        let answer = Runnable::new(move |(): ()| Ok::<_, String>(name.to_owned()));
        Ok(Parts::new().runnable("ledger", answer))
    })
}

fn builder() -> audit_core::component::AssemblyBuilder {
    Assembly::builder(Bus::new())
}

#[test]
fn whoever_needs_a_service_starts_behind_those_that_have_it_and_takes_the_first() {
    let log = Log::default();
    let builder = builder()
        .component(reader::<Web>(&log))
        .component(reader::<Mail>(&log))
        .component(ledger::<Accounts>("accounts"))
        .component(ledger::<Reserve>("reserve"));
    let assembly = now(builder.boot()).unwrap();
    assert_eq!(log.take(), ["web of accounts", "mail of accounts"]);
    let all = assembly.services().all::<Arc<dyn Ledger>>();
    let all: Vec<_> = all
        .map(|(instance, ledger)| (instance.to_string(), ledger.name()))
        .collect();
    let expected = [("accounts", "accounts"), ("reserve", "reserve")];
    assert_eq!(
        all,
        expected.map(|(instance, name)| (instance.to_owned(), name))
    );
}

#[test]
fn all_that_is_missing_is_told_at_boot_with_who_could_have_it() {
    let log = Log::default();
    let builder = builder()
        .component(reader::<Web>(&log))
        .component(reader::<Night>(&log))
        .component(reader::<Mail>(&log))
        .component(made::<Books>(|_| {
            Ok(Parts::new().provide(Arc::new(Book("books"))))
        }));
    let error = now(builder.boot()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`night` depends on `acounts`, which is not there; \
         `web` requires service `Arc<dyn Ledger>`, which nobody provides; \
         `night` requires service `Arc<dyn Ledger>`, which nobody provides"
    );
    assert!(log.take().is_empty());
    // What the program itself has is there before all.
    let builder = self::builder()
        .provide(Arc::new(Book("house")) as Arc<dyn Ledger>)
        .component(reader::<Web>(&log))
        .component(ledger::<Accounts>("accounts"));
    now(builder.boot()).unwrap();
    assert_eq!(log.take(), ["web of house"]);
}

#[test]
fn services_that_are_named_and_not_there_or_there_and_not_named_are_an_error_at_start() {
    let boots = [
        (
            made::<Accounts>(|_| Ok(Parts::new())),
            "component `accounts` can't be started: it is to provide `Arc<dyn Ledger>` and does not",
        ),
        (
            made::<Plain>(|_| Ok(Parts::new().provide(7_u8))),
            "component `plain` can't be started: it provides `u8`, which its facts do not name",
        ),
        (
            made::<Accounts>(|_| Ok(Parts::new().provide(Arc::new(Book("x"))))),
            "component `accounts` can't be started: it is to provide `Arc<dyn Ledger>` and does not; \
             it provides `Arc<Book>`, which its facts do not name",
        ),
    ];
    for (blueprint, expected) in boots {
        let error = now(builder().component(blueprint).boot()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn whoever_holds_a_service_is_made_anew_when_its_provider_is_replaced() {
    let log = Log::default();
    let builder = builder()
        .component(reader::<Web>(&log))
        .component(made::<Plain>(|_| Ok(Parts::new())))
        .component(ledger::<Accounts>("old"));
    let assembly = now(builder.boot()).unwrap();
    now(assembly.replace("accounts", ledger::<Accounts>("new"))).unwrap();
    assert_eq!(log.take(), ["web of old", "web of new"]);
    let name: String = now(assembly.bus().invoke("web.ledger", ())).unwrap();
    assert_eq!(name, "new");
    assert_eq!(assembly.bus().runnables().len(), 1);
    // Nobody is left without what he needs: nothing changes then.
    let error = now(assembly.replace("accounts", made::<Plain>(|_| Ok(Parts::new())))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`web` requires service `Arc<dyn Ledger>`, which nobody provides"
    );
    let name: String = now(assembly.bus().invoke("web.ledger", ())).unwrap();
    assert_eq!(name, "new");
}

#[test]
fn a_provider_goes_only_where_nobody_needs_it_and_others_take_what_is_left() {
    let log = Log::default();
    let builder = builder()
        .component(reader::<Web>(&log))
        .component(ledger::<Accounts>("accounts"))
        .component(ledger::<Reserve>("reserve"));
    let assembly = now(builder.boot()).unwrap();
    log.take();
    now(assembly.remove("accounts")).unwrap();
    assert_eq!(log.take(), ["web of reserve"]);
    let error = now(assembly.remove("reserve")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "component `reserve` can't go: `web` depends on it"
    );
    now(assembly.replace("web", reader::<Mail>(&log))).unwrap();
    now(assembly.remove("reserve")).unwrap();
    assert_eq!(log.take(), ["web of reserve", "web of none"]);
    assert!(assembly.overall_health().is_healthy());
}

#[test]
fn whoever_is_started_anew_takes_the_very_service_that_he_had() {
    let (log, stage) = (Log::default(), Stage::default());
    let handles = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&handles);
    let accounts = made::<Accounts>(move |context| {
        kept.lock().unwrap().push(context.bus.clone());
        Ok(Parts::new().provide(Arc::new(Book("accounts")) as Arc<dyn Ledger>))
    });
    let builder = Assembly::builder(Bus::with_executor(stage.clone()))
        .component(reader::<Web>(&log))
        .component(accounts)
        .component(ledger::<Reserve>("reserve"));
    let assembly = now(builder.boot()).unwrap();
    assert_eq!(log.take(), ["web of accounts"]);
    handles.lock().unwrap().pop().unwrap().fail("broken");
    stage.pass();
    assert_eq!(log.take(), ["web of accounts"]);
    // Also where the first gives its place to another.
    now(assembly.replace("accounts", ledger::<Accounts>("new"))).unwrap();
    assert_eq!(log.take(), ["web of new"]);
}

#[test]
fn a_replacement_that_needs_another_ends_before_it() {
    named!(Later = ComponentFacts::new("accounts", "2.0").depends(&["plain"]));
    let log = Log::default();
    let says = |name: &'static str| {
        let log = log.clone();
        move || {
            let log = log.clone();
            Parts::new().deactivate(move || async move { log.say(name) })
        }
    };
    let plain = says("plain ends");
    let later = says("later ends");
    let builder = builder()
        .component(ledger::<Accounts>("accounts"))
        .component(made::<Plain>(move |_| Ok(plain())));
    let assembly = now(builder.boot()).unwrap();
    now(assembly.replace("accounts", made::<Later>(move |_| Ok(later())))).unwrap();
    assert!(
        assembly
            .health()
            .iter()
            .map(|(name, _)| &**name)
            .eq(["plain", "accounts"])
    );
    now(assembly.shutdown()).unwrap();
    assert_eq!(log.take(), ["later ends", "plain ends"]);
}

#[test]
fn one_that_is_added_needs_what_is_there_and_leaves_nothing_when_it_can_not_start() {
    let log = Log::default();
    let assembly = now(builder().boot()).unwrap();
    let error = now(assembly.add(reader::<Web>(&log))).unwrap_err();
    assert!(matches!(error, AssemblyError::Disorder(_)), "{error}");
    let undelivered = made::<Accounts>(|_| Ok(Parts::new()));
    now(assembly.add(undelivered)).unwrap_err();
    assert!(assembly.health().is_empty());
    now(assembly.add(ledger::<Accounts>("accounts"))).unwrap();
    now(assembly.add(reader::<Web>(&log))).unwrap();
    assert_eq!(log.take(), ["web of accounts"]);
    assert_eq!(assembly.overall_health(), Health::Healthy);
}
