//! [`Problem`] and [`PolicyError`]: what is wrong with a policy set, where, and the way out.

use std::fmt;
use std::sync::Arc;

use crate::word::named;

named! {
    /// Which step found a problem. The words are those of the Actra engine 0.7.8, whose answers version 1 gives.
    #[non_exhaustive]
    ProblemStage as "stage" {
        /// Reading the schema.
        SchemaParse = "schema_parse",
        /// Reading the policy.
        PolicyParse = "policy_parse",
        /// Reading the governance file.
        GovernanceParse = "governance_parse",
        /// Holding the rules against the governance file.
        Governance = "governance",
        /// Checking the rules against the schema.
        Compile = "compile",
    }
}

/// Declares the kinds of problem once: what each means, variant, code, word.
macro_rules! problem_kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal $word:literal),+ $(,)?) => {
        /// What is wrong. Kinds that the Actra engine 0.7.8 knows carry its word; each has a stable code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ProblemKind {
            $($(#[doc = $doc])+ $variant),+
        }

        impl ProblemKind {
            /// Every kind, in the order of the codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code, such as `P201`. `P0` is the file, `P1` its shape, `P2` a rule held against the
            /// schema, `P3` governance, `P4` a warning.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The word used in conformance answers, such as `UnknownOperator`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// What it means: a sentence for people, the same as in these pages.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii()),+ }
            }
        }
    };
}

problem_kinds! {
    /// The file is not YAML.
    YamlSyntax = "P001" "YamlSyntax",
    /// The file holds more than one document.
    MultipleDocuments = "P002" "MultipleDocuments",
    /// The file can't be read from disk.
    Unreadable = "P003" "Unreadable",
    /// The file is not UTF-8.
    InvalidUtf8 = "P004" "InvalidUtf8",
    /// The file is longer, deeper or (aliases counted) larger than a reader accepts.
    TooLarge = "P005" "TooLarge",
    /// Some files of the set say `language: audit/2` and others do not.
    MixedLanguages = "P006" "MixedLanguages",
    /// The file says a language that does not exist.
    UnknownLanguage = "P007" "UnknownLanguage",
    /// The set has a file that its language does not know.
    UnexpectedFile = "P008" "UnexpectedFile",
    /// A value of another type stands where a map, list, text or number must.
    InvalidType = "P101" "InvalidType",
    /// A value of the right type is out of range.
    InvalidValue = "P102" "InvalidValue",
    /// A required key is missing.
    MissingField = "P103" "MissingField",
    /// A key stands twice in one map.
    DuplicateField = "P104" "DuplicateField",
    /// A word is none of the accepted ones.
    UnknownVariant = "P105" "UnknownVariant",
    /// A value fits none of the forms that are accepted here.
    NoUntaggedVariant = "P106" "NoUntaggedVariant",
    /// A key that nothing reads, in a language that does not ignore it.
    UnknownKey = "P107" "UnknownKey",
    /// A list that must hold something holds nothing.
    EmptyList = "P108" "EmptyList",
    /// Two keys that exclude each other stand in one map.
    ConflictingKeys = "P109" "ConflictingKeys",
    /// A condition nests deeper, a list is longer or an expression larger than is accepted.
    LimitExceeded = "P110" "LimitExceeded",
    /// A rule is scoped to an action that the schema does not declare.
    UnknownAction = "P201" "UnknownAction",
    /// A scope says `global: false` and nothing else.
    InvalidScope = "P202" "InvalidScope",
    /// A domain is none of `action`, `actor`, `snapshot`.
    UnknownDomain = "P203" "UnknownDomain",
    /// The schema does not declare the field in this domain.
    UnknownField = "P204" "UnknownField",
    /// The operator does not exist in this language.
    UnknownOperator = "P205" "UnknownOperator",
    /// `all` or `any` holds fewer than two conditions.
    InvalidLogicalCondition = "P206" "InvalidLogicalCondition",
    /// The two sides have different types.
    TypeMismatch = "P207" "TypeMismatch",
    /// The operator can't compare values of this type.
    InvalidOperatorForType = "P208" "InvalidOperatorForType",
    /// Two rules have the same identifier, in a language that does not allow it.
    RepeatedRule = "P209" "RepeatedRule",
    /// The actions of one scope declare the field differently.
    AmbiguousField = "P210" "AmbiguousField",
    /// A field has a name that stands for something else.
    ReservedName = "P211" "ReservedName",
    /// A number has more digits, or another form, than its type holds.
    InvalidNumber = "P212" "InvalidNumber",
    /// A text is no point in time, time of day or weekday.
    InvalidTime = "P213" "InvalidTime",
    /// A time zone does not exist, or the time zone database is missing.
    UnknownTimeZone = "P214" "UnknownTimeZone",
    /// A text is no network.
    InvalidNetwork = "P215" "InvalidNetwork",
    /// A text is no regular expression.
    InvalidExpression = "P216" "InvalidExpression",
    /// The rules violate the governance file.
    Governance = "P301" "Governance",
    /// Warning: a key that version 1 ignores.
    IgnoredKey = "P401" "IgnoredKey",
    /// Warning: two rules have the same identifier.
    DuplicateRule = "P402" "DuplicateRule",
    /// Warning: the rule is accepted and never runs: in version 1 one for actors, in language 2 one whose actions are off.
    DeadRule = "P403" "DeadRule",
    /// Warning: a filter can select no rule, so its demand says nothing.
    EmptySelection = "P404" "EmptySelection",
    /// Warning: a list holds the same value twice.
    RepeatedValue = "P405" "RepeatedValue",
    /// Warning: a bracket in a pattern is not closed, so it stands for itself.
    UnclosedBracket = "P406" "UnclosedBracket",
    /// Warning: a condition, or a part of one, can never hold.
    NeverHolds = "P407" "NeverHolds",
    /// Warning: a condition always holds where its fields are there.
    AlwaysHolds = "P408" "AlwaysHolds",
    /// Warning: another rule decides every call that the rule matches.
    ShadowedRule = "P409" "ShadowedRule",
    /// Warning: a rule allows calls before a rule for every action that blocks them is asked.
    HiddenBlock = "P410" "HiddenBlock",
    /// Warning: a rule is switched off.
    RuleOff = "P411" "RuleOff",
    /// Warning: a rule no longer matches since the time it names.
    ExpiredRule = "P412" "ExpiredRule",
    /// Warning: there are too many rules to look for all that hide each other.
    UncheckedRules = "P413" "UncheckedRules",
    /// Warning: a rule is rolled out to some, and in shadow or off for everybody.
    IdleRollout = "P414" "IdleRollout",
}

