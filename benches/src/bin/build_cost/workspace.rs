//! The generated crates, in one workspace in a temporary folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use audit_benches::engine::BoxError;
use tempfile::TempDir;

use crate::contender::Size;
use crate::options::Options;
use crate::source;

/// Functions in a small crate.
pub(crate) const SMALL: u64 = 20;

const MANIFEST: &str = r#"[workspace]
resolver = "3"
members = ["*-large", "*-small"]

[profile.release]
strip = true
"#;

/// A folder with two crates for every contender.
pub(crate) struct Workspace {
    folder: TempDir,
}

impl Workspace {
    /// Writes all crates.
    pub(crate) fn write(options: &Options) -> Result<Self, BoxError> {
        let house = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .canonicalize()?;
        let workspace = Self {
            folder: tempfile::Builder::new().prefix("build-cost-").tempdir()?,
        };
        fs::write(workspace.folder().join("Cargo.toml"), MANIFEST)?;
        // Cargo takes from it what the crates need and drops the rest.
        fs::copy(
            house.join("Cargo.lock"),
            workspace.folder().join("Cargo.lock"),
        )?;
        for contender in &options.contenders {
            let dependencies = contender
                .dependencies
                .replace("{house}", &house.to_string_lossy());
            for (size, functions) in [(Size::Large, options.functions), (Size::Small, SMALL)] {
                let package = contender.package(size);
                let src = workspace.source(&package);
                fs::create_dir_all(&src)?;
                let manifest = format!(
                    "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
                     [dependencies]\n{dependencies}\n"
                );
                fs::write(src.with_file_name("Cargo.toml"), manifest)?;
                for (name, text) in source::files(functions, contender.attribute, contender.items) {
                    fs::write(src.join(name), text)?;
                }
            }
        }
        Ok(workspace)
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn source(&self, package: &str) -> PathBuf {
        self.folder().join(package).join("src")
    }

    /// Makes a crate look changed.
    pub(crate) fn touch(&self, package: &str) -> Result<(), BoxError> {
        let main = fs::File::options()
            .append(true)
            .open(self.source(package).join("main.rs"))?;
        Ok(main.set_modified(SystemTime::now())?)
    }

    /// Removes everything, unless it is to stay.
    pub(crate) fn leave(self, keep: bool) {
        if keep {
            eprintln!("the crates are in {}", self.folder.keep().display());
        }
    }
}
