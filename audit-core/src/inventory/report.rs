//! [`InstallReport`]: what was found when a runtime was installed.

use std::fmt;

use crate::site::AnnotatedSite;
use crate::value::{Fields, Value};
use crate::word::named;

named! {
    /// What is amiss with an annotated function, or with the program around it.
    #[non_exhaustive]
    FindingKind as "finding" {
        /// No schema knows its action.
        UnknownAction = "unknown_action",
        /// The attribute names a field that the schema does not have.
        UnknownField = "unknown_field",
        /// The schema has a field that no argument supplies.
        MissingField = "missing_field",
        /// The argument that would supply a field can't be captured.
        Uncapturable = "uncapturable",
        /// The function can't wait, and a resolver can only be awaited.
        AsyncOnly = "async_only",
        /// It ran before, judged by nobody.
        RanUninstalled = "ran_uninstalled",
        /// A crate was expected to have annotated functions, and none was linked in.
        NotLinked = "not_linked",
        /// A panic ends this program, so that it can't be contained.
        PanicAborts = "panic_aborts",
    }
}

/// One thing that is amiss.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// What kind of thing.
    pub kind: FindingKind,
    /// The annotated function, if it is one.
    pub site: Option<&'static AnnotatedSite>,
    /// What, and the way out; without the site.
    pub message: String,
}

impl Finding {
    pub(super) fn new(
        kind: FindingKind,
        site: impl Into<Option<&'static AnnotatedSite>>,
        message: String,
    ) -> Self {
        Self {
            kind,
            site: site.into(),
            message,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.site {
            Some(site) => write!(f, "{site}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// What was found when a runtime was installed: how many annotated functions there are, and what is amiss with
/// them. Each finding is a warning in the log as well, and all of them are in the event of the installation.
///
/// `Display` shows one line for each finding, or `nothing amiss`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InstallReport {
    /// How many annotated functions were linked into this program.
    pub sites: usize,
    /// What is amiss, in the order of files and lines, then what concerns the whole program.
    pub findings: Vec<Finding>,
}

impl InstallReport {
    /// Whether nothing is amiss.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// As the data of the event.
    pub(crate) fn to_fields(&self) -> Fields<'static> {
        let findings = self.findings.iter().map(|finding| {
            let fields = Fields::new()
                .with("kind", finding.kind.as_str())
                .with("message", finding.message.clone());
            match finding.site {
                None => fields,
                Some(site) => fields
                    .with("function", site.function)
                    .with("module", site.module)
                    .with("file", site.file)
                    .with("line", site.line)
                    .with("ran_uninstalled", site.ran_uninstalled()),
            }
        });
        let findings: Vec<Value<'static>> = findings.map(Value::from).collect();
        Fields::new()
            .with("sites", self.sites)
            .with("findings", findings)
    }
}

impl fmt::Display for InstallReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, others)) = self.findings.split_first() else {
            return f.write_str("nothing amiss");
        };
        write!(f, "{first}")?;
        others
            .iter()
            .try_for_each(|finding| write!(f, "\n{finding}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_shows_a_line_for_each_finding_or_that_nothing_is_amiss() {
        let finding = |kind, message: &str| Finding::new(kind, None, message.to_owned());
        let mut report = InstallReport {
            sites: 3,
            findings: Vec::new(),
        };
        assert_eq!(report.to_string(), "nothing amiss");
        report.findings = vec![
            finding(FindingKind::NotLinked, "crate `shop` was not linked in"),
            finding(FindingKind::PanicAborts, "a panic ends this program"),
        ];
        assert_eq!(
            report.to_string(),
            "crate `shop` was not linked in\na panic ends this program"
        );
    }
}