impl ProblemKind {
    /// Whether this is only a warning: the policy set answers all the same.
    pub const fn is_warning(self) -> bool {
        matches!(self.code().as_bytes(), [b'P', b'4', ..])
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A place in a file. Lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// How many characters of the line belong to the thing; 0 if only its start is known.
    pub length: u32,
}

impl Place {
    /// Where a file starts.
    pub(crate) const START: Self = Self {
        line: 1,
        column: 1,
        length: 0,
    };
}

/// One thing that is wrong with a policy set, where it stands, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Which step found it.
    pub stage: ProblemStage,
    /// What is wrong.
    pub kind: ProblemKind,
    /// The file as it was named to the reader, or `schema`, `policy`, `governance` for text.
    pub file: Arc<str>,
    /// Where in the file; `None` where the whole file is meant.
    pub place: Option<Place>,
    /// What was found and what is accepted: one line, lower case, no final stop.
    pub message: String,
    /// The way out, where there is one to name.
    pub hint: Option<String>,
    /// The rule the problem belongs to (for governance: the governance rule), where there is one.
    pub rule: Option<Arc<str>>,
}

impl fmt::Display for Problem {
    /// `policy.yaml:7:17: unknown operator `gte`, ... [P205]`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(place) = self.place {
            write!(f, ":{}:{}", place.line, place.column)?;
        }
        write!(f, ": {} [{}]", self.message, self.kind.code())
    }
}

/// Why a policy set was refused: every problem found, errors in the order in which version 1 reports them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    problems: Vec<Problem>,
}

