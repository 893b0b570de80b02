//! Conditions in three truths.

use std::collections::BTreeSet;

use audit_core::FailureKind;

use super::super::ast::{Asked, Condition, Path, Policy, Right};
use super::address::is_in;
use super::pattern::fits;
use super::time::is_within;
use super::value::{Held, Side, look};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    True,
    False,
    Unknown,
}

use Truth::{False, True, Unknown};

/// Why comparisons are unknown: the field, and what is wrong with it.
pub(crate) type Reasons = BTreeSet<(Path, &'static str)>;

pub(crate) const MISSING: &str = FailureKind::Missing.as_str();
pub(crate) const UNFIT: &str = FailureKind::TypeMismatch.as_str();

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { True } else { False }
    }
}

/// A condition under a policy's settings, with the values of one request.
#[derive(Clone, Copy)]
pub(crate) struct World<'w> {
    pub(crate) policy: &'w Policy,
    pub(crate) asked: &'w Asked,
}

impl World<'_> {
    /// Whether a condition holds; adds why comparisons in it are unknown.
    pub(crate) fn truth(self, condition: &Condition, reasons: &mut Reasons) -> Truth {
        match condition {
            Condition::Not(part) => match self.truth(part, reasons) {
                True => False,
                False => True,
                Unknown => Unknown,
            },
            Condition::All(parts) => {
                let parts: Vec<Truth> =
                    parts.iter().map(|part| self.truth(part, reasons)).collect();
                if parts.contains(&False) {
                    False
                } else if parts.contains(&Unknown) {
                    Unknown
                } else {
                    True
                }
            }
            Condition::Any(parts) => {
                let parts: Vec<Truth> =
                    parts.iter().map(|part| self.truth(part, reasons)).collect();
                if parts.contains(&True) {
                    True
                } else if parts.contains(&Unknown) {
                    Unknown
                } else {
                    False
                }
            }
            Condition::Compare(left, operator, right) => {
                self.compare(left, operator, right, reasons)
            }
        }
    }

    fn compare(self, left: &Path, operator: &str, right: &Right, reasons: &mut Reasons) -> Truth {
        let side = look(&self.policy.schema, self.asked, left);
        if let Right::There(wanted) = right {
            return Truth::from(self.exists(left) == wanted.unwrap_or(true));
        }
        let mut sides = vec![(left, side)];
        if let Right::Field(path) = right {
            sides.push((path, look(&self.policy.schema, self.asked, path)));
        }
        let of_missing = match self.policy.on_missing {
            Some("no_match") => False,
            _ => Unknown,
        };
        let of_unfit = match self.policy.on_error {
            Some("no_match") => False,
            _ => Unknown,
        };
        let mut verdicts = Vec::new();
        let mut why = Reasons::new();
        for (path, side) in &sides {
            let unfit_text = operator == "in_cidr"
                && matches!(side, Side::Here(Held::Text(text)) if is_in(text, &[]).is_none());
            let (verdict, reason) = match side {
                Side::Absent => (False, None),
                Side::Missing => (of_missing, Some(MISSING)),
                Side::Unfit => (of_unfit, Some(UNFIT)),
                Side::Here(_) if unfit_text => (of_unfit, Some(UNFIT)),
                Side::Here(_) => continue,
            };
            verdicts.push(verdict);
            why.extend(reason.map(|reason| ((*path).clone(), reason)));
        }
        if verdicts.contains(&False) {
            return False;
        }
        if verdicts.contains(&Unknown) {
            reasons.extend(why);
            return Unknown;
        }
        let mut held = sides.into_iter().map(|(_, side)| match side {
            Side::Here(held) => held,
            _ => unreachable!("told before"),
        });
        let left = held.next().unwrap();
        Truth::from(match right {
            Right::Literal(literal) => relate(&left, operator, &literal.held()),
            Right::Field(_) => relate(&left, operator, &held.next().unwrap()),
            Right::List(literals) => {
                let items = literals.iter().map(|literal| literal.held()).collect();
                relate(&left, operator, &Held::List(items))
            }
            Right::Networks(networks) => match &left {
                Held::Text(text) => is_in(text, networks).unwrap(),
                _ => false,
            },
            Right::Pattern(pattern) => match (&left, operator) {
                (Held::Text(text), "matches") => fits(pattern, text),
                (Held::Text(text), _) => regex::Regex::new(pattern).unwrap().is_match(text),
                _ => false,
            },
            Right::Window(window) => match &left {
                Held::Time(time) => is_within(window, *time),
                _ => false,
            },
            Right::There(_) => unreachable!("told before"),
        })
    }

    /// Whether something is there, whatever it is.
    fn exists(self, path: &Path) -> bool {
        let mut value = super::value::top(self.asked, path);
        for name in &path.names[1..] {
            value = match value {
                Some(audit_core::Value::Map(parts)) => parts.get(name),
                _ => None,
            };
        }
        match (path.domain, path.names.as_slice()) {
            ("request", ["tenant"]) => self.asked.tenant.is_some(),
            ("request", ["resource"]) => self.asked.action.resource().is_some(),
            _ => value.is_some(),
        }
    }
}

/// How two values stand, both of their types.
fn relate(left: &Held, operator: &str, right: &Held) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let ordering = match (left, right) {
        (Held::Exact(left), Held::Exact(right)) => left.partial_cmp(right),
        (Held::Number(left), Held::Number(right)) => left.partial_cmp(right),
        (Held::Time(left), Held::Time(right)) => left.partial_cmp(right),
        _ => None,
    };
    let has = |list: &Held, item: &Held| match list {
        Held::List(items) => items.contains(item),
        // A list that is null has no items.
        _ => false,
    };
    match (operator, left, right) {
        ("equals", left, right) => left == right,
        ("not_equals", left, right) => left != right,
        ("greater_than" | "after", ..) => ordering == Some(Greater),
        ("less_than" | "before", ..) => ordering == Some(Less),
        ("greater_or_equal", ..) => matches!(ordering, Some(Greater | Equal)),
        ("less_or_equal", ..) => matches!(ordering, Some(Less | Equal)),
        ("not_in", item, list) => !has(list, item),
        ("contains", Held::Text(text), Held::Text(part)) => text.contains(part.as_str()),
        ("in", item, list) | ("contains", list, item) => has(list, item),
        ("starts_with", Held::Text(text), Held::Text(start)) => text.starts_with(start.as_str()),
        ("ends_with", Held::Text(text), Held::Text(end)) => text.ends_with(end.as_str()),
        _ => false,
    }
}
