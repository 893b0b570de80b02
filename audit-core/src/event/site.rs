//! [`Site`]: where in the program a decision was asked for.

use std::panic::Location;

use serde::{Deserialize, Serialize};

use crate::value::Text;

/// Where in the program a decision was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Site<'a> {
    /// The function's name, where one is annotated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<Text<'a>>,
    /// The function's module.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<Text<'a>>,
    /// The source file.
    pub file: Text<'a>,
    /// The line, from 1.
    pub line: u32,
}

impl<'a> Site<'a> {
    /// A place in a file.
    pub const fn new(file: Text<'a>, line: u32) -> Self {
        Self {
            function: None,
            module: None,
            file,
            line,
        }
    }

    /// This place, in a function of a module.
    #[must_use]
    pub fn in_function(
        mut self,
        module: impl Into<Text<'a>>,
        function: impl Into<Text<'a>>,
    ) -> Self {
        self.module = Some(module.into());
        self.function = Some(function.into());
        self
    }

    /// The same place without a lifetime.
    pub fn into_owned(self) -> Site<'static> {
        Site {
            function: self.function.map(Text::into_owned),
            module: self.module.map(Text::into_owned),
            file: self.file.into_owned(),
            line: self.line,
        }
    }
}

impl From<&'static Location<'static>> for Site<'static> {
    fn from(location: &'static Location<'static>) -> Self {
        Self::new(Text::borrowed(location.file()), location.line())
    }
}
