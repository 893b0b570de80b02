//! Calls Cargo.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use audit_benches::engine::BoxError;

/// A way to build.
#[derive(Clone, Copy)]
pub(crate) struct Step(&'static [&'static str]);

/// Every way to build, in order.
pub(crate) const STEPS: [Step; 3] = [
    Step(&["check"]),
    Step(&["build"]),
    Step(&["build", "--release"]),
];

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`cargo {}`", self.0.join(" "))
    }
}

/// What a build took, in seconds.
#[derive(Clone, Copy)]
pub(crate) struct Took {
    /// By the clock on the wall.
    pub(crate) wall: f64,
    /// Of all processors together, which other programs disturb less. Not a number where the system does not tell.
    pub(crate) processor: f64,
}

/// Builds crates of one workspace.
pub(crate) struct Builder {
    folder: PathBuf,
}

impl Builder {
    /// For the workspace in a folder.
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// Builds a crate; what that took.
    pub(crate) fn run(&self, step: Step, package: &str) -> Result<Took, BoxError> {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args(step.0)
            .args(["--offline", "--package", package])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_INCREMENTAL", "0")
            // A crate without a warning is not the point.
            .env("RUSTFLAGS", "-Awarnings")
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        let (started, spent) = (Instant::now(), children());
        let output = cargo.output()?;
        let took = Took {
            wall: started.elapsed().as_secs_f64(),
            processor: children() - spent,
        };
        if output.status.success() {
            Ok(took)
        } else {
            let problems = String::from_utf8_lossy(&output.stderr);
            let shown: Vec<&str> = problems
                .lines()
                .filter(|line| !line.starts_with("   Compiling"))
                .take(60)
                .collect();
            Err(format!("{step} of {package}:\n{}", shown.join("\n")).into())
        }
    }

    fn binary(&self, package: &str) -> PathBuf {
        self.folder.join("target/release").join(package)
    }

    /// What a crate's program prints.
    pub(crate) fn answer(&self, package: &str) -> Result<String, BoxError> {
        let output = Command::new(self.binary(package))
            .arg("order-1042-of-may")
            .output()?;
        if !output.status.success() {
            return Err(format!("{package}: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Bytes of a crate's stripped release binary.
    pub(crate) fn bytes(&self, package: &str) -> Result<u64, BoxError> {
        Ok(std::fs::metadata(self.binary(package))?.len())
    }
}

/// Processor seconds of this program's finished children, and theirs. Linux counts them in hundredths.
fn children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name, which may hold anything, come `utime` and `stime` as 11th and 12th, then those of the children.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks: Vec<f64> = fields
        .split_whitespace()
        .skip(13)
        .take(2)
        .filter_map(|ticks| ticks.parse().ok())
        .collect();
    match ticks.as_slice() {
        [user, system] => (user + system) / 100.0,
        _ => f64::NAN,
    }
}
