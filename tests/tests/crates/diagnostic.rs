//! What the compiler says, as far as a user reads it.

use serde_json::Value;

/// One message with the places it underlines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Diagnostic {
    code: String,
    message: String,
    /// Line and columns of what is wrong.
    primary: Vec<(u64, u64, u64)>,
    /// Line, columns and label of each place in the user's file.
    places: Vec<(u64, u64, u64, String)>,
    /// Notes and helps, with the text they would put in.
    further: Vec<String>,
}

/// The messages of a build, sorted.
pub(crate) fn diagnostics(lines: &str) -> Vec<Diagnostic> {
    let messages = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut said: Vec<_> = messages
        .filter(|message| message["reason"] == "compiler-message")
        // What it depends on is not its own.
        .filter(|message| message["target"]["kind"][0] == "bin")
        .map(|message| diagnostic(&message["message"]))
        .filter(|said| !is_summary(said))
        .collect();
    said.sort();
    said
}

fn is_summary(said: &Diagnostic) -> bool {
    said.places.is_empty()
        && (said.message.contains(" emitted") || said.message.contains("aborting due to"))
        || said
            .message
            .starts_with("Some errors have detailed explanations")
        || said.message.starts_with("For more information about")
}

fn diagnostic(message: &Value) -> Diagnostic {
    let spans = message["spans"].as_array().unwrap();
    let place = |span: &Value| {
        (
            span["line_start"].as_u64().unwrap(),
            span["column_start"].as_u64().unwrap(),
            span["column_end"].as_u64().unwrap(),
            text(&span["label"]),
        )
    };
    let mut places: Vec<_> = spans.iter().map(place).collect();
    places.sort();
    let primary = spans.iter().filter(|span| span["is_primary"] == true);
    let primary = primary
        .map(place)
        .map(|(line, from, to, _)| (line, from, to));
    let children = message["children"].as_array().unwrap();
    let further = |child: &Value| {
        let spans = child["spans"].as_array().unwrap();
        let put: Vec<_> = spans
            .iter()
            .map(|span| {
                format!(
                    "{}:{} {}",
                    span["line_start"], span["column_start"], span["suggested_replacement"]
                )
            })
            .collect();
        format!("{} {}", text(&child["message"]), put.join(", "))
    };
    let mut further: Vec<_> = children.iter().map(further).collect();
    further.sort();
    Diagnostic {
        code: text(&message["code"]["code"]),
        // An argument that is bound again for the body was assigned there, where the bare one was passed: the one
        // word that differs, in a true sentence at the same place.
        message: text(&message["message"]).replace("value passed to", "value assigned to"),
        primary: primary.collect(),
        places,
        further,
    }
}

impl Diagnostic {
    /// What is wrong and where, without the labels around it.
    pub(crate) fn headline(&self) -> Self {
        Self {
            places: Vec::new(),
            further: Vec::new(),
            ..self.clone()
        }
    }

    /// The kind of mistake and where, without its words.
    pub(crate) fn kind(&self) -> Self {
        Self {
            message: String::new(),
            ..self.headline()
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A source without its attributes, every line where it was.
pub(crate) fn bare(source: &str) -> String {
    let without = |line: &str| {
        let code = line.trim_start();
        if code.starts_with("#[audit") || code.starts_with("#[admit") {
            // Not an empty line, about which clippy has a word.
            "//".to_owned()
        } else {
            // What the attributes alone use would be an unused import.
            line.replace(
                "use audit_core::{Refused, admit, audit};",
                "use audit_core::{Refused};        ",
            )
        }
    };
    let lines: Vec<_> = source.lines().map(without).collect();
    lines.join("\n") + "\n"
}
