//! Regular expressions.

use regex::RegexBuilder;

use super::shape;
use crate::policy::model::Pattern;
use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::quoted;
use crate::policy::yaml::Node;

/// How large an expression may be once it is compiled.
const MAX_BYTES: usize = 1024 * 1024;
/// How deep an expression may nest.
const MAX_NEST: u32 = 64;

/// Reads a regular expression.
pub(super) fn read(node: &Node, log: &mut Log) -> Option<Pattern> {
    let source = shape::text(node, "a regular expression", log)?;
    let built = RegexBuilder::new(&source)
        .size_limit(MAX_BYTES)
        .nest_limit(MAX_NEST)
        .build();
    match built {
        Ok(regex) => Some(Pattern { source, regex }),
        Err(_) => {
            let message = format!("{} is no regular expression", quoted(&source));
            log.report(ProblemKind::InvalidExpression, node.place, message, None);
            None
        }
    }
}
