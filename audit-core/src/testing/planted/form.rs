//! [`Form`]: a secret as it may stand somewhere.

/// Shorter parts of base64 are found everywhere.
const SHORTEST_CORE: usize = 6;

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A secret as it may stand somewhere.
pub(super) struct Form {
    pub(super) name: &'static str,
    bytes: Vec<u8>,
}

impl Form {
    /// Where it begins, if it stands there.
    pub(super) fn find_in(&self, bytes: &[u8]) -> Option<usize> {
        let first = self.bytes.first()?;
        let starts = bytes.iter().enumerate().filter(|(_, byte)| *byte == first);
        let mut starts = starts.map(|(at, _)| at);
        starts.find(|at| {
            bytes
                .get(*at..)
                .is_some_and(|rest| rest.starts_with(&self.bytes))
        })
    }
}

/// The forms of a secret, each once, the plain one first.
pub(super) fn forms_of(secret: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut add = |name, text: String| {
        let bytes = text.into_bytes();
        if forms.iter().all(|form| form.bytes != bytes) {
            forms.push(Form { name, bytes });
        }
    };
    let bytes = secret.as_bytes();
    add("plain", secret.to_owned());
    let json = serde_json::to_string(secret).unwrap_or_default();
    add("escaped as JSON", unquoted(&json));
    add("escaped as Rust does", unquoted(&format!("{secret:?}")));
    add("escaped as Rust does", secret.escape_default().to_string());
    add(
        "in hexadecimal digits",
        hexadecimal(bytes, b"0123456789abcdef"),
    );
    add(
        "in hexadecimal digits",
        hexadecimal(bytes, b"0123456789ABCDEF"),
    );
    add(
        "percent-encoded",
        bytes.iter().map(|byte| percent(*byte, "%20")).collect(),
    );
    add(
        "percent-encoded",
        bytes.iter().map(|byte| percent(*byte, "+")).collect(),
    );
    for between in [",", ", "] {
        let numbers: Vec<String> = bytes.iter().map(ToString::to_string).collect();
        add("as a list of bytes", numbers.join(between));
    }
    for alphabet in [STANDARD, URL_SAFE] {
        for skipped in 0..3 {
            let core = base64_core(bytes, skipped, alphabet);
            if core.len() >= SHORTEST_CORE {
                add("in base64", core);
            }
        }
    }
    forms
}

fn hexadecimal(bytes: &[u8], digits: &[u8; 16]) -> String {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let digits = halves.filter_map(|half| digits.get(usize::from(half)).copied());
    digits.map(char::from).collect()
}

fn unquoted(quoted: &str) -> String {
    let inner = quoted
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or(quoted).to_owned()
}

fn percent(byte: u8, space: &str) -> String {
    match byte {
        b' ' => space.to_owned(),
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    }
}

/// The digits that depend on these bytes alone, where so many others stand before them in a group of three.
fn base64_core(bytes: &[u8], skipped: usize, alphabet: &[u8; 64]) -> String {
    let mut bits = vec![false; skipped * 8];
    for byte in bytes {
        bits.extend((0..8).rev().map(|place| byte >> place & 1 == 1));
    }
    // A digit that has a bit of what stands before or behind says something else there.
    let groups = bits.chunks_exact(6).skip((skipped * 8).div_ceil(6));
    let digit = |group: &[bool]| {
        let number = group
            .iter()
            .fold(0, |number, bit| number * 2 + usize::from(*bit));
        alphabet.get(number).copied().map(char::from)
    };
    groups.filter_map(digit).collect()
}
