//! The tables.

use audit_benches::measure::median;

use crate::builder::{Step, Took};
use crate::options::Options;
use crate::workspace::SMALL;

/// What each contender took in one round, unless it sat it out.
pub(crate) type Round = Vec<Option<Took>>;

/// Prints one way to build; ratios and differences are taken within a round.
pub(crate) fn times(step: Step, options: &Options, rounds: &[Round], idle: Took) {
    let functions = options.functions;
    println!("\n### {step} of {functions} functions, dependencies built, nothing incremental\n");
    println!(
        "| contender | wall | ratio | processor | ratio | ms a function | more than bare |\n\
         |---|--:|--:|--:|--:|--:|--:|"
    );
    for (place, contender) in options.contenders.iter().enumerate() {
        let by = |figure: fn(Took, Took) -> f64| {
            let both = |round: &Round| Some(figure((*round.get(place)?)?, (*round.first()?)?));
            median(rounds.iter().filter_map(both).collect())
        };
        let per_function = 1e3 / count(functions);
        println!(
            "| {} | {:.2} s | {:.2} | {:.2} s | {:.2} | {:.2} | {:.2} |",
            contender.title,
            by(|own, _| own.wall),
            by(|own, bare| own.wall / bare.wall),
            by(|own, _| own.processor),
            by(|own, bare| own.processor / bare.processor),
            by(|own, _| own.processor) * per_function,
            by(|own, bare| own.processor - bare.processor) * per_function,
        );
    }
    println!(
        "\nMilliseconds a function are the processor's. Cargo takes {:.2} s of each wall time to find that nothing changed.",
        idle.wall
    );
}

/// Bytes of the large and the small crate's binary, by contender.
pub(crate) fn bytes(options: &Options, sizes: &[(u64, u64)]) {
    let functions = options.functions;
    println!("\n### Stripped release binaries, default profile\n");
    println!(
        "| contender | {functions} functions | {SMALL} functions | bytes a function | more than bare | ratio |\n\
         |---|--:|--:|--:|--:|--:|"
    );
    let each = |(large, small): (u64, u64)| {
        count(large.saturating_sub(small)) / count(functions.saturating_sub(SMALL))
    };
    let bare = sizes.first().copied().map_or(f64::NAN, each);
    for (contender, &(large, small)) in options.contenders.iter().zip(sizes) {
        let own = each((large, small));
        println!(
            "| {} | {large} | {small} | {own:.0} | {:.0} | {:.2} |",
            contender.title,
            own - bare,
            own / bare,
        );
    }
    println!(
        "\nBytes a function are the slope between both crates, so that the library itself does not enter."
    );
}

#[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
fn count(number: u64) -> f64 {
    number as f64
}
