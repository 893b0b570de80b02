//! `audit policy schema`: the JSON Schema of a policy file or a suite of its tests, for editors.

use audit_core::{POLICY_FILE_JSON_SCHEMA, SCHEMA_FILE_JSON_SCHEMA};
use clap::{Args, ValueEnum};

use crate::console::Console;
use crate::exit::{Exit, Stop};

/// The JSON Schema (draft 2020-12) of suites.
const SUITE_JSON_SCHEMA: &str = include_str!("../schemas/policy_suite.v1.schema.json");

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// The file that the JSON Schema is about
    #[arg(value_enum, value_name = "FILE", default_value_t)]
    file: File,
}

/// The files that have a JSON Schema.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum File {
    /// `policy.yaml`: the rules
    #[default]
    Policy,
    /// `schema.yaml`: what actions, actor and snapshot look like
    Schema,
    /// A suite for `audit policy test`
    Suite,
}

/// Prints the JSON Schema.
pub(crate) fn schema(args: &SchemaArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    console.out.text(match args.file {
        File::Policy => POLICY_FILE_JSON_SCHEMA,
        File::Schema => SCHEMA_FILE_JSON_SCHEMA,
        File::Suite => SUITE_JSON_SCHEMA,
    })?;
    Ok(Exit::Fine)
}
