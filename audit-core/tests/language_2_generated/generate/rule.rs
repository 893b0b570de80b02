//! Rules: every operator with every side it takes, nested, in every scope.

use audit_core::{Mode, Severity};
use fastrand::Rng;

use super::super::ast::{Condition, Field, Kind, Path, Right, Rule, Scalar, Schema, Window};
use super::pool::Pool;
use super::{EFFECTS, MODES, chance, pick};

const NETWORKS: [&str; 8] = [
    "10.0.0.0/8",
    "10.0.0.1/32",
    "10.255.255.0/24",
    "0.0.0.0/0",
    "11.0.0.0/31",
    "::/0",
    "fe80::/10",
    "::1/128",
];
const EXPRESSIONS: [&str; 10] = [
    "a", "^a", "b$", "^$", "a|B", "[0-9]+", "(?i)AB", "ä", "^.{2}$", r"\.",
];
const PATTERN: [char; 12] = ['a', 'b', 'A', '*', '*', '?', '[', ']', '!', '-', '.', '\\'];
const ZONES: [&str; 7] = [
    "UTC",
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "+02:00",
    "-03:30",
];
const CLOCKS: [&str; 8] = [
    "00:00", "06:00", "08:00", "09:00", "17:30", "22:00", "13:45", "23:59:59",
];

/// A field that rules of a scope can read.
#[derive(Clone)]
struct Leaf {
    path: Path,
    kind: Kind,
    /// Whether it, or what it is a part of, may be absent or null.
    can_be_absent: bool,
    nullable: bool,
}

/// Writes the rules of one case.
pub(super) struct Author<'a> {
    rng: &'a mut Rng,
    schema: &'a Schema,
    pool: &'a Pool,
    /// Only equality and order, which have tables.
    plain: bool,
    /// The parts of every condition: one comparison, or several.
    single: bool,
    /// The names of the fields that rules read, as far as their scope lets them.
    focus: Vec<&'static str>,
}

impl<'a> Author<'a> {
    pub(super) fn new(rng: &'a mut Rng, schema: &'a Schema, pool: &'a Pool, many: bool) -> Self {
        let plain = chance(rng, if many { 70 } else { 20 });
        let single = chance(rng, if many { 60 } else { 20 });
        let names: Vec<_> = leaves(schema, &["act"])
            .iter()
            .map(|leaf| leaf.path.names[0])
            .collect();
        let focus = match rng.u32(..3) {
            0 => Vec::new(),
            count => (0..count).map(|_| pick(rng, &names)).collect(),
        };
        Self {
            rng,
            schema,
            pool,
            plain,
            single,
            focus,
        }
    }

    pub(super) fn rule(&mut self, number: usize) -> Rule {
        let actions: &[&str] = match self.rng.u32(..10) {
            0..=4 => &["act"],
            5 => &["other"],
            6 => &["act", "other"],
            _ => &[],
        };
        let actors: &[&str] = match self.rng.u32(..8) {
            0 => &["alice"],
            1 => &["alice", "bob"],
            _ => &[],
        };
        let leaves = self.focused(leaves(self.schema, actions));
        let rng = &mut *self.rng;
        let rollout = chance(rng, 10).then(|| {
            let percent = pick(rng, &["0", "25", "50", "12.5", "99.99", "33.333333", "100"]);
            let texts: Vec<&Leaf> = leaves
                .iter()
                .filter(|leaf| leaf.kind == Kind::One(Scalar::Text))
                .collect();
            let by = chance(rng, 40).then(|| match texts.as_slice() {
                [] => Path::new("request", &["tenant"]),
                texts => pick(rng, texts).path.clone(),
            });
            (percent, by)
        });
        Rule {
            id: match rng.u32(..20) {
                0 => format!("rule {number}"),
                1 => format!("ü\"{number}"),
                _ => format!("r{number}"),
            },
            actions: actions.to_vec(),
            actors: actors.to_vec(),
            effect: pick(rng, &EFFECTS),
            reason: chance(rng, 15).then_some("so it was decided: \"four eyes\""),
            severity: chance(rng, 15).then(|| {
                pick(
                    rng,
                    &[
                        Severity::Informational,
                        Severity::Low,
                        Severity::Medium,
                        Severity::High,
                        Severity::Critical,
                    ],
                )
            }),
            owner: chance(rng, 5).then_some("payments"),
            tags: if chance(rng, 5) {
                vec!["sox", "1"]
            } else {
                Vec::new()
            },
            mode: match rng.u32(..100) {
                0..=11 => Some(Mode::Shadow),
                12..=21 => Some(Mode::Enforce),
                22..=26 => Some(pick(rng, &MODES)),
                _ => None,
            },
            rollout,
            expires: chance(rng, 8).then(|| self.pool.time(rng)),
            when: (!chance(rng, 6)).then(|| self.condition(&leaves, 0)),
        }
    }

