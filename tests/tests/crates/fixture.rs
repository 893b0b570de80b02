//! A crate of a user's: one file of `fixtures`, with a manifest of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::diagnostic::{Diagnostic, diagnostics};

pub(crate) struct Fixture {
    name: &'static str,
    variant: String,
    edition: &'static str,
    dependency: &'static str,
    features: String,
    manifest: &'static str,
    edit: fn(&str) -> String,
}

impl Fixture {
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            variant: name.to_owned(),
            edition: "2024",
            dependency: "audit-core = { {at} }",
            features: String::new(),
            manifest: "",
            edit: str::to_owned,
        }
    }

    pub(crate) fn edition(mut self, edition: &'static str) -> Self {
        self.edition = edition;
        self.variant.push_str(edition);
        self
    }

    /// How the manifest names the dependency; `{at}` is where it is.
    pub(crate) fn dependency(mut self, dependency: &'static str) -> Self {
        self.dependency = dependency;
        self
    }

    pub(crate) fn feature(mut self, feature: &str) -> Self {
        self.features = format!(", features = [\"{feature}\"]");
        self.variant.push_str(feature);
        self
    }

    pub(crate) fn manifest(mut self, manifest: &'static str) -> Self {
        self.manifest = manifest;
        self
    }

    /// The same source, changed.
    pub(crate) fn edited(mut self, variant: &str, edit: fn(&str) -> String) -> Self {
        self.variant.push_str(variant);
        self.edit = edit;
        self
    }

    /// Builds and runs it; it must compile and end well.
    pub(crate) fn run(&self) {
        let output = self.cargo("run", &["--quiet"]);
        let wrong = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {wrong}", self.variant);
    }

    /// What the compiler says of it.
    pub(crate) fn said(&self, command: &str) -> Vec<Diagnostic> {
        let output = self.cargo(command, &["--quiet", "--message-format=json"]);
        diagnostics(&String::from_utf8_lossy(&output.stdout))
    }

    fn cargo(&self, command: &str, arguments: &[&str]) -> Output {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("crates");
        let directory = place.join(format!("{}-{command}", self.variant));
        self.write(root, &directory);
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .arg(command)
            .args(["--offline", "--manifest-path"])
            .arg(directory.join("Cargo.toml"))
            .args(arguments)
            // One for all: what they depend on is built once.
            .env("CARGO_TARGET_DIR", place.join("target"))
            .env_remove("RUSTFLAGS");
        cargo.output().unwrap()
    }

    /// Writes it down. The versions of everything it depends on are those of the workspace.
    fn write(&self, root: &Path, directory: &Path) {
        let (source, at) = (self.source(root), root.join("audit-core"));
        let at = format!("path = {:?}{}", at.display().to_string(), self.features);
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n{more}\n[[bin]]\nname = \"{name}\"\n\
             path = \"main.rs\"\n[dependencies]\n{dependency}\n[workspace]\n[profile.dev]\ndebug = false\n",
            name = self.variant,
            edition = self.edition,
            more = self.manifest,
            dependency = self.dependency.replace("{at}", &at),
        );
        fs::create_dir_all(directory).unwrap();
        fs::copy(root.join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
        fs::write(directory.join("Cargo.toml"), manifest).unwrap();
        fs::write(directory.join("main.rs"), source).unwrap();
    }

    fn source(&self, root: &Path) -> String {
        let file: PathBuf = root
            .join("tests/fixtures")
            .join(format!("{}.rs", self.name));
        (self.edit)(&fs::read_to_string(file).unwrap())
    }
}
