//! [`Budget`]: what all rules of a set may take together.

use std::cell::Cell;
use std::sync::Arc;

use crate::policy::model::Pattern;
use crate::policy::pattern::Compiled;
use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::counted;
use crate::policy::yaml::Node;

/// How large all expressions and patterns may be together once they are compiled, in bytes.
const MAX_COMPILED: usize = 64 * 1024 * 1024;
/// How many values all lists may hold together.
const MAX_ITEMS: usize = 1_000_000;

/// What is left of what all rules of a set may take together.
#[derive(Debug)]
pub(super) struct Budget {
    compiled: Cell<Option<usize>>,
    items: Cell<Option<usize>>,
}

impl Budget {
    /// All of it.
    pub(super) const fn new() -> Self {
        Self {
            compiled: Cell::new(Some(MAX_COMPILED)),
            items: Cell::new(Some(MAX_ITEMS)),
        }
    }

    /// Whether nothing more is compiled, because one expression before was too much. That was reported then.
    pub(super) fn is_spent(&self) -> bool {
        self.compiled.get().is_none()
    }

    /// Takes an expression. The one that is too much is reported.
    pub(super) fn pattern(
        &self,
        source: &Arc<str>,
        compiled: Compiled,
        node: &Node,
        log: &mut Log,
    ) -> Option<Pattern> {
        let hint = "`[0-9]` and `[a-z]` compile to far less than `\\d` and `\\w`, which stand for those of all scripts";
        let spent = || {
            let message = format!(
                "the patterns and regular expressions of the set compile to more than {MAX_COMPILED} bytes with this one, which is the most that is accepted"
            );
            (message, Some(hint.to_owned()))
        };
        take(&self.compiled, compiled.size, spent, node, log)?;
        Some(Pattern {
            source: Arc::clone(source),
            regex: compiled.regex,
        })
    }

    /// Takes the items of a list. The list that is too much is reported.
    pub(super) fn items(&self, count: usize, node: &Node, log: &mut Log) -> Option<()> {
        let spent = || {
            let message = format!(
                "the lists of the set hold more than {} with this one, which is the most that is accepted",
                counted(MAX_ITEMS, "item")
            );
            (message, None)
        };
        take(&self.items, count, spent, node, log)
    }
}

/// Takes so much of what is left. `None` if that is too much, which is said once.
fn take(
    left: &Cell<Option<usize>>,
    taken: usize,
    spent: impl FnOnce() -> (String, Option<String>),
    node: &Node,
    log: &mut Log,
) -> Option<()> {
    let before = left.get()?;
    left.set(before.checked_sub(taken));
    if left.get().is_none() {
        let (message, hint) = spent();
        log.report(ProblemKind::LimitExceeded, node.place, message, hint);
    }
    left.get().map(|_| ())
}
