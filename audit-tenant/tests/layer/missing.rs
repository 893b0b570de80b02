//! Requests that name no tenant.

use audit_core::{Actor, TenantId, tenant};
use audit_tenant::{HeaderStrategy, MissingTenant, TenantLayer};
use http::{Response, StatusCode};
use tower_layer::Layer as _;
use tower_service::Service as _;

use crate::support::{Calls, Told, bound, names, now, recorded, request};

/// How a request without a tenant is answered: its status, the tenant that the service saw or `nobody`, if it was called, what was told.
fn serve(missing: MissingTenant) -> (StatusCode, Option<String>, Vec<Told>) {
    let layer = TenantLayer::new(HeaderStrategy::new())
        .actor(|_| Some(Actor::new("alice")))
        .missing(missing);
    let ((status, seen), told) = recorded(|| {
        let mut service = layer.layer(Calls(|request: http::Request<()>| {
            let extension = request
                .extensions()
                .get::<TenantId>()
                .map(|tenant| tenant.to_string());
            assert_eq!(extension, bound());
            std::future::ready(Ok(Response::builder()
                .extension(bound().unwrap_or_else(|| "nobody".to_owned()))
                .body(String::new())
                .unwrap()))
        }));
        let response = now(service.call(request(&[]))).unwrap();
        (
            response.status(),
            response.extensions().get::<String>().cloned(),
        )
    });
    (status, seen, told)
}

#[test]
fn they_are_refused_if_nothing_else_is_said() {
    let (status, seen, told) = serve(MissingTenant::default());
    assert_eq!((status, seen), (StatusCode::BAD_REQUEST, None));
    assert_eq!(names(&told), ["enforcement_violation"]);
    assert_eq!(told[0].actor.as_deref(), Some("alice"));
    assert_eq!(told[0].tenant, None);
    assert_eq!(
        told[0].data,
        serde_json::json!({
            "violation": "missing", "attempted_tenant_id": null, "model_class": "request", "operation": "read",
            "applied": true, "reason": "missing: the request names no tenant",
        })
    );
}

#[test]
fn they_are_not_found_where_that_is_said() {
    let (status, seen, told) = serve(MissingTenant::NotFound);
    assert_eq!((status, seen), (StatusCode::NOT_FOUND, None));
    assert_eq!(names(&told), ["enforcement_violation"]);
    assert_eq!(
        told[0].data["reason"],
        "not_found: the request names no tenant"
    );
}

#[test]
fn they_are_served_without_a_tenant_where_that_is_said() {
    let (status, seen, told) = serve(MissingTenant::Allow);
    assert_eq!((status, seen), (StatusCode::OK, Some("nobody".to_owned())));
    assert_eq!(names(&told), [""; 0]);
}

#[test]
fn they_are_served_for_the_public_tenant_where_that_is_said() {
    let (status, seen, told) = serve(MissingTenant::public());
    assert_eq!(
        (status, seen),
        (StatusCode::OK, Some("__public__".to_owned()))
    );
    assert_eq!(names(&told), ["context_bound", "context_released"]);
    let tenant = TenantId::new("everybody").unwrap();
    let (_, seen, _) = serve(MissingTenant::Public(tenant));
    assert_eq!(seen.as_deref(), Some("everybody"));
}

#[test]
fn who_is_served_without_a_tenant_keeps_what_is_bound_around_the_service() {
    let layer = TenantLayer::new(HeaderStrategy::new())
        .actor(|_| Some(Actor::new("alice")))
        .missing(MissingTenant::Allow);
    let mut service = layer.layer(Calls(|_: http::Request<()>| async {
        assert_eq!(bound().as_deref(), Some("outer"));
        let actor = audit_core::Scope::current().actor_id();
        assert_eq!(actor.as_deref(), Some("alice"));
        Ok(Response::new(String::new()))
    }));
    tenant::scope("outer")
        .unwrap()
        .run(|| now(service.call(request(&[]))).unwrap());
}
