//! Addresses and networks, bit by bit.

use std::net::IpAddr;

/// The bits of an address from the left, one of version 4 inside version 6 as version 4.
fn bits(text: &str) -> Option<Vec<bool>> {
    let bytes = match text.parse::<IpAddr>().ok()? {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => match address.octets() {
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, rest @ ..] => rest.to_vec(),
            bytes => bytes.to_vec(),
        },
    };
    let of_byte = |byte: &u8| {
        (0..8)
            .rev()
            .map(|bit| byte >> bit & 1 == 1)
            .collect::<Vec<_>>()
    };
    Some(bytes.iter().flat_map(of_byte).collect())
}

/// Whether a text is an address in one of these networks; `None` if it is no address.
pub(crate) fn is_in(text: &str, networks: &[&str]) -> Option<bool> {
    let address = bits(text)?;
    let holds = |network: &&str| {
        let (start, length) = network.split_once('/').unwrap();
        let (start, length) = (bits(start).unwrap(), length.parse::<usize>().unwrap());
        start.len() == address.len() && start[..length] == address[..length]
    };
    Some(networks.iter().any(holds))
}

#[test]
fn a_network_holds_what_begins_with_its_bits() {
    assert_eq!(is_in("10.1.2.3", &["10.0.0.0/8"]), Some(true));
    assert_eq!(is_in("11.0.0.0", &["10.0.0.0/8"]), Some(false));
    assert_eq!(is_in("10.128.0.0", &["10.0.0.0/9", "::/0"]), Some(false));
    assert_eq!(is_in("::ffff:10.1.2.3", &["10.1.2.3/32"]), Some(true));
    assert_eq!(is_in("fe80::1", &["fe80::/10"]), Some(true));
    assert_eq!(is_in("255.0.0.0", &["0.0.0.0/0"]), Some(true));
    assert_eq!(is_in("10.1.2", &["0.0.0.0/0"]), None);
}
