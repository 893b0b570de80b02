//! [`Graph`]: who may do what with whom on a bus, as policies, runnables and subscriptions say.

use std::fmt::{self, Write as _};

use serde::Serialize;

use crate::bus::policy::{Operation, Verdict};

use super::Hub;

/// Who may do what with whom on a bus, at one moment: what policies, runnables and subscriptions say, and nothing of what was
/// really called. All lists are sorted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Graph {
    /// Who uses the bus: instances of components and of `bridge`, `host` and `anonymous`.
    pub callers: Vec<GraphCaller>,
    /// Whether each of them may invoke each runnable, internal ones as well.
    pub calls: Vec<GraphCall>,
    /// Who hears of what.
    pub topics: Vec<GraphTopic>,
}

/// Who uses a bus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GraphCaller {
    /// What it is called.
    pub instance: String,
    /// What it is an instance of.
    pub component: String,
    /// The patterns of what it may publish; nothing where that is everything.
    pub publish_allow: Option<Vec<String>>,
}

/// Whether somebody may invoke a runnable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GraphCall {
    /// Who.
    pub caller: String,
    /// The name of the runnable.
    pub target: String,
    /// Whose it is.
    pub owner: String,
    /// Whether he may, and by which rule.
    pub verdict: Verdict,
    /// The role that whoever acts must have besides.
    pub requires_role: Option<String>,
}

/// Who hears of what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GraphTopic {
    /// The pattern that is subscribed to.
    pub pattern: String,
    /// By whom, in the order in which they are told; twice who is subscribed twice.
    pub listeners: Vec<String>,
    /// Whether each caller may publish the event of that name; nothing where the pattern stands for other names than its own, of
    /// which some may be allowed and others not.
    pub publishers: Option<Vec<(String, Verdict)>>,
}

impl Graph {
    pub(in crate::bus) fn of(hub: &Hub) -> Self {
        let callers = hub.callers();
        let registered = hub.registered();
        let mut listeners = hub.listeners();
        listeners.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        // One moment: no policy is set while all are asked.
        hub.with_policies(|policies| {
            let of_caller = callers.iter().map(|caller| GraphCaller {
                instance: caller.instance().to_string(),
                component: caller.component().to_string(),
                publish_allow: policies.of(caller).and_then(|policy| {
                    let patterns = policy.publishable()?;
                    Some(patterns.map(str::to_owned).collect())
                }),
            });
            let calls = callers.iter().flat_map(|caller| {
                registered.iter().map(|one| GraphCall {
                    caller: caller.instance().to_string(),
                    target: one.name.to_string(),
                    owner: one.owner.instance().to_string(),
                    verdict: policies.judge(caller, Operation::Invoke, &one.name),
                    requires_role: one.facts().and_then(|facts| facts.requires_role.clone()),
                })
            });
            let topics = listeners.iter().map(|(pattern, listeners)| {
                let is_name = listeners.iter().all(|one| one.pattern.is_name());
                let publisher = |caller: &std::sync::Arc<_>| {
                    let caller: &crate::caller::Caller = caller;
                    let verdict = policies.judge(caller, Operation::Publish, pattern);
                    (caller.instance().to_string(), verdict)
                };
                GraphTopic {
                    pattern: pattern.to_string(),
                    listeners: listeners
                        .iter()
                        .map(|one| one.owner().instance().to_string())
                        .collect(),
                    publishers: is_name.then(|| callers.iter().map(publisher).collect()),
                }
            });
            Self {
                callers: of_caller.collect(),
                calls: calls.collect(),
                topics: topics.collect(),
            }
        })
    }

    /// The same for Graphviz, in its language DOT: what may be invoked as solid lines, what may not as dotted red ones, what is heard
    /// of as dashed ones.
    pub fn to_dot(&self) -> String {
        let mut dot = String::from("digraph bus {\n  rankdir=LR;\n");
        // Writing to a text does not fail.
        let _written = self.write_dot(&mut dot);
        dot.push_str("}\n");
        dot
    }

    fn write_dot(&self, dot: &mut String) -> fmt::Result {
        for caller in &self.callers {
            let (name, label) = (Quoted("caller", &caller.instance), &caller.instance);
            writeln!(dot, "  {name} [label={}, shape=box];", Quoted("", label))?;
        }
        let mut targets: Vec<(&str, &str)> = Vec::new();
        for call in &self.calls {
            targets.push((&call.target, &call.owner));
        }
        targets.sort_unstable();
        targets.dedup();
        for (target, owner) in targets {
            let name = Quoted("runnable", target);
            writeln!(dot, "  {name} [label={}];", Quoted("", target))?;
            writeln!(
                dot,
                "  {name} -> {} [arrowhead=none];",
                Quoted("caller", owner)
            )?;
        }
        for call in &self.calls {
            let (from, to) = (
                Quoted("caller", &call.caller),
                Quoted("runnable", &call.target),
            );
            let rule = call.verdict.rule().map(ToString::to_string);
            let label = Quoted("", rule.as_deref().unwrap_or_default()).to_string();
            let style = if call.verdict.is_allowed() {
                ""
            } else {
                ", style=dotted, color=red"
            };
            writeln!(dot, "  {from} -> {to} [label={label}{style}];")?;
        }
        for topic in &self.topics {
            let name = Quoted("topic", &topic.pattern);
            writeln!(
                dot,
                "  {name} [label={}, shape=hexagon];",
                Quoted("", &topic.pattern)
            )?;
            for listener in &topic.listeners {
                writeln!(
                    dot,
                    "  {name} -> {} [style=dashed];",
                    Quoted("caller", listener)
                )?;
            }
        }
        Ok(())
    }
}

/// A name in double quotes, with a word before it that keeps names of different kinds apart.
struct Quoted<'n>(&'n str, &'n str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(kind, name) = self;
        let separator = if kind.is_empty() { "" } else { " " };
        // What can't be printed is shown escaped; a backslash and a quotation mark would mean something in DOT.
        let name: String = name.chars().flat_map(printable).collect();
        let name = name.replace('\\', "\\\\").replace('"', "\\\"");
        write!(f, "\"{kind}{separator}{name}\"")
    }
}

/// A character, escaped if it can't be printed.
fn printable(character: char) -> Box<dyn Iterator<Item = char>> {
    if matches!(character, '"' | '\'' | '\\') {
        Box::new(std::iter::once(character))
    } else {
        Box::new(character.escape_debug())
    }
}
