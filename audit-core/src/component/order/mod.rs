//! [`order`]: in which order components start, or what keeps them from it.

#[cfg(test)]
mod tests;

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};

use super::disorder::{Disorder, is_free};
use super::facts::{ComponentFacts, ServiceType, short};
use crate::word::nearest;

/// An instance that is to start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Starting<'a> {
    pub(super) instance: &'a str,
    pub(super) facts: &'a ComponentFacts,
}

/// The places of instances in the order in which they start: each behind all it depends on and behind all that have a service it is
/// made from, and otherwise as they were given. The services of `host` are there before all.
///
/// # Errors
/// All that keeps them from it.
pub(super) fn order(all: &[Starting<'_>], host: &[TypeId]) -> Result<Vec<usize>, Vec<Disorder>> {
    let mut disorder = misnamed(all);
    disorder.extend(duplicates(all));
    disorder.extend(namesakes(all));
    let known: BTreeSet<&str> = all.iter().map(|one| one.facts.name).collect();
    for one in all {
        let depends = one.facts.depends.iter();
        let missing = depends.filter(|name| !known.contains(*name));
        disorder.extend(missing.map(|depends| Disorder::Missing {
            instance: one.instance.to_owned(),
            depends: (*depends).to_owned(),
            nearest: nearest(depends, known.iter().copied()).map(str::to_owned),
        }));
    }
    for (place, one) in all.iter().enumerate() {
        let missing = one.facts.requires.iter().filter(|service| {
            let is_there =
                host.contains(&service.id()) || others(all, place, service).next().is_some();
            !service.is_optional() && !is_there
        });
        disorder.extend(missing.map(|service| Disorder::NoService {
            instance: one.instance.to_owned(),
            service: short(service.name()),
            alike: alike(all, place, service),
        }));
    }
    if !disorder.is_empty() {
        return Err(disorder);
    }
    let behind: Vec<BTreeSet<usize>> = (0..all.len()).map(|place| behind(all, place)).collect();
    let mut started: BTreeSet<usize> = BTreeSet::new();
    let mut order = Vec::with_capacity(all.len());
    while order.len() < all.len() {
        let mut left = behind.iter().enumerate();
        let next = left.find(|(place, behind)| {
            !started.contains(place) && behind.iter().all(|other| started.contains(other))
        });
        let Some((place, _)) = next else {
            return Err(vec![circle(all, &behind, &started)]);
        };
        started.insert(place);
        order.push(place);
    }
    Ok(order)
}

/// The places of the others that have a service.
fn others<'a>(
    all: &'a [Starting<'a>],
    place: usize,
    service: &'a ServiceType,
) -> impl Iterator<Item = usize> + 'a {
    let providers = all.iter().enumerate().filter(move |(other, one)| {
        let provides = one.facts.provides;
        *other != place && provides.iter().any(|one| one.id() == service.id())
    });
    providers.map(|(other, _)| other)
}

/// The places of all that start before one.
fn behind(all: &[Starting<'_>], place: usize) -> BTreeSet<usize> {
    let Some(one) = all.get(place) else {
        return BTreeSet::new();
    };
    let depends = all.iter().enumerate();
    let depends = depends.filter(|(_, other)| one.facts.depends.contains(&other.facts.name));
    let depends = depends.map(|(other, _)| other);
    let requires = one.facts.requires.iter();
    let requires = requires.flat_map(|service| others(all, place, service));
    depends.chain(requires).collect()
}

/// Who has a service that is most likely meant by one that nobody has: `Ledger` by `Arc<dyn Ledger>`.
fn alike(all: &[Starting<'_>], place: usize, service: &ServiceType) -> Option<(String, String)> {
    let wanted = short(service.name());
    let provided = all.iter().enumerate().filter(|(other, _)| *other != place);
    let provided: Vec<(&str, String)> = provided
        .flat_map(|(_, one)| {
            one.facts
                .provides
                .iter()
                .map(|service| (one.instance, service))
        })
        .map(|(instance, service)| (instance, short(service.name())))
        .collect();
    let words = provided.iter().map(|(_, name)| last_word(name));
    let word = last_word(&wanted);
    let found = words.clone().position(|other| other == word).or_else(|| {
        let meant = nearest(word, words.clone())?;
        words.clone().position(|other| other == meant)
    })?;
    let (instance, name) = provided.get(found)?;
    Some(((*instance).to_owned(), name.clone()))
}

/// The last name in the name of a type.
fn last_word(name: &str) -> &str {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    let mut words = name.split(|character| !is_part(character));
    words.rfind(|word| !word.is_empty()).unwrap_or(name)
}

/// Whoever has a name that is not free: each component once, and each instance whose name is not its component's.
fn misnamed(all: &[Starting<'_>]) -> Vec<Disorder> {
    let mut told = BTreeSet::new();
    let named = all.iter().flat_map(|one| {
        let component = one.facts.name;
        let instance = (one.instance != component).then_some((one.instance, Some(component)));
        [Some((component, None)), instance]
    });
    let misnamed = named.flatten().filter(|(name, _)| !is_free(name));
    let misnamed = misnamed.filter(|one| told.insert(*one));
    misnamed
        .map(|(name, of)| Disorder::Name {
            name: name.to_owned(),
            of: of.map(str::to_owned),
        })
        .collect()
}

fn duplicates(all: &[Starting<'_>]) -> Vec<Disorder> {
    let mut instances: BTreeMap<&str, usize> = BTreeMap::new();
    for one in all {
        *instances.entry(one.instance).or_default() += 1;
    }
    let twice = instances.into_iter().filter(|(_, times)| *times > 1);
    twice
        .map(|(instance, _)| Disorder::Duplicate {
            instance: instance.to_owned(),
        })
        .collect()
}

/// Instances that are called like another component, of which there is one too.
fn namesakes(all: &[Starting<'_>]) -> impl Iterator<Item = Disorder> {
    let components: BTreeSet<&str> = all.iter().map(|one| one.facts.name).collect();
    let namesakes = all
        .iter()
        .filter(move |one| one.instance != one.facts.name && components.contains(one.instance));
    namesakes.map(|one| Disorder::Namesake {
        name: one.instance.to_owned(),
        of: one.facts.name.to_owned(),
    })
}

/// A circle among those that have not started, of which each waits for another.
fn circle(all: &[Starting<'_>], behind: &[BTreeSet<usize>], started: &BTreeSet<usize>) -> Disorder {
    let waits_for = |place: usize| {
        let others = behind.get(place)?.iter().copied();
        others.into_iter().find(|other| !started.contains(other))
    };
    let first = (0..all.len()).filter(|place| !started.contains(place));
    // As before: the first by name, so that a circle is told alike however they were given.
    let first = first.min_by_key(|place| all.get(*place).map(|one| one.instance));
    let mut path: Vec<usize> = first.into_iter().collect();
    // Each waits for one that waits: the way comes back to where it was.
    while let Some(next) = path.last().and_then(|last| waits_for(*last)) {
        if let Some(start) = path.iter().position(|place| *place == next) {
            path.drain(..start);
            break;
        }
        path.push(next);
    }
    let instances = path.into_iter().filter_map(|place| all.get(place));
    Disorder::Circle {
        components: instances.map(|one| one.instance.to_owned()).collect(),
    }
}
