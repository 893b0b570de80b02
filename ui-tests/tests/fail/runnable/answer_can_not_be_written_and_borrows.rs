use audit_core::runnable;

struct Receipt;

#[runnable("last")]
fn last<'a>(of: &'a [String]) -> Option<(&'a str, Receipt)> {
    of.last().map(|last| (last.as_str(), Receipt))
}

#[runnable("hidden")]
fn hidden() -> Result<impl Copy, String> {
    Ok(1)
}

fn main() {}
