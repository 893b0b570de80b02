//! [`TextArgs`]: a query as it is typed.

use audit_core::{Clock as _, Place, SystemClock, Timestamp};
use audit_trail::{Query, QueryError};
use clap::Args;

use crate::console::{Console, one_line};
use crate::drawing::Drawing;
use crate::excerpt::Lines;
use crate::exit::Stop;

/// A query as it is typed.
#[derive(Debug, Args)]
pub(super) struct TextArgs {
    /// What is asked for, such as `actor:alice action:refund effect:block since:24h`; without it every record
    ///
    /// Terms are `key:value`, and all must hold. Values with commas between them are a choice, `*` stands for any characters,
    /// and `-` before a term excludes what it says. Keys: `kind`, `name`, `actor`, `tenant`, `action`, `resource`, `effect`,
    /// `rule`, `outcome`, `mode`, `id`, `call`, `field.<path>`, `seq`, `since`, `until`, `took`. Times are `2026-11-01`,
    /// `2026-11-01T08:00Z`, or how long ago: `90s`, `15m`, `24h`, `7d`. Quote for your shell what has spaces or `*`, `<` and
    /// `>` in it.
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
}

impl TextArgs {
    /// Whether nothing is asked, so that every record is meant.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Reads it. Everything that is wrong with it is told, each with its place underlined.
    pub(super) fn query(&self, console: &mut Console<'_>) -> Result<Query, Stop> {
        read(&self.text, console)
    }
}

/// Reads the words of a query.
pub(super) fn read(words: &[String], console: &mut Console<'_>) -> Result<Query, Stop> {
    // A line break would be a place that no column names, and to a query it is a space like any other.
    let text = words.join(" ").replace(['\n', '\r'], " ");
    match Query::parse(&text, now()) {
        Ok(query) => Ok(query),
        Err(error) => {
            tell(&text, &error, console)?;
            Err(Stop::ToldUsage)
        }
    }
}

/// What `since:24h` counts from.
pub(super) fn now() -> Timestamp {
    SystemClock.wall_at(SystemClock.monotonic_nanos())
}

fn tell(text: &str, error: &QueryError, console: &mut Console<'_>) -> Result<(), Stop> {
    let lines = Lines::new(text);
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    for mistake in error.mistakes() {
        let place = Place {
            line: 1,
            column: number(mistake.column),
            length: number(mistake.length),
        };
        let drawing = Drawing {
            warning: false,
            code: None,
            message: &one_line(&mistake.message),
            file: "query",
            place: Some(place),
            excerpt: lines.excerpt(place),
            note: None,
            hint: None,
        };
        drawing.write(&mut console.err)?;
    }
    Ok(())
}
