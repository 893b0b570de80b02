//! `casbin`.

use casbin::prelude::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi, Model};
use casbin::rhai::Dynamic;
use casbin::rhai::serde::to_dynamic;

use super::BoxError;
use crate::question::{Field, Question, Rule, infix, plain};

/// An enforcer with its rules.
pub struct Casbin {
    enforcer: Enforcer,
}

impl std::fmt::Debug for Casbin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Casbin").finish_non_exhaustive()
    }
}

fn path(field: Field) -> String {
    format!("r.q.{}", field.name())
}

impl Casbin {
    /// All rules in the matcher, which is compiled once: the fastest form, for as many rules as one expression
    /// can hold.
    ///
    /// # Errors
    /// The matcher does not compile.
    pub fn in_matcher(rules: &[Rule]) -> Result<Self, BoxError> {
        let rules: Vec<_> = rules
            .iter()
            .map(|rule| format!("({})", infix(rule, " && ", path, plain)))
            .collect();
        Self::new(
            &format!("!({})", rules.join(" || ")),
            "some(where (p.eft == allow))",
            Vec::new(),
        )
    }

    /// One policy line for each rule, as casbin's documentation of ABAC has it.
    ///
    /// # Errors
    /// The model does not load.
    pub fn in_policy(rules: &[Rule]) -> Result<Self, BoxError> {
        let lines = rules
            .iter()
            .map(|rule| vec![infix(rule, " && ", path, plain), "deny".to_owned()])
            .collect();
        Self::new("eval(p.sub_rule)", "!some(where (p.eft == deny))", lines)
    }

    fn new(matcher: &str, effect: &str, lines: Vec<Vec<String>>) -> Result<Self, BoxError> {
        let mut model = DefaultModel::default();
        model.add_def("r", "r", "q");
        model.add_def("p", "p", "sub_rule, eft");
        model.add_def("e", "e", effect);
        model.add_def("m", "m", matcher);
        let executor = tokio::runtime::Builder::new_current_thread().build()?;
        let enforcer = executor.block_on(async {
            let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await?;
            if !lines.is_empty() {
                enforcer.add_policies(lines).await?;
            }
            Ok::<_, casbin::Error>(enforcer)
        })?;
        Ok(Self { enforcer })
    }

    /// A question in the form the enforcer works with.
    ///
    /// # Errors
    /// It can't be converted.
    pub fn input(question: &Question) -> Result<Dynamic, BoxError> {
        Ok(to_dynamic(question)?)
    }

    /// Whether a refund is permitted.
    pub fn permits(&self, input: &Dynamic) -> bool {
        self.enforcer.enforce(vec![input.clone()]).unwrap_or(false)
    }

    /// Whether a refund is permitted, starting from the question.
    pub fn permits_question(&self, question: &Question) -> bool {
        self.enforcer.enforce((question,)).unwrap_or(false)
    }
}
