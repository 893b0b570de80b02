//! A forged token is refused whatever is said of requests without a tenant, and a good one says who acts.

#![cfg(test)]
#![allow(
    clippy::ignored_unit_patterns,
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests have in common stands in no test; what work returns is often nothing"
)]
#![allow(
    dead_code,
    reason = "this test binary uses a part of what they have in common"
)]

#[path = "layer/support.rs"]
mod support;

use audit_core::Scope;
use audit_tenant::jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, encode};
use audit_tenant::{ChainStrategy, HeaderStrategy, MissingTenant, TenantLayer, TokenStrategy};
use http::{Response, StatusCode};
use tower_layer::Layer as _;
use tower_service::Service as _;

use support::{Calls, bound, names, now, recorded, request};

const SECRET: &[u8] = b"a secret of at least thirty-two bytes";

fn signed_by(secret: &[u8]) -> String {
    let claims = serde_json::json!({"tenant_id": "acme", "sub": "alice", "exp": 4_102_444_800_u64});
    let key = EncodingKey::from_secret(secret).unwrap();
    format!(
        "Bearer {}",
        encode(&Header::default(), &claims, &key).unwrap()
    )
}

fn layer() -> TenantLayer<ChainStrategy> {
    let key = DecodingKey::from_secret(SECRET).unwrap();
    let token = TokenStrategy::new(Algorithm::HS256, key)
        .unwrap()
        .actor_claim("sub");
    TenantLayer::new(
        ChainStrategy::first()
            .then(token)
            .then(HeaderStrategy::new()),
    )
}

#[test]
fn a_good_token_binds_tenant_and_actor() {
    let mut service = layer().layer(Calls(|_: http::Request<()>| async {
        assert_eq!(bound().as_deref(), Some("acme"));
        assert_eq!(Scope::current().actor_id().as_deref(), Some("alice"));
        Ok(Response::new(String::new()))
    }));
    let response = now(service.call(request(&[("authorization", &signed_by(SECRET))]))).unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}

#[test]
fn a_forged_token_is_refused_though_a_header_names_a_tenant_and_none_would_be_allowed() {
    let forged = signed_by(&[7; 32]);
    for missing in [
        MissingTenant::Allow,
        MissingTenant::public(),
        MissingTenant::NotFound,
    ] {
        let (_, told) = recorded(|| {
            let mut service = layer().missing(missing).layer(Calls(
                |_: http::Request<()>| -> std::future::Ready<_> { panic!("it is served") },
            ));
            let request = request(&[("authorization", &forged), ("x-tenant-id", "acme")]);
            let response: Response<audit_tenant::TenantBody<String>> =
                now(service.call(request)).unwrap();
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
            assert_eq!(
                response.headers()["www-authenticate"],
                "Bearer error=\"invalid_token\""
            );
        });
        assert_eq!(names(&told), ["enforcement_violation"]);
        assert_eq!(
            told[0].data["reason"],
            "untrusted: strategy `token`: its signature is not of the key"
        );
        assert_eq!(
            told[0].actor, None,
            "what a forged token says of who acts is nothing"
        );
    }
}
