//! Schemas: every type, nested, optional, nullable.

use fastrand::Rng;

use super::super::ast::{Field, Kind, Scalar, Schema};
use super::{chance, pick};

const NAMES: [&str; 9] = ["a", "b", "c", "d", "e", "f", "a.b", "two words", "é"];

pub(super) fn generate(rng: &mut Rng) -> Schema {
    // One type is more frequent than the others, so that fields can be held against each other.
    let often = pick(rng, &Scalar::ALL);
    let act = fields(rng, often, 3, 0);
    let mut other = fields(rng, often, 1, 0);
    other.retain(|field| act.iter().all(|known| known.name != field.name));
    let shared = act.iter().filter(|_| chance(rng, 50)).cloned();
    let other = shared
        .collect::<Vec<_>>()
        .into_iter()
        .chain(other)
        .collect();
    let mut actor = fields(rng, often, 2, 0);
    // An actor's `id` is what scopes and rollouts go by.
    let id = Field {
        name: "id",
        kind: Kind::One(Scalar::Text),
        optional: rng.bool(),
        nullable: chance(rng, 20),
    };
    actor.push(id);
    Schema {
        actions: vec![("act", act), ("other", other)],
        actor,
        snapshot: fields(rng, often, 2, 0),
    }
}

fn fields(rng: &mut Rng, often: Scalar, most: usize, depth: usize) -> Vec<Field> {
    let count = rng.usize(..=most);
    let mut fields: Vec<Field> = Vec::new();
    for _ in 0..count {
        let odd = chance(rng, 6);
        let name = pick(rng, if odd { &NAMES } else { &NAMES[..6] });
        if fields.iter().any(|field| field.name == name) {
            continue;
        }
        fields.push(Field {
            name,
            kind: kind(rng, often, depth),
            optional: chance(rng, 25),
            nullable: chance(rng, 20),
        });
    }
    fields
}

fn kind(rng: &mut Rng, often: Scalar, depth: usize) -> Kind {
    let scalar = match rng.u32(..10) {
        0..=4 => often,
        5..=6 => Scalar::Text,
        _ => pick(rng, &Scalar::ALL),
    };
    match rng.u32(..20) {
        0..=2 => Kind::List(scalar),
        3..=5 if depth < 2 => {
            let mut parts = fields(rng, often, 2, depth + 1);
            if parts.is_empty() {
                parts.push(Field {
                    name: "p",
                    kind: Kind::One(scalar),
                    optional: false,
                    nullable: false,
                });
            }
            Kind::Map(parts)
        }
        _ => Kind::One(scalar),
    }
}
