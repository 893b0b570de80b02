//! From a condition to clauses: lists of atoms, each of which must hold as a whole.

use super::atom::{Atom, Rare, Tree};

/// More clauses than this of one rule are asked as a condition of its own.
pub(super) const MOST_CLAUSES: usize = 64;

/// The clauses of a condition: it holds if one of them does. What would make too many is asked as it was written.
pub(super) fn clauses(tree: &Tree) -> Vec<Vec<Atom>> {
    match tree {
        Tree::Atom(atom) => vec![vec![atom.clone()]],
        Tree::Not(_) => vec![vec![as_written(tree)]],
        Tree::Any(parts) => {
            let found: Vec<_> = parts.iter().flat_map(clauses).collect();
            if found.len() <= MOST_CLAUSES {
                found
            } else {
                vec![vec![as_written(tree)]]
            }
        }
        Tree::All(parts) => {
            let mut found: Vec<Vec<Atom>> = vec![Vec::new()];
            for part in parts {
                let of_part = clauses(part);
                if found.len() * of_part.len() > MOST_CLAUSES {
                    let atom = as_written(part);
                    for atoms in &mut found {
                        atoms.push(atom.clone());
                    }
                    continue;
                }
                found = found
                    .iter()
                    .flat_map(|atoms| {
                        of_part
                            .iter()
                            .map(|more| atoms.iter().chain(more).cloned().collect())
                    })
                    .collect();
            }
            found
        }
    }
}

/// A condition as one test.
fn as_written(tree: &Tree) -> Atom {
    let mut slots = Vec::new();
    tree.collect_slots(&mut slots);
    Atom::rare(
        slots.first().copied().unwrap_or(0),
        Rare::Tree(tree.clone()),
    )
}