    /// The leaves that this case is about, if this scope can read one of them.
    fn focused(&self, leaves: Vec<Leaf>) -> Vec<Leaf> {
        let wanted = |leaf: &Leaf| self.focus.contains(&leaf.path.names[0]);
        let focused: Vec<Leaf> = leaves.iter().filter(|leaf| wanted(leaf)).cloned().collect();
        if focused.is_empty() { leaves } else { focused }
    }

    fn condition(&mut self, leaves: &[Leaf], depth: u32) -> Condition {
        if self.single || depth > 6 || chance(self.rng, 45 + depth * 12) {
            return self.comparison(leaves);
        }
        let kind = self.rng.u32(..10);
        if kind < 3 {
            return Condition::Not(Box::new(self.condition(leaves, depth + 1)));
        }
        let count = self.rng.usize(1..=4);
        let parts = (0..count)
            .map(|_| self.condition(leaves, depth + 1))
            .collect();
        match kind {
            3..=6 => Condition::All(parts),
            _ => Condition::Any(parts),
        }
    }

    fn comparison(&mut self, leaves: &[Leaf]) -> Condition {
        let leaf = &leaves[self.rng.usize(..leaves.len())];
        let operators = self.operators(leaf);
        if operators.is_empty() {
            // A map that must be there: nothing can be asked of it.
            let type_ = Path::new("action", &["type"]);
            let literal = self.pool.literal(self.rng, Scalar::Text);
            return Condition::Compare(type_, "equals", Right::Literal(literal));
        }
        let operator = pick(self.rng, &operators);
        let right = self.right(leaf, operator, leaves);
        Condition::Compare(leaf.path.clone(), operator, right)
    }

    fn operators(&self, leaf: &Leaf) -> Vec<&'static str> {
        let mut operators: Vec<&str> = match &leaf.kind {
            Kind::One(_) => vec!["equals", "not_equals", "equals", "in", "not_in"],
            Kind::List(_) => vec!["contains"],
            Kind::Map(_) => Vec::new(),
        };
        let more: &[&str] = match &leaf.kind {
            Kind::One(Scalar::Text) => &[
                "contains",
                "starts_with",
                "ends_with",
                "matches",
                "matches_regex",
                "in_cidr",
            ],
            Kind::One(Scalar::Time) => &["before", "after", "within", "before", "after"],
            Kind::One(Scalar::Integer | Scalar::Decimal | Scalar::Number) => &[
                "greater_than",
                "less_than",
                "greater_or_equal",
                "less_or_equal",
            ],
            _ => &[],
        };
        operators.extend(more);
        if self.plain {
            let rare = [
                "matches",
                "matches_regex",
                "in_cidr",
                "within",
                "not_in",
                "contains",
            ];
            operators.retain(|operator| !rare.contains(operator) || operators_left(&leaf.kind));
        }
        if leaf.can_be_absent {
            operators.push("exists");
        }
        operators
    }

    fn right(&mut self, leaf: &Leaf, operator: &str, leaves: &[Leaf]) -> Right {
        let rng = &mut *self.rng;
        let percent = match operator {
            _ if self.plain => 3,
            "in" | "not_in" | "contains" => 50,
            _ => 25,
        };
        let other = chance(rng, percent);
        let fields: Vec<&Leaf> = leaves
            .iter()
            .filter(|right| other && takes(operator, &leaf.kind, &right.kind))
            .collect();
        if !fields.is_empty() {
            return Right::Field(pick(rng, &fields).path.clone());
        }
        let (Kind::One(scalar) | Kind::List(scalar)) = leaf.kind else {
            return Right::There(pick(rng, &[None, Some(true), Some(false)]));
        };
        match operator {
            "exists" => Right::There(pick(rng, &[None, Some(true), Some(false)])),
            "equals" | "not_equals" if leaf.nullable && chance(rng, 20) => {
                Right::Literal(super::super::ast::Literal::Null)
            }
            "in" | "not_in" => {
                let count = if chance(rng, 3) {
                    rng.usize(60..80)
                } else {
                    rng.usize(1..4)
                };
                Right::List((0..count).map(|_| self.pool.literal(rng, scalar)).collect())
            }
            "in_cidr" => {
                let count = rng.usize(1..4);
                Right::Networks((0..count).map(|_| pick(rng, &NETWORKS)).collect())
            }
            "matches" => {
                let count = rng.usize(..6);
                Right::Pattern((0..count).map(|_| pick(rng, &PATTERN)).collect())
            }
            "matches_regex" => Right::Pattern(pick(rng, &EXPRESSIONS).to_owned()),
            "within" => Right::Window(window(rng)),
            _ => Right::Literal(self.pool.literal(rng, scalar)),
        }
    }
}

