//! Hosts and domains as DNS has them.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};

/// What stands where a host is named (RFC 3986 §3.2.2).
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Host<'h> {
    /// A name as DNS has it: small ASCII letters, no dot at its end.
    Name(Cow<'h, str>),
    /// An address in brackets. One of version 4 is a name before no base domain.
    Address,
    /// Nothing.
    None,
}

/// Reads a host, which may have a port.
pub(super) fn read(text: &str) -> Result<Host<'_>, &'static str> {
    if text.is_empty() {
        return Ok(Host::None);
    }
    if text.contains('@') {
        return Err("the host has a user before it, expected none");
    }
    if let Some(rest) = text.strip_prefix('[') {
        let after = rest.split_once(']').map(|(_, after)| after);
        let is_address = after
            .is_some_and(|after| after.is_empty() || after.strip_prefix(':').is_some_and(is_port));
        return if is_address {
            Ok(Host::Address)
        } else {
            Err("the host has a bracket and is no address in brackets")
        };
    }
    let name = match text.split_once(':') {
        None => text,
        Some((name, port)) if is_port(port) => name,
        Some(_) => return Err("the port of the host is no number"),
    };
    let name = as_dns_has_it(name).ok_or("the host is no name that DNS can have")?;
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if !name.bytes().all(is_known) {
        return Err("the host has a character that no name in DNS has");
    }
    if name.split('.').any(str::is_empty) {
        return Err("the host has an empty label, expected one between any two dots");
    }
    Ok(Host::Name(name))
}

/// No port at all is one as well: `example.com:` (RFC 3986 §3.2.3).
fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A name in small ASCII letters, without the dot that may stand at its end.
fn as_dns_has_it(name: &str) -> Option<Cow<'_, str>> {
    let is_plain = name.is_ascii() && !has_punycode(name);
    let name = if !is_plain {
        let uts46 = Uts46::new();
        let hyphens = Hyphens::CheckFirstLast;
        let ascii = uts46.to_ascii(
            name.as_bytes(),
            AsciiDenyList::STD3,
            hyphens,
            DnsLength::Ignore,
        );
        ascii.ok()?
    } else if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    };
    let name = match name {
        Cow::Borrowed(name) => Cow::Borrowed(name.strip_suffix('.').unwrap_or(name)),
        Cow::Owned(mut name) => {
            if name.ends_with('.') {
                name.pop();
            }
            Cow::Owned(name)
        }
    };
    (!name.is_empty()).then_some(name)
}

fn has_punycode(name: &str) -> bool {
    let mut starts = name.as_bytes().windows(4);
    starts.any(|start| start.eq_ignore_ascii_case(b"xn--"))
}

/// Whether a host name can have this label (RFC 1123 §2.1, RFC 1034 §3.5): letters, digits, `-` inside.
pub(super) fn is_label(label: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(inside)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// A base domain as it was given.
pub(super) fn base(text: &str) -> Result<String, InvalidBaseDomain> {
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    // No top domain is a number (RFC 3696 §2), so that no address looks like a name before one.
    let is_base = |name: &str| {
        name.split('.').all(is_label) && !name.rsplit('.').next().is_some_and(is_number)
    };
    checked(text, is_base)
}

/// A label as it was given.
pub(super) fn label(text: &str) -> Result<String, InvalidBaseDomain> {
    checked(text, is_label)
}

fn checked(text: &str, is_valid: impl Fn(&str) -> bool) -> Result<String, InvalidBaseDomain> {
    let name = as_dns_has_it(text).filter(|name| is_valid(name));
    name.map(Cow::into_owned).ok_or_else(|| InvalidBaseDomain {
        found: Some(text.to_owned()),
    })
}

/// What was given is no base domain, or no label before one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidBaseDomain {
    /// Nothing if none was given.
    found: Option<String>,
}

impl InvalidBaseDomain {
    pub(super) fn none() -> Self {
        Self { found: None }
    }
}

impl fmt::Display for InvalidBaseDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.found {
            None => {
                f.write_str("no base domain is given, expected at least one such as `example.com`")
            }
            Some(found) => write!(
                f,
                "`{}` is no base domain or label, expected labels of letters, digits and `-`, such as `example.com` and `www`",
                found.escape_debug()
            ),
        }
    }
}

impl Error for InvalidBaseDomain {}
