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
                let mut of_part = clauses(part);
                // What is true of every clause is added to each: copying them for it would make a long `all` quadratic.
                if of_part.len() == 1 {
                    let more = of_part.pop().unwrap_or_default();
                    for atoms in &mut found {
                        atoms.extend_from_slice(&more);
                    }
                    continue;
                }
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

#[cfg(test)]
mod tests {
    use super::super::atom::Test;
    use super::*;

    fn equals(slot: u32, key: i64) -> Tree {
        let test = Test::EqualsKey(key);
        Tree::Atom(Atom { slot, test })
    }

    /// What each clause asks, as slots and keys.
    fn asked(clauses: &[Vec<Atom>]) -> Vec<Vec<(u32, i64)>> {
        let key = |atom: &Atom| match atom.test {
            Test::EqualsKey(key) => (atom.slot, key),
            _ => panic!("{atom:?}"),
        };
        let clauses = clauses.iter();
        clauses
            .map(|atoms| atoms.iter().map(key).collect())
            .collect()
    }

    #[test]
    fn every_alternative_asks_what_stands_around_it() {
        let either = Tree::Any([equals(1, 10), equals(2, 20)].into());
        let other = Tree::Any([equals(3, 30), equals(4, 40)].into());
        let tree = Tree::All([equals(0, 0), either, equals(5, 50), other].into());
        assert_eq!(
            asked(&clauses(&tree)),
            [
                [(0, 0), (1, 10), (5, 50), (3, 30)],
                [(0, 0), (1, 10), (5, 50), (4, 40)],
                [(0, 0), (2, 20), (5, 50), (3, 30)],
                [(0, 0), (2, 20), (5, 50), (4, 40)],
            ]
        );
    }

    #[test]
    fn two_hundred_thousand_comparisons_of_one_all_are_one_clause() {
        // Were each added to a copy of those before, this would take hours.
        let parts: Vec<Tree> = (0..200_000).map(|key| equals(0, key)).collect();
        let clauses = clauses(&Tree::All(parts.into()));
        assert_eq!(clauses.iter().map(Vec::len).collect::<Vec<_>>(), [200_000]);
    }
}
