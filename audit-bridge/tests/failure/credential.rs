//! Who may come in, and what is said of secrets.

use std::path::{Path, PathBuf};
use std::process::Command;

use audit_bridge::async_nats::ConnectOptions;
use audit_bridge::{Bridge, BridgeBuilder};
use audit_core::bus::Bus;
use nkeys::KeyPair;

use crate::support::{LONG, Server, bridge};

/// What is said of a bridge that can't come in, with all its sources, and of its builder.
async fn refused(builder: BridgeBuilder) -> String {
    let shown = format!("{builder:?}");
    let bus = Bus::new();
    let connecting = builder.wait_for_server().connect(&bus);
    let refused = tokio::time::timeout(LONG, connecting).await;
    let error = refused.expect("it waits").unwrap_err();
    let mut said = format!("{error} {error:?} {shown}");
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        said = format!("{said}: {error} {error:?}");
        source = error.source();
    }
    said
}

fn user(password: &str) -> ConnectOptions {
    ConnectOptions::with_user_and_password("alice".to_owned(), password.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_refused_at_once_and_not_shown() {
    let Some(server) = Server::start_with(&["--user", "alice", "--pass", "right-s3cret"]) else {
        return;
    };
    let with = |options| bridge("accounts", &server).send(["*"]).options(options);
    let said = refused(with(user("wrong-s3cret"))).await;
    assert!(said.contains("authorization violation"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
    let said = refused(with(ConnectOptions::new())).await;
    assert!(said.contains("authorization violation"), "{said}");
    // In the address it is not shown either.
    let url = server
        .url()
        .replace("nats://", "nats://alice:wrong-s3cret@");
    let said = refused(Bridge::builder("accounts").server(url).send(["*"])).await;
    assert!(
        !said.contains("s3cret") && said.contains("no connection to"),
        "{said}"
    );
    let said = refused(
        Bridge::builder("accounts")
            .server("nats://alice:s3cret@:x:y")
            .send(["*"]),
    )
    .await;
    assert!(!said.contains("s3cret"), "{said}");
    assert!(
        said.contains("the address of server 1 can't be read"),
        "{said}"
    );
    let bus = Bus::new();
    let sending = with(user("right-s3cret")).connect(&bus).await.unwrap();
    bus.publish("a", 1).await.unwrap();
    assert_eq!(sending.stats().acked, 1);
    assert!(!format!("{sending:?}").contains("s3cret"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_lets_in_who_has_it() {
    let Some(server) = Server::start_with(&["--auth", "right-s3cret"]) else {
        return;
    };
    let with = |token: &str| {
        let options = ConnectOptions::with_token(token.to_owned());
        bridge("accounts", &server).send(["*"]).options(options)
    };
    let said = refused(with("wrong-s3cret")).await;
    assert!(
        said.contains("authorization violation") && !said.contains("s3cret"),
        "{said}"
    );
    let bus = Bus::new();
    let sending = with("right-s3cret").connect(&bus).await.unwrap();
    bus.publish("a", 1).await.unwrap();
    assert_eq!(sending.stats().acked, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_lets_in_who_has_it() {
    let (folder, known, other) = (
        tempfile::tempdir().unwrap(),
        KeyPair::new_user(),
        KeyPair::new_user(),
    );
    let config = folder.path().join("nats.conf");
    let users = format!(
        "authorization {{ users = [ {{ nkey: {} }} ] }}\n",
        known.public_key()
    );
    std::fs::write(&config, users).unwrap();
    let Some(server) = Server::start_with(&["--config", config.to_str().unwrap()]) else {
        return;
    };
    let with = |key: &KeyPair| {
        let options = ConnectOptions::with_nkey(key.seed().unwrap());
        bridge("accounts", &server).send(["*"]).options(options)
    };
    let said = refused(with(&other)).await;
    assert!(said.contains("authorization violation"), "{said}");
    assert!(!said.contains(&other.seed().unwrap()), "{said}");
    let bus = Bus::new();
    let sending = with(&known).connect(&bus).await.unwrap();
    bus.publish("a", 1).await.unwrap();
    assert_eq!(sending.stats().acked, 1);
}

/// A certificate for 127.0.0.1 and its key, made by OpenSSL; nothing, loudly, without it.
fn certificate(folder: &Path) -> Option<(PathBuf, PathBuf)> {
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    let made = Command::new("openssl")
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        ])
        .args([
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
        ])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-out"])
        .arg(&certificate)
        .arg("-keyout")
        .arg(&key)
        .output();
    let Ok(made) = made else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "`openssl` is missing"
        );
        eprintln!("SKIPPED: `openssl` is missing (Debian: openssl)");
        return None;
    };
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    Some((certificate, key))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_trusted_over_tls_by_the_certificates_that_are_given() {
    let folder = tempfile::tempdir().unwrap();
    let Some((certificate, key)) = certificate(folder.path()) else {
        return;
    };
    let (cert, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
    let Some(server) = Server::start_with(&["--tls", "--tlscert", cert, "--tlskey", key]) else {
        return;
    };
    let url = server.url().replace("nats://", "tls://");
    let with = |options| {
        Bridge::builder("accounts")
            .server(&url)
            .send(["*"])
            .options(options)
    };
    // Nor is it waited for: it will never be trusted.
    let said = refused(with(ConnectOptions::new())).await;
    assert!(said.contains("UnknownIssuer"), "{said}");
    let trusting = ConnectOptions::new().add_root_certificates(certificate.clone());
    let bus = Bus::new();
    let sending = with(trusting).connect(&bus).await.unwrap();
    bus.publish("a", 1).await.unwrap();
    assert_eq!(sending.stats().acked, 1);
}

#[tokio::test]
async fn what_can_not_be_done_is_said_before_anybody_is_asked() {
    let cases = [
        (
            Bridge::builder("a b").send(["*"]),
            "`a b` can't name a bridge",
        ),
        (Bridge::builder("").send(["*"]), "`` can't name a bridge"),
        (
            Bridge::builder("a").send(["*"]).prefix("a.*"),
            "`a.*` can't begin a subject",
        ),
        (Bridge::builder("a"), "the bridge has nothing to do"),
        (
            Bridge::builder("a").receive(["*"]),
            "no file is named by `seen`",
        ),
        (
            Bridge::builder("a").send(["__dead_letter__"]),
            "`__dead_letter__` can't be sent or received",
        ),
        (
            Bridge::builder("a").send(["*".repeat(70_000)]),
            "the pattern is too long",
        ),
    ];
    for (builder, expected) in cases {
        let error = builder.connect(&Bus::new()).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn without_tokio_a_bridge_says_so() {
    let bus = Bus::new();
    let connecting = Bridge::builder("a").send(["*"]).connect(&bus);
    let mut connecting = std::pin::pin!(connecting);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let polled = Future::poll(connecting.as_mut(), &mut context);
    let std::task::Poll::Ready(Err(error)) = polled else {
        panic!("{polled:?}")
    };
    assert!(error.to_string().contains("a runtime of tokio"), "{error}");
}
