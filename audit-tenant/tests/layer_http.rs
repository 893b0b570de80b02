//! The layer in a server: axum over a loopback socket.

#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests have in common stands in no test"
)]

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use audit_core::sink::{CallbackSink, Emission};
use audit_core::{Scope, TenantId};
use audit_tenant::{ChainStrategy, HeaderStrategy, HostStrategy, TenantLayer};
use axum::body::{Body, Bytes};
use axum::routing::get;
use axum::{Extension, Router};
use http_body::Frame;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

fn bound() -> String {
    let tenant = Scope::current().tenant_id();
    tenant.map_or_else(|| "nobody".to_owned(), |tenant| tenant.to_string())
}

/// A body of so many lines, each the tenant that is bound as it is made; pending before each.
struct Lines {
    left: usize,
    waited: bool,
}

impl http_body::Body for Lines {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.waited = !self.waited;
        if self.waited {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from(format!("{}\n", bound()))))))
    }
}

async fn handler(Extension(tenant): Extension<TenantId>) -> String {
    let before = bound();
    tokio::task::yield_now().await;
    format!("{tenant} {before} {}", bound())
}

async fn streams() -> Body {
    Body::new(Lines {
        left: 3,
        waited: false,
    })
}

async fn never_ends() -> Body {
    Body::new(Lines {
        left: usize::MAX,
        waited: false,
    })
}

async fn panics() -> String {
    panic!("on purpose")
}

