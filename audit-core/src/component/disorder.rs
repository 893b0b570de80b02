//! [`Disorder`]: what keeps components from starting.

use std::fmt;

use crate::bus::{BRIDGE, Named};
use crate::caller::{ANONYMOUS, HOST};

/// How names begin that are the bus's own.
const OWN: &str = "__";

/// What keeps components from starting.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Disorder {
    /// A name is empty, or the bus's own: it begins with `__`, or is what the bus calls somebody who is no component (`host`,
    /// `anonymous`, [`BRIDGE`](crate::bus::BRIDGE), and each bridge that is there).
    Name {
        /// The name.
        name: String,
        /// The component whose instance is called so; nothing where the component itself is.
        of: Option<String>,
    },
    /// An instance is called like another component: what is set for that would hold for it.
    Namesake {
        /// The name.
        name: String,
        /// The component whose instance is called so.
        of: String,
    },
    /// Two instances have one name.
    Duplicate {
        /// The name.
        instance: String,
    },
    /// A component that another depends on is not there.
    Missing {
        /// Who depends on it.
        instance: String,
        /// What he depends on.
        depends: String,
        /// The component that was most likely meant.
        nearest: Option<String>,
    },
    /// A service that a component is made from is not there.
    NoService {
        /// Who is made from it.
        instance: String,
        /// Its type, without paths.
        service: String,
        /// Who has a service of a like name, and which.
        alike: Option<(String, String)>,
    },
    /// Components need each other in a circle.
    Circle {
        /// The instances, each in need of the next, and the last of the first.
        components: Vec<String>,
    },
    /// A policy is for somebody who is not there.
    NoSuchCaller {
        /// For whom.
        name: String,
        /// Who is there: instances, components, bridges and the host.
        known: Vec<String>,
    },
    /// Something is to happen after a while, and the bus's executor has no timer.
    NoTimer {
        /// What.
        what: &'static str,
        /// To which instance; nothing where it is all of them.
        instance: Option<String>,
    },
}

impl Disorder {
    /// A bridge has this name, by which an instance or its component goes.
    pub(super) fn taken(name: &str, by: Named) -> Self {
        Self::Name {
            name: name.to_owned(),
            of: (name != by.component).then_some(by.component),
        }
    }
}

/// Whether somebody may be called so.
pub(super) fn is_free(name: &str) -> bool {
    !name.is_empty() && !name.starts_with(OWN) && ![HOST, ANONYMOUS, BRIDGE].contains(&name)
}

impl fmt::Display for Disorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { name, of } => {
                match of {
                    Some(component) => write!(f, "an instance of `{}`", component.escape_debug())?,
                    None => f.write_str("a component")?,
                }
                let written = name.escape_debug();
                if name.is_empty() {
                    f.write_str(" has an empty name, by which nobody can be told: give it one")
                } else if name.starts_with(OWN) {
                    write!(
                        f,
                        " can't be called `{written}`: names that begin with `{OWN}` are the bus's own"
                    )
                } else {
                    write!(
                        f,
                        " can't be called `{written}`, which is what the bus calls somebody who is no component: \
                         choose another name"
                    )
                }
            }
            Self::Namesake { name, of } => write!(
                f,
                "an instance of `{}` can't be called `{}`, which is another component: what is said of that would hold for it",
                of.escape_debug(),
                name.escape_debug()
            ),
            Self::Duplicate { instance } => {
                write!(f, "two components are called `{}`", instance.escape_debug())
            }
            Self::Missing {
                instance,
                depends,
                nearest,
            } => {
                let (instance, depends) = (instance.escape_debug(), depends.escape_debug());
                write!(f, "`{instance}` depends on `{depends}`, which is not there")?;
                match nearest {
                    Some(nearest) => write!(f, ": did you mean `{}`?", nearest.escape_debug()),
                    None => Ok(()),
                }
            }
            Self::NoService {
                instance,
                service,
                alike,
            } => {
                let instance = instance.escape_debug();
                write!(
                    f,
                    "`{instance}` requires service `{service}`, which nobody provides"
                )?;
                match alike {
                    Some((other, like)) => {
                        write!(f, ": `{}` provides `{like}`", other.escape_debug())
                    }
                    None => Ok(()),
                }
            }
            Self::Circle { components } => {
                f.write_str("components depend on each other in a circle: ")?;
                for component in components {
                    write!(f, "`{}` -> ", component.escape_debug())?;
                }
                let first = components.first().map_or("", String::as_str);
                write!(f, "`{}`", first.escape_debug())
            }
            Self::NoSuchCaller { name, known } => {
                let known: Vec<String> = known
                    .iter()
                    .map(|name| name.escape_debug().to_string())
                    .collect();
                write!(
                    f,
                    "a policy is for `{}`, who is not there: there are `{}`",
                    name.escape_debug(),
                    known.join("`, `")
                )
            }
            Self::NoTimer { what, instance } => {
                match instance {
                    Some(instance) => write!(f, "{what} of `{}`", instance.escape_debug())?,
                    None => f.write_str(what)?,
                }
                f.write_str(" takes a timer, which the bus's executor does not have")
            }
        }
    }
}

impl std::error::Error for Disorder {}
