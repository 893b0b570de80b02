//! [`Planted`]: secrets that a test plants, to find them in whatever comes out.

mod form;
mod searched;

use std::fmt;

use form::{Form, forms_of};
pub use searched::Searched;

/// Shorter texts are found everywhere, or in base64 nowhere.
const SHORTEST: usize = 5;
/// How many leaks a failure tells.
const TOLD: usize = 8;

/// Secrets that a test plants in what it does, to find them in whatever comes out: plain, escaped as JSON, Rust's `Debug` or a URL
/// do, in hexadecimal digits or base64, as a list of bytes. No failure shows one: they are told by their number.
///
/// ```
/// use audit_core::testing::{Planted, capture};
/// use audit_core::{Entry, Sensitive, record};
///
/// let secrets = Planted::new(["4111-1111", "hunter22"]);
/// let card: Sensitive<&str> = Sensitive::new("4111-1111");
/// let captured = capture(|| record(Entry::new("pay").request(&card)));
/// secrets.assert_absent_from(&captured);
/// secrets.assert_absent_from("what a log said");
///
/// let found = secrets.find_in("password=hunter22");
/// assert_eq!(found[0].to_string(), "secret 2 stands plain in the text at byte 9");
/// ```
pub struct Planted {
    /// Of each secret.
    forms: Vec<Vec<Form>>,
}

impl Planted {
    /// Plants these. Their numbers begin with 1.
    ///
    /// # Panics
    /// One is shorter than five bytes: it would be found everywhere.
    pub fn new<S: AsRef<str>>(secrets: impl IntoIterator<Item = S>) -> Self {
        let secrets = secrets.into_iter().enumerate();
        let forms = secrets.map(|(place, secret)| {
            let (number, secret) = (place + 1, secret.as_ref());
            assert!(
                secret.len() >= SHORTEST,
                "secret {number} is shorter than {SHORTEST} bytes: it would be found everywhere"
            );
            forms_of(secret)
        });
        Self {
            forms: forms.collect(),
        }
    }

    /// Every secret that stands somewhere in a text, in bytes, in a file or a directory with all that is below it, in events, or in
    /// what was [captured](super::capture).
    ///
    /// # Panics
    /// A file or directory can't be read.
    pub fn find_in(&self, place: &(impl Searched + ?Sized)) -> Vec<Leak> {
        let mut leaks = Vec::new();
        place.search(&mut |within, bytes| self.find(within, bytes, &mut leaks));
        leaks
    }

    /// Fails if any secret stands there.
    ///
    /// # Panics
    /// One does; it says which by its number, in which form, and where. Or a file or directory can't be read.
    #[track_caller]
    pub fn assert_absent_from(&self, place: &(impl Searched + ?Sized)) {
        let leaks = self.find_in(place);
        let told: Vec<String> = leaks.iter().take(TOLD).map(ToString::to_string).collect();
        let more = leaks.len().saturating_sub(TOLD);
        assert!(
            leaks.is_empty(),
            "{}{}",
            told.join("\n"),
            if more > 0 {
                format!("\nand {more} more")
            } else {
                String::new()
            }
        );
    }

    fn find(&self, within: &str, bytes: &[u8], leaks: &mut Vec<Leak>) {
        for (place, forms) in self.forms.iter().enumerate() {
            for form in forms {
                if let Some(at) = form.find_in(bytes) {
                    leaks.push(Leak {
                        secret: place + 1,
                        form: form.name,
                        // What names the place may be what was found.
                        within: if self.is_in(within) {
                            "a place that it names".to_owned()
                        } else {
                            within.to_owned()
                        },
                        at,
                    });
                    break;
                }
            }
        }
    }

    fn is_in(&self, text: &str) -> bool {
        let mut forms = self.forms.iter().flatten();
        forms.any(|form| form.find_in(text.as_bytes()).is_some())
    }
}

impl fmt::Debug for Planted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Planted")
            .field("secrets", &self.forms.len())
            .finish_non_exhaustive()
    }
}

/// Where a secret stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Leak {
    /// Its number, from 1.
    pub secret: usize,
    /// In which form: `plain`, `in base64` and so on.
    pub form: &'static str,
    /// In what: a file, an event and a path in it, or just the text.
    pub within: String,
    /// The byte at which it begins there.
    pub at: usize,
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            secret,
            form,
            within,
            at,
        } = self;
        write!(f, "secret {secret} stands {form} in {within} at byte {at}")
    }
}

#[cfg(test)]
mod tests;
