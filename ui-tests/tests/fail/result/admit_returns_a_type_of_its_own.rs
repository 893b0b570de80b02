//! A type of one's own says how it carries a refusal.

use audit_core::admit;

struct Response;

#[admit]
fn refund() -> Response {
    Response
}

fn refund_later() -> impl Future<Output = Response> {
    #[admit]
    fn inner() -> impl Future<Output = Response> {
        async { Response }
    }
    inner()
}

fn main() {}
