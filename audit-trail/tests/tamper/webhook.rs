//! Checkpoints in the hands of a service, whose address may hold a secret.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use audit_trail::anchor::{Anchor, AnchorError, WebhookAnchor};
use audit_trail::verify::DamageKind;

use crate::anchor::{assert_rolled_back, options, roll_back, verify};
use crate::support::{durable, until};

/// A service that keeps what is posted, and says no to whoever has no token.
fn serve() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/checkpoints", listener.local_addr().unwrap());
    let kept = Arc::new(Mutex::new(Vec::new()));
    let keeps = Arc::clone(&kept);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                if stream.read_line(&mut head).unwrap() == 0 {
                    break;
                }
            }
            let head = head.to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1);
            let length = length.map_or(0, |rest| {
                rest.split("\r\n").next().unwrap().parse().unwrap()
            });
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            let mut kept: std::sync::MutexGuard<'_, Vec<String>> = keeps.lock().unwrap();
            let (status, answer) = match () {
                () if !head.contains("authorization: bearer token") => {
                    ("401 Unauthorized", String::new())
                }
                () if head.starts_with("post") => {
                    kept.push(String::from_utf8(body).unwrap());
                    ("200 OK", String::new())
                }
                () => ("200 OK", kept.join("\u{1e}\n")),
            };
            let length = answer.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{answer}"
            );
            stream.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    });
    (url, kept)
}

#[test]
fn an_earlier_state_is_found_by_checkpoints_in_the_hands_of_a_service() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let (url, kept) = serve();
    let anchor = || WebhookAnchor::new(&url).header("authorization", "Bearer token");
    roll_back(&path, || options().anchor(anchor()).open(&path).unwrap());
    assert!(!kept.lock().unwrap().is_empty());
    assert_rolled_back(options().anchor(anchor()).open(&path));
    assert_eq!(
        verify(&path, anchor()).damage[0].kind,
        DamageKind::RolledBack
    );
    // A service that says no is no proof against the trail, and counts as a failure.
    let trail = options()
        .anchor(WebhookAnchor::new(&url))
        .open(&path)
        .unwrap();
    durable(&trail, "paid", 1).unwrap();
    until("a failure", || trail.stats().anchor_failures >= 1);
}

#[test]
fn of_an_address_nothing_is_shown_but_scheme_host_and_port() {
    let shown = |url: &str| {
        let anchor = WebhookAnchor::new(url);
        (anchor.name(), format!("{anchor:?}"))
    };
    for (url, name) in [
        (
            "https://audit.example.com/hook/SECRET?token=SECRET#SECRET",
            "https://audit.example.com",
        ),
        (
            "https://audit.example.com:8443/SECRET",
            "https://audit.example.com:8443",
        ),
        (
            "https://SECRET:SECRET@audit.example.com/",
            "https://audit.example.com",
        ),
        ("http://[::1]:80?SECRET", "http://[::1]:80"),
        (
            "https://audit.example.com?SECRET/@x",
            "https://audit.example.com",
        ),
        (
            "audit.example.com/SECRET",
            "a webhook without a valid address",
        ),
        (
            "https://audit.example.com/ SECRET",
            "a webhook without a valid address",
        ),
    ] {
        let (called, debugged) = shown(url);
        assert_eq!(called, name, "{url}");
        assert!(!debugged.contains("SECRET"), "{debugged}");
    }
}

/// All that an error shows.
fn everything(error: &AnchorError) -> String {
    use std::fmt::Write as _;
    let mut text = format!("{error} {error:?}");
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        write!(text, " {error} {error:?}").unwrap();
        source = error.source();
    }
    text
}

#[test]
fn a_token_in_an_address_stands_in_no_error() {
    let (url, _) = serve();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = closed.local_addr().unwrap();
    drop(closed);
    for url in [
        // Refused by the service, by the system, by the resolver; and no addresses at all.
        format!("{url}/SECRET?token=SECRET"),
        format!("http://{nobody}/SECRET"),
        "http://nobody.invalid/SECRET".to_owned(),
        "nobody.invalid/SECRET".to_owned(),
        "/SECRET".to_owned(),
        "ftp://nobody.invalid/SECRET".to_owned(),
        "http://nobody.invalid/ SECRET".to_owned(),
    ] {
        let mut anchor = WebhookAnchor::new(&url);
        for error in [
            anchor.put("note").unwrap_err(),
            anchor.checkpoints().unwrap_err(),
        ] {
            let shown = everything(&error);
            assert!(!shown.contains("SECRET"), "{shown}");
        }
    }
}

#[test]
fn an_address_that_a_service_redirects_to_stands_in_no_error() {
    for location in ["/SECRET é", "/ SECRET", "../../SECRET"] {
        let mut anchor = WebhookAnchor::new(redirect(location));
        let shown = everything(&anchor.checkpoints().unwrap_err());
        assert!(!shown.contains("SECRET"), "{location}: {shown}");
    }
}

/// A service that sends everybody elsewhere.
fn redirect(location: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let answer = format!(
        "HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
    std::thread::spawn(move || {
        let mut stream = BufReader::new(listener.accept().unwrap().0);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head).unwrap() == 0 {
                break;
            }
        }
        stream.get_mut().write_all(answer.as_bytes()).unwrap();
    });
    url
}
