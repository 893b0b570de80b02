//! Credentials of a file, as an operator hands them out.

use std::path::{Path, PathBuf};

use audit_bridge::async_nats::ConnectOptions;
use audit_core::bus::Bus;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use nkeys::KeyPair;
use serde_json::{Value, json};

use crate::support::{Server, bridge};

/// A claim of one key about another, signed as the server wants it (a JWT by `ed25519-nkey`).
fn token(issuer: &KeyPair, about: &KeyPair, claim: &Value) -> String {
    let claims = json!({
        "jti": about.public_key(), "iat": 1, "iss": issuer.public_key(), "name": "test",
        "sub": about.public_key(), "nats": claim,
    });
    let header = json!({"typ": "JWT", "alg": "ed25519-nkey"});
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(&claims));
    let signature = issuer.sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn account(storage: i64) -> Value {
    json!({
        "limits": {
            "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true, "conn": -1,
            "leaf": -1, "mem_storage": storage, "disk_storage": storage, "streams": storage, "consumer": storage,
        },
        "type": "account", "version": 2,
    })
}

/// A server of an operator, and the one account that may store something there.
fn server(folder: &Path) -> Option<(Server, KeyPair)> {
    let operator = KeyPair::new_operator();
    let (system, users) = (KeyPair::new_account(), KeyPair::new_account());
    let own = json!({"type": "operator", "version": 2});
    let config = format!(
        "operator: {}\nsystem_account: {system}\nresolver: MEMORY\nresolver_preload: {{ {system}: {}, {users}: {} }}\n",
        token(&operator, &operator, &own),
        token(&operator, &system, &account(0)),
        token(&operator, &users, &account(-1)),
        system = system.public_key(),
        users = users.public_key(),
    );
    let path = folder.join("nats.conf");
    std::fs::write(&path, config).unwrap();
    let server = Server::start_with(&["--config", path.to_str().unwrap()])?;
    Some((server, users))
}

/// The file of a user of an account.
fn credentials(folder: &Path, account: &KeyPair) -> PathBuf {
    let user = KeyPair::new_user();
    let claim = json!({
        "pub": {}, "sub": {}, "subs": -1, "data": -1, "payload": -1, "type": "user", "version": 2,
    });
    let text = format!(
        "-----BEGIN NATS USER JWT-----\n{}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n{}\n------END USER NKEY SEED------\n",
        token(account, &user, &claim),
        user.seed().unwrap()
    );
    let path = folder.join(format!("{}.creds", user.public_key()));
    std::fs::write(&path, text).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_credentials_lets_in_whom_the_account_vouches_for() {
    let folder = tempfile::tempdir().unwrap();
    let Some((server, account)) = server(folder.path()) else {
        return;
    };
    let with = async |account: &KeyPair| {
        let path = credentials(folder.path(), account);
        let options = ConnectOptions::with_credentials_file(path).await.unwrap();
        let bus = Bus::new();
        let sending = bridge("accounts", &server).send(["*"]).options(options);
        let sending = sending.connect(&bus).await?;
        bus.publish("a", 1).await.unwrap();
        Ok::<_, audit_bridge::BridgeError>(sending.stats().acked)
    };
    assert_eq!(with(&account).await.unwrap(), 1);
    let stranger = with(&KeyPair::new_account()).await.unwrap_err();
    let source = std::error::Error::source(&stranger).unwrap().to_string();
    assert!(source.contains("authorization violation"), "{source}");
}
