//! What an attribute adds to a future.

use audit_benches::measure::Depth;

use crate::subject::{Subject, plain};

/// Prints the sizes of all futures; a smoke test prints nothing.
pub(crate) fn report(depth: Depth, subjects: &[Subject]) {
    if depth == Depth::Smoke {
        return;
    }
    let bare = plain::subject();
    println!(
        "\n### Bytes of a future: one function of 3 arguments, and 4 of them, each awaiting the next"
    );
    println!("\n| contender | one | ratio | chain of 4 | ratio |\n|---|--:|--:|--:|--:|");
    for Subject {
        name, one, chain, ..
    } in subjects
    {
        println!(
            "| {name} | {one} | {:.2} | {chain} | {:.2} |",
            ratio(*one, bare.one),
            ratio(*chain, bare.chain),
        );
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "sizes of futures are far below 2^52"
)]
fn ratio(own: usize, bare: usize) -> f64 {
    own as f64 / bare as f64
}
