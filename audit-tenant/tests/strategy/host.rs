//! Tenants in hosts.

use audit_tenant::HostStrategy;
use audit_tenant::StrategyErrorKind::{Ambiguous, Malformed};

use crate::support::{assert_failed, head, head_to, tenant};

fn strategy() -> HostStrategy {
    let strategy = HostStrategy::new(["example.com", "eu.example.com", "example.org"]).unwrap();
    strategy.without(["www"]).unwrap()
}

fn tenant_of(host: &str) -> Option<String> {
    tenant(&strategy(), &head(&[("host", host.as_bytes())]))
}

#[track_caller]
fn assert_malformed(host: &[u8], reason: &str) {
    assert_failed(&strategy(), &head(&[("host", host)]), Malformed, reason);
}

#[test]
fn the_label_before_a_base_domain_is_the_tenant() {
    assert_eq!(tenant_of("acme.example.com").as_deref(), Some("acme"));
    assert_eq!(tenant_of("acme.example.org").as_deref(), Some("acme"));
    assert_eq!(tenant_of("a-1.example.com").as_deref(), Some("a-1"));
}

#[test]
fn port_case_and_a_dot_at_the_end_are_no_part_of_the_name() {
    for host in [
        "acme.example.com:8443",
        "acme.example.com:",
        "acme.example.com.",
        "acme.example.com.:80",
        "ACME.Example.COM",
        "acme.example.com。",
        "ａｃｍｅ.example.com",
    ] {
        assert_eq!(tenant_of(host).as_deref(), Some("acme"), "{host}");
    }
}

#[test]
fn an_international_name_is_the_same_tenant_in_both_forms() {
    for host in [
        "bücher.example.com",
        "BÜCHER.example.com",
        "bu\u{308}cher.example.com",
        "xn--bcher-kva.example.com",
        "XN--BCHER-KVA.example.com",
    ] {
        assert_eq!(tenant_of(host).as_deref(), Some("xn--bcher-kva"), "{host}");
    }
    let strategy = HostStrategy::new(["bücher.example"]).unwrap();
    let request = head(&[("host", b"acme.xn--bcher-kva.example")]);
    assert_eq!(tenant(&strategy, &request).as_deref(), Some("acme"));
}

#[test]
fn a_name_that_only_looks_like_another_is_another_tenant() {
    // A Cyrillic `а`.
    let lookalike = tenant_of("\u{430}cme.example.com").unwrap();
    assert_eq!(lookalike, "xn--cme-5cd");
}

#[test]
fn the_base_domain_and_listed_labels_are_no_tenants() {
    for host in [
        "example.com",
        "EXAMPLE.com.:443",
        "eu.example.com",
        "www.example.com",
        "WWW.eu.example.com",
    ] {
        assert_eq!(tenant_of(host), None, "{host}");
    }
}

#[test]
fn of_two_base_domains_the_longer_counts() {
    assert_eq!(tenant_of("acme.eu.example.com").as_deref(), Some("acme"));
}

#[test]
fn other_domains_and_addresses_name_no_tenant() {
    for host in [
        "",
        "acme.example.net",
        "evilexample.com",
        "acme.example.com.evil.net",
        "example.co.uk",
        "localhost:3000",
        "192.168.1.10",
        "192.168.1.10:8080",
        "[::1]",
        "[2001:db8::1]:8080",
    ] {
        assert_eq!(tenant_of(host), None, "{host}");
    }
    assert_eq!(tenant(&strategy(), &head(&[])), None);
}

#[test]
fn deeper_labels_are_refused_and_not_cut() {
    assert_malformed(
        b"a.b.example.com",
        "more than one label before `example.com`",
    );
    assert_malformed(
        b"a.b.eu.example.com",
        "more than one label before `eu.example.com`",
    );
    assert_malformed(b"www.acme.example.com", "more than one label");
    assert_malformed(b"..example.com", "empty label");
}

