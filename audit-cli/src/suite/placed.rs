//! [`Placed`]: a part of a request that knows where in its suite each field is written.

use std::sync::Arc;

use audit_core::{Place, Text};

use super::fixture::Fixture;
use super::yaml::Node;
use crate::mistake::Mistake;

/// A part of a request, and where each of its fields is written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Placed<T> {
    pub(crate) part: T,
    /// In the order in which they were set; the last of several that hold a field is where it comes from.
    spots: Vec<Spot>,
}

/// Where a field is written, or what lies inside one.
#[derive(Clone, Debug)]
struct Spot {
    /// The field, and the way inside it, with dots between.
    path: Text<'static>,
    /// Where its name stands: its key, or the column of a table.
    key: Place,
    node: Node,
}

impl<T: Fixture> Placed<T> {
    /// From a map of fields.
    pub(crate) fn read(node: &Node) -> Result<Self, Mistake> {
        let part = T::read(node)?;
        let entries = node.entries().unwrap_or_default().iter();
        let spots = entries.filter_map(|(key, node)| {
            Some(Spot {
                path: key.text()?.clone(),
                key: key.place,
                node: node.clone(),
            })
        });
        Ok(Self {
            part,
            spots: spots.collect(),
        })
    }

    /// Sets one field.
    pub(crate) fn set(
        &mut self,
        name: Text<'static>,
        key: Place,
        node: &Node,
    ) -> Result<(), Mistake> {
        self.part.set(name.clone(), node)?;
        self.spots.retain(|spot| spot.path != name);
        self.is_written(name, key, node);
        Ok(())
    }

    /// Takes one field away. False if it is not there.
    pub(crate) fn remove(&mut self, name: &str) -> bool {
        self.part.remove(name)
    }

    /// Takes down where a field, or what lies inside one, is written.
    pub(crate) fn is_written(&mut self, path: Text<'static>, key: Place, node: &Node) {
        let node = node.clone();
        self.spots.push(Spot { path, key, node });
    }

    /// Where the name of a field stands, and what is written behind it. Of what lies inside one: as near to it as the suite
    /// has places.
    pub(crate) fn spot(&self, path: &[Arc<str>]) -> Option<(Place, &Node)> {
        let whole = path.join(".");
        let rest = |spot: &Spot| {
            let rest = whole.strip_prefix(&*spot.path)?;
            let inside = rest.is_empty() || rest.starts_with('.');
            inside.then(|| rest.trim_start_matches('.').to_owned())
        };
        let spots = self.spots.iter().rev();
        let (rest, spot) = spots
            .filter_map(|spot| Some((rest(spot)?, spot)))
            .min_by_key(|(rest, _)| rest.len())?;
        let (mut key, mut node) = (spot.key, &spot.node);
        for name in rest.split('.') {
            let mut entries = node.entries().unwrap_or_default().iter();
            let Some((inner, value)) =
                entries.find(|(key, _)| key.text().is_some_and(|text| **text == *name))
            else {
                break;
            };
            (key, node) = (inner.place, value);
        }
        Some((key, node))
    }
}
