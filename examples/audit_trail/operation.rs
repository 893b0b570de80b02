//! Operations as a tree: what led to what.

use std::collections::HashMap;

use serde_json::Value;

/// Prints operations, each under what led to it.
pub(crate) fn print(records: &[Value]) {
    let mut depths: HashMap<&str, usize> = HashMap::new();
    for record in records {
        let text = |part: &str| record[part].as_str().unwrap_or_default();
        if record["kind"] == "event" {
            // What an event leads to stands under its publication.
            let depth = depths.get(text("call")).copied().unwrap_or_default();
            depths.insert(text("id"), depth);
            continue;
        }
        let depth = depths.get(text("cause")).map_or(0, |depth| depth + 1);
        depths.insert(text("id"), depth);
        println!("    {:1$}{2}", "", depth * 2, sentence(record));
    }
}

fn sentence(record: &Value) -> String {
    let data = |part: &str| record["data"][part].as_str().unwrap_or_default();
    let verb = match data("operation") {
        "publish" => "publishes",
        _ => "invokes",
    };
    let ended = record["ended"].as_str().unwrap_or("it is under way");
    let why = record["why"].as_str();
    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
    format!("{} {verb} {}: {ended}{why}", data("caller"), data("target"))
}
