//! [`Mistake`]: one thing that is wrong with a file of the user's, and the words in which it is told.

use audit_core::Place;

use crate::console::one_line;

/// How many characters of a found word a message shows.
const SHOWN: usize = 48;
/// How many accepted words a message lists.
const LISTED: usize = 16;
/// Above this many accepted words nobody looks for a misspelling.
const COMPARED: usize = 256;

/// One thing that is wrong with a file, where it stands, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Where in the file; `None` where the whole file is meant.
    pub(crate) place: Option<Place>,
    /// What was found and what is accepted: one line, lower case, no final stop.
    pub(crate) message: String,
    /// The way out, where there is one to name.
    pub(crate) hint: Option<String>,
}

impl Mistake {
    /// At a place.
    pub(crate) fn at(place: Place, message: impl Into<String>) -> Self {
        Self {
            place: Some(place),
            message: message.into(),
            hint: None,
        }
    }

    /// Of the whole file.
    pub(crate) fn of_file(message: impl Into<String>) -> Self {
        Self {
            place: None,
            message: message.into(),
            hint: None,
        }
    }

    /// This mistake with the way out.
    pub(crate) fn helped(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// A word as it was typed, in backticks, on one line.
pub(crate) fn quoted(word: &str) -> String {
    let (end, cut) = match word.char_indices().nth(SHOWN) {
        Some((end, _)) => (end, "…"),
        None => (word.len(), ""),
    };
    format!("`{}{cut}`", one_line(word.get(..end).unwrap_or(word)))
}

/// Words in backticks, separated by commas; `none` if there are none.
pub(crate) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut words = words.into_iter();
    let shown: Vec<String> = words.by_ref().take(LISTED).map(quoted).collect();
    match (shown.is_empty(), words.count()) {
        (true, _) => "none".to_owned(),
        (false, 0) => shown.join(", "),
        (false, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// `did you mean ..?`, if an accepted word is at most two edits away.
pub(crate) fn did_you_mean<'a>(
    word: &str,
    accepted: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let (distance, nearest) = accepted
        .into_iter()
        .take(COMPARED)
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= 8)
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .min_by_key(|(distance, _)| *distance)?;
    // Two edits turn any word of two letters into any other.
    let near = distance <= 2 && distance < nearest.chars().count();
    near.then(|| format!("did you mean {}?", quoted(nearest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_named_if_it_is_near() {
        let accepted = ["action", "actor", "snapshot"];
        let meant = |word| did_you_mean(word, accepted);
        assert_eq!(meant("acton").as_deref(), Some("did you mean `action`?"));
        assert_eq!(meant("acotr").as_deref(), Some("did you mean `actor`?"));
        assert_eq!(meant("resource"), None);
        assert_eq!(did_you_mean("x", ["ab"]), None);
    }

    #[test]
    fn words_stay_on_one_line_and_lists_end() {
        assert_eq!(quoted("a\nb"), "`a\\nb`");
        assert_eq!(quoted(&"x".repeat(50)).chars().count(), SHOWN + 3);
        assert_eq!(listed([]), "none");
        let many: Vec<String> = (0..18).map(|number| number.to_string()).collect();
        let told = listed(many.iter().map(String::as_str));
        assert!(told.ends_with("`15` and 2 more"), "{told}");
    }
}
