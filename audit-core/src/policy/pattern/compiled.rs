//! [`Compiled`]: expressions with the memory they take.

use regex::{Error, Regex, RegexBuilder};

/// How large an expression may be once it is compiled, in bytes.
pub(in crate::policy) const MAX_COMPILED: usize = 1024 * 1024;
/// What expressions count as, in bytes: each as the first of these that it fits into, as its own size is nowhere told.
const SIZES: [usize; 5] = [4 * 1024, 16 * 1024, 64 * 1024, 256 * 1024, MAX_COMPILED];
/// How much memory a search may use to remember its way, for each byte that the expression counts as.
const CACHE: usize = 16;
/// The most of it, in bytes.
const MAX_CACHE: usize = 2 * 1024 * 1024;

/// An expression, with the memory it counts as.
#[derive(Debug)]
pub(in crate::policy) struct Compiled {
    /// What is searched for.
    pub(in crate::policy) regex: Regex,
    /// In bytes.
    pub(in crate::policy) size: usize,
}

/// Compiles an expression whose groups nest at most so deep.
pub(in crate::policy) fn compile_expression(source: &str, nest: u32) -> Result<Compiled, Error> {
    let mut too_large = Error::CompiledTooBig(MAX_COMPILED);
    for size in SIZES {
        let built = RegexBuilder::new(source)
            .size_limit(size)
            .dfa_size_limit(size.saturating_mul(CACHE).min(MAX_CACHE))
            .nest_limit(nest)
            .build();
        match built {
            Ok(regex) => return Ok(Compiled { regex, size }),
            Err(error @ Error::CompiledTooBig(_)) => too_large = error,
            Err(error) => return Err(error),
        }
    }
    Err(too_large)
}
