#[audit(fields(id, total = a + b), skip(token))]
fn handle(Json(Body { id, mut token }): Json<Body>, (a, b): (u8, u8), r#type: u8) -> u8 {
    a
}
