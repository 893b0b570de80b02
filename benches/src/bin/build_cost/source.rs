//! The functions: the same ones for every contender, from a fixed seed.

mod body;
mod shape;

use std::fmt::Write;
use std::ops::Range;

use fastrand::Rng;

use self::body::BODIES;
use self::shape::{SHAPES, Shape};

/// Functions in one module: five that call each other, and five that await each other.
const IN_MODULE: u64 = 10;

/// What every module shares, and a `main` that calls each module's door with words that nobody knows beforehand.
const MAIN: &str = include_str!("source/main.txt");

/// One function.
pub(crate) struct Function {
    /// Its name, unlike any other's in the crate.
    pub(crate) name: String,
    shape: &'static Shape,
    /// Whether it can be awaited.
    waits: bool,
    /// Whether it answers text, not a number.
    text: bool,
}

impl Function {
    fn new(number: u64, random: &mut Rng) -> Self {
        Self {
            name: format!("step_{number:04}"),
            shape: random.choice(&SHAPES).unwrap_or(&SHAPES[0]),
            waits: number % 2 == 1,
            text: random.u8(..3) == 0,
        }
    }

    /// The names of its arguments.
    pub(crate) fn arguments(&self) -> Vec<&'static str> {
        let named = self.shape.parameters.split(", ");
        named
            .filter_map(|parameter| parameter.split(':').next())
            .collect()
    }

    /// A call from a place that knows `text` and `number`, whose value is a number.
    fn call(&self) -> String {
        let (waits, text) = (
            if self.waits { ".await" } else { "" },
            if self.text { ".len() as u64" } else { "" },
        );
        format!("{}({}){waits}?{text}", self.name, self.shape.given)
    }

    /// The whole function under an attribute, calling the one before it.
    fn write(&self, attribute: &str, below: Option<&Self>, random: &mut Rng) -> String {
        let Self {
            name,
            shape: Shape {
                parameters, known, ..
            },
            ..
        } = self;
        let kind = if self.waits { "async fn" } else { "fn" };
        let (answers, answer) = if self.text {
            ("String", "format!(\"{text}-{total}\")")
        } else {
            ("u64", "total")
        };
        let body = random
            .choice(&BODIES)
            .unwrap_or(&BODIES[0])
            .replace("{odd}", &(random.u64(1..2_000) * 2 + 1).to_string());
        let mut lines = format!(
            "{attribute}\npub(crate) {kind} {name}({parameters}) -> Result<{answers}, Error> {{\n    {known}\n{body}"
        );
        if self.waits {
            lines.push_str("    crate::turn().await;\n");
        }
        if let Some(below) = below {
            // Writing into a string can't fail.
            let _ = writeln!(
                lines,
                "    let total = total.wrapping_add({});",
                below.call()
            );
        }
        let _ = writeln!(lines, "    Ok({answer})\n}}\n");
        lines
    }
}

/// The files of a crate of so many functions, by name below `src`.
pub(crate) fn files(
    functions: u64,
    attribute: fn(&Function) -> String,
    items: &str,
) -> Vec<(String, String)> {
    let mut random = Rng::with_seed(1_042);
    let mut files = Vec::new();
    let (mut modules, mut doors) = (String::new(), String::new());
    for number in 0..functions.div_ceil(IN_MODULE) {
        let module = format!("part_{number:03}");
        let first = number * IN_MODULE;
        let last = functions.min(first + IN_MODULE);
        // Writing into a string can't fail.
        let _ = writeln!(modules, "mod {module};");
        let _ = writeln!(doors, "        {module}::door(&word, number),");
        files.push((
            format!("{module}.rs"),
            part(first..last, attribute, &mut random),
        ));
    }
    let main = MAIN
        .replace("{modules}", &modules)
        .replace("{doors}", &doors)
        .replace("{items}", items);
    files.push(("main.rs".to_owned(), main));
    files
}

/// A module: its functions, and a door without an attribute that calls the topmost of either kind.
fn part(numbers: Range<u64>, attribute: fn(&Function) -> String, random: &mut Rng) -> String {
    let mut lines = String::from("use crate::Error;\n\n");
    let functions: Vec<Function> = numbers
        .map(|number| Function::new(number, random))
        .collect();
    for (place, function) in functions.iter().enumerate() {
        let below = place.checked_sub(2).and_then(|place| functions.get(place));
        lines.push_str(&function.write(&attribute(function), below, random));
    }
    let top = |waits| {
        functions
            .iter()
            .rev()
            .find(|function| function.waits == waits)
    };
    let called =
        |function: Option<&Function>| function.map_or_else(|| "0".to_owned(), Function::call);
    let (plain, waiting) = (called(top(false)), called(top(true)));
    let _ = writeln!(
        lines,
        "pub(crate) fn door(text: &str, number: u64) -> u64 {{
    let plain = || -> Result<u64, Error> {{ Ok({plain}) }};
    let waiting = async || -> Result<u64, Error> {{ Ok({waiting}) }};
    crate::settle(plain()).wrapping_add(crate::settle(crate::finish(waiting())))
}}"
    );
    lines
}
