//! [`Source`]: one text with the name that messages call it by, and how deep it goes.
//!
//! Cedar's parser takes the stack for granted: fifty brackets are more than a thread of two MiB has. So a text is
//! looked at before it is parsed, and read on a stack that is as large as it needs.

use std::sync::Arc;

use super::problem::{CedarProblem, CedarProblemKind};

/// Brackets within brackets that are read.
const MAX_BRACKETS: usize = 128;
/// Operators of one statement that are read: each may stand below the one before.
const MAX_OPERATORS: usize = 20_000;
/// What a bracket and an operator take of the stack at most (measured without optimisation: 59 and 14 KiB).
const BRACKET_BYTES: usize = 96 << 10;
const OPERATOR_BYTES: usize = 20 << 10;
/// What any text takes.
pub(super) const BASE_BYTES: usize = 16 << 20;

/// One text with the name that messages call it by.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) name: Arc<str>,
    pub(super) text: Arc<str>,
}

/// What kind of text it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Policies: `<` compares, and operators make depth.
    Policies,
    /// A schema or JSON: `<` is a bracket, and there are no operators.
    Declarations,
}

/// Where a statement stands, and how deep it goes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Statement {
    /// The byte it begins with.
    pub(super) start: usize,
    brackets: usize,
    operators: usize,
}

impl Source {
    pub(super) fn new(name: impl Into<Arc<str>>, text: &str) -> Self {
        Self {
            name: name.into(),
            // Some editors begin a file with a mark that is no character of it.
            text: text.strip_prefix('\u{feff}').unwrap_or(text).into(),
        }
    }

    /// Line and column in characters of a byte, each from 1.
    pub(super) fn place(&self, offset: usize) -> (u32, u32) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line = before.matches('\n').count();
        let column = before
            .rsplit('\n')
            .next()
            .map_or(0, |last| last.chars().count());
        let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
        (number(line), number(column))
    }

    /// The stack that reading this text takes.
    pub(super) fn stack_bytes(&self, form: Form) -> Result<usize, CedarProblem> {
        let mut bytes = 0;
        for statement in statements(&self.text, form) {
            let too = |what: String| {
                CedarProblem::new(CedarProblemKind::TooDeep, &self.name, what)
                    .at(Some(self.place(statement.start)))
            };
            if statement.brackets > MAX_BRACKETS {
                let found = statement.brackets;
                return Err(too(format!(
                    "{found} brackets within one another, at most {MAX_BRACKETS} are read"
                )));
            }
            if statement.operators > MAX_OPERATORS {
                let found = statement.operators;
                return Err(too(format!(
                    "{found} operators in one statement, at most {MAX_OPERATORS} are read"
                )));
            }
            let needed = statement.brackets * BRACKET_BYTES + statement.operators * OPERATOR_BYTES;
            bytes = bytes.max(needed);
        }
        Ok(BASE_BYTES + bytes)
    }
}

/// The statements of a text, in order: what ends with a `;`, and what is left. Texts in quotes and comments are passed
/// over. This knows no more of Cedar's grammar than that.
pub(super) fn statements(text: &str, form: Form) -> Vec<Statement> {
    let policies = form == Form::Policies;
    let mut found = Vec::new();
    let mut current: Option<Statement> = None;
    let (mut open, mut word_start) = (0_usize, None);
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        if byte == b'/' && bytes.next_if(|(_, next)| *next == b'/').is_some() {
            while bytes.next_if(|(_, next)| *next != b'\n').is_some() {}
            continue;
        }
        if byte.is_ascii_whitespace() {
            word_start = None;
            continue;
        }
        let statement = current.get_or_insert(Statement {
            start: at,
            ..Statement::default()
        });
        let in_word = byte == b'_' || byte.is_ascii_alphanumeric();
        if !in_word {
            word_start = None;
        }
        match byte {
            b'"' => {
                while let Some((_, byte)) = bytes.next() {
                    match byte {
                        b'\\' => drop(bytes.next()),
                        b'"' => break,
                        _ => {}
                    }
                }
            }
            b'<' | b'>' if policies => {}
            b'(' | b'[' | b'{' | b'<' => {
                open += 1;
                statement.brackets = statement.brackets.max(open);
                // What is indexed stands below its index.
                statement.operators += usize::from(policies && byte == b'[');
            }
            b')' | b']' | b'}' | b'>' => open = open.saturating_sub(1),
            b';' => {
                found.extend(current.take());
                open = 0;
            }
            _ if !policies => {}
            b'|' | b'&' if bytes.next_if(|(_, next)| *next == byte).is_some() => {
                statement.operators += 1;
            }
            b'+' | b'-' | b'*' | b'.' | b'!' => statement.operators += 1,
            _ if in_word => {
                let start = *word_start.get_or_insert(at);
                statement.operators += usize::from(text.get(start..=at) == Some("if"));
            }
            _ => {}
        }
    }
    found.extend(current);
    found
}
