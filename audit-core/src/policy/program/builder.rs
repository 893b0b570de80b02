//! [`Builder`]: from rules to a [`RuleSet`].

use std::sync::Arc;

use crate::policy::model::{
    Atom as AtomModel, Condition, Declaration, Declarations, FieldRef, FieldType, Language,
    Literal, OnMissing, Operand, Operator, PolicySet, Rule, ScalarType, Settings,
};
use crate::policy::share::Share;

use super::atom::{Atom, Rare, Test, Tree};
use super::clause::{MOST_CLAUSES, clauses};
use super::column::Columns;
use super::constant::{Constant, Constants};
use super::index::Clause;
use super::relation::Relation;
use super::rule_set::RuleSet;
use super::source::{Given, Source, Way};
use super::typed::{Absence, Typed};

/// Which callers a rule is meant for here.
#[derive(Clone, Debug)]
pub(super) enum For {
    /// Everybody.
    All,
    /// Those in its share, or those outside it.
    Part(Share, bool),
}

/// Collects the rules of one scope, in the order of their ranks.
#[derive(Debug)]
pub(super) struct Builder<'s> {
    set: &'s PolicySet,
    action: Option<&'s Declarations>,
    columns: Columns,
    clauses: Vec<Clause>,
    whole: Vec<(u32, Tree)>,
    keeps_whole: bool,
}

impl<'s> Builder<'s> {
    /// For the rules that may read the fields of this action, if of any. Where they have modes of their own, or may be
    /// unknown, they are kept as they were written too.
    pub(super) fn new(
        set: &'s PolicySet,
        action: Option<&'s Declarations>,
        keeps_whole: bool,
    ) -> Self {
        Self {
            set,
            action,
            keeps_whole,
            columns: Columns::default(),
            clauses: Vec::new(),
            whole: Vec::new(),
        }
    }

    /// Arranges what was collected.
    pub(super) fn build(self) -> RuleSet {
        let none = Declarations::new();
        let action = self.action.unwrap_or(&none);
        RuleSet::new(
            self.columns,
            self.clauses,
            self.whole,
            &self.set.schema,
            action,
        )
    }

    /// Adds a rule.
    pub(super) fn add(&mut self, rank: u32, rule: &Rule, whom: &For) {
        let mut parts = Vec::new();
        parts.extend(rule.scope.of_actors().map(|actors| self.tree(&actors)));
        parts.push(self.tree(&rule.condition));
        if let Some(end) = rule.notes.expires {
            let slot = self.given(Given::Time);
            parts.push(Tree::Atom(Atom::rare(slot, Rare::Until(end.as_nanos()))));
        }
        if let For::Part(share, inside) = whom
            && let Some(rollout) = &rule.notes.rollout
        {
            let slot = self.share_slot(&rollout.by);
            parts.push(Tree::Atom(Atom::rare(
                slot,
                Rare::Share(share.clone(), *inside),
            )));
        }
        let tree = Tree::All(parts.into());
        for atoms in clauses(&tree) {
            self.clauses.push(Clause { rule: rank, atoms });
        }
        if self.keeps_whole {
            self.whole.push((rank, tree));
        }
    }

    fn tree(&mut self, condition: &Condition) -> Tree {
        match condition {
            Condition::All(parts) => Tree::All(parts.iter().map(|part| self.tree(part)).collect()),
            Condition::Any(parts) => Tree::Any(parts.iter().map(|part| self.tree(part)).collect()),
            Condition::Not(part) => Tree::Not(Box::new(self.tree(part))),
            Condition::Compare(atom) => self.compare(atom),
        }
    }

    fn compare(&mut self, atom: &AtomModel) -> Tree {
        let slot = self.field(&atom.subject);
        let declared = self.declared(&atom.subject);
        let kind = declared.map_or(FieldType::Scalar(given_kind(&atom.subject)), |declared| {
            declared.kind.clone()
        });
        let scalar = match kind {
            FieldType::Scalar(scalar) | FieldType::List(scalar) => scalar,
            FieldType::Map(_) => ScalarType::String,
        };
        let is_list = matches!(kind, FieldType::List(_));
        let rare = |rare| Tree::Atom(Atom::rare(slot, rare));
        let wanted = atom.operator != Operator::NotIn;
        match &atom.operand {
            Operand::Literal(Literal::Boolean(wanted)) if atom.operator == Operator::Exists => {
                rare(Rare::Exists(*wanted))
            }
            Operand::Literal(literal) if is_list => {
                rare(Rare::Item(scalar, Constant::new(literal, scalar)))
            }
            Operand::Literal(literal) => {
                let nullable = declared.is_some_and(|declared| declared.nullable);
                let constant = Constant::new(literal, scalar);
                let test = against(atom.operator, constant, nullable);
                Tree::Atom(Atom { slot, test })
            }
            Operand::List(literals) if wanted && literals.len() <= MOST_CLAUSES => {
                let equal = |literal| {
                    let constant = Constant::new(literal, scalar);
                    let test = against(Operator::Equals, constant, false);
                    Tree::Atom(Atom { slot, test })
                };
                Tree::Any(literals.iter().map(equal).collect())
            }
            Operand::List(literals) => rare(Rare::Among(Constants::new(literals, scalar), wanted)),
            Operand::Pattern(pattern) => rare(Rare::Found(pattern.regex.clone())),
            Operand::Networks(networks) => {
                let slot = self.address_slot(&atom.subject);
                Tree::Atom(Atom::rare(slot, Rare::Networks(networks.clone())))
            }
            Operand::Window(window) => rare(Rare::Window(Box::new(window.clone()))),
            Operand::Field(other) => {
                let right = self.field(other);
                let test =
                    self.against_field(atom.operator, right, other, is_list.then_some(scalar));
                Tree::Atom(Atom { slot, test })
            }
        }
    }

