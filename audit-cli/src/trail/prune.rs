//! `audit trail prune`: what may go, goes.

use audit_core::Fields;
use audit_trail::retention::{RetentionPlan, RetentionPolicy, RetentionRule};
use audit_trail::{plan_retention, prune as take_out};
use clap::Args;
use serde_json::{Value, json};

use crate::console::{Console, Stream, one_line_path};
use crate::exit::{Exit, Stop};
use crate::question::Format;

use super::access::AccessArgs;
use super::answer;
use super::bar::Bar;
use super::cell::{count, counted};
use super::failure::stop;
use super::file::FileArgs;
use super::key::KeyFileArgs;
use super::question::now;
use super::table::{Column, Table};
use super::tenant::NoTenantArgs;

#[derive(Debug, Args)]
pub(crate) struct PruneArgs {
    #[command(flatten)]
    file: FileArgs,
    /// What may go, such as `search.*=7d,10000`: by name or pattern, after how long, or which are not among the latest so many
    ///
    /// May be given several times: the first that fits a name counts, and what none fits stays. Ages are in `s`, `m`, `h`, `d`
    /// or `w`. What the trail tells of itself, and changes of policy and mode, never go.
    #[arg(long, value_name = "NAMES=AGE,COUNT", required = true)]
    policy: Vec<RetentionRule>,
    /// Tells what would go, and takes nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    key: KeyFileArgs,
    /// How it is told
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    access: AccessArgs,
    #[command(flatten)]
    whole: NoTenantArgs,
}

/// Takes out what the policy says, and tells what went. Hashes stay, so what remains still proves.
pub(crate) fn prune(args: &PruneArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    args.whole.check("prune")?;
    let path = &args.file.file;
    let policy = RetentionPolicy::new(args.policy.iter().cloned());
    drop(args.file.open()?);
    let mut access = args.access.open(path)?;
    let plan = plan_retention(path, &policy, now()).map_err(stop)?;
    let data = Fields::new()
        .with("policy", policy.to_string())
        .with("dry_run", args.dry_run)
        .with("records", plan.records());
    access.record(path, "trail.prune", data)?;
    let told_by = if args.dry_run {
        Vec::new()
    } else {
        let key = args.key.load(path)?;
        let bar = Bar::new("taking records out", plan.records(), &console.err);
        let mut progress = |gone| bar.set(gone, plan.records());
        take_out(path, &key, &plan, &mut progress)
            .map_err(stop)?
            .told_by
    };
    match args.format {
        Format::Json => console.out.json(&json(args, &plan, &told_by))?,
        Format::Text => text(args, &plan, &told_by, &mut console.out)?,
    }
    Ok(Exit::Fine)
}

fn json(args: &PruneArgs, plan: &RetentionPlan, told_by: &[u64]) -> Value {
    let groups = plan.groups().iter().map(
        |group| json!({"name": group.name, "records": group.records, "expired": group.expired}),
    );
    json!({
        "trail": args.file.file.display().to_string(),
        "policy": plan.policy(),
        "dry_run": args.dry_run,
        "records": plan.records(),
        "groups": groups.collect::<Vec<_>>(),
        "ranges": plan.ranges(),
        "told_by": told_by,
    })
}

fn text(
    args: &PruneArgs,
    plan: &RetentionPlan,
    told_by: &[u64],
    out: &mut Stream<'_>,
) -> Result<(), Stop> {
    let (trail, records) = (
        one_line_path(&args.file.file),
        counted(plan.records(), "record"),
    );
    let columns = [
        Column::text("name").cut_to(12),
        Column::number(if args.dry_run { "would go" } else { "went" }),
        Column::number("of"),
    ];
    let rows = plan.groups().iter().map(|group| {
        vec![
            group.name.clone(),
            count(group.expired),
            count(group.records),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    if !rows.is_empty() {
        let table = Table::fit(&columns, &rows, answer::width(out), false);
        out.line(table.head())?;
        for row in &rows {
            out.line(table.row(row))?;
        }
    }
    let told: Vec<String> = told_by.iter().map(u64::to_string).collect();
    match (args.dry_run, told.as_slice()) {
        (true, _) => out.line(format_args!("{trail}: {records} would go"))?,
        (false, []) => out.line(format_args!("{trail}: nothing went"))?,
        (false, [one]) => out.line(format_args!(
            "{trail}: {records} went, as record {one} tells"
        ))?,
        (false, many) => out.line(format_args!(
            "{trail}: {records} went, as records {} tell",
            many.join(", ")
        ))?,
    }
    Ok(())
}
