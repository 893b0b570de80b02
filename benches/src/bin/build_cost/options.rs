//! The command line.

use audit_benches::engine::BoxError;

use crate::contender::{self, Contender};
use crate::workspace::SMALL;

/// What was asked for.
pub(crate) struct Options {
    /// Functions in a large crate.
    pub(crate) functions: u64,
    /// How often each crate is built.
    pub(crate) rounds: usize,
    /// Whose crates; the first is the one the others are compared with.
    pub(crate) contenders: Vec<&'static Contender>,
    /// Whether the crates stay.
    pub(crate) keep: bool,
}

impl Options {
    /// Reads arguments.
    pub(crate) fn from_args(mut args: impl Iterator<Item = String>) -> Result<Self, BoxError> {
        let mut options = Self {
            functions: 1_000,
            rounds: 3,
            contenders: contender::default(),
            keep: false,
        };
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or(format!("`{arg}` needs a value"));
            match arg.as_str() {
                "--functions" => options.functions = value()?.parse()?,
                "--rounds" => options.rounds = value()?.parse()?,
                "--only" => {
                    options.contenders =
                        value()?.split(',').map(named).collect::<Result<_, _>>()?;
                }
                "--keep" => options.keep = true,
                _ => {
                    return Err(format!(
                        "`{arg}`? There are --functions, --rounds, --only and --keep"
                    )
                    .into());
                }
            }
        }
        if options.rounds == 0 || options.functions <= SMALL {
            return Err(format!("at least one round and more than {SMALL} functions").into());
        }
        Ok(options)
    }
}

fn named(name: &str) -> Result<&'static Contender, String> {
    let mut all = contender::all();
    all.find(|contender| contender.name == name).ok_or_else(|| {
        format!(
            "no contender `{name}`: {:?}",
            contender::all().map(|one| one.name).collect::<Vec<_>>()
        )
    })
}
