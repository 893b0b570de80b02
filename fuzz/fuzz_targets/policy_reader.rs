//! Arbitrary text in place of schema, policy and governance: the reader answers, it never panics or hangs.
//!
//! The three texts stand in one input, parted by a line `---8<---`; without the second such line there is no governance.

#![no_main]

use audit_core::Policy;
use libfuzzer_sys::fuzz_target;

const CUT: &str = "---8<---\n";

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let mut texts = text.splitn(3, CUT);
    let schema = texts.next().unwrap_or_default();
    let policy = texts.next().unwrap_or_default();
    match Policy::from_strings(schema, policy, texts.next()) {
        Ok(policy) => drop(policy),
        // Messages quote what was found, so writing them is part of reading.
        Err(error) => drop(error.to_string()),
    }
});
