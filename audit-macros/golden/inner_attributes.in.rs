#[audit]
fn quiet(a: u8) {
    #![allow(unused_variables)]
    let b = a;
}
