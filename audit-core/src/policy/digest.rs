//! The canonical digest: the same for the same policy, in every process and on every machine.

use std::io::{self, BufWriter, Write as _};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::decision::Digest;

use super::model::{
    Declarations, FieldType, Governance, Language, PolicySet, Rule, Schema, Settings,
};

/// Names what is hashed, so that no other document can have the same digest by accident.
const PREFIX: &[u8] = b"audit-policy/v1\n";
/// JSON is written a few bytes at a time; a hash takes many at once faster.
const BUFFER: usize = 8 * 1024;

/// SHA-256 over what the policy means: schema, rules and governance as JSON, declarations by name,
/// rules in file order (it decides which one matches first). What is kept out of records enters where
/// anything is. Comments, white space, spelling of numbers and ignored keys do not enter.
pub(super) fn digest(set: &PolicySet) -> Digest {
    let mut schema = set.schema.clone();
    schema.actions.sort_by(|a, b| a.0.cmp(&b.0));
    for (_, fields) in &mut schema.actions {
        sort_by_name(fields);
    }
    sort_by_name(&mut schema.actor);
    sort_by_name(&mut schema.snapshot);

    let mut hasher = Sha256::new_with_prefix(PREFIX);
    let mut writer = BufWriter::with_capacity(BUFFER, Absorb(&mut hasher));
    // Writing into a hash can't fail, and every key is a string.
    let written = serde_json::to_writer(&mut writer, &Written::of(set, &schema));
    debug_assert!(written.is_ok(), "a checked policy set is always JSON");
    let flushed = writer.flush();
    debug_assert!(flushed.is_ok(), "writing into a hash can't fail");
    drop(writer);
    Digest(hasher.finalize().into())
}

/// What is hashed of a set. What version 1 can't say is left out where it says what version 1 means.
#[derive(Serialize)]
struct Written<'s> {
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<Language>,
    schema: &'s Schema,
    version: u32,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    settings: Option<&'s Settings>,
    rules: &'s [Rule],
    governance: Option<&'s Governance>,
}

impl<'s> Written<'s> {
    fn of(set: &'s PolicySet, schema: &'s Schema) -> Self {
        Self {
            language: Some(set.language).filter(|language| *language != Language::Version1),
            schema,
            version: set.version,
            settings: Some(&set.settings).filter(|settings| **settings != Settings::VERSION_1),
            rules: &set.rules,
            governance: set.governance.as_ref(),
        }
    }
}

fn sort_by_name(declarations: &mut Declarations) {
    declarations.sort_by(|a, b| a.0.cmp(&b.0));
    for (_, declaration) in declarations {
        if let FieldType::Map(parts) = &mut declaration.kind {
            sort_by_name(parts);
        }
    }
}

/// A hash as a place to write to.
struct Absorb<'h>(&'h mut Sha256);

impl io::Write for Absorb<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
