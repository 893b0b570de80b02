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
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    /// Language 2.
    Audit2,
    /// A language of ours that does not exist.
    Unknown,
    /// Nothing that version 1 would not ignore.
    Nothing,
}

/// Reads and checks a policy set in the language it says.
pub(super) fn read(sources: &Sources<'_>) -> Reading {
    let files = Files::new(sources);
    let mut problems = Vec::new();
    let speaker = files
        .all()
        .find(|(file, _)| said(file) == Said::Audit2)
        .map(|(file, _)| file.name);
    for (file, stage) in files.all() {
        let mut log = Log::new(stage, file.name);
        match said(file) {
            Said::Unknown => report_unknown(file, &mut log),
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

fn language<'f>(file: &'f File<'_>) -> Option<&'f Node> {
    file.document.root.as_ref()?.get("language")
}

fn said(file: &File<'_>) -> Said {
    match language(file).and_then(Node::text) {
        Some(word) if **word == *AUDIT_2 => Said::Audit2,
        Some(word) if word.starts_with("audit") || nearest(word, [AUDIT_2]).is_some() => {
            Said::Unknown
        }
        _ => Said::Nothing,
    }
}

fn report_unknown(file: &File<'_>, log: &mut Log) {
    let Some(node) = language(file) else {
        return;
    };
    let message = format!(
        "unknown language {}, expected {}",
        node.text().map_or_else(|| found(node), |word| quoted(word)),
        quoted(AUDIT_2)
    );
    let hint = "version 1 has no key `language`: leave it out in every file, or say `audit/2` in every file";
    log.report(
        ProblemKind::UnknownLanguage,
        node.place,
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
    let place = language(file)
        .or(file.document.root.as_ref())
        .map_or(Place::START, |node| node.place);
    log.report(ProblemKind::MixedLanguages, place, message, None);
}
