//! Holding every site against a runtime.

use std::collections::HashSet;
use std::sync::Arc;

use crate::contain::contain;
use crate::evaluator::Evaluator;
use crate::runtime::{Resolvers, Runtime};
use crate::site::{AnnotatedSite, Captures, sites};
use crate::word::nearest;

use super::{Finding, FindingKind, InstallReport};

/// What is amiss with the annotated functions of this program under a runtime.
pub(crate) fn check(runtime: &Runtime) -> InstallReport {
    let (sites, state) = (sites(), runtime.state());
    let checking = Checking {
        evaluator: &*state.in_place.evaluator,
        resolvers: runtime.resolvers(),
    };
    let mut findings = Vec::new();
    for site in &sites {
        checking.site(site, &mut findings);
    }
    let linked: HashSet<_> = sites.iter().map(|site| site.crate_name()).collect();
    for expected in runtime.expected_crates() {
        // A package's name may hold hyphens, a crate's can't.
        if !linked.contains(expected.replace('-', "_").as_str()) {
            let message = format!(
                "crate `{expected}` should have annotated functions, and none was linked into this program: \
                 name the crate in code, as in `use {} as _;`",
                expected.replace('-', "_")
            );
            findings.push(Finding::new(FindingKind::NotLinked, None, message));
        }
    }
    if cfg!(panic = "abort") {
        let message = "this program is built with `panic = \"abort\"`: a panic in an observer or resolver ends it";
        findings.push(Finding::new(
            FindingKind::PanicAborts,
            None,
            message.to_owned(),
        ));
    }
    InstallReport {
        sites: sites.len(),
        findings,
    }
}

/// What an evaluator declares. One that panics says nothing: it is foreign, and a program must start.
fn said<T>(declared: impl FnOnce() -> Option<T>) -> Option<T> {
    contain(declared).ok().flatten()
}

struct Checking<'r> {
    evaluator: &'r dyn Evaluator,
    resolvers: &'r Resolvers,
}

impl Checking<'_> {
    fn site(&self, site: &'static AnnotatedSite, findings: &mut Vec<Finding>) {
        let mut found = |kind, message| findings.push(Finding::new(kind, site, message));
        if let ran @ 1.. = site.ran_uninstalled() {
            let often = if ran == 1 {
                "once".to_owned()
            } else {
                format!("{ran} times")
            };
            found(
                FindingKind::RanUninstalled,
                format!("before a runtime was installed it ran {often}, judged by nobody"),
            );
        }
        // Another runtime judges it: what this one knows says nothing about it.
        if site.supplies_runtime {
            return;
        }
        self.snapshot(site, &mut found);
        if !site.asynchronous {
            for resolver in self.resolvers.only_async(site) {
                found(
                    FindingKind::AsyncOnly,
                    format!(
                        "the {resolver} resolver can only be awaited, and this function can't: make it `async`, or \
                         give the runtime a synchronous resolver as well"
                    ),
                );
            }
        }
        // What a resolver will say is not known yet.
        if site.action.is_none() && self.resolvers.action_type.is_set() {
            return;
        }
        let action = site.action.unwrap_or(site.function);
        match said(|| self.evaluator.action_fields(action)) {
            Some(declared) => self.fields(site, action, declared, &mut found),
            None => {
                if let Some(actions) = said(|| self.evaluator.declared_actions()) {
                    let hint = nearest(action, actions.iter().map(|name| &**name));
                    let hint =
                        hint.map_or(String::new(), |name| format!(": did you mean `{name}`?"));
                    found(
                        FindingKind::UnknownAction,
                        format!(
                            "action `{action}` is in no schema, so only global rules judge it{hint}"
                        ),
                    );
                }
            }
        }
    }

    /// Holds the parts of the system's state that an attribute gives against those that the schema declares.
    fn snapshot(&self, site: &AnnotatedSite, found: &mut impl FnMut(FindingKind, String)) {
        let Some(declared) = said(|| self.evaluator.snapshot_fields()) else {
            return;
        };
        let names = || declared.iter().map(|name| &**name);
        for given in site.supplies_snapshot {
            if !names().any(|name| name == *given) {
                let hint = nearest(given, names());
                let hint = hint.map_or(String::new(), |name| format!(": did you mean `{name}`?"));
                found(
                    FindingKind::UnknownField,
                    format!(
                        "`{given}` is not in the schema of the snapshot, so no rule reads it{hint}"
                    ),
                );
            }
        }
    }

    /// Holds the fields of one site against those that the schema declares.
    fn fields(
        &self,
        site: &AnnotatedSite,
        action: &str,
        declared: &[Arc<str>],
        found: &mut impl FnMut(FindingKind, String),
    ) {
        if self.resolvers.action.is_set() {
            return;
        }
        let names = || declared.iter().map(|name| &**name);
        for field in site.fields.into_iter().flatten() {
            if !names().any(|name| name == *field) {
                let hint = nearest(field, names());
                let hint = hint.map_or(String::new(), |name| format!(": did you mean `{name}`?"));
                found(
                    FindingKind::UnknownField,
                    format!(
                        "field `{field}` is not in the schema of action `{action}`, so no rule reads it{hint}"
                    ),
                );
            }
        }
        for name in names() {
            let argument = site.arguments().find(|argument| argument.name == name);
            match argument {
                Some(argument) if argument.capture == Captures::Never => found(
                    FindingKind::Uncapturable,
                    format!(
                        "argument `{name}` of type `{}` can't be captured, so field `{name}` of action `{action}` is \
                         missing: name it with `fields({name} = ..)`",
                        argument.type_text
                    ),
                ),
                Some(_) => {}
                None if site.fields.is_some_and(|fields| fields.contains(&name)) => {}
                None => found(
                    FindingKind::MissingField,
                    format!(
                        "no argument supplies field `{name}` of action `{action}`, so rules that read it never match: \
                         rename the argument or say `fields({name} = ..)`"
                    ),
                ),
            }
        }
    }
}
