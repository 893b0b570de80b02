//! Whose attributes are compared.

use crate::source::Function;

/// One attribute, and what a crate needs to use it.
pub(crate) struct Contender {
    /// A word for file names and the command line.
    pub(crate) name: &'static str,
    /// What the tables call it.
    pub(crate) title: &'static str,
    /// Lines below `[dependencies]`. `{house}` is the folder of this workspace. Versions and features are those of its
    /// `Cargo.toml`.
    pub(crate) dependencies: &'static str,
    /// The attribute on a function, with its brackets.
    pub(crate) attribute: fn(&Function) -> String,
    /// Further items beside the crate's error type.
    pub(crate) items: &'static str,
    /// Whether one round has to do, because it takes many minutes.
    pub(crate) once: bool,
}

/// Which of a contender's crates.
#[derive(Clone, Copy)]
pub(crate) enum Size {
    /// The one that is measured.
    Large,
    /// The one that tells what the library weighs.
    Small,
}

impl Contender {
    /// The name of a crate.
    pub(crate) fn package(&self, size: Size) -> String {
        let size = match size {
            Size::Large => "large",
            Size::Small => "small",
        };
        format!("{}-{size}", self.name)
    }
}

/// The peers, behind the one that has no attribute.
const PEERS: &[Contender] = &[
    Contender {
        name: "bare",
        title: "bare",
        dependencies: "",
        attribute: |_| String::new(),
        items: "",
        once: false,
    },
    Contender {
        name: "tracing",
        title: "tracing `#[instrument]`",
        dependencies: TRACING,
        attribute: |_| "#[tracing::instrument]".to_owned(),
        items: "",
        once: false,
    },
    Contender {
        name: "tracing-outcome",
        title: "tracing `#[instrument(ret, err)]`",
        dependencies: TRACING,
        attribute: |_| "#[tracing::instrument(ret, err)]".to_owned(),
        items: "",
        once: false,
    },
    Contender {
        name: "fastrace",
        title: "fastrace `#[trace]`, no arguments",
        dependencies: r#"fastrace = { version = "0.7", features = ["enable"] }"#,
        attribute: |_| "#[fastrace::trace]".to_owned(),
        items: "",
        once: false,
    },
    Contender {
        name: "autometrics",
        title: "autometrics `#[autometrics]`",
        dependencies: r#"autometrics = { version = "3", default-features = false, features = ["prometheus-0_14"] }"#,
        attribute: |_| "#[autometrics::autometrics]".to_owned(),
        items: "",
        once: false,
    },
    Contender {
        name: "emit",
        title: "emit `#[span]`, all arguments",
        dependencies: r#"emit = "2""#,
        attribute: |function| {
            format!(
                "#[emit::span(\"{}\", {})]",
                function.name,
                function.arguments().join(", ")
            )
        },
        items: "",
        once: true,
    },
];

const TRACING: &str =
    r#"tracing = { version = "0.1", default-features = false, features = ["std", "attributes"] }"#;

/// Our own.
const OURS: &[Contender] = &[
    Contender {
        name: "audit",
        title: "`#[audit]`",
        dependencies: AUDIT_CORE,
        attribute: |function| format!("#[audit_core::audit(action = \"{}\")]", function.name),
        items: "",
        once: false,
    },
    Contender {
        name: "admit",
        title: "`#[admit]`",
        dependencies: AUDIT_CORE,
        attribute: |function| {
            format!(
                "#[audit_core::admit(action = \"{}\", uninstalled = \"run\")]",
                function.name
            )
        },
        items: "impl From<audit_core::Refused> for Error {
    fn from(_: audit_core::Refused) -> Self {
        Self::Empty
    }
}",
        once: false,
    },
];

const AUDIT_CORE: &str = r#"audit-core = { path = "{house}/audit-core" }"#;

/// Everybody that can be named.
pub(crate) fn all() -> impl Iterator<Item = &'static Contender> {
    PEERS.iter().chain(OURS)
}

/// Who is compared unless somebody is named.
pub(crate) fn default() -> Vec<&'static Contender> {
    all().collect()
}
