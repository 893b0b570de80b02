//! Which language a policy set is written in, and its reader.

use super::problem::{Place, ProblemKind, ProblemStage};
use super::reading::log::Log;
use super::reading::wording::{found, quoted};
use super::reading::{File, Files, Reading, Sources};
use super::yaml::{Entry, Kind, Node, Scalar};
use super::{v1, v2};
use crate::word::nearest;

/// The key under which a file says its language.
const LANGUAGE: &str = "language";
/// What a file of language 2 says there.
const AUDIT_2: &str = "audit/2";
/// What every language of ours begins with.
const OURS: &str = "audit";

/// What a file says of its language.
enum Said<'f> {
    /// Language 2.
    Audit2,
    /// A language that does not exist.
    Unknown(&'f Node),
    /// Most likely language 2, under a key that version 1 ignores: the set would be read as one that it is not.
    Misspelled(&'f Entry),
    /// Nothing.
    Nothing,
}

/// Reads and checks a policy set in the language it says.
pub(super) fn read(sources: &Sources<'_>) -> Reading {
    let files = Files::new(sources);
    let mut problems = Vec::new();
    let speaker = files
        .all()
        .find(|(file, _)| matches!(said(file), Said::Audit2))
        .map(|(file, _)| file.name);
    for (file, stage) in files.all() {
        let mut log = Log::new(stage, file.name);
        match said(file) {
            Said::Unknown(value) => report_unknown(value, &mut log),
            Said::Misspelled(entry) => report_misspelled(entry, &mut log),
            Said::Nothing if stage != ProblemStage::GovernanceParse => {
                if let Some(speaker) = speaker {
                    report_mixed(file, speaker, &mut log);
                }
            }
            // Language 2 refuses a governance file, whatever it says.
            Said::Nothing | Said::Audit2 => {}
        }
        problems.extend(log.into_problems());
    }
    if speaker.is_some() {
        // A file of another language would be one mistake from its first key to its last.
        let refused = |stage| problems.iter().any(|problem| problem.stage == stage);
        let readable =
            [ProblemStage::SchemaParse, ProblemStage::PolicyParse].map(|stage| !refused(stage));
        v2::read(files, readable, problems)
    } else if problems.is_empty() {
        v1::read(files)
    } else {
        Reading::new(None, problems, Vec::new())
    }
}

fn said<'f>(file: &'f File<'_>) -> Said<'f> {
    let root = file.document.root.as_ref();
    match root.and_then(|root| root.get(LANGUAGE)) {
        // The text broke off behind the key, which is reported.
        Some(value) if matches!(value.kind, Kind::Cut) => Said::Nothing,
        Some(value) if value.text().is_some_and(|word| **word == *AUDIT_2) => Said::Audit2,
        Some(value) => Said::Unknown(value),
        None => {
            let mut entries = root.and_then(Node::entries).unwrap_or_default().iter();
            let misspelled = entries.find(|[key, value]| is_nearly_language(key) && is_ours(value));
            misspelled.map_or(Said::Nothing, Said::Misspelled)
        }
    }
}

/// Whether a key was most likely meant to be `language`.
fn is_nearly_language(key: &Node) -> bool {
    key.text().is_some_and(|word| {
        let word = word.to_lowercase();
        word == "lang" || nearest(&word, [LANGUAGE]).is_some()
    })
}

/// Whether a value, or an item of a list, was most likely meant to name a language of ours.
fn is_ours(value: &Node) -> bool {
    if let Some(items) = value.items() {
        return items
            .iter()
            .any(|item| item.text().is_some() && is_ours(item));
    }
    value.text().is_some_and(|word| {
        let word = word.trim().to_lowercase();
        word == "2" || word.starts_with(OURS) || nearest(&word, [AUDIT_2]).is_some()
    })
}

fn report_unknown(value: &Node, log: &mut Log) {
    let expected = quoted(AUDIT_2);
    let message = match value.text() {
        Some(word) if value.scalar() == Some(Scalar::Text) => {
            format!("unknown language {}, expected {expected}", quoted(word))
        }
        _ => format!("found {} as `language`, expected {expected}", found(value)),
    };
    let hint = "version 1 has no key `language`: leave it out in every file, or say `audit/2` in every file";
    log.report(
        ProblemKind::UnknownLanguage,
        value.place,
        message,
        Some(hint.to_owned()),
    );
}

fn report_misspelled([key, value]: &Entry, log: &mut Log) {
    let word = key.text().map_or_else(String::new, |word| quoted(word));
    let message = format!(
        "found {} under the key {word}, expected `language: audit/2`",
        found(value)
    );
    let hint = "a file without the key `language` is one of version 1, which ignores what it does not know";
    log.report(
        ProblemKind::UnknownLanguage,
        key.place,
        message,
        Some(hint.to_owned()),
    );
}

/// A file that breaks off before it says something is taken to mean the right thing: the break is reported.
fn report_mixed(file: &File<'_>, speaker: &str, log: &mut Log) {
    if file.document.failure.is_some() {
        return;
    }
    let message = format!(
        "{} does not say `language: audit/2`, and {} does; expected it in both",
        quoted(file.name),
        quoted(speaker)
    );
    let root = file.document.root.as_ref();
    let place = root.map_or(Place::START, |node| node.place);
    log.report(ProblemKind::MixedLanguages, place, message, None);
}