/// Whether only rare operators are left for a type.
fn operators_left(kind: &Kind) -> bool {
    matches!(kind, Kind::List(_))
}

/// Whether an operator compares fields of these types.
fn takes(operator: &str, left: &Kind, right: &Kind) -> bool {
    let exact = |kind: &Kind| matches!(kind, Kind::One(Scalar::Integer | Scalar::Decimal));
    let alike = left == right && !matches!(left, Kind::Map(_));
    match operator {
        "exists" | "matches" | "matches_regex" | "in_cidr" | "within" => false,
        "in" | "not_in" => holds(right, left),
        "contains" => holds(left, right) || *left == Kind::One(Scalar::Text) && alike,
        "greater_than" | "less_than" | "greater_or_equal" | "less_or_equal" => {
            alike || (exact(left) && exact(right))
        }
        _ => alike,
    }
}

/// Whether it is a list of such items.
fn holds(list: &Kind, item: &Kind) -> bool {
    matches!((list, item), (Kind::List(items), Kind::One(item)) if items == item)
}

fn window(rng: &mut Rng) -> Window {
    let days = chance(rng, 50).then(|| {
        let mut days: Vec<u8> = (0..7).filter(|_| rng.bool()).collect();
        if days.is_empty() {
            days.push(rng.u8(..7));
        }
        days
    });
    Window {
        from: pick(rng, &CLOCKS),
        to: pick(rng, &CLOCKS),
        zone: pick(rng, &ZONES),
        days,
    }
}

/// What rules that name these actions can read: of actions only what each declares alike.
fn leaves(schema: &Schema, actions: &[&str]) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    let given = |domain, name, scalar, can_be_absent| Leaf {
        path: Path::new(domain, &[name]),
        kind: Kind::One(scalar),
        can_be_absent,
        nullable: false,
    };
    leaves.push(given("action", "type", Scalar::Text, false));
    leaves.push(given("request", "tenant", Scalar::Text, true));
    leaves.push(given("request", "resource", Scalar::Text, true));
    leaves.push(given("request", "time", Scalar::Time, false));
    let declared = |action: &&str| {
        let mut actions = schema.actions.iter();
        &actions.find(|(name, _)| name == action).unwrap().1
    };
    if let Some((first, rest)) = actions.split_first() {
        let alike = |field: &&Field| rest.iter().all(|action| declared(action).contains(field));
        let fields: Vec<Field> = declared(first).iter().filter(alike).cloned().collect();
        add(&mut leaves, "action", &[], false, &fields);
    }
    add(&mut leaves, "actor", &[], false, &schema.actor);
    add(&mut leaves, "snapshot", &[], false, &schema.snapshot);
    leaves
}

fn add(
    leaves: &mut Vec<Leaf>,
    domain: &'static str,
    before: &[&'static str],
    absent: bool,
    fields: &[Field],
) {
    for field in fields {
        let names: Vec<_> = before.iter().copied().chain([field.name]).collect();
        let can_be_absent = absent || field.optional || field.nullable;
        if let Kind::Map(parts) = &field.kind {
            add(leaves, domain, &names, can_be_absent, parts);
        }
        leaves.push(Leaf {
            path: Path::new(domain, &names),
            kind: field.kind.clone(),
            can_be_absent,
            nullable: field.nullable,
        });
    }
}
