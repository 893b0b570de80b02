//! What a crate sets for all its attributes: `[package.metadata.audit]` in its `Cargo.toml`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use toml::de::{DeTable, DeValue};

use crate::mistake::list;

/// What an `#[admit]` function does while no runtime is installed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Uninstalled {
    /// A forgotten `install` must not open the gate.
    #[default]
    Refuse,
    Run,
}

impl Uninstalled {
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        match word {
            "refuse" => Some(Self::Refuse),
            "run" => Some(Self::Run),
            _ => None,
        }
    }
}

/// What holds where an attribute says nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Defaults {
    pub(crate) uninstalled: Uninstalled,
    /// What is wrong in the file; said once, at the first attribute of the crate.
    pub(crate) mistakes: Vec<String>,
    /// Whether this expansion makes the compiler watch the file; the first of the crate does.
    pub(crate) watch: bool,
}

/// `schema` is for the check of attributes against the crate's schema, which reads it itself.
const KEYS: [&str; 2] = ["uninstalled", "schema"];

/// The file that was read last. An editor's server expands several crates in one process.
static LAST: Mutex<Option<(OsString, Uninstalled)>> = Mutex::new(None);

/// The defaults of the crate being compiled, read once; without Cargo, the framework's.
pub(crate) fn defaults() -> Defaults {
    let Some(directory) = std::env::var_os("CARGO_MANIFEST_DIR") else {
        return Defaults::default();
    };
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, uninstalled)) = &*last
        && *known == directory
    {
        return Defaults {
            uninstalled: *uninstalled,
            ..Defaults::default()
        };
    }
    let file = PathBuf::from(&directory).join("Cargo.toml");
    let defaults = match std::fs::read_to_string(&file) {
        Ok(text) => Defaults {
            watch: true,
            ..parse(&text, &file)
        },
        Err(_) => Defaults::default(),
    };
    *last = Some((directory, defaults.uninstalled));
    defaults
}

fn parse(text: &str, file: &Path) -> Defaults {
    let mut defaults = Defaults::default();
    // Cargo has read the file already: where it can't be read here, there is nothing to say about it.
    let Ok(document) = DeTable::parse(text) else {
        return defaults;
    };
    let mut table = Some(document.get_ref());
    for key in ["package", "metadata"] {
        table = table.and_then(|table| table.get(key)?.get_ref().as_table());
    }
    let place = format!("in `[package.metadata.audit]` of {}", file.display());
    match table
        .and_then(|metadata| metadata.get("audit"))
        .map(|value| value.get_ref())
    {
        None => {}
        Some(DeValue::Table(audit)) => read(audit, &place, &mut defaults),
        Some(_) => defaults.mistakes.push(format!("expected a table {place}")),
    }
    defaults
}

fn read(audit: &DeTable<'_>, place: &str, defaults: &mut Defaults) {
    for (key, value) in audit {
        let key: &str = key.get_ref();
        if key == "uninstalled" {
            let word = value.get_ref().as_str();
            match word.and_then(Uninstalled::from_word) {
                Some(uninstalled) => defaults.uninstalled = uninstalled,
                None => defaults.mistakes.push(format!(
                    "`uninstalled` knows no {} {place}: accepted are `refuse`, `run`",
                    word.map_or_else(
                        || value.get_ref().type_str().to_owned(),
                        |word| format!("word `{word}`")
                    ),
                )),
            }
        } else if !KEYS.contains(&key) {
            defaults.mistakes.push(format!(
                "unknown key `{key}` {place}: accepted are {}",
                list(KEYS)
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Defaults {
        parse(text, Path::new("/app/Cargo.toml"))
    }

    #[test]
    fn a_crate_sets_what_an_uninstalled_runtime_means() {
        for text in [
            "[package.metadata.audit]\nuninstalled = \"run\"\nschema = \"policy/schema.yaml\"",
            "[package]\nmetadata.audit.uninstalled = 'run'",
            "package = { metadata = { audit = { uninstalled = \"run\" } } }",
        ] {
            let defaults = read(text);
            assert_eq!(defaults.uninstalled, Uninstalled::Run, "{text}");
            assert!(defaults.mistakes.is_empty());
        }
    }

    #[test]
    fn a_crate_that_says_nothing_refuses() {
        for text in [
            "",
            "[package]\nname = \"app\"",
            "[package.metadata.docs]\nuninstalled = \"run\"",
            "= broken",
        ] {
            let defaults = read(text);
            assert_eq!(defaults.uninstalled, Uninstalled::Refuse);
            assert!(defaults.mistakes.is_empty());
        }
    }

    #[test]
    fn what_is_wrong_names_the_file_and_what_is_accepted() {
        let defaults = read("[package.metadata.audit]\nuninstalled = \"rum\"\nsheme = 1");
        assert_eq!(
            defaults.mistakes,
            [
                "unknown key `sheme` in `[package.metadata.audit]` of /app/Cargo.toml: accepted are `uninstalled`, `schema`",
                "`uninstalled` knows no word `rum` in `[package.metadata.audit]` of /app/Cargo.toml: accepted are `refuse`, `run`",
            ]
        );
        assert_eq!(
            read("package.metadata.audit.uninstalled = true").mistakes,
            [
                "`uninstalled` knows no boolean in `[package.metadata.audit]` of /app/Cargo.toml: accepted are `refuse`, `run`"
            ]
        );
        assert_eq!(
            read("package.metadata.audit = 1").mistakes,
            ["expected a table in `[package.metadata.audit]` of /app/Cargo.toml"]
        );
    }
}
