//! `cargo bench -p audit-benches --bench decision`: every table of `RESULTS.md`, in one run.
//!
//! `cargo test` runs the same once over, without times: all engines must give the same answers, and our own path
//! must not allocate.

#![allow(clippy::print_stdout, reason = "the tables are the product")]

use std::hint::black_box;
use std::path::Path;

use audit_benches::engine::casbin::Casbin;
use audit_benches::engine::cedar::{self, Cedar};
use audit_benches::engine::rego::{self, Interpreter, Machine, Names};
use audit_benches::engine::{BoxError, ours};
use audit_benches::measure::{Contender, Depth, Figure, scaling};
use audit_benches::question::{FIRST, LAST, NONE, Question, Rule, permitted};
use audit_benches::rules;
use audit_core::{
    Action, Actor, Clock, Effect, Evaluator, Fields, IdSource, Policy, RandomIds, Refused, Request,
    Scope, Snapshot, SystemClock, admit, audit,
};
use serde_json::{Map, Value};

/// Our own contender, first in every table.
const OURS: &str = "audit-core";

fn main() -> Result<(), BoxError> {
    if std::env::args().any(|arg| arg == "--list") {
        return Ok(());
    }
    let depth = Depth::from_args();
    // In a smoke test, often unoptimised, the generated policies are smaller.
    let (many, some) = if depth == Depth::Full {
        (10_000, 1_000)
    } else {
        (300, 100)
    };
    decision(depth)?;
    annotated(depth)?;
    evaluation(depth, "10 rules", &rules::ten(), &[FIRST, LAST, NONE])?;
    evaluation(
        depth,
        &format!("{many} rules, mixed"),
        &rules::mixed(many),
        &[FIRST, LAST, NONE],
    )?;
    evaluation(
        depth,
        &format!("{some} rules that no index helps"),
        &rules::stubborn(some),
        &[NONE],
    )?;
    conformance(depth)?;
    if depth == Depth::Full {
        load(&rules::mixed(many))?;
        threads()?;
    }
    blocks(depth);
    Ok(())
}

/// The engines under test, made from the same rules.
struct Engines {
    ours: Policy,
    cedar: Cedar,
    casbin: Vec<(&'static str, Casbin)>,
    interpreter: Interpreter,
    machine: Option<Machine>,
    names: Names,
}

impl Engines {
    fn new(rules: &[Rule]) -> Result<Self, BoxError> {
        let mut casbin = vec![(
            "casbin, `eval` of each policy line",
            Casbin::in_policy(rules)?,
        )];
        // One expression can't hold many more: the parser limits its depth.
        if rules.len() <= 10 {
            casbin.insert(
                0,
                (
                    "casbin, all rules in one matcher",
                    Casbin::in_matcher(rules)?,
                ),
            );
        }
        let rego = rego::text(rules);
        Ok(Self {
            ours: ours::policy(rules)?,
            cedar: Cedar::new(rules)?,
            casbin,
            interpreter: Interpreter::from_text(&rego)?,
            // Its programs hold 65,535 instructions, which 10,000 rules exceed.
            machine: if rules.len() <= 1_000 {
                Some(Machine::from_text(&rego)?)
            } else {
                None
            },
            names: Names::default(),
        })
    }

