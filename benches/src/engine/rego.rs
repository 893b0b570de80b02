//! `regorus`: its interpreter, and its newer virtual machine.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, Value};

use super::BoxError;
use crate::question::{Field, Question, Rule, infix, plain};

const ANSWER: &str = "data.gate.block";

/// Rules as a Rego module.
pub fn text(rules: &[Rule]) -> String {
    let mut text = String::from("package gate\nimport rego.v1\ndefault block := false\n");
    for rule in rules {
        // Writing into a string can't fail.
        let _ = writeln!(text, "block if {{ {} }}", infix(rule, "; ", path, plain));
    }
    text
}

fn path(field: Field) -> String {
    format!("input.{}.{}", field.domain(), field.name())
}

fn engine(text: &str) -> Result<Engine, BoxError> {
    let mut engine = Engine::new();
    engine.add_policy("gate.rego".to_owned(), text.to_owned())?;
    Ok(engine)
}

/// The interpreter.
#[derive(Debug)]
pub struct Interpreter {
    engine: Engine,
}

impl Interpreter {
    /// Parses a module.
    ///
    /// # Errors
    /// The text is no Rego.
    pub fn from_text(text: &str) -> Result<Self, BoxError> {
        Ok(Self {
            engine: engine(text)?,
        })
    }

    /// Whether a refund is permitted.
    pub fn permits(&mut self, input: Value) -> bool {
        self.engine.set_input(input);
        let blocked = self.engine.eval_rule(ANSWER.to_owned());
        blocked.is_ok_and(|blocked| blocked == Value::Bool(false))
    }
}

/// The virtual machine, with a program compiled for the one answer.
pub struct Machine {
    machine: RegoVM,
}

impl std::fmt::Debug for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Machine").finish_non_exhaustive()
    }
}

impl Machine {
    /// Parses and compiles a module.
    ///
    /// # Errors
    /// The text is no Rego.
    pub fn from_text(text: &str) -> Result<Self, BoxError> {
        let policy = engine(text)?.compile_with_entrypoint(&ANSWER.into())?;
        let program = Compiler::compile_from_policy(&policy, &[ANSWER])?;
        let mut machine = RegoVM::new();
        machine.load_program(program);
        Ok(Self { machine })
    }

    /// Whether a refund is permitted.
    pub fn permits(&mut self, input: Value) -> bool {
        self.machine.set_input(input);
        let blocked = self.machine.execute_entry_point_by_index(0);
        blocked.is_ok_and(|blocked| blocked == Value::Bool(false))
    }
}

/// The names of an input, made once.
#[derive(Debug)]
pub struct Names([Value; 10]);

impl Default for Names {
    fn default() -> Self {
        let names = [
            "action", "amount", "currency", "risk", "actor", "id", "role", "snapshot", "limit",
            "region",
        ];
        Self(names.map(Value::from))
    }
}

impl Names {
    /// A question as the `input` document.
    pub fn input(&self, question: &Question) -> Value {
        let [
            action,
            amount,
            currency,
            risk,
            actor,
            id,
            role,
            snapshot,
            limit,
            region,
        ] = self.0.each_ref().map(Value::clone);
        let object = |pairs: BTreeMap<Value, Value>| Value::from(pairs);
        let text = |text: &str| Value::String(Arc::from(text));
        object(BTreeMap::from([
            (
                action,
                object(BTreeMap::from([
                    (amount, Value::from(question.amount)),
                    (currency, text(question.currency)),
                    (risk, Value::from(question.risk)),
                ])),
            ),
            (
                actor,
                object(BTreeMap::from([
                    (id, text(question.id)),
                    (role, text(question.role)),
                ])),
            ),
            (
                snapshot,
                object(BTreeMap::from([
                    (limit, Value::from(question.limit)),
                    (region, text(question.region)),
                ])),
            ),
        ]))
    }
}
