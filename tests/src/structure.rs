//! Holds one crate's modules against their floors: imports go down, and siblings form no circle.
//!
//! Macro bodies count as well, which is why tokens are read and not a syntax tree. One road stays unseen: a name that
//! arrives through a glob import of the parent (`use super::*`).

mod floors;
mod scan;

use std::collections::{BTreeMap, BTreeSet};

pub use self::floors::{Floors, read_floors};
use self::scan::{Reference, references};

/// A source file: its path below `src/`, with `/` between the folders, and its text.
pub type Source = (String, String);

type Modules = BTreeSet<Vec<String>>;
type Edges = BTreeMap<String, BTreeSet<String>>;

/// Everything wrong with the structure of one crate, a line each.
///
/// A crate with fewer than two modules needs no floors.
///
/// # Errors
/// A file that is not Rust, named with the reason.
pub fn violations(sources: &[Source], floors: Option<&Floors>) -> Result<Vec<String>, String> {
    let files: Vec<(Vec<String>, &Source)> = sources
        .iter()
        .filter_map(|source| Some((module_of(&source.0)?, source)))
        .collect();
    let modules: Modules = files
        .iter()
        .flat_map(|(path, _)| (1..=path.len()).filter_map(|end| path.get(..end)))
        .map(<[_]>::to_vec)
        .collect();
    let tops: BTreeSet<&str> = files
        .iter()
        .filter_map(|(path, _)| Some(path.first()?.as_str()))
        .collect();

    let empty = Floors::new();
    if floors.is_none() && tops.len() > 1 {
        return Ok(vec![format!(
            "no table of floors for its modules: {}",
            Vec::from_iter(tops).join(", ")
        )]);
    }
    let floors = floors.unwrap_or(&empty);
    let mut found: Vec<String> = Vec::new();
    if tops.len() > 1 || !floors.is_empty() {
        found.extend(
            tops.iter()
                .filter(|top| !floors.contains_key(**top))
                .map(|top| format!("`{top}` has no floor")),
        );
        found.extend(
            floors
                .keys()
                .filter(|name| !tops.contains(name.as_str()))
                .map(|name| format!("`{name}` has a floor and does not exist")),
        );
    }

    let mut siblings: BTreeMap<Vec<String>, Edges> = BTreeMap::new();
    for (module, (file, text)) in &files {
        for reference in references(module, text).map_err(|error| format!("{file}: {error}"))? {
            if let Some(problem) = upward(&reference, floors, &tops) {
                found.push(format!("{file}:{}: {problem}", reference.line));
            }
            if let Some((parent, from, to)) = sibling_edge(&reference, &modules) {
                siblings
                    .entry(parent)
                    .or_default()
                    .entry(from)
                    .or_default()
                    .insert(to);
            }
        }
    }
    for (parent, edges) in &siblings {
        found.extend(
            circle(edges)
                .map(|names| format!("circle in `{}`: {}", parent.join("::"), names.join(" -> "))),
        );
    }
    Ok(found)
}

/// `policy/model.rs` is `policy::model`. `None` for what is no room: the assembly on top, other binaries, tests.
fn module_of(file: &str) -> Option<Vec<String>> {
    let path = file.strip_suffix(".rs")?;
    let mut segments: Vec<String> = path.split('/').map(String::from).collect();
    if segments.last().is_some_and(|last| last == "mod") {
        segments.pop();
    }
    let exempt = matches!(path, "lib" | "main")
        || segments.first().is_some_and(|first| first == "bin")
        || segments.iter().any(|segment| segment == "tests");
    (!exempt).then_some(segments)
}

fn upward(reference: &Reference, floors: &Floors, tops: &BTreeSet<&str>) -> Option<String> {
    let from = reference.from.first()?;
    let to = reference.to.first()?;
    if from == to || to.ends_with('!') {
        // Exported macros live at the crate root wherever they are written.
        return None;
    }
    if !tops.contains(to.as_str()) {
        return Some(format!(
            "`{from}` reaches up to the crate root for `{to}`; name the module it lives in"
        ));
    }
    let (own, other) = (floors.get(from)?, floors.get(to)?);
    (other >= own).then(|| {
        format!("`{from}` (floor {own}) imports `{to}` (floor {other}); imports only go down")
    })
}

/// The two siblings that a reference joins, and the folder they share.
fn sibling_edge(reference: &Reference, modules: &Modules) -> Option<(Vec<String>, String, String)> {
    let Reference { from, to, .. } = reference;
    let shared = from
        .iter()
        .zip(to)
        .take_while(|(from, to)| from == to)
        .count();
    let known = modules.contains(from.get(..=shared)?) && modules.contains(to.get(..=shared)?);
    let folder = to.get(..shared)?.to_vec();
    (shared > 0 && known).then_some((folder, from.get(shared)?.clone(), to.get(shared)?.clone()))
}

/// One circle, its first name repeated at the end.
fn circle(edges: &Edges) -> Option<Vec<String>> {
    fn walk<'a>(
        edges: &'a Edges,
        node: &'a String,
        way: &mut Vec<&'a String>,
        done: &mut BTreeSet<&'a String>,
    ) -> Option<Vec<String>> {
        if let Some(start) = way.iter().position(|seen| *seen == node) {
            return Some(
                way.iter()
                    .skip(start)
                    .copied()
                    .chain([node])
                    .cloned()
                    .collect(),
            );
        }
        if done.contains(node) {
            return None;
        }
        way.push(node);
        let found = edges
            .get(node)
            .into_iter()
            .flatten()
            .find_map(|next| walk(edges, next, way, done));
        way.pop();
        done.insert(node);
        found
    }
    let mut done = BTreeSet::new();
    edges
        .keys()
        .find_map(|node| walk(edges, node, &mut Vec::new(), &mut done))
}

#[cfg(test)]
mod tests;
