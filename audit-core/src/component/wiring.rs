//! What generated code gives to [`Parts`] besides what everybody does.

use crate::bus::{Handler, Runnable, SubscriptionOptions};
use crate::pattern::Pattern;

use super::foreign::Foreign;
use super::parts::Parts;

/// A handler for each event whose name the pattern stands for, which was checked when it was compiled.
pub fn subscribe(
    mut parts: Parts,
    pattern: &'static str,
    options: SubscriptionOptions,
    handler: impl Handler,
) -> Parts {
    let pattern = Pattern::checked(pattern.to_owned());
    parts.subscribe_to(pattern, options, Box::new(handler));
    parts
}

/// Something that can be invoked by this very name, without the instance's before it.
pub fn free_runnable(mut parts: Parts, name: &'static str, runnable: Runnable) -> Parts {
    parts
        .free_runnables
        .push((name.to_owned(), Foreign::new(runnable)));
    parts
}
