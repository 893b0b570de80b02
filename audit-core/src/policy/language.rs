//! Which language a policy set is written in, and its reader.

use super::problem::{Place, ProblemKind, ProblemStage};
use super::reading::log::Log;
use super::reading::wording::{found, quoted};
use super::reading::{File, Files, Reading, Sources};
use super::yaml::Node;
use super::{v1, v2};
use crate::word::nearest;

/// What a file of language 2 says under `language`.
const AUDIT_2: &str = "audit/2";

/// What a file says of its language.
enum Said<'a> {
    /// Language 2.
    Audit2(Place),
    /// A language of ours that does not exist.
    Unknown(&'a Node),
    /// Nothing that version 1 would not ignore.
    Nothing,
}

/// Reads and checks a policy set in the language it says.
pub(super) fn read(sources: &Sources<'_>) -> Reading {
    let files = Files::new(sources);
    let all = [
        (Some(&files.schema), ProblemStage::SchemaParse),
        (Some(&files.policy), ProblemStage::PolicyParse),
        (files.governance.as_ref(), ProblemStage::GovernanceParse),
    ];
    let said: Vec<(&File<'_>, ProblemStage, Said<'_>)> = all
        .into_iter()
        .filter_map(|(file, stage)| file.map(|file| (file, stage, said(file))))
        .collect();
    let audit_2 = said
        .iter()
        .find_map(|(file, _, said)| matches!(said, Said::Audit2(_)).then_some(file.name));
    let mut problems = Vec::new();
    for (file, stage, said) in &said {
        let mut log = Log::new(*stage, file.name);
        match said {
            Said::Unknown(node) => unknown(node, &mut log),
            Said::Nothing => {
                if let Some(other) = audit_2 {
                    mixed(file, other, &mut log);
                }
            }
            Said::Audit2(_) => {}
        }
        problems.extend(log.into_problems());
    }
    if audit_2.is_some() {
        v2::read(files, problems)
    } else if problems.is_empty() {
        v1::read(files)
    } else {
        Reading::new(None, problems, Vec::new())
    }
}

/// What a file says. One that breaks off before it says something is taken to mean the right thing: the break is
/// reported.
fn said<'f>(file: &'f File<'_>) -> Said<'f> {
    let Some(node) = root(file).and_then(|root| root.get("language")) else {
        return Said::Nothing;
    };
    match node.text() {
        Some(word) if **word == *AUDIT_2 => Said::Audit2(node.place),
        Some(word) if word.starts_with("audit") || nearest(word, [AUDIT_2]).is_some() => {
            Said::Unknown(node)
        }
        _ => Said::Nothing,
    }
}

fn root<'f>(file: &'f File<'_>) -> Option<&'f Node> {
    file.document.root.as_ref()
}

fn unknown(node: &Node, log: &mut Log) {
    let message = format!(
        "unknown language {}, expected {}",
        node.text().map_or_else(|| found(node), |word| quoted(word)),
        quoted(AUDIT_2)
    );
    let hint = "a file without the key `language` is in version 1";
    log.report(
        ProblemKind::UnknownLanguage,
        node.place,
        message,
        Some(hint.to_owned()),
    );
}

fn mixed(file: &File<'_>, other: &str, log: &mut Log) {
    if file.document.failure.is_some() {
        return;
    }
    let message = format!(
        "{} does not say `language: audit/2`, and {} does; expected it in every file of the set",
        quoted(file.name),
        quoted(other)
    );
    let said = root(file).map(|root| root.get("language").unwrap_or(root));
    let place = said.map_or_else(start, |node| node.place);
    log.report(ProblemKind::MixedLanguages, place, message, None);
}

const fn start() -> Place {
    Place {
        line: 1,
        column: 1,
        length: 0,
    }
}
