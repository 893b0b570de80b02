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
    /// This one. The number is read anew, so that it is right in a forked child too.
    pub fn current() -> Self {
        static NAME: OnceLock<Text<'static>> = OnceLock::new();
        let name = NAME.get_or_init(|| {
            let program = std::env::current_exe().ok();
            let name = program.as_deref().and_then(|path| path.file_name());
            name.map_or(Text::borrowed("unknown"), |name| {
                Text::from(name.to_string_lossy().into_owned())
            })
        });
        Self {
            id: std::process::id(),
            name: name.clone(),
        }
    }
}
