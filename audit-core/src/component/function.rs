//! [`FreeFunction`]: functions outside of any component that are annotated with `#[subscribe]` or `#[runnable]`, and the component
//! that brings them along.

use crate::runtime::BoxError;
use crate::word::named;

use super::blueprint::Blueprint;
use super::facts::ComponentFacts;
use super::parts::Parts;

named! {
    /// Which attribute stands on a free function.
    FunctionKind as "kind of function" {
        /// `#[subscribe]`.
        Subscribe = "subscribe",
        /// `#[runnable]`.
        Runnable = "runnable",
    }
}

/// The static facts of a free function that is annotated with `#[subscribe]` or `#[runnable]`. It does nothing before a program asks for
/// it: see [`Functions`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FreeFunction {
    /// Which attribute it is.
    pub kind: FunctionKind,
    /// The pattern that it is subscribed to, or the name by which it is invoked.
    pub topic: &'static str,
    /// The function's name.
    pub function: &'static str,
    /// Its module.
    pub module: &'static str,
    /// Its source file.
    pub file: &'static str,
    /// The line of its name, from 1.
    pub line: u32,
    wire: fn(Parts) -> Parts,
}

impl FreeFunction {
    /// One with `#[subscribe]`. For generated code alone.
    #[doc(hidden)]
    pub const fn subscribe(topic: &'static str, place: Place, wire: fn(Parts) -> Parts) -> Self {
        Self::new(FunctionKind::Subscribe, topic, place, wire)
    }

    /// One with `#[runnable]`. For generated code alone.
    #[doc(hidden)]
    pub const fn runnable(topic: &'static str, place: Place, wire: fn(Parts) -> Parts) -> Self {
        Self::new(FunctionKind::Runnable, topic, place, wire)
    }

    const fn new(
        kind: FunctionKind,
        topic: &'static str,
        (function, module, file, line): Place,
        wire: fn(Parts) -> Parts,
    ) -> Self {
        Self {
            kind,
            topic,
            function,
            module,
            file,
            line,
            wire,
        }
    }

    fn is_within(&self, module: &str) -> bool {
        let behind = self.module.strip_prefix(module);
        behind.is_some_and(|behind| behind.is_empty() || behind.starts_with("::"))
    }
}

/// Where a function stands: its name, module, file and line.
type Place = (&'static str, &'static str, &'static str, u32);

audit_sites::list!(fn linked() -> &'static [FreeFunction] of functions);

/// Every free function with `#[subscribe]` or `#[runnable]` that was linked into this program, in the order of files and lines.
///
/// A crate that no code names is not linked, whatever `Cargo.toml` says.
pub fn functions() -> Vec<&'static FreeFunction> {
    let mut functions: Vec<_> = linked().iter().collect();
    functions.sort_by_key(|function| (function.file, function.line));
    functions
}

/// A component without a type of its own: the free functions of a program, or of some of its modules. They start, end, are policed and
/// recorded as one component, under its name; each runnable among them is invoked by the very name that its attribute says.
///
/// ```
/// use audit_core::bus::Bus;
/// use audit_core::component::{Assembly, Functions};
/// # async fn boot() -> Result<(), Box<dyn std::error::Error>> {
///
/// let jobs = Functions::new("jobs").within("shop::jobs").blueprint();
/// let assembly = Assembly::builder(Bus::new()).component(jobs).boot().await?;
/// # drop(assembly);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "it is nothing before an assembly has its blueprint"]
pub struct Functions {
    facts: ComponentFacts,
    modules: Vec<&'static str>,
}

impl Functions {
    /// All free functions of the program, as a component of this name.
    pub fn new(name: &'static str) -> Self {
        Self {
            facts: ComponentFacts::new(name, ""),
            modules: Vec::new(),
        }
    }

    /// Only those of this module and of those inside it, such as `shop::jobs`, or of a whole crate; said several times, of all these.
    /// It can't start if there are none: nobody may have named their crate, so that it was not linked.
    pub fn within(mut self, module: &'static str) -> Self {
        self.modules.push(module);
        self
    }

    /// The components whose instances start before it and end after it.
    pub fn depends(mut self, depends: &'static [&'static str]) -> Self {
        self.facts = self.facts.depends(depends);
        self
    }

    /// As a component that an assembly can have.
    pub fn blueprint(self) -> Blueprint {
        let modules = self.modules;
        Blueprint::of_parts(self.facts, move || found(&functions(), &modules))
    }
}

