//! The pages of the attributes, held against what these take.

use crate::args::words;
use crate::attribute::{Kind, MARKS};
use crate::check::TAKEN;

const PAGES: [(Kind, &str); 5] = [
    (Kind::Audit, include_str!("../../docs/audit.md")),
    (Kind::Admit, include_str!("../../docs/admit.md")),
    (Kind::Component, include_str!("../../docs/component.md")),
    (Kind::Subscribe, include_str!("../../docs/subscribe.md")),
    (Kind::Runnable, include_str!("../../docs/runnable.md")),
];

/// What stands in code in headings, and in the first column of tables, each up to where a word ends.
fn rows(page: &str) -> Vec<&str> {
    let cells = page.lines().filter_map(|line| {
        let row = line
            .strip_prefix("| ")
            .and_then(|row| row.split(" | ").next());
        row.or_else(|| line.strip_prefix("## "))
    });
    let code = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    code.map(|code| code.trim_start_matches("#["))
        .map(|code| code.split([' ', '(', '=', ']']).next().unwrap_or(code))
        .collect()
}

#[test]
fn a_page_has_a_row_or_a_heading_for_each_argument() {
    for (kind, page) in PAGES {
        let rows = rows(page);
        for word in words(kind) {
            // `#[admit]` has those of `#[audit]`, and says so.
            let is_shared = kind == Kind::Admit && words(Kind::Audit).any(|other| other == word);
            assert!(
                rows.contains(&word) || is_shared,
                "{kind}: `{word}` is in no row of {rows:?}"
            );
        }
    }
}

#[test]
fn the_page_of_a_component_has_a_row_for_each_mark_and_names_those_that_are_taken() {
    let (_, page) = PAGES[2];
    let rows = rows(page);
    for kind in MARKS {
        assert!(
            rows.contains(&kind.word()),
            "{kind} is in no row of {rows:?}"
        );
    }
    for taken in TAKEN {
        assert!(
            page.contains(&format!("`{taken}`")),
            "`{taken}` is not on the page"
        );
    }
}
