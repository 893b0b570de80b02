//! `audit trail stats`: how many records there are of what, over time; without anything to count by an overview.

mod groups;
mod overview;
mod span;
mod whole;

use std::time::Duration;

use audit_core::Fields;
use audit_trail::store::StoreReader;
use audit_trail::{Aggregation, Dimension};
use clap::Args;

use crate::console::Console;
use crate::exit::{Exit, Stop};

use super::access::AccessArgs;
use super::answer::Format;
use super::failure::stop;
use super::file::FileArgs;
use super::question::TextArgs;
use super::tenant::{TenantArgs, kept_to};
use super::{cell, query};

use overview::Overview;

#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    #[command(flatten)]
    file: FileArgs,
    #[command(flatten)]
    text: TextArgs,
    /// Counts by what records have in common, such as `effect,rule`
    ///
    /// One or more of `kind`, `name`, `action`, `actor`, `tenant`, `resource`, `effect`, `rule`, `outcome`, `mode`, with commas
    /// between them.
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    by: Vec<Dimension>,
    /// Counts for each span of time of this length, such as `15m`, `1h` or `1d`, from midnight UTC
    #[arg(long, value_name = "SPAN", value_parser = span::read)]
    every: Option<Duration>,
    /// Shows so many groups, those with most records, and all others as one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    top: Option<u32>,
    /// Tells what deciding or the call took: half, nine in ten and ninety-nine in a hundred took this or less, and the longest
    #[arg(long)]
    quantiles: bool,
    /// How they are written
    ///
    /// Tables and CSV show as escapes what would steer a terminal or turn the direction of text. In CSV, `'` stands before a field
    /// that begins with `=`, `+`, `-` or `@`, so that no spreadsheet takes it for a formula.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    access: AccessArgs,
}

impl StatsArgs {
    fn is_overview(&self) -> bool {
        self.by.is_empty() && self.every.is_none() && self.top.is_none() && !self.quantiles
    }
}

/// Prints what was counted.
pub(crate) fn stats(args: &StatsArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let tenant = args.tenant.read()?;
    let query = kept_to(tenant.as_ref(), args.text.query(console)?);
    let path = &args.file.file;
    let mut reader = args.file.open()?;
    let mut access = args.access.open_for(tenant.as_ref(), path)?;
    let data = Fields::new()
        .with("query", query.to_string())
        .with("by", names(&args.by));
    if args.is_overview() {
        let overview = match &tenant {
            Some(tenant) => Overview::of_tenant(path, &mut reader, &query, tenant)?,
            None => Overview::of(path, &mut reader, &query, args.text.is_empty())?,
        };
        let data = data.with("records", overview.counted());
        access.record(path, "trail.stats", data)?;
        overview.write(args.format, &mut console.out)?;
        return Ok(Exit::Fine);
    }
    let mut asked = Aggregation::new(query);
    for dimension in &args.by {
        asked = asked.by(*dimension);
    }
    if let Some(every) = args.every {
        asked = asked.every(every);
    }
    if let Some(top) = args.top {
        asked = asked.top(usize::try_from(top).unwrap_or(usize::MAX));
    }
    if args.quantiles {
        asked = asked.with_latency();
    }
    let tally = reader.aggregate(&asked).map_err(stop)?;
    access.record(path, "trail.stats", data.with("records", tally.records))?;
    let groups = groups::Groups {
        tally: &tally,
        dimensions: asked.dimensions(),
        every: args.every,
        has_latency: args.quantiles,
    };
    groups.write(args.format, &mut console.out)?;
    if tally.records == 0 {
        query::note_none(&mut console.err)?;
    }
    if tally.is_cut {
        let most = cell::count(Aggregation::MAX_GROUPS as u64);
        console.err.line(format_args!(
            "note: there are more than {most} groups; the rest stand together as one"
        ))?;
    }
    Ok(Exit::Fine)
}

fn names(by: &[Dimension]) -> String {
    let names: Vec<&str> = by.iter().map(|dimension| dimension.as_str()).collect();
    names.join(",")
}
