//! Tables whose rows are no contenders of one operation, and the numbers in them.

use std::time::Duration;

use audit_benches::measure::{count, median, nanos};

/// A Markdown table that is printed row by row, as a long run goes on.
pub(crate) struct Table {
    printed: bool,
}

impl Table {
    /// Prints the head of a table; nothing of it, if times mean nothing.
    pub(crate) fn new(printed: bool, title: &str, columns: &[&str]) -> Self {
        let table = Self { printed };
        if printed {
            println!("\n### {title}\n");
            table.row(columns.iter().map(|column| (*column).to_owned()));
            println!("|---{}|", "|--:".repeat(columns.len().saturating_sub(1)));
        }
        table
    }

    /// Prints a row.
    pub(crate) fn row(&self, cells: impl IntoIterator<Item = String>) {
        if self.printed {
            let cells: Vec<String> = cells.into_iter().collect();
            println!("| {} |", cells.join(" | "));
        }
    }
}

/// So many a second.
pub(crate) fn per_second(number: u64, took: Duration) -> f64 {
    count(number) / nanos(took) * 1e9
}

/// A large number, in groups of three digits.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rates are positive and far below 2^63"
)]
pub(crate) fn grouped(number: f64) -> String {
    let digits = (number.round() as u64).to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A size in the unit that suits it.
pub(crate) fn bytes(number: u64) -> String {
    match number {
        ..1_048_576 => format!("{:.0} KiB", count(number) / 1024.0),
        1_048_576..1_073_741_824 => format!("{:.0} MiB", count(number) / 1_048_576.0),
        _ => format!("{:.2} GiB", count(number) / 1_073_741_824.0),
    }
}

/// A ratio of one number to another.
pub(crate) fn ratio(value: f64) -> String {
    format!("{value:.2}")
}

/// The value that 99 of 100 do not exceed.
pub(crate) fn percentile_99(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() * 99).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

/// The median of ratios of two series, pair by pair.
pub(crate) fn paired(own: &[f64], peer: &[f64]) -> f64 {
    median(own.iter().zip(peer).map(|(own, peer)| own / peer).collect())
}
