//! [`Process`]: which running program an event comes from.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::value::Text;

/// Which running program an event comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Process {
    /// The operating system's number for it.
    pub id: u32,
    /// The file name of the program.
    pub name: Text<'static>,
}

impl Process {
    /// This one. The number is right in a forked child too.
    pub fn current() -> Self {
        Self {
            id: Self::number(),
            name: Self::known_name().clone(),
        }
    }

    /// The number of this one.
    #[inline]
    pub(super) fn number() -> u32 {
        audit_process::id()
    }

    /// The name of this one.
    #[inline]
    pub(super) fn name_of_this() -> &'static str {
        Self::known_name().as_str()
    }

    fn known_name() -> &'static Text<'static> {
        static NAME: OnceLock<Text<'static>> = OnceLock::new();
        NAME.get_or_init(|| {
            let program = std::env::current_exe().ok();
            let name = program.as_deref().and_then(|path| path.file_name());
            name.map_or(Text::borrowed("unknown"), |name| {
                Text::from(name.to_string_lossy().into_owned())
            })
        })
    }
}
