//! What is measured, and how much of it.

use std::path::PathBuf;
use std::time::Duration;

use audit_benches::engine::BoxError;
use audit_benches::measure::Depth;

/// A part of the bench.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What a record costs its caller.
    Caller,
    /// Calls that wait for the disk.
    Durable,
    /// A load that is taken in without a loss.
    Absorb,
    /// Writing with every index live.
    Live,
    /// Checking all of it.
    Verify,
    /// Asking.
    Query,
}

impl Part {
    const ALL: [(&str, Self); 6] = [
        ("caller", Self::Caller),
        ("durable", Self::Durable),
        ("absorb", Self::Absorb),
        ("live", Self::Live),
        ("verify", Self::Verify),
        ("query", Self::Query),
    ];
}

/// What is measured, and how much of it.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) depth: Depth,
    parts: Vec<Part>,
    /// How many records are written, verified and asked for.
    pub(crate) rows: u64,
    /// A trail of an earlier run that is asked and verified in place of a new one.
    pub(crate) stock: Option<PathBuf>,
    /// How long the load lasts.
    pub(crate) load: Duration,
    /// How many records a second come in under load.
    pub(crate) rate: u64,
}

impl Choice {
    /// What the command line says.
    ///
    /// # Errors
    /// It says a word that is no part, or a number that is none.
    pub(crate) fn from_args() -> Result<Self, BoxError> {
        let depth = Depth::from_args();
        let (mut parts, mut rows, mut seconds, mut rate) = (Vec::new(), None, None, None);
        let mut stock = None;
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            if arg == "--stock" {
                stock = args.next().map(PathBuf::from);
                continue;
            }
            let mut number = || -> Result<Option<u64>, BoxError> {
                let text = args.next().unwrap_or_default();
                let parsed = text.replace('_', "").parse();
                parsed
                    .map(Some)
                    .map_err(|_| format!("`{arg}` takes a number, and found `{text}`").into())
            };
            match arg.as_str() {
                "--rows" => rows = number()?,
                "--seconds" => seconds = number()?,
                "--rate" => rate = number()?,
                // Said by Cargo, or meant for the harness of other benches.
                flag if flag.starts_with('-') => {}
                word => {
                    let known = Part::ALL.into_iter().find(|(name, _)| *name == word);
                    let (_, part) = known.ok_or_else(|| {
                        let names = Part::ALL.map(|(name, _)| name).join("`, `");
                        format!("`{word}` is no part of this bench; parts are `{names}`")
                    })?;
                    parts.push(part);
                }
            }
        }
        let (short_rows, short_seconds, usual_rate) = match depth {
            Depth::Smoke => (2_000, 0, 2_000),
            Depth::Full if parts.is_empty() => (100_000, 3, 200_000),
            Depth::Full => (1_000_000, 30, 200_000),
        };
        let load = match seconds.unwrap_or(short_seconds) {
            0 => Duration::from_millis(200),
            seconds => Duration::from_secs(seconds),
        };
        Ok(Self {
            depth,
            parts,
            rows: rows.unwrap_or(short_rows),
            stock,
            load,
            rate: rate.unwrap_or(usual_rate),
        })
    }

    /// Whether a part was chosen, or none.
    pub(crate) fn wants(&self, part: Part) -> bool {
        self.parts.is_empty() || self.parts.contains(&part)
    }

    /// Whether times mean something.
    pub(crate) fn is_full(&self) -> bool {
        self.depth == Depth::Full
    }
}
