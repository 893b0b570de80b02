//! What is asked: one refund, with seven values that rules may read.

use serde::Serialize;

/// One refund: three fields of the action, two of the actor, two of the snapshot.
#[derive(Clone, Copy, Debug, Hash, Serialize)]
pub struct Question {
    /// Of the action.
    pub amount: i64,
    /// Of the action.
    pub currency: &'static str,
    /// Of the action: 0 to 100.
    pub risk: i64,
    /// Who acts.
    pub id: &'static str,
    /// Of the actor.
    pub role: &'static str,
    /// Of the snapshot.
    pub limit: i64,
    /// Of the snapshot.
    pub region: &'static str,
}

/// The actor whom the first rule of every generated policy blocks.
pub const FIRST: &str = "user-00001";
/// The actor whom the last rule of every generated policy blocks.
pub const LAST: &str = "user-09998";
/// The actor whom no rule blocks.
pub const NONE: &str = "user-05000";

impl Question {
    /// The refund that all questions about generated policies share, asked for one of three actors. Every value
    /// lies in the middle of the literals that rules compare it with.
    pub const fn by(id: &'static str) -> Self {
        Self {
            amount: 5_000,
            currency: "EUR",
            risk: 40,
            id,
            role: "role-07",
            limit: 1_000,
            region: "eu-west-17",
        }
    }

    /// The value of a field.
    pub fn value(&self, field: Field) -> Literal {
        match field {
            Field::Amount => Literal::Number(self.amount),
            Field::Currency => Literal::Text(self.currency.to_owned()),
            Field::Risk => Literal::Number(self.risk),
            Field::Id => Literal::Text(self.id.to_owned()),
            Field::Role => Literal::Text(self.role.to_owned()),
            Field::Limit => Literal::Number(self.limit),
            Field::Region => Literal::Text(self.region.to_owned()),
        }
    }
}

/// A value of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `action.amount`
    Amount,
    /// `action.currency`
    Currency,
    /// `action.risk`
    Risk,
    /// `actor.id`
    Id,
    /// `actor.role`
    Role,
    /// `snapshot.limit`
    Limit,
    /// `snapshot.region`
    Region,
}

impl Field {
    /// Where it belongs: `action`, `actor` or `snapshot`.
    pub fn domain(self) -> &'static str {
        match self {
            Self::Amount | Self::Currency | Self::Risk => "action",
            Self::Id | Self::Role => "actor",
            Self::Limit | Self::Region => "snapshot",
        }
    }

    /// Its name there.
    pub fn name(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Currency => "currency",
            Self::Risk => "risk",
            Self::Id => "id",
            Self::Role => "role",
            Self::Limit => "limit",
            Self::Region => "region",
        }
    }
}

/// A constant in a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// A whole number, as not every peer knows others.
    Number(i64),
    /// Characters.
    Text(String),
}

/// How two sides are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Both are the same.
    Equals,
    /// Both are of one type and differ.
    Differs,
    /// The left number is greater.
    Above,
    /// The left number is smaller.
    Below,
}

/// What a field is compared with.
#[derive(Clone, Debug)]
pub enum Operand {
    /// A constant.
    Literal(Literal),
    /// Another field of the same type.
    Field(Field),
}

/// One comparison.
#[derive(Clone, Debug)]
pub struct Atom {
    /// The left side.
    pub field: Field,
    /// How.
    pub operator: Operator,
    /// The right side.
    pub operand: Operand,
}

impl Atom {
    /// Whether it holds.
    pub fn holds(&self, question: &Question) -> bool {
        let right = match &self.operand {
            Operand::Literal(literal) => literal.clone(),
            Operand::Field(field) => question.value(*field),
        };
        match (question.value(self.field), right) {
            (Literal::Number(left), Literal::Number(right)) => match self.operator {
                Operator::Equals => left == right,
                Operator::Differs => left != right,
                Operator::Above => left > right,
                Operator::Below => left < right,
            },
            (Literal::Text(left), Literal::Text(right)) => match self.operator {
                Operator::Equals => left == right,
                Operator::Differs => left != right,
                Operator::Above | Operator::Below => false,
            },
            _ => false,
        }
    }
}

/// Comparisons that block the refund if all of them hold.
///
/// Every rule blocks: in all four engines the answer is then "refused if any rule holds", however each of them
/// orders or combines rules.
pub type Rule = Vec<Atom>;

/// Whether no rule blocks: the answer that every engine must give.
pub fn permitted(rules: &[Rule], question: &Question) -> bool {
    !rules
        .iter()
        .any(|rule| rule.iter().all(|atom| atom.holds(question)))
}

/// A rule as an expression with `==`, `!=`, `>` and `<`, in a language's own names and constants.
pub fn infix(
    rule: &Rule,
    and: &str,
    path: fn(Field) -> String,
    constant: fn(Field, &Literal) -> String,
) -> String {
    let atoms = rule.iter().map(|atom| {
        let operator = match atom.operator {
            Operator::Equals => "==",
            Operator::Differs => "!=",
            Operator::Above => ">",
            Operator::Below => "<",
        };
        let right = match &atom.operand {
            Operand::Literal(literal) => constant(atom.field, literal),
            Operand::Field(field) => path(*field),
        };
        format!("{} {operator} {right}", path(atom.field))
    });
    atoms.collect::<Vec<_>>().join(and)
}

/// A constant as most languages write it.
pub fn plain(_field: Field, literal: &Literal) -> String {
    match literal {
        Literal::Number(number) => number.to_string(),
        Literal::Text(text) => format!("{text:?}"),
    }
}
