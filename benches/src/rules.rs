//! The rules that are asked: ten written by hand, many generated from a fixed seed.

#![allow(
    clippy::indexing_slicing,
    reason = "every index is drawn within the bounds of its array"
)]

use fastrand::Rng;

use crate::question::{Atom, FIRST, Field, LAST, Literal, NONE, Operand, Operator, Question, Rule};

/// Ten rules as a payment service might have them: six single `equals`, two thresholds, two `all` of two.
/// [`FIRST`] meets the first, [`LAST`] the last; for anybody else none holds.
pub fn ten() -> Vec<Rule> {
    let equals = |field, text: &str| atom(field, Operator::Equals, Literal::Text(text.to_owned()));
    vec![
        vec![equals(Field::Id, FIRST)],
        vec![equals(Field::Currency, "USD")],
        vec![equals(Field::Role, "role-01")],
        vec![atom(
            Field::Amount,
            Operator::Above,
            Literal::Number(10_000),
        )],
        vec![equals(Field::Region, "us-east-01")],
        vec![
            equals(Field::Currency, "EUR"),
            atom(Field::Amount, Operator::Above, Literal::Number(7_500)),
        ],
        vec![atom(Field::Risk, Operator::Above, Literal::Number(90))],
        vec![
            equals(Field::Role, "role-07"),
            atom(Field::Limit, Operator::Below, Literal::Number(100)),
        ],
        vec![equals(Field::Region, "eu-west-99")],
        vec![equals(Field::Id, LAST)],
    ]
}

/// So many rules on one action: 60 % single `equals`, 25 % single thresholds, 15 % `all` of two.
///
/// What makes it honest:
/// * literals come from the same pools as the asked values, and the asked values lie in their middle; only a
///   literal that would make a rule hold is drawn again;
/// * `equals` reads all seven fields in equal shares, text and number, so that small pools (100 risks, 50 roles)
///   repeat literals and large ones (10,000 actors) hardly do;
/// * a threshold lies anywhere on the side that does not hold, up to the asked value itself;
/// * the two comparisons of an `all` are drawn like the single ones (60 : 25, so about one `all` in eleven has two
///   thresholds); in a quarter of them the first holds and the second does not, in a quarter the second alone
///   holds, in half neither. So tables keyed by the asked values do have entries, which then fail;
/// * the first rule holds for [`FIRST`] alone, the last for [`LAST`] alone.
pub fn mixed(count: usize) -> Vec<Rule> {
    let mut rng = Rng::with_seed(0x5eed_0001);
    let between = (1..count.saturating_sub(1)).map(|_| match rng.u32(..100) {
        0..60 => vec![equals(&mut rng, false)],
        60..85 => vec![threshold(&mut rng, false)],
        _ => {
            let (first, second) =
                [(true, false), (false, true), (false, false), (false, false)][rng.usize(..4)];
            vec![either(&mut rng, first), either(&mut rng, second)]
        }
    });
    let between: Vec<_> = between.collect();
    let id = |id: &str| {
        vec![atom(
            Field::Id,
            Operator::Equals,
            Literal::Text(id.to_owned()),
        )]
    };
    std::iter::once(id(FIRST))
        .chain(between)
        .chain([id(LAST)])
        .collect()
}

/// So many rules of kinds that a table by literal or limit does not help: a third compares two fields, a third is
/// an `all` of a `not_equals` that holds and a comparison of two fields that does not, a third an `all` of two
/// `not_equals` of which one holds. None of the rules holds.
pub fn stubborn(count: usize) -> Vec<Rule> {
    let mut rng = Rng::with_seed(0x5eed_0002);
    let rule = |_| match rng.u32(..3) {
        0 => vec![two_fields(&mut rng)],
        1 => vec![differs(&mut rng, true), two_fields(&mut rng)],
        _ => {
            let mut pair = [differs(&mut rng, true), differs(&mut rng, false)];
            rng.shuffle(&mut pair);
            pair.into()
        }
    };
    (0..count).map(rule).collect()
}