impl PolicyError {
    /// Of these problems.
    pub(crate) fn all(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    /// Every problem found, warnings included.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The first error: the one the Actra engine 0.7.8 would have reported.
    pub fn first(&self) -> Option<&Problem> {
        self.problems
            .iter()
            .find(|problem| !problem.kind.is_warning())
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = self
            .problems
            .iter()
            .filter(|problem| !problem.kind.is_warning())
            .count();
        match self.first() {
            Some(first) if errors > 1 => write!(f, "{first} (and {} more)", errors - 1),
            Some(first) => write!(f, "{first}"),
            None => f.write_str("no problem"),
        }
    }
}

impl std::error::Error for PolicyError {}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_kind_has_a_code_a_word_and_a_sentence_of_its_own() {
        let told = |tell: fn(ProblemKind) -> &'static str| {
            let told: HashSet<&str> = ProblemKind::ALL.iter().map(|kind| tell(*kind)).collect();
            told.len()
        };
        let count = ProblemKind::ALL.len();
        assert_eq!(
            [
                told(ProblemKind::code),
                told(ProblemKind::as_str),
                told(ProblemKind::description)
            ],
            [count; 3]
        );
        for kind in ProblemKind::ALL {
            let description = kind.description();
            let sentence = description.ends_with('.') && description.lines().count() == 1;
            assert!(
                sentence && description.trim() == description,
                "{kind}: {description:?}"
            );
        }
        assert_eq!(
            ProblemKind::UnknownOperator.description(),
            "The operator does not exist in this language."
        );
    }

    /// What build servers, baselines and people's notes know a problem by. A new kind is added here; a line that is here is never
    /// changed, and one whose kind is gone stays, so that its code is never given to another.
    const PUBLISHED: &[(&str, &str)] = &[
        ("P001", "YamlSyntax"),
        ("P002", "MultipleDocuments"),
        ("P003", "Unreadable"),
        ("P004", "InvalidUtf8"),
        ("P005", "TooLarge"),
        ("P006", "MixedLanguages"),
        ("P007", "UnknownLanguage"),
        ("P008", "UnexpectedFile"),
        ("P101", "InvalidType"),
        ("P102", "InvalidValue"),
        ("P103", "MissingField"),
        ("P104", "DuplicateField"),
        ("P105", "UnknownVariant"),
        ("P106", "NoUntaggedVariant"),
        ("P107", "UnknownKey"),
        ("P108", "EmptyList"),
        ("P109", "ConflictingKeys"),
        ("P110", "LimitExceeded"),
        ("P201", "UnknownAction"),
        ("P202", "InvalidScope"),
        ("P203", "UnknownDomain"),
        ("P204", "UnknownField"),
        ("P205", "UnknownOperator"),
        ("P206", "InvalidLogicalCondition"),
        ("P207", "TypeMismatch"),
        ("P208", "InvalidOperatorForType"),
        ("P209", "RepeatedRule"),
        ("P210", "AmbiguousField"),
        ("P211", "ReservedName"),
        ("P212", "InvalidNumber"),
        ("P213", "InvalidTime"),
        ("P214", "UnknownTimeZone"),
        ("P215", "InvalidNetwork"),
        ("P216", "InvalidExpression"),
        ("P301", "Governance"),
        ("P401", "IgnoredKey"),
        ("P402", "DuplicateRule"),
        ("P403", "DeadRule"),
        ("P404", "EmptySelection"),
        ("P405", "RepeatedValue"),
        ("P406", "UnclosedBracket"),
        ("P407", "NeverHolds"),
        ("P408", "AlwaysHolds"),
        ("P409", "ShadowedRule"),
        ("P410", "HiddenBlock"),
        ("P411", "RuleOff"),
        ("P412", "ExpiredRule"),
        ("P413", "UncheckedRules"),
        ("P414", "IdleRollout"),
    ];

    #[test]
    fn a_code_that_was_published_never_means_anything_else() {
        let kinds = ProblemKind::ALL.iter();
        let now: Vec<(&str, &str)> = kinds.map(|kind| (kind.code(), kind.as_str())).collect();
        for kind in &now {
            assert!(PUBLISHED.contains(kind), "{kind:?} is new, or was changed");
        }
        let codes: HashSet<&str> = PUBLISHED.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes.len(), PUBLISHED.len(), "a code stands twice");
    }
}
