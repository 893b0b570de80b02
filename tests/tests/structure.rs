//! The house stands as ARCHITECTURE.md says: modules on their floors, crates in their order.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use audit_tests::structure::{Source, read_floors, violations};
use serde_json::Value;

/// The crates of the product from the lowest up; each may depend on those before it.
const ORDER: [&str; 8] = [
    "audit-process",
    "audit-sites",
    "audit-macros",
    "audit-core",
    "audit-trail",
    "audit-bridge",
    "audit-tenant",
    "audit-cli",
];

type Failure = Box<dyn std::error::Error>;

#[test]
fn every_import_goes_down_and_no_modules_form_a_circle() -> Result<(), Failure> {
    let house = fs::read_to_string(root().join("ARCHITECTURE.md"))
        .map_err(|error| format!("ARCHITECTURE.md: {error}"))?;
    let floors = read_floors(&house);
    let mut found = Vec::new();
    for package in packages()? {
        let name = text(&package["name"]);
        let folder = Path::new(text(&package["manifest_path"])).with_file_name("src");
        let mut sources = Vec::new();
        collect(&folder, &folder, &mut sources)?;
        let problems = violations(&sources, floors.get(name))?;
        found.extend(
            problems
                .into_iter()
                .map(|problem| format!("{name}: {problem}")),
        );
    }
    assert!(
        found.is_empty(),
        "against `## Floors` in ARCHITECTURE.md:\n  {}",
        found.join("\n  ")
    );
    Ok(())
}

#[test]
fn crates_depend_only_on_lower_crates() -> Result<(), Failure> {
    let packages = packages()?;
    let ours: Vec<&str> = packages
        .iter()
        .map(|package| text(&package["name"]))
        .collect();
    for (height, name) in ORDER.iter().enumerate() {
        let package = packages
            .iter()
            .find(|package| text(&package["name"]) == *name);
        let package = package.ok_or_else(|| format!("`{name}` is no crate of the workspace"))?;
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        // A dev-dependency may point up: Cargo allows the circle, and no user builds it.
        for dependency in dependencies.filter(|dependency| dependency["kind"] != "dev") {
            let below = text(&dependency["name"]);
            let allowed =
                !ours.contains(&below) || ORDER.iter().take(height).any(|lower| *lower == below);
            assert!(
                allowed,
                "`{name}` depends on `{below}`, which does not stand below it in {ORDER:?}"
            );
        }
    }
    Ok(())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("")
}

fn packages() -> Result<Vec<Value>, Failure> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|_| String::from_utf8_lossy(&output.stderr))?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    Ok(packages.cloned().unwrap_or_default())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn collect(folder: &Path, base: &Path, sources: &mut Vec<Source>) -> io::Result<()> {
    // A crate of examples or benches can do without `src`.
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, base, sources)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let below = path
                .strip_prefix(base)
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            sources.push((below, fs::read_to_string(&path)?));
        }
    }
    Ok(())
}