/// What every generated policy is asked.
const ASKED: Question = Question::by(NONE);
const FIELDS: [Field; 7] = [
    Field::Amount,
    Field::Currency,
    Field::Risk,
    Field::Id,
    Field::Role,
    Field::Limit,
    Field::Region,
];
const NUMBERS: [(Field, i64); 3] = [
    (Field::Amount, 10_000),
    (Field::Risk, 100),
    (Field::Limit, 2_000),
];

fn atom(field: Field, operator: Operator, literal: Literal) -> Atom {
    Atom {
        field,
        operator,
        operand: Operand::Literal(literal),
    }
}

/// An `equals` or a threshold, in the proportion of the single ones.
fn either(rng: &mut Rng, holds: bool) -> Atom {
    if rng.u32(..85) < 60 {
        equals(rng, holds)
    } else {
        threshold(rng, holds)
    }
}

fn equals(rng: &mut Rng, holds: bool) -> Atom {
    loop {
        let field = FIELDS[rng.usize(..FIELDS.len())];
        // The actor differs between the questions, so nothing may depend on it.
        if holds && field != Field::Id {
            return atom(field, Operator::Equals, ASKED.value(field));
        }
        let drawn = atom(field, Operator::Equals, literal(rng, field));
        if !holds
            && ![FIRST, LAST, NONE]
                .iter()
                .any(|id| drawn.holds(&Question::by(id)))
        {
            return drawn;
        }
    }
}

fn threshold(rng: &mut Rng, holds: bool) -> Atom {
    loop {
        let (field, most) = NUMBERS[rng.usize(..NUMBERS.len())];
        let operator = if rng.bool() {
            Operator::Above
        } else {
            Operator::Below
        };
        let drawn = atom(field, operator, Literal::Number(rng.i64(0..=most)));
        if drawn.holds(&ASKED) == holds {
            return drawn;
        }
    }
}

fn differs(rng: &mut Rng, holds: bool) -> Atom {
    const READ: [Field; 5] = [
        Field::Amount,
        Field::Currency,
        Field::Risk,
        Field::Role,
        Field::Region,
    ];
    let field = READ[rng.usize(..READ.len())];
    loop {
        let drawn = if holds {
            literal(rng, field)
        } else {
            ASKED.value(field)
        };
        let drawn = atom(field, Operator::Differs, drawn);
        if drawn.holds(&ASKED) == holds {
            return drawn;
        }
    }
}

/// Two fields of one type, compared so that it does not hold.
fn two_fields(rng: &mut Rng) -> Atom {
    const TEXTS: [Field; 3] = [Field::Currency, Field::Role, Field::Region];
    let operators = [Operator::Equals, Operator::Above, Operator::Below];
    loop {
        let drawn = if rng.bool() {
            let (left, right) = (NUMBERS[rng.usize(..3)].0, NUMBERS[rng.usize(..3)].0);
            Atom {
                field: left,
                operator: operators[rng.usize(..3)],
                operand: Operand::Field(right),
            }
        } else {
            let (left, right) = (TEXTS[rng.usize(..3)], TEXTS[rng.usize(..3)]);
            Atom {
                field: left,
                operator: Operator::Equals,
                operand: Operand::Field(right),
            }
        };
        if !drawn.holds(&ASKED) {
            return drawn;
        }
    }
}

/// A constant from the pool of a field: 10,000 actors, 260 currencies, 50 roles, 100 regions, and the numbers up
/// to twice what is asked or so.
fn literal(rng: &mut Rng, field: Field) -> Literal {
    Literal::Text(match field {
        Field::Amount => return Literal::Number(rng.i64(0..=10_000)),
        Field::Risk => return Literal::Number(rng.i64(0..=100)),
        Field::Limit => return Literal::Number(rng.i64(0..=2_000)),
        Field::Id => format!("user-{:05}", rng.u32(..10_000)),
        Field::Role => format!("role-{:02}", rng.u32(..50)),
        Field::Region => format!("eu-west-{:02}", rng.u32(..100)),
        Field::Currency => {
            let letter = |number: u32| {
                char::from_digit(number % 26 + 10, 36)
                    .unwrap_or('x')
                    .to_ascii_uppercase()
            };
            let number = rng.u32(..260);
            format!("E{}{}", letter(number / 26), letter(number))
        }
    })
}
