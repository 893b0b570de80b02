//! Networks such as `10.0.0.0/8`.

use std::net::IpAddr;

use ipnet::IpNet;

use super::shape;
use crate::policy::model::IpNetwork;
use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{quoted, shown};
use crate::policy::yaml::Node;

const EXPECTED: &str = "a network such as `10.0.0.0/8`";
/// How many bits of an IPv4 address in IPv6 say that it is one.
const MAPPED_BITS: u8 = 96;

/// Reads one network.
pub(super) fn read(node: &Node, log: &mut Log) -> Option<IpNetwork> {
    let Some(text) = shape::text_of(node) else {
        return shape::mismatch(node, EXPECTED, None, log);
    };
    match parse(text) {
        Ok(network) => Some(IpNetwork(network)),
        Err(Mistake {
            start,
            message,
            hint,
        }) => {
            let length = text.chars().count();
            let place = shape::part(node, start, length.saturating_sub(start));
            log.report(ProblemKind::InvalidNetwork, place, message, hint);
            None
        }
    }
}

/// What is wrong with a text, from which character on.
struct Mistake {
    start: usize,
    message: String,
    hint: Option<String>,
}

impl Mistake {
    fn whole(message: String, hint: Option<String>) -> Self {
        Self {
            start: 0,
            message,
            hint,
        }
    }
}

fn parse(text: &str) -> Result<IpNet, Mistake> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let Ok(address) = address.parse::<IpAddr>() else {
        let message = if prefix.is_some() {
            format!("{} is no address, expected {EXPECTED}", shown(address))
        } else {
            format!(
                "{} is no network, expected one such as `10.0.0.0/8`",
                shown(text)
            )
        };
        return Err(Mistake::whole(message, missing_parts(address)));
    };
    let longest: u8 = if address.is_ipv4() { 32 } else { 128 };
    let Some(prefix) = prefix else {
        return Err(Mistake::whole(
            format!("{} has no prefix, expected {EXPECTED}", quoted(text)),
            Some(format!("one address alone is `{text}/{longest}`")),
        ));
    };
    let bits = prefix
        .parse::<u8>()
        .ok()
        .filter(|bits| *bits <= longest && bits.to_string() == prefix);
    let Some(network) = bits.and_then(|bits| IpNet::new(address, bits).ok()) else {
        return Err(Mistake {
            start: text.chars().count() - prefix.chars().count(),
            message: format!(
                "found the prefix {}, expected a whole number from `0` to `{longest}`",
                quoted(prefix)
            ),
            hint: masked(address, prefix),
        });
    };
    if let Some(inner) = mapped(&network) {
        return Err(Mistake::whole(
            format!("{} holds IPv4 addresses in IPv6", quoted(text)),
            Some(format!(
                "an address such as `::ffff:10.0.0.1` is compared as `10.0.0.1`: write `{inner}`"
            )),
        ));
    }
    if network.trunc() != network {
        return Err(Mistake::whole(
            format!("{} has bits behind its prefix", quoted(text)),
            Some(format!(
                "the network is `{}`, the address alone `{address}/{longest}`",
                network.trunc()
            )),
        ));
    }
    Ok(network)
}

/// `10.0.0` most likely meant `10.0.0.0`.
fn missing_parts(address: &str) -> Option<String> {
    let parts = address.split('.').count();
    let padded = format!("{address}{}", ".0".repeat(4_usize.checked_sub(parts)?));
    (parts > 1 && padded.parse::<IpAddr>().is_ok())
        .then(|| format!("an address has four parts: `{padded}`"))
}

/// `10.0.0.0/255.0.0.0` is `10.0.0.0/8`.
fn masked(address: IpAddr, mask: &str) -> Option<String> {
    let bits = ipnet::ip_mask_to_prefix(mask.parse().ok()?).ok()?;
    let network = IpNet::new(address, bits).ok()?;
    Some(format!("write `{}`", network.trunc()))
}

/// The IPv4 network that an IPv6 network is made of.
fn mapped(network: &IpNet) -> Option<IpNet> {
    let IpNet::V6(network) = network else {
        return None;
    };
    let address = network.trunc().addr().to_ipv4_mapped()?;
    let bits = network.prefix_len().checked_sub(MAPPED_BITS)?;
    IpNet::new(IpAddr::V4(address), bits).ok()
}
