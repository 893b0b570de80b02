//! Components whose methods say what they are for.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use audit_core::bus::{Bus, Handle};
use audit_core::component;
use audit_core::component::{Assembly, AssemblyError, Blueprint, Component, Health, ServiceType};

use crate::boot;
use crate::support::{Log, now, yield_now};

trait Ledger: Send + Sync {
    fn balance(&self) -> u64;
}

struct Books {
    log: Log,
    started: AtomicU32,
}

#[component("books", version = "2.1", description = "keeps the books")]
impl Books {
    fn new(log: &Log) -> Self {
        Self {
            log: log.clone(),
            started: AtomicU32::new(0),
        }
    }

    #[activate]
    async fn start(&self) -> Result<(), String> {
        yield_now().await;
        self.started.fetch_add(1, Ordering::Relaxed);
        self.log.say("books start");
        Ok(())
    }

    #[deactivate]
    fn stop(self: Arc<Self>) {
        self.log.say("books stop");
    }

    #[health]
    fn health(&self) -> Health {
        match self.started.load(Ordering::Relaxed) {
            0 => Health::Failed("never started".to_owned()),
            1 => Health::Healthy,
            times => Health::Degraded(format!("started {times} times")),
        }
    }

    #[provides]
    fn ledger(self: &Arc<Self>) -> Arc<dyn Ledger> {
        Arc::clone(self) as _
    }
}

impl Ledger for Books {
    fn balance(&self) -> u64 {
        7
    }
}

/// By another name, for those who go by the type.
type Several<T> = Vec<T>;
type Perhaps<T> = Option<T>;

type Rule = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// Is made of services whose types could borrow.
struct Sign {
    text: String,
    is_fit: bool,
}

#[component("sign")]
impl Sign {
    #[requires]
    #[allow(clippy::ptr_arg, reason = "the type is what is looked at")]
    fn new(text: Cow<'_, str>, again: &Cow<'_, str>, rule: &Rule) -> Self {
        Self {
            is_fit: rule(again),
            text: text.into_owned(),
        }
    }

    #[provides]
    fn shown(&self) -> (String, bool) {
        (self.text.clone(), self.is_fit)
    }
}

#[test]
fn a_service_may_be_of_a_type_that_could_borrow() {
    let rule: Rule = Arc::new(|text| text.len() == 4);
    let builder = Assembly::builder(Bus::new())
        .provide(Cow::Borrowed("open"))
        .provide(rule)
        .component(Blueprint::wired::<Sign>());
    let assembly = now(builder.boot()).unwrap();
    let shown = assembly.services().get::<(String, bool)>();
    assert_eq!(shown, Some(("open".to_owned(), true)));
}

struct Desk {
    log: Log,
    found: String,
}

#[component("desk", depends("books"))]
impl Desk {
    #[requires]
    #[allow(
        clippy::ptr_arg,
        clippy::ref_option,
        reason = "the type is what is looked at"
    )]
    fn new(
        bus: &Handle,
        ledger: &Arc<dyn Ledger>,
        all: &Several<Arc<dyn Ledger>>,
        none: &Vec<Arc<String>>,
        log: Perhaps<Log>,
        missing: &Perhaps<Arc<u8>>,
    ) -> Result<Self, String> {
        let found = format!(
            "{} {} {} {} {}",
            bus.caller(),
            ledger.balance(),
            all.len(),
            none.len(),
            missing.is_none()
        );
        let log = log.ok_or("no log")?;
        Ok(Self { log, found })
    }

    #[deactivate]
    async fn stop(&self) {
        yield_now().await;
        self.log.say(format!("desk stop: {}", self.found));
    }
}

/// Brings a log along.
struct Logging(Log);

#[component("logging")]
impl Logging {
    #[provides]
    fn log(&self) -> Log {
        self.0.clone()
    }
}

#[test]
fn marked_methods_are_called_when_it_starts_is_asked_and_ends() {
    let log = Log::default();
    let assembly = boot([Blueprint::of(Books::new(&log))]);
    assert_eq!(log.take(), ["books start"]);
    assert_eq!(assembly.health(), [("books".to_owned(), Health::Healthy)]);
    let ledger: Arc<dyn Ledger> = assembly.services().get().unwrap();
    assert_eq!(ledger.balance(), 7);
    now(assembly.shutdown()).unwrap();
    assert_eq!(log.take(), ["books stop"]);
}

#[test]
fn what_it_is_and_needs_is_known_before_there_is_one() {
    let facts = Books::FACTS;
    assert_eq!(
        (facts.name, facts.version, facts.description),
        ("books", "2.1", "keeps the books")
    );
    assert_eq!(facts.provides, [ServiceType::of::<Arc<dyn Ledger>>()]);
    let facts = Desk::FACTS;
    assert_eq!(facts.version, env!("CARGO_PKG_VERSION"));
    assert_eq!(facts.depends, ["books"]);
    assert_eq!(
        facts.requires,
        [
            ServiceType::of::<Arc<dyn Ledger>>(),
            ServiceType::of::<Arc<dyn Ledger>>().optional(),
            ServiceType::of::<Arc<String>>().optional(),
            ServiceType::of::<Log>().optional(),
            ServiceType::of::<Arc<u8>>().optional(),
        ]
    );
}

#[test]
fn a_constructor_is_given_what_others_have_for_it_by_type() {
    let log = Log::default();
    let assembly = boot([
        Blueprint::of(Logging(log.clone())),
        Blueprint::of(Books::new(&log)),
        Blueprint::wired::<Desk>().instance("desk-1"),
    ]);
    now(assembly.shutdown()).unwrap();
    let expected = ["books start", "desk stop: desk-1 7 1 0 true", "books stop"];
    assert_eq!(log.take(), expected);
}

#[test]
fn one_that_can_not_be_made_says_why() {
    let log = Log::default();
    let bus = Bus::new();
    let builder = Assembly::builder(bus).component(Blueprint::of(Books::new(&log)));
    let error = now(builder.component(Blueprint::wired::<Desk>()).boot()).unwrap_err();
    let AssemblyError::Start { instance, error } = error else {
        panic!("{error}");
    };
    assert_eq!(
        (instance.as_str(), error.to_string().as_str()),
        ("desk", "no log")
    );
    // What had started before it has ended again.
    assert_eq!(log.take(), ["books start", "books stop"]);
}

/// Needs what nobody has.
struct Lonely;

#[component("lonely")]
impl Lonely {
    #[requires]
    fn new(_: Arc<dyn Ledger>) -> Self {
        Self
    }
}

#[test]
fn a_service_that_is_missing_is_named() {
    let builder = Assembly::builder(Bus::new()).component(Blueprint::wired::<Lonely>());
    let error = now(builder.boot()).unwrap_err();
    let mut said = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        said = format!("{said}: {error}");
        source = error.source();
    }
    assert!(said.contains("lonely") && said.contains("Ledger"), "{said}");
}

/// Of one type among many.
struct Cache<T>(T);

#[component("cache")]
impl Cache<u64> {
    #[provides]
    fn size(&self) -> u64 {
        self.0
    }

    /// Not in this build.
    #[cfg(any())]
    #[provides]
    fn size_in_words(&self) -> NoSuchType {
        self.0 / 8
    }
}

#[test]
fn an_impl_of_one_type_among_many_is_a_component_and_what_is_configured_away_is_not_there() {
    let assembly = boot([Blueprint::of(Cache(9_u64))]);
    assert_eq!(assembly.services().get::<u64>(), Some(9));
    assert_eq!(Cache::<u64>::FACTS.provides, [ServiceType::of::<u64>()]);
}