impl Blueprint {
    /// All free functions of the program with `#[subscribe]` or `#[runnable]`, as a component of this name: see [`Functions`].
    pub fn functions(name: &'static str) -> Self {
        Functions::new(name).blueprint()
    }
}

/// What the functions of these modules bring along, or of all, if none is named.
fn found(all: &[&'static FreeFunction], modules: &[&str]) -> Result<Parts, BoxError> {
    let is_empty = |module: &&&str| !all.iter().any(|function| function.is_within(module));
    if let Some(module) = modules.iter().find(is_empty) {
        return Err(format!(
            "there is no function with `#[subscribe]` or `#[runnable]` within `{}`: {NAMED}",
            module.escape_debug()
        )
        .into());
    }
    if all.is_empty() {
        return Err(format!(
            "there is no function with `#[subscribe]` or `#[runnable]` in this program: {NAMED}"
        )
        .into());
    }
    let chosen = all.iter().filter(|function| {
        modules.is_empty() || modules.iter().any(|module| function.is_within(module))
    });
    Ok(chosen.fold(Parts::new(), |parts, function| (function.wire)(parts)))
}

/// The way out, where nothing is found.
const NAMED: &str = "a crate is linked if code names it, as with `use shop as _;`";

#[cfg(test)]
mod tests {
    use super::*;

    fn said(all: &[&'static FreeFunction], modules: &[&str]) -> String {
        match found(all, modules) {
            Ok(parts) => format!("{parts:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn those_of_a_module_are_those_inside_it_and_no_namesakes() {
        fn wire<const N: usize>(parts: Parts) -> Parts {
            let name = ["inside", "deeper", "namesake"].get(N).copied();
            crate::component::wiring::free_runnable(
                parts,
                name.unwrap_or_default(),
                crate::bus::Runnable::new(|(): ()| Ok::<_, String>(())),
            )
        }
        static INSIDE: FreeFunction =
            FreeFunction::runnable("a", ("f", "shop::jobs", "", 1), wire::<0>);
        static DEEPER: FreeFunction =
            FreeFunction::runnable("b", ("f", "shop::jobs::night", "", 1), wire::<1>);
        static NAMESAKE: FreeFunction =
            FreeFunction::runnable("c", ("f", "shop::jobs2", "", 1), wire::<2>);
        let all = [&INSIDE, &DEEPER, &NAMESAKE];
        let names = |modules: &[&str]| -> Vec<String> {
            let parts = found(&all, modules).unwrap();
            parts
                .free_runnables
                .into_iter()
                .map(|(name, _)| name)
                .collect()
        };
        assert_eq!(names(&["shop::jobs"]), ["inside", "deeper"]);
        assert_eq!(
            names(&["shop::jobs::night", "shop::jobs2"]),
            ["deeper", "namesake"]
        );
        assert_eq!(names(&["shop"]), ["inside", "deeper", "namesake"]);
        assert_eq!(names(&[]), ["inside", "deeper", "namesake"]);
    }

    #[test]
    fn whoever_expects_functions_that_are_not_linked_is_told() {
        static ONE: FreeFunction =
            FreeFunction::subscribe("a.*", ("f", "shop", "f.rs", 1), |parts| parts);
        let way_out = "a crate is linked if code names it, as with `use shop as _;`";
        assert_eq!(
            said(&[&ONE], &["shop", "store"]),
            format!(
                "there is no function with `#[subscribe]` or `#[runnable]` within `store`: {way_out}"
            )
        );
        assert_eq!(
            said(&[], &[]),
            format!(
                "there is no function with `#[subscribe]` or `#[runnable]` in this program: {way_out}"
            )
        );
    }
}