#[test]
fn what_is_no_host_is_refused_whichever_domain_it_ends_in() {
    for host in [
        b"acme.example.com..".as_slice(),
        b"acme..example.com",
        b".example.net",
        b".",
        b"example.net..",
    ] {
        assert_malformed(
            host,
            if host == b"." {
                "no name"
            } else {
                "empty label"
            },
        );
    }
    for host in [
        b"acme.example.com/x".as_slice(),
        b"acme.example.com;x",
        b"acme.example.com%00",
        b"acme.example.com?",
        b"acme.example.com#x",
        b"acme example.com",
        b"example.net\tx",
        b"acme.example.com\\",
    ] {
        assert_malformed(host, "a character that no name in DNS has");
    }
    for host in [
        b"acme.example.com, globex.example.com".as_slice(),
        b"acme.example.com,",
        b"a.example.net,b.example.net",
    ] {
        assert_failed(&strategy(), &head(&[("host", host)]), Ambiguous, "comma");
    }
    // Names that DNS has and the web does not are other domains.
    assert_eq!(tenant_of("_sip._tcp.example.net"), None);
}

#[test]
fn what_no_host_name_can_be_is_refused() {
    let long = format!("{}.example.com", "a".repeat(64));
    let cases: [(&[u8], &str); 13] = [
        (b".example.com", "empty label"),
        (b"-acme.example.com", "no label"),
        (b"acme-.example.com", "no label"),
        (b"ac_me.example.com", "no label"),
        (b"ac%6de.example.com", "a character that no name in DNS has"),
        (b"a c.example.com", "a character that no name in DNS has"),
        (long.as_bytes(), "no label"),
        (b"acme.example.com:80x", "port"),
        (b"acme.example.com:80:80", "port"),
        (b"user@acme.example.com", "user"),
        (b"[::1", "bracket"),
        (b"xn--999999999.example.com", "DNS"),
        (b"acme\xff.example.com", "not UTF-8"),
    ];
    for (host, reason) in cases {
        assert_malformed(host, reason);
    }
    assert_malformed("ac\u{e000}me.example.com".as_bytes(), "DNS");
    assert_malformed(b".", "DNS");
    for host in [b"[::1]80".as_slice(), b"[::1]:80x", b"[::1].example.com"] {
        assert_malformed(host, "bracket");
    }
}

#[test]
fn two_host_headers_are_refused_even_if_they_are_equal() {
    for second in [b"globex.example.com".as_slice(), b"acme.example.com"] {
        let request = head(&[("host", b"acme.example.com"), ("host", second)]);
        assert_failed(&strategy(), &request, Ambiguous, "more than once");
    }
}

#[test]
fn the_target_of_a_request_names_the_host_too() {
    let request = head_to("https://acme.example.com:8443/", &[]);
    assert_eq!(tenant(&strategy(), &request).as_deref(), Some("acme"));
    let request = head_to(
        "https://acme.example.com/",
        &[("host", b"ACME.example.com:443")],
    );
    assert_eq!(tenant(&strategy(), &request).as_deref(), Some("acme"));
    let request = head_to(
        "https://acme.example.com/",
        &[("host", b"globex.example.com")],
    );
    assert_failed(&strategy(), &request, Ambiguous, "different hosts");
    let request = head_to("https://acme.example.com/", &[("host", b"10.0.0.1")]);
    assert_failed(&strategy(), &request, Ambiguous, "different hosts");
    let request = head_to("https://globex@acme.example.com/", &[]);
    assert_failed(&strategy(), &request, Malformed, "user");
}

#[test]
fn base_domains_and_labels_are_checked_where_they_are_given() {
    for base in [
        "",
        ".",
        "a..b",
        "-a.com",
        "ex ample.com",
        "10.0.0.1",
        "1.10",
        "::1",
        "*.example.com",
        "a.com:80",
    ] {
        assert!(HostStrategy::new([base]).is_err(), "{base}");
    }
    assert_eq!(
        HostStrategy::new(["*.example.com"])
            .unwrap_err()
            .to_string(),
        "`*.example.com` is no base domain or label, expected labels of letters, digits and `-`, such as `example.com` and `www`"
    );
    assert_eq!(
        HostStrategy::new([""; 0]).unwrap_err().to_string(),
        "no base domain is given, expected at least one such as `example.com`"
    );
    assert!(strategy().without(["www.example.com"]).is_err());
    let strategy = strategy().without(["2024"]).unwrap();
    let request = head(&[("host", b"2024.example.com")]);
    assert_eq!(tenant(&strategy, &request), None);
}
