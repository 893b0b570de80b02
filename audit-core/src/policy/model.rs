//! A checked policy set: what the reader hands on and the compiler takes.
//!
//! Every value here has passed every check of its language, so nothing below has to ask again.

use std::sync::Arc;

use serde::Serialize;

use crate::decision::Effect;
use crate::redaction::Sensitive;

/// Schema, rules and governance of one policy set, checked.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PolicySet {
    /// What actions, actor and snapshot look like.
    pub(crate) schema: Schema,
    /// The `version` key of the policy file: data, it selects nothing.
    pub(crate) version: u32,
    /// The rules, in file order.
    pub(crate) rules: Vec<Rule>,
    /// The governance file, already satisfied by the rules; kept for the digest.
    pub(crate) governance: Option<Governance>,
}

/// What actions, actor and snapshot look like. Names keep the order of the file; a name given twice
/// keeps its last definition.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Schema {
    /// The `version` key: data, it selects nothing.
    pub(crate) version: u32,
    /// The fields of each action.
    pub(crate) actions: Vec<(Arc<str>, Declarations)>,
    /// The fields of the actor.
    pub(crate) actor: Declarations,
    /// The fields of the snapshot.
    pub(crate) snapshot: Declarations,
    /// Which of them are kept out of records. Without any, the digest is what it was before there could be one.
    #[serde(skip_serializing_if = "Sensitive::is_empty")]
    pub(crate) sensitive: Sensitive,
}

/// Declared fields with their types, in file order.
pub(crate) type Declarations = Vec<(Arc<str>, FieldType)>;

/// The type of a declared field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FieldType {
    /// Characters.
    String,
    /// A binary floating point number.
    Number,
    /// True or false.
    Boolean,
}

/// One rule.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Rule {
    /// The identifier; version 1 allows the same one twice.
    pub(crate) id: Arc<str>,
    /// Which calls the rule judges.
    pub(crate) scope: RuleScope,
    /// When it matches.
    pub(crate) condition: Condition,
    /// What it then says.
    pub(crate) effect: Effect,
    /// Where the rule starts in its file, from 1.
    #[serde(skip)]
    pub(crate) line: u32,
}

/// Which calls a rule judges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RuleScope {
    /// Calls of one action.
    Action(Arc<str>),
    /// Every call that no rule of its action decided.
    Global,
    /// No call: version 1 accepts actor-scoped rules and never runs them.
    Actor(Arc<str>),
}

/// When a rule matches: atoms joined one way. A single atom is an `All` of one.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Condition {
    /// Every atom is true.
    All(Vec<Atom>),
    /// At least one atom is true.
    Any(Vec<Atom>),
}

/// One comparison.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Atom {
    /// The field on the left.
    pub(crate) subject: FieldRef,
    /// How the two sides are compared.
    pub(crate) operator: Operator,
    /// The value or field on the right.
    pub(crate) operand: Operand,
}

/// A field of one domain.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub(crate) struct FieldRef {
    /// Where the field lives.
    pub(crate) domain: Domain,
    /// Its flat name.
    pub(crate) field: Arc<str>,
}

/// How two sides are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Operator {
    /// Same type and same value.
    Equals,
    /// Same type and another value.
    NotEquals,
    /// Numbers, left above right.
    GreaterThan,
    /// Numbers, left below right.
    LessThan,
}

/// The right-hand side of a comparison.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Operand {
    /// A value written in the policy.
    Literal(Literal),
    /// Another field.
    Field(FieldRef),
}

/// A value written in the policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Literal {
    /// Characters.
    Text(Arc<str>),
    /// A binary floating point number; may be infinite or NaN.
    Number(#[serde(serialize_with = "number_bits")] f64),
    /// True or false.
    Boolean(bool),
}

/// Numbers enter the digest by their bits: `-0.0`, NaN and the infinities included.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn number_bits<S: serde::Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Bits {
        bits: u64,
    }
    Bits {
        bits: number.to_bits(),
    }
    .serialize(serializer)
}

/// The three places a field can live in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Domain {
    /// The action that is to be judged.
    Action,
    /// Who acts.
    Actor,
    /// The state of the system.
    Snapshot,
}

/// A governance file: what the rules themselves must look like.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Governance {
    /// The `version` key: data, it selects nothing.
    pub(crate) version: u32,
    /// The demands, in file order.
    pub(crate) rules: Vec<GovernanceRule>,
}

/// One demand on the rules.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct GovernanceRule {
    /// The identifier shown with a violation.
    pub(crate) id: Arc<str>,
    /// The demand holds only if some rule is scoped to one of these actions; `None`: always.
    pub(crate) applies_to: Option<Vec<Arc<str>>>,
    /// Which rules are looked at.
    pub(crate) select: Selection,
    /// What must be true of them.
    pub(crate) must: Constraint,
    /// The text shown with a violation.
    pub(crate) error: Arc<str>,
}

/// Which rules a demand looks at: every filter given must pass.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Selection {
    /// Rules with this identifier.
    pub(crate) id: Option<Arc<str>>,
    /// Rules with this effect; any word is accepted, and one that names no effect selects nothing.
    pub(crate) effect: Option<Arc<str>>,
    /// Rules scoped to this action.
    pub(crate) action: Option<Arc<str>>,
    /// `true`: global rules; `false`: all others.
    pub(crate) global: Option<bool>,
    /// Rules with an atom whose left side lies in this domain (any word is accepted).
    pub(crate) domain: Option<Arc<str>>,
    /// Rules with an atom whose left side has this name; together with `domain`, the same atom.
    pub(crate) field: Option<Arc<str>>,
}

/// What must be true of the selected rules.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Constraint {
    /// There is one, or there is none.
    Exists(bool),
    /// At least so many.
    MinCount(u64),
    /// At most so many.
    MaxCount(u64),
    /// `true`: none; `false`: always passes.
    Forbid(bool),
    /// Every left side is one of these, written `domain.field`.
    AllowedFields(Vec<Arc<str>>),
}

impl FieldRef {
    /// As rules and messages write it: `domain.field`.
    pub(crate) fn path(&self) -> String {
        format!("{}.{}", self.domain.as_str(), self.field)
    }
}

impl Domain {
    /// The word used in files.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Actor => "actor",
            Self::Snapshot => "snapshot",
        }
    }
}

impl Operator {
    /// The word used in files.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Equals => "equals",
            Self::NotEquals => "not_equals",
            Self::GreaterThan => "greater_than",
            Self::LessThan => "less_than",
        }
    }
}
