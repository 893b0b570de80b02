//! [`TextInput`]: a text as the scanner reads it, in the same way as for policy files.

use saphyr_parser::input::SkipTabs;
use saphyr_parser::{Input, StrInput};

/// How many characters the scanner is told that it can look ahead, as many as `BufferedInput` says. It makes sure of that much
/// memory for every word: `StrInput` says 128, for which each word would be moved into memory it mostly does not need.
const AHEAD: usize = 16;

/// A text as the scanner reads it: all of [`StrInput`] but how far it looks ahead.
pub(super) struct TextInput<'t>(StrInput<'t>);

impl<'t> TextInput<'t> {
    /// The whole text.
    pub(super) fn new(text: &'t str) -> Self {
        Self(StrInput::new(text))
    }
}

/// Methods that do what those of [`StrInput`] do.
macro_rules! as_str_input {
    (
        reading { $(fn $reading:ident($($read:ident: $of:ty),*) -> $result:ty;)+ }
        moving { $(fn $moving:ident($($moved:ident: $by:ty),*) $(-> $answer:ty)?;)+ }
    ) => {
        $(
            #[inline]
            fn $reading(&self, $($read: $of),*) -> $result {
                self.0.$reading($($read),*)
            }
        )+
        $(
            #[inline]
            fn $moving(&mut self, $($moved: $by),*) $(-> $answer)? {
                self.0.$moving($($moved),*)
            }
        )+
    };
}

impl Input for TextInput<'_> {
    #[inline]
    fn bufmaxlen(&self) -> usize {
        AHEAD
    }

    // Every method with a body of its own too: those of the trait look further than a text may reach.
    as_str_input! {
        reading {
            fn buflen() -> usize;
            fn buf_is_empty() -> bool;
            fn peek() -> char;
            fn peek_nth(n: usize) -> char;
            fn peek_opt() -> Option<char>;
            fn next_char_is(c: char) -> bool;
            fn nth_char_is(n: usize, c: char) -> bool;
            fn next_2_are(first: char, second: char) -> bool;
            fn next_3_are(first: char, second: char, third: char) -> bool;
            fn next_is_document_indicator() -> bool;
            fn next_is_document_start() -> bool;
            fn next_is_document_end() -> bool;
            fn next_can_be_plain_scalar(in_flow: bool) -> bool;
            fn next_is_blank_or_break() -> bool;
            fn next_is_blank_or_breakz() -> bool;
            fn next_is_blank() -> bool;
            fn next_is_break() -> bool;
            fn next_is_breakz() -> bool;
            fn next_is_z() -> bool;
            fn next_is_flow() -> bool;
            fn next_is_digit() -> bool;
            fn next_is_alpha() -> bool;
        }
        moving {
            fn lookahead(count: usize);
            fn raw_read_ch() -> char;
            fn raw_read_non_breakz_ch() -> Option<char>;
            fn skip();
            fn skip_n(count: usize);
            fn look_ch() -> char;
            fn skip_ws_to_eol(tabs: SkipTabs) -> (usize, Result<SkipTabs, &'static str>);
            fn skip_while_non_breakz() -> usize;
            fn skip_while_blank() -> usize;
            fn fetch_while_is_alpha(out: &mut String) -> usize;
            fn fetch_while_is_yaml_non_space(out: &mut String) -> usize;
        }
    }
}