    fn against_field(
        &self,
        operator: Operator,
        right: u32,
        other: &FieldRef,
        items: Option<ScalarType>,
    ) -> Test {
        if self.set.language == Language::Version1 {
            return Test::Slot(Relation::asked_by(operator), right);
        }
        let items_of_other = match self.declared(other).map(|declared| &declared.kind) {
            Some(FieldType::List(item)) => Some(*item),
            _ => None,
        };
        Test::Rare(Arc::new(match (operator, items, items_of_other) {
            (Operator::In | Operator::NotIn, _, Some(item)) => {
                Rare::AmongSlot(right, item, operator == Operator::In)
            }
            (Operator::Contains, Some(item), _) => Rare::ItemSlot(item, right),
            _ => Rare::Slot(operator, right),
        }))
    }

    /// The slot of what comes with the request, to know whether a rule is meant at all: nothing is unknown there.
    fn given(&mut self, given: Given) -> u32 {
        self.columns.slot(Source::given(given, Way::Scope), || {
            Typed::untyped(Absence::False, false)
        })
    }

    /// The slot that a rollout divides by. What is not there, or no text, is in no share.
    fn share_slot(&mut self, by: &FieldRef) -> u32 {
        let declared = self.set.schema.declaration(self.action, by);
        let typed = match declared {
            Some(declared) => Typed::declared(by, declared, &Settings::VERSION_1).unlisted(),
            None => Typed::untyped(Absence::False, false),
        };
        self.columns.slot(Source::of(by, Way::Share), || typed)
    }

    /// The slot of a field that a rule reads.
    fn field(&mut self, field: &FieldRef) -> u32 {
        let typed = self.typed(field);
        self.columns.slot(Source::of(field, Way::Compare), || typed)
    }

    /// The slot of a field that a rule reads as an address.
    fn address_slot(&mut self, field: &FieldRef) -> u32 {
        let typed = self.typed(field).taken_as_address();
        self.columns.slot(Source::of(field, Way::Address), || typed)
    }

    fn typed(&self, field: &FieldRef) -> Typed {
        let required = match self.set.settings.on_missing {
            OnMissing::Indeterminate => Absence::Unknown,
            OnMissing::NoMatch => Absence::False,
        };
        let given = Source::of(field, Way::Compare).as_given();
        match (given, self.set.language) {
            (_, Language::Version1) => Typed::untyped(Absence::False, true),
            (Some(Given::Tenant | Given::Resource), _) => {
                Typed::given(Absence::False, false, &self.set.settings)
            }
            (Some(_), _) => Typed::given(required, true, &self.set.settings),
            (None, _) => match self.set.schema.declaration(self.action, field) {
                Some(declared) => Typed::declared(field, declared, &self.set.settings),
                None => Typed::untyped(required, true),
            },
        }
    }

    /// What the schema says of what a field names, parts of maps included.
    fn declared(&self, field: &FieldRef) -> Option<&'s Declaration> {
        let mut declared = self.set.schema.declaration(self.action, field)?;
        for name in &field.inner {
            let FieldType::Map(parts) = &declared.kind else {
                return None;
            };
            declared = &parts.iter().find(|(known, _)| known == name)?.1;
        }
        Some(declared)
    }
}

/// The type of what comes with a request.
fn given_kind(field: &FieldRef) -> ScalarType {
    match Source::of(field, Way::Compare).as_given() {
        Some(Given::Time) => ScalarType::Timestamp,
        _ => ScalarType::String,
    }
}

/// A value held against one that is written in the policy.
fn against(operator: Operator, constant: Constant, nullable: bool) -> Test {
    use Operator::{
        After, Before, Equals, GreaterOrEqual, GreaterThan, LessOrEqual, LessThan, NotEquals,
    };
    match (operator, &constant) {
        (Equals, Constant::Key(key)) => Test::EqualsKey(*key),
        (NotEquals, Constant::Key(key)) => Test::NotKey(*key),
        // Beside the greatest key there are whole numbers that keys can't tell apart.
        (GreaterThan | After, Constant::Key(key)) if *key < i64::MAX => Test::Above(*key),
        (LessThan | Before, Constant::Key(key)) => Test::Below(*key),
        (GreaterOrEqual, Constant::Key(key)) if *key > i64::MIN => Test::Above(*key - 1),
        (LessOrEqual, Constant::Key(key)) if *key < i64::MAX => Test::Below(*key + 1),
        (Equals, Constant::Text(text)) => Test::EqualsText(Arc::clone(text)),
        (NotEquals, Constant::Text(text)) => Test::NotText(Arc::clone(text)),
        (Equals, Constant::Boolean(flag)) => Test::EqualsBoolean(*flag),
        // A table takes "not true" for "false", which null is not.
        (NotEquals, Constant::Boolean(flag)) if !nullable => Test::NotBoolean(*flag),
        (Equals | GreaterThan | LessThan | GreaterOrEqual | LessOrEqual, Constant::Nan) => {
            Test::Never
        }
        _ => Test::Rare(Arc::new(Rare::Constant(operator, constant))),
    }
}
