//! Operations as a tree: what led to what.

use std::collections::HashMap;

use serde_json::Value;

use crate::text;

/// One line an operation, each under what led to it.
pub(crate) fn tree(records: &[Value]) -> Vec<String> {
    let mut depths: HashMap<&str, usize> = HashMap::new();
    let mut lines = Vec::new();
    for record in records {
        let is_event = text(record, "/kind") == "event";
        let depth = if is_event {
            // What an event leads to stands under its publication.
            depths.get(text(record, "/call")).copied().unwrap_or(0)
        } else {
            depths
                .get(text(record, "/cause"))
                .map_or(0, |depth| depth + 1)
        };
        depths.insert(text(record, "/id"), depth);
        if !is_event {
            lines.push(format!("{:1$}{2}", "", depth * 2, sentence(record)));
        }
    }
    lines
}

fn sentence(record: &Value) -> String {
    let (who, target) = (text(record, "/data/caller"), text(record, "/data/target"));
    let verb = match text(record, "/data/operation") {
        "publish" => "publishes",
        _ => "invokes",
    };
    let ended = match text(record, "/ended") {
        "" => "it is under way",
        ended => ended,
    };
    match text(record, "/why") {
        "" => format!("{who} {verb} {target}: {ended}"),
        why => format!("{who} {verb} {target}: {ended}: {why}"),
    }
}