    /// Stops the run unless every engine gives the right answer.
    fn agree(&mut self, rules: &[Rule], question: &Question) -> Result<(), BoxError> {
        let expected = permitted(rules, question);
        let by = question.id;
        let (action, actor, snapshot) = (
            ours::action(question),
            ours::actor(question),
            ours::snapshot(question),
        );
        let request = Request::new(&action, &actor, &snapshot);
        assert_eq!(
            self.ours.evaluate(&request)?.effect == Effect::Allow,
            expected,
            "{OURS} for {by}"
        );
        assert_eq!(
            self.cedar.permits(&self.cedar.input(question)?),
            expected,
            "cedar for {by}"
        );
        for (name, casbin) in &self.casbin {
            assert_eq!(
                casbin.permits(&Casbin::input(question)?),
                expected,
                "{name} for {by}"
            );
            assert_eq!(
                casbin.permits_question(question),
                expected,
                "{name} for {by}"
            );
        }
        let input = self.names.input(question);
        assert_eq!(
            self.interpreter.permits(input.clone()),
            expected,
            "regorus for {by}"
        );
        if let Some(machine) = &mut self.machine {
            assert_eq!(machine.permits(input), expected, "regorus vm for {by}");
        }
        Ok(())
    }
}

/// Evaluation alone: every engine is handed an input that was made before, in the form it evaluates.
fn evaluation(
    depth: Depth,
    title: &str,
    rules: &[Rule],
    actors: &[&'static str],
) -> Result<(), BoxError> {
    let mut engines = Engines::new(rules)?;
    for &id in actors {
        let question = Question::by(id);
        engines.agree(rules, &question)?;
        let (action, actor, snapshot) = (
            ours::action(&question),
            ours::actor(&question),
            ours::snapshot(&question),
        );
        let request = Request::new(&action, &actor, &snapshot);
        let Engines {
            ours,
            cedar,
            casbin,
            interpreter,
            machine,
            names,
        } = &mut engines;
        let cedar_input = cedar.input(&question)?;
        let casbin_input = Casbin::input(&question)?;
        let rego_input = names.input(&question);
        let mut contenders = vec![
            Contender::new(OURS, || {
                ours.evaluate(black_box(&request))
                    .map(|verdict| verdict.effect)
            }),
            Contender::new("cedar-policy", || cedar.permits(black_box(&cedar_input))),
            Contender::new("regorus, interpreter", || {
                interpreter.permits(rego_input.clone())
            }),
        ];
        if let Some(machine) = machine {
            contenders.push(Contender::new("regorus, virtual machine", || {
                machine.permits(rego_input.clone())
            }));
        }
        for (name, casbin) in casbin.iter() {
            contenders.push(Contender::new(*name, || {
                casbin.permits(black_box(&casbin_input))
            }));
        }
        let winner = match id {
            FIRST => "the first rule matches",
            LAST => "the last rule matches",
            _ => "no rule matches",
        };
        let figures = depth.report(&format!("Evaluation alone: {title}, {winner}"), contenders);
        free_of_allocations(&figures, &[OURS]);
    }
    Ok(())
}

/// From a question in the program's own variables to a decision event that an observer has seen; the peers end
/// with their answer, and tell nobody.
fn decision(depth: Depth) -> Result<(), BoxError> {
    const EVALUATE: &str = "audit-core, `evaluate`, decision kept";
    let rules = rules::ten();
    let question = Question::by(NONE);
    let mut engines = Engines::new(&rules)?;
    engines.agree(&rules, &question)?;
    // As the process's default it is reached without a thread-local, which is its fastest way.
    let with_layer =
        tracing_subscriber::layer::SubscriberExt::with(tracing_subscriber::registry(), NoOp);
    tracing::subscriber::set_global_default(with_layer)?;

    let runtime = ours::runtime(&rules, &question)?;
    let asked = || black_box(&question);
    let Engines {
        cedar,
        casbin,
        interpreter,
        machine,
        names,
        ..
    } = &mut engines;
    let figures = ours::scope(&question).run(|| {
        assert!(runtime.allow(&ours::action(&question)), "nothing blocks {NONE}");
        let mut contenders = vec![
            Contender::new(OURS, || runtime.allow(&ours::action(asked()))),
            Contender::new(EVALUATE, || runtime.evaluate(&ours::action(asked()))),
            Contender::new("`tracing` span of 3 fields, no-op layer", || span(asked())),
            Contender::new("cedar-policy", || cedar.input(asked()).is_ok_and(|input| cedar.permits(&input))),
            Contender::new("regorus, interpreter", || interpreter.permits(names.input(asked()))),
        ];
        if let Some(machine) = machine {
            contenders.push(Contender::new("regorus, virtual machine", || machine.permits(names.input(asked()))));
        }
        for (name, casbin) in casbin.iter() {
            contenders.push(Contender::new(*name, || casbin.permits_question(asked())));
        }
        depth.report(
            "Request to decision event: 10 rules, 3 fields, actor of 2, snapshot of 2, one empty observer",
            contenders,
        )
    });
    free_of_allocations(&figures, &[OURS, EVALUATE]);
    Ok(())
}

/// The same question as the call of an annotated function: its decision alone, and its decision and outcome.
fn annotated(depth: Depth) -> Result<(), BoxError> {
    const ALLOW: &str = "audit-core, `allow`";
    const AUDIT: &str = "`#[audit]` on a function of these 3 arguments";
    const ADMIT: &str = "`#[admit]` on it";
    let (rules, question) = (rules::ten(), Question::by(NONE));
    let asked = || black_box(&question);
    for outcomes in [false, true] {
        let runtime = ours::runtime(&rules, &question)?;
        let title = if outcomes {
            runtime.observe_outcomes("empty", |event| {
                black_box(event);
            });
            "Annotated function: decision and outcome seen, 10 rules as above"
        } else {
            "Annotated function: decision seen, 10 rules as above"
        };
        let figures = ours::scope(&question).runtime(runtime.clone()).run(|| {
            assert_eq!(admitted(1, "EUR", 2).ok(), Some(3), "nothing blocks {NONE}");
            depth.report(
                title,
                vec![
                    Contender::new(ALLOW, || runtime.allow(&ours::action(asked()))),
                    Contender::new(AUDIT, || {
                        audited(asked().amount, asked().currency, asked().risk)
                    }),
                    Contender::new(ADMIT, || {
                        admitted(asked().amount, asked().currency, asked().risk)
                    }),
                    Contender::new("`tracing` span of 3 fields, no-op layer", || span(asked())),
                ],
            )
        });
        free_of_allocations(&figures, &[AUDIT, ADMIT]);
    }
    Ok(())
}

#[inline(never)]
#[audit(action = "refund")]
fn audited(amount: i64, currency: &str, risk: i64) -> Result<i64, Refused> {
    black_box(currency);
    Ok(amount + risk)
}

#[inline(never)]
#[admit(action = "refund")]
fn admitted(amount: i64, currency: &str, risk: i64) -> Result<i64, Refused> {
    black_box(currency);
    Ok(amount + risk)
}

/// A layer that does nothing.
struct NoOp;

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for NoOp {}

fn span(question: &Question) {
    let Question {
        amount,
        currency,
        risk,
        ..
    } = *question;
    let _entered = tracing::info_span!("refund", amount, currency, risk).entered();
}

/// Reading and compiling a policy text.
fn load(rules: &[Rule]) -> Result<(), BoxError> {
    let (ours, cedar, rego) = (ours::text(rules), cedar::text(rules), rego::text(rules));
    Policy::from_strings(ours::SCHEMA, &ours, None)?;
    let contenders = vec![
        Contender::new(OURS, || Policy::from_strings(ours::SCHEMA, &ours, None)),
        Contender::new("cedar-policy", || Cedar::from_text(&cedar)),
        Contender::new(
            "regorus, interpreter, which prepares on the first question",
            || Interpreter::from_text(&rego),
        ),
        Contender::new("casbin, which parses a rule when it is asked", || {
            Casbin::in_policy(rules)
        }),
    ];
    Depth::Full.report(
        &format!("Loading {} rules from text", rules.len()),
        contenders,
    );
    Ok(())
}

/// Every conformance case: its line parsed, its policy compiled, its request evaluated, its answer compared.
fn conformance(depth: Depth) -> Result<(), BoxError> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance");
    let read = |name: &str| std::fs::read_to_string(folder.join(name));
    let lines = [read("policy_probes.jsonl")?, read("policy_random.jsonl")?].concat();
    let cases = lines.lines().count();
    let agreeing = || {
        lines
            .lines()
            .filter(|line| case(line).unwrap_or(false))
            .count()
    };
    assert_eq!(agreeing(), cases, "cases that come out as expected");
    if depth == Depth::Full {
        let title = format!("All {cases} conformance cases, parsed, compiled and evaluated");
        depth.report(&title, vec![Contender::new(OURS, agreeing)]);
    }
    Ok(())
}

/// Whether one case comes out as expected.
fn case(line: &str) -> Result<bool, BoxError> {
    let case: Value = serde_json::from_str(line)?;
    let text = |name: &str| case.get(name).and_then(Value::as_str);
    let expected = |name: &str| case.get("expected").and_then(|expected| expected.get(name));
    let texts = (
        text("schema_yaml").unwrap_or_default(),
        text("policy_yaml").unwrap_or_default(),
    );
    let Ok(policy) = Policy::from_strings(texts.0, texts.1, text("governance_yaml")) else {
        return Ok(expected("error").is_some());
    };
    if expected("compiled").is_some() {
        return Ok(true);
    }
    let part = |name: &str| -> Map<String, Value> {
        let part = case.get("input").and_then(|input| input.get(name));
        part.and_then(Value::as_object).cloned().unwrap_or_default()
    };
    let fields = |map| serde_json::from_value::<Fields<'static>>(Value::Object(map));
    let mut action = part("action");
    let kind = action.remove("type");
    let action = kind
        .as_ref()
        .and_then(Value::as_str)
        .map_or(Action::untyped(), Action::new)
        .with_fields(fields(action)?);
    let actor = Actor::from(fields(part("actor"))?);
    let snapshot: Snapshot<'_> = fields(part("snapshot"))?;
    let request = Request::new(&action, &actor, &snapshot);
    let effect = policy.evaluate(&request)?.effect;
    match expected("effect").and_then(Value::as_str) {
        Some(expected) => Ok(effect.as_str() == expected),
        // The original refuses lists, maps and null in its input; a request of ours holds them and no rule reads
        // them. The command-line door refuses them as the original does, and its own tests say so.
        None => {
            Ok(expected("error").and_then(|error| error.get("stage")?.as_str()) == Some("input"))
        }
    }
}

/// Decisions on two threads against one.
fn threads() -> Result<(), BoxError> {
    let question = Question::by(NONE);
    let runtime = ours::runtime(&rules::ten(), &question)?;
    let ratio = scaling(|| {
        black_box(runtime.allow(&ours::action(black_box(&question))));
    });
    println!("\n### Two threads\n");
    println!(
        "`allow` on two threads against one: {ratio:.2} times the throughput (2.00 is perfect)."
    );
    Ok(())
}

/// What a decision is made of.
fn blocks(depth: Depth) {
    let question = Question::by(NONE);
    let time = SystemClock.wall_at(SystemClock.monotonic_nanos());
    let contenders = || {
        vec![
            Contender::new("one reading of `SystemClock`", || {
                SystemClock.monotonic_nanos()
            }),
            Contender::new("the same as wall time", || {
                SystemClock.wall_at(SystemClock.monotonic_nanos())
            }),
            Contender::new("UUID of version 7", || RandomIds.next_id(black_box(time))),
            Contender::new("`std::time::Instant::now`", std::time::Instant::now),
            Contender::new("an action of 3 fields", || {
                ours::action(black_box(&question))
            }),
            Contender::new("a snapshot of 2 fields", || {
                ours::snapshot(black_box(&question))
            }),
            Contender::new(
                "`Scope::current`, a copy of what is in force",
                Scope::current,
            ),
        ]
    };
    ours::scope(&question).run(|| depth.report("Building blocks", contenders()));
}

/// Allocations are counted, not timed, so they may be asserted on any machine.
fn free_of_allocations(figures: &[Figure], names: &[&str]) {
    for figure in figures
        .iter()
        .filter(|figure| names.contains(&figure.name.as_str()))
    {
        assert!(
            figure.allocations < 0.5,
            "{} allocates {} times",
            figure.name,
            figure.allocations
        );
    }
}