/// Where a server listens that is there until the test's runtime ends.
async fn server() -> std::net::SocketAddr {
    // Whoever comes by both must mean the same.
    let strategy = ChainStrategy::agree()
        .then(HeaderStrategy::new())
        .then(HostStrategy::new(["example.com"]).unwrap());
    let app = Router::new()
        .route("/", get(handler))
        .route("/lines", get(streams))
        .route("/endless", get(never_ends))
        .route("/panic", get(panics))
        .layer(TenantLayer::new(strategy));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

async fn connect(at: std::net::SocketAddr, head: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(head).await.unwrap();
    stream
}

/// What comes back for this head, to the end of the connection.
async fn ask(at: std::net::SocketAddr, head: impl AsRef<[u8]>) -> String {
    let mut stream = connect(at, head.as_ref()).await;
    let mut answer = Vec::new();
    // A connection that a panic ends is reset or closed, as the system likes.
    let _ended = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

/// The content of an answer, without how it was sent.
fn content(answer: &str) -> String {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    if !head
        .to_ascii_lowercase()
        .contains("transfer-encoding: chunked")
    {
        return body.to_owned();
    }
    let mut rest = body;
    let mut content = String::new();
    loop {
        let (size, after) = rest.split_once("\r\n").unwrap();
        let (chunk, after) = after.split_at(usize::from_str_radix(size, 16).unwrap());
        if chunk.is_empty() {
            return content;
        }
        content.push_str(chunk);
        rest = after.strip_prefix("\r\n").unwrap();
    }
}

fn get_head(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n")
}

/// How the stays of tenants end, told as they do: tenant and exception.
fn ends_of(tenant: &'static str) -> mpsc::UnboundedReceiver<Option<String>> {
    type Listeners = Mutex<Vec<(&'static str, mpsc::UnboundedSender<Option<String>>)>>;
    static LISTENERS: OnceLock<Arc<Listeners>> = OnceLock::new();
    let listeners = LISTENERS.get_or_init(|| {
        let listeners = Arc::new(Listeners::default());
        let told = Arc::clone(&listeners);
        let sink = CallbackSink::new(move |emission: &Emission<'_>| {
            let event = emission.event();
            let data = serde_json::to_value(&event.data).unwrap();
            let exception = data["exception_type"].as_str().map(str::to_owned);
            let listeners = told.lock().unwrap_or_else(PoisonError::into_inner);
            for (tenant, listener) in listeners.iter() {
                if event.name == "context_released" && event.tenant.as_deref() == Some(tenant) {
                    let _gone = listener.send(exception.clone());
                }
            }
            Ok(())
        });
        audit_core::register_sink(Arc::new(sink)).unwrap();
        listeners
    });
    let (sender, receiver) = mpsc::unbounded_channel();
    let mut listeners = listeners.lock().unwrap_or_else(PoisonError::into_inner);
    listeners.push((tenant, sender));
    receiver
}

async fn next(ends: &mut mpsc::UnboundedReceiver<Option<String>>) -> Option<String> {
    tokio::time::timeout(Duration::from_secs(30), ends.recv())
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_served_for_its_tenant_from_its_handler_to_the_last_line_of_its_body() {
    let mut ends = ends_of("acme");
    let at = server().await;
    let answer = ask(at, get_head("/", "X-Tenant-Id: acme\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with("acme acme acme"), "{answer}");
    assert_eq!(next(&mut ends).await, None);

    let answer = ask(at, get_head("/lines", "X-Tenant-Id: acme\r\n")).await;
    assert_eq!(answer.matches("acme\n").count(), 3, "{answer}");
    assert!(!answer.contains("nobody"));
    assert_eq!(next(&mut ends).await, None);

    let answer = ask(
        at,
        "GET / HTTP/1.1\r\nHost: ACME.example.com:80\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!(answer.ends_with("acme acme acme"), "{answer}");
    assert_eq!(next(&mut ends).await, None);

    let head = get_head("/", "X-Tenant-Id: acme\r\n").replace("GET", "HEAD");
    assert!(ask(at, head).await.starts_with("HTTP/1.1 200 OK"));
    assert_eq!(next(&mut ends).await, None, "whose body nobody wants");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_requests_at_once_see_each_their_own_tenant_and_leave_none_on_a_worker() {
    let at = server().await;
    let asked = (0..100).map(|number| {
        tokio::spawn(async move {
            let tenant = format!("tenant-{number:02}");
            let (path, expected) = if number % 2 == 0 {
                ("/", format!("{tenant} {tenant} {tenant}"))
            } else {
                ("/lines", format!("{tenant}\n").repeat(3))
            };
            let answer = ask(at, get_head(path, &format!("X-Tenant-Id: {tenant}\r\n"))).await;
            assert_eq!(content(&answer), expected, "{answer}");
        })
    });
    for one in asked.collect::<Vec<_>>() {
        one.await.unwrap();
    }
    for probe in (0..32)
        .map(|_| tokio::spawn(async { bound() }))
        .collect::<Vec<_>>()
    {
        assert_eq!(probe.await.unwrap(), "nobody");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_hangs_up_in_the_middle_of_a_body_cancels_the_request() {
    let mut ends = ends_of("hangs-up");
    let at = server().await;
    let mut stream = connect(
        at,
        get_head("/endless", "X-Tenant-Id: hangs-up\r\n").as_bytes(),
    )
    .await;
    let mut some = [0; 4096];
    for _ in 0..10 {
        assert!(stream.read(&mut some).await.unwrap() > 0);
    }
    drop(stream);
    assert_eq!(next(&mut ends).await.as_deref(), Some("cancelled"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_panics_ends_its_stay_and_the_next_request_is_served() {
    let mut ends = ends_of("panics");
    let at = server().await;
    assert_eq!(
        ask(at, get_head("/panic", "X-Tenant-Id: panics\r\n")).await,
        ""
    );
    assert_eq!(next(&mut ends).await.as_deref(), Some("panic"));
    let answer = ask(at, get_head("/", "X-Tenant-Id: panics\r\n")).await;
    assert!(answer.ends_with("panics panics panics"), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_on_the_wire_is_refused() {
    let at = server().await;
    let long = format!("X-Tenant-Id: {}\r\n", "a".repeat(10_000));
    // With whether the server hands it on, so that it is the layer that refuses it.
    let cases: [(&[u8], bool); 9] = [
        (b"", true),
        (b"X-Tenant-Id: acme\r\nX-Tenant-Id: acme\r\n", true),
        (b"X-Tenant-Id:\r\n", true),
        (b"X-Tenant-Id: acme\xff\r\n", true),
        (b"X-Tenant-Id: ac\xe2\x80\x8bme\r\n", true),
        (b"X-Tenant-Id: acme\r\n globex\r\n", false),
        (b"X-Tenant-Id: ac\rme\r\n", false),
        (b"Host: acme.example.com\r\n", true),
        (long.as_bytes(), true),
    ];
    for (headers, is_handed_on) in cases {
        let head = [
            b"GET / HTTP/1.1\r\nHost: example.com\r\n".as_slice(),
            headers,
            b"Connection: close\r\n\r\n",
        ];
        let answer = ask(at, head.concat()).await;
        let shown = headers.escape_ascii().to_string();
        assert!(
            answer.starts_with("HTTP/1.1 400 Bad Request"),
            "{shown}: {answer}"
        );
        let is_of_layer = answer.contains("application/problem+json");
        assert_eq!(is_of_layer, is_handed_on, "{shown}: {answer}");
        assert!(!answer.contains("acme"), "{shown}: {answer}");
    }
    // Host and header mean different tenants.
    let head = "GET / HTTP/1.1\r\nHost: acme.example.com\r\nX-Tenant-Id: globex\r\nConnection: close\r\n\r\n";
    let answer = ask(at, head).await;
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request"), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
}
