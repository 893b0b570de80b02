//! Reads the tables under `## Floors` in ARCHITECTURE.md.

use std::collections::BTreeMap;

/// The floor of each module of one crate; 0 is the lowest.
pub type Floors = BTreeMap<String, u32>;

/// The tables of all crates, by the crate's name.
///
/// A row counts when its first cell is a number; the modules stand in backticks in the second.
pub fn read_floors(markdown: &str) -> BTreeMap<String, Floors> {
    let mut crates: BTreeMap<String, Floors> = BTreeMap::new();
    let mut current = None;
    let section = markdown
        .lines()
        .skip_while(|line| line.trim() != "## Floors")
        .skip(1);
    for line in section.take_while(|line| !line.starts_with("## ")) {
        if let Some(name) = line.strip_prefix("### ") {
            current = Some(
                crates
                    .entry(name.trim().trim_matches('`').to_owned())
                    .or_default(),
            );
        } else if let (Some(floors), Some((floor, names))) = (current.as_deref_mut(), row(line)) {
            floors.extend(names.map(|name| (name.to_owned(), floor)));
        }
    }
    crates
}

fn row(line: &str) -> Option<(u32, impl Iterator<Item = &str>)> {
    let mut cells = line.trim().strip_prefix('|')?.split('|');
    let floor = cells.next()?.trim().parse().ok()?;
    // Between two backticks stands every second piece.
    Some((floor, cells.next()?.split('`').skip(1).step_by(2)))
}
