//! [`Facts`]: what must be so of every field if some comparisons are true and others are not.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::atom::AtomKey;
use super::schema::{Fields, Known, Shape, actions_of, actors_of};
use super::values::Values;
use crate::policy::model::{Atom, Domain, FieldRef, Literal, Operand, Operator, Rule};

/// What must be so of every field.
#[derive(Clone)]
pub(super) struct Facts<'s> {
    fields: &'s Fields<'s>,
    /// The rules whose conditions are looked at together.
    rules: [Option<&'s Rule>; 2],
    by_field: HashMap<&'s FieldRef, Field<'s>, FixedState>,
    /// Comparisons whose values are not looked at, and whether they are true.
    others: HashMap<AtomKey<'s>, bool, FixedState>,
    /// How many comparisons and literals were added, which is the most there can be to copy.
    size: usize,
}

/// What must be so of one field.
#[derive(Clone, Debug)]
struct Field<'s> {
    known: Known,
    /// Whether there can be nothing.
    absent: bool,
    /// Whether there can be a value of another type.
    unfit: bool,
    /// Whether it can be null.
    null: bool,
    values: Values<'s>,
}

impl<'s> Facts<'s> {
    /// Nothing but what the schema and the scopes of these rules say.
    pub(super) fn new(fields: &'s Fields<'s>, rules: [Option<&'s Rule>; 2]) -> Self {
        Self {
            fields,
            rules,
            by_field: HashMap::default(),
            others: HashMap::default(),
            size: 1,
        }
    }

    /// How much there is to copy.
    pub(super) const fn size(&self) -> usize {
        self.size
    }

    /// How much there is to look at to add a comparison.
    pub(super) fn cost(&self, atom: &Atom, holds: bool) -> usize {
        let length = weight(atom);
        let Some(Field { values, .. }) = self.by_field.get(&atom.subject) else {
            return length;
        };
        match atom.operator {
            Operator::Equals | Operator::In if holds => values.cost_of_list(length),
            Operator::NotEquals | Operator::NotIn if !holds => values.cost_of_list(length),
            Operator::Equals | Operator::NotEquals | Operator::In | Operator::NotIn => length,
            _ => values.cost_of_one(),
        }
    }

    /// Adds that a comparison is true, or is not. Answers whether that is possible beside what was added before.
    pub(super) fn add(&mut self, atom: &'s Atom, holds: bool) -> bool {
        self.size = self.size.saturating_add(weight(atom));
        let other = match &atom.operand {
            Operand::Field(other) => Some(other),
            _ => None,
        };
        if other.is_none() && self.looks_at(atom) {
            return self.add_values(atom, holds);
        }
        if *self.others.entry(AtomKey(atom)).or_insert(holds) != holds {
            return false;
        }
        if let Some(other) = other {
            if *other == atom.subject {
                return self.add_itself(atom, holds);
            }
            return !holds || (self.add_presence(other) && self.add_presence(&atom.subject));
        }
        // An item of a list, or a time of day: nothing is known but that there is something.
        !holds || self.add_presence(&atom.subject)
    }

    /// Whether the values of the field are looked at.
    fn looks_at(&mut self, atom: &'s Atom) -> bool {
        let single = self.field(&atom.subject).known.shape != Shape::Several;
        atom.operator == Operator::Exists
            || (single && !matches!(atom.operand, Operand::Networks(_) | Operand::Window(_)))
    }

    /// A comparison of a field with itself.
    fn add_itself(&mut self, atom: &'s Atom, holds: bool) -> bool {
        let field = self.field(&atom.subject);
        let same = matches!(
            atom.operator,
            Operator::Equals
                | Operator::GreaterOrEqual
                | Operator::LessOrEqual
                | Operator::Contains
                | Operator::StartsWith
                | Operator::EndsWith
        );
        if holds {
            return same && self.add_presence(&atom.subject);
        }
        !same || field.absent || field.unfit || field.null
    }

    /// A comparison that is true needs something to compare.
    fn add_presence(&mut self, subject: &'s FieldRef) -> bool {
        let field = self.field(subject);
        field.absent = false;
        field.unfit = false;
        field.is_possible()
    }

    fn add_values(&mut self, atom: &'s Atom, holds: bool) -> bool {
        use Operator::{
            After, Before, Contains, EndsWith, Equals, Exists, GreaterOrEqual, GreaterThan, In,
            LessOrEqual, LessThan, Matches, MatchesRegex, NotEquals, NotIn, StartsWith,
        };
        let field = self.field(&atom.subject);
        if holds && atom.operator != Exists {
            field.absent = false;
            field.unfit = false;
        }
        match (atom.operator, &atom.operand) {
            (Exists, Operand::Literal(Literal::Boolean(wanted))) => field.exists(*wanted == holds),
            (Equals | NotEquals, Operand::Literal(literal)) => {
                field.equals(literal, (atom.operator == Equals) == holds);
            }
            (In | NotIn, Operand::List(list)) => {
                if (atom.operator == In) == holds {
                    field.values.only(list.iter().cloned());
                } else {
                    for literal in list {
                        field.values.except(literal);
                    }
                }
                // Of null, both are false.
                field.null &= !holds;
            }
            (
                GreaterThan | GreaterOrEqual | LessThan | LessOrEqual | Before | After,
                Operand::Literal(literal),
            ) => {
                let operator = if holds {
                    atom.operator
                } else {
                    opposite(atom.operator)
                };
                field.values.range(operator, literal);
                field.null &= !holds;
            }
            (StartsWith | EndsWith | Contains, Operand::Literal(_))
            | (Matches | MatchesRegex, Operand::Pattern(_)) => {
                field.values.text(atom, holds);
                field.null &= !holds;
            }
            _ => {}
        }
        let text = matches!(
            atom.operator,
            StartsWith | EndsWith | Contains | Matches | MatchesRegex
        );
        field.is_possible()
            && (!text || *self.others.entry(AtomKey(atom)).or_insert(holds) == holds)
    }

    fn field(&mut self, field: &'s FieldRef) -> &mut Field<'s> {
        let Self {
            fields,
            rules,
            by_field,
            ..
        } = self;
        by_field
            .entry(field)
            .or_insert_with(|| Field::new(field, fields, *rules))
    }
}

impl Field<'_> {
    /// What the schema and the scopes say.
    fn new(field: &FieldRef, fields: &Fields<'_>, rules: [Option<&Rule>; 2]) -> Self {
        let actions = || rules.into_iter().flatten().map(actions_of);
        let action = actions().find_map(<[_]>::first);
        let known = fields.get(field, action.map(|action| &**action));
        let mut values = Values::default();
        for rule in rules.into_iter().flatten() {
            let names = match (field.domain, &*field.field) {
                (Domain::Action, FieldRef::ACTION_TYPE) => actions_of(rule),
                (Domain::Actor, "id") => actors_of(rule),
                _ => &[],
            };
            if !names.is_empty() {
                values.only(names.iter().cloned().map(Literal::Text));
            }
        }
        Self {
            known,
            absent: known.can_be_absent,
            unfit: known.can_be_unfit,
            null: known.nullable,
            values,
        }
    }

    fn exists(&mut self, there: bool) {
        if there {
            self.absent = false;
        } else {
            self.null = false;
            self.unfit = false;
            self.values.only(std::iter::empty());
        }
    }

    /// A value, or any but that one. Null is a value here.
    fn equals(&mut self, literal: &Literal, same: bool) {
        match (literal, same) {
            (Literal::Null, true) => self.values.only(std::iter::empty()),
            (Literal::Null, false) => self.null = false,
            (literal, true) => {
                self.null = false;
                self.values.only(std::iter::once(literal.clone()));
            }
            (literal, false) => self.values.except(literal),
        }
    }

    fn is_possible(&self) -> bool {
        self.absent
            || self.unfit
            || self.null
            || !self.values.is_empty(self.known.shape == Shape::Whole)
    }
}

/// What is true of a value of which this is not.
const fn opposite(operator: Operator) -> Operator {
    match operator {
        Operator::GreaterOrEqual => Operator::LessThan,
        Operator::LessThan | Operator::Before => Operator::GreaterOrEqual,
        Operator::LessOrEqual => Operator::GreaterThan,
        // Above, and after.
        _ => Operator::LessOrEqual,
    }
}

/// How many literals a comparison has.
fn weight(atom: &Atom) -> usize {
    match &atom.operand {
        Operand::List(list) => list.len(),
        _ => 1,
    }
}
