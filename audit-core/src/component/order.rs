//! [`order`]: in which order components start, or what keeps them from it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// An instance that is to start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Starting<'a> {
    pub(super) instance: &'a str,
    pub(super) component: &'a str,
    /// The components whose instances are there before it.
    pub(super) depends: &'a [&'a str],
}

/// What keeps components from starting.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Disorder {
    /// Two instances have one name.
    Duplicate {
        /// The name.
        instance: String,
    },
    /// A component that another depends on is not there.
    Missing {
        /// Who depends on it.
        instance: String,
        /// What he depends on.
        depends: String,
    },
    /// Components depend on each other in a circle.
    Circle {
        /// The components, each depending on the next, and the last on the first.
        components: Vec<String>,
    },
}

impl fmt::Display for Disorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate { instance } => {
                write!(f, "two components are called `{}`", instance.escape_debug())
            }
            Self::Missing { instance, depends } => write!(
                f,
                "`{}` depends on `{}`, which is not there",
                instance.escape_debug(),
                depends.escape_debug()
            ),
            Self::Circle { components } => {
                f.write_str("components depend on each other in a circle: ")?;
                for component in components {
                    write!(f, "`{}` -> ", component.escape_debug())?;
                }
                let first = components.first().map_or("", String::as_str);
                write!(f, "`{}`", first.escape_debug())
            }
        }
    }
}

impl std::error::Error for Disorder {}

/// The places of instances in the order in which they start: each behind all it depends on, and otherwise as they were given.
///
/// # Errors
/// All that keeps them from it.
pub(super) fn order(all: &[Starting<'_>]) -> Result<Vec<usize>, Vec<Disorder>> {
    let mut disorder = duplicates(all);
    let known: BTreeSet<&str> = all.iter().map(|one| one.component).collect();
    for one in all {
        let missing = one.depends.iter().filter(|name| !known.contains(*name));
        disorder.extend(missing.map(|depends| Disorder::Missing {
            instance: one.instance.to_owned(),
            depends: (*depends).to_owned(),
        }));
    }
    if !disorder.is_empty() {
        return Err(disorder);
    }
    let mut started: BTreeSet<usize> = BTreeSet::new();
    let mut order = Vec::with_capacity(all.len());
    while order.len() < all.len() {
        let is_there = |component: &&str| {
            let mut instances = all.iter().enumerate();
            instances.all(|(place, one)| one.component != *component || started.contains(&place))
        };
        let next = all
            .iter()
            .enumerate()
            .find(|(place, one)| !started.contains(place) && one.depends.iter().all(is_there));
        let Some((place, _)) = next else {
            let left = all.iter().enumerate();
            let left = left.filter(|(place, _)| !started.contains(place));
            return Err(vec![circle(left.map(|(_, one)| one))]);
        };
        started.insert(place);
        order.push(place);
    }
    Ok(order)
}

fn duplicates(all: &[Starting<'_>]) -> Vec<Disorder> {
    let mut seen = BTreeMap::new();
    for one in all {
        *seen.entry(one.instance).or_insert(0_usize) += 1;
    }
    let twice = seen.into_iter().filter(|(_, times)| *times > 1);
    twice
        .map(|(instance, _)| Disorder::Duplicate {
            instance: instance.to_owned(),
        })
        .collect()
}

/// A circle among components of which each waits for another.
fn circle<'a>(waiting: impl Iterator<Item = &'a Starting<'a>>) -> Disorder {
    let waiting: BTreeMap<&str, &[&str]> =
        waiting.map(|one| (one.component, one.depends)).collect();
    let mut path: Vec<&str> = waiting.keys().next().copied().into_iter().collect();
    // Each waits for one that waits: the way comes back to where it was.
    while let Some(last) = path.last() {
        let depends = waiting.get(last).copied().unwrap_or_default();
        let Some(next) = depends.iter().find(|name| waiting.contains_key(*name)) else {
            break;
        };
        if let Some(start) = path.iter().position(|name| name == next) {
            path.drain(..start);
            break;
        }
        path.push(next);
    }
    Disorder::Circle {
        components: path.into_iter().map(str::to_owned).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starting<'a>(name: &'a str, depends: &'a [&'a str]) -> Starting<'a> {
        Starting {
            instance: name,
            component: name,
            depends,
        }
    }

    #[test]
    fn each_starts_behind_all_it_depends_on_and_otherwise_as_given() {
        let all = [
            starting("web", &["accounts", "log"]),
            starting("accounts", &["config"]),
            starting("log", &[]),
            starting("config", &[]),
        ];
        assert_eq!(order(&all), Ok(vec![2, 3, 1, 0]));
        assert_eq!(order(&[]), Ok(vec![]));
    }

    #[test]
    fn every_instance_of_what_is_depended_on_starts_first() {
        let second = Starting {
            instance: "db-2",
            component: "db",
            depends: &[],
        };
        let all = [starting("web", &["db"]), starting("db", &[]), second];
        assert_eq!(order(&all), Ok(vec![1, 2, 0]));
    }

    #[test]
    fn whatever_is_missing_or_double_is_told_at_once_by_name() {
        let all = [
            starting("a", &["x", "y"]),
            starting("a", &[]),
            starting("b", &["y"]),
        ];
        let told: Vec<String> = order(&all)
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            told,
            [
                "two components are called `a`",
                "`a` depends on `x`, which is not there",
                "`a` depends on `y`, which is not there",
                "`b` depends on `y`, which is not there",
            ]
        );
    }

    #[test]
    fn a_circle_names_those_in_it_and_nobody_else() {
        let all = [
            starting("entry", &["b"]),
            starting("a", &["c"]),
            starting("b", &["a"]),
            starting("c", &["b"]),
            starting("alone", &[]),
        ];
        let told = order(&all).unwrap_err();
        assert_eq!(
            told[0].to_string(),
            "components depend on each other in a circle: `a` -> `c` -> `b` -> `a`"
        );
        let own = [starting("self", &["self"])];
        assert_eq!(
            order(&own).unwrap_err()[0].to_string(),
            "components depend on each other in a circle: `self` -> `self`"
        );
    }
}
