//! A query as text, which is read as the same query again.

use std::fmt;

use super::condition::Condition;
use super::question::{Order, Query};
use super::span;

/// All but [whose records alone may answer](Query::within_tenant): what is read from this text again asks everybody's.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        for group in self.asked() {
            let Some(first) = group.first() else { continue };
            let sign = if first.is_excluded { "-" } else { "" };
            let choice = match &first.condition {
                Condition::Field(_, test) => test.is_choice(),
                _ => true,
            };
            if choice {
                let values: Vec<String> = group.iter().map(|term| term.condition.value()).collect();
                let head = first.condition.head();
                parts.push(format!("{sign}{head}{}", values.join(",")));
            } else {
                parts.extend(group.iter().map(|term| format!("{sign}{}", term.condition)));
            }
        }
        match (self.first, self.last) {
            (None, None) => {}
            (Some(first), Some(last)) if first == last => parts.push(format!("seq:{first}")),
            (first, last) => {
                let end = |seq: Option<u64>| seq.map(|seq| seq.to_string()).unwrap_or_default();
                parts.push(format!("seq:{}..{}", end(first), end(last)));
            }
        }
        parts.extend(self.since.map(|time| format!("since:{time}")));
        parts.extend(self.until.map(|time| format!("until:{time}")));
        let took = |sign: &str, nanos| format!("took{sign}{}", span::print(nanos));
        parts.extend(self.took_least.map(|nanos| took(">=", nanos)));
        parts.extend(self.took_most.map(|nanos| took("<=", nanos)));
        if self.order == Order::Oldest {
            parts.push("order:oldest".to_owned());
        }
        f.write_str(&parts.join(" "))
    }
}
