//! Terms as they are written, made into a query.

use audit_core::{Effect, EventId, EventKind, Mode, Status, Timestamp};

use crate::query::condition::{Condition, Test};
use crate::query::key::Key;
use crate::query::literal::Literal;
use crate::query::path::FieldPath;
use crate::query::pattern::Pattern;
use crate::query::question::{Order, Query};
use crate::query::quote::shown;
use crate::query::span;

use super::mistake::unknown;
use super::scan::{Piece, Scanner, Word, Written};
use super::time;

/// The query so far.
pub(super) struct Reader {
    now: Timestamp,
    query: Query,
    values: usize,
    /// Keys that can be said once, with their sign.
    said: Vec<(Key, char)>,
}

/// What a word means to a key, or what is wrong with it.
type Meaning<T> = Result<T, String>;

impl Reader {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            now,
            query: Query::new(),
            values: 0,
            said: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> Query {
        self.query
    }

    /// Takes one term in. Gives it back where the query asks for too much.
    pub(super) fn read<'t>(
        &mut self,
        scanner: &mut Scanner<'t>,
        term: &Written<'t>,
    ) -> Option<Piece<'t>> {
        self.values += term.words.len();
        if self.values > Query::MAX_CONDITIONS {
            return Some(term.whole);
        }
        match key_of(term) {
            Err(message) => scanner.blame(term.key, message),
            Ok(key) if key.is_choice() => self.choice(scanner, key, term),
            Ok(key) => self.bound(scanner, key, term),
        }
        None
    }

    fn choice<'t>(&mut self, scanner: &mut Scanner<'t>, key: Key, term: &Written<'t>) {
        for word in &term.words {
            match conditions(key, &term.path, term.sign, word) {
                Err(message) => scanner.blame(word.piece, message),
                Ok(conditions) => {
                    for condition in conditions {
                        let query = std::mem::take(&mut self.query);
                        self.query = if term.is_excluded {
                            query.without(condition)
                        } else {
                            query.with(condition)
                        };
                    }
                }
            }
        }
    }

    /// Takes in a key that is no choice: it has one value and can be said once.
    fn bound<'t>(&mut self, scanner: &mut Scanner<'t>, key: Key, term: &Written<'t>) {
        let side = (key, term.sign.chars().next().unwrap_or_default());
        if self.said.contains(&side) {
            let sign = if key == Key::Took { term.sign } else { "" };
            scanner.blame(term.key, format!("`{key}{sign}` is said twice"));
        }
        self.said.push(side);
        let [word] = term.words.as_slice() else {
            scanner.blame(term.whole, format!("`{key}` takes one value"));
            return;
        };
        if let Err(message) = self.bounded(key, term.sign, &word.text) {
            scanner.blame(word.piece, message);
        }
    }

    fn bounded(&mut self, key: Key, sign: &str, text: &str) -> Meaning<()> {
        let query = &mut self.query;
        let found = shown(text);
        match key {
            Key::Since | Key::Until => {
                let time = time::parse(text, self.now)
                    .ok_or_else(|| format!("`{found}` is no time, expected {}", time::ACCEPTED))?;
                let bound = match key {
                    Key::Since => &mut query.since,
                    _ => &mut query.until,
                };
                *bound = Some(time);
            }
            Key::Took => {
                let nanos = span::parse(text).ok_or_else(|| {
                    format!("`{found}` is no length of time, expected one such as `5ms`, `90s` or `1h30m`")
                })?;
                match sign {
                    ">" => query.took_least = Some(nanos.saturating_add(1)),
                    ">=" => query.took_least = Some(nanos),
                    "<" if nanos == 0 => {
                        return Err(format!("nothing takes less than `{found}`"));
                    }
                    "<" => query.took_most = Some(nanos - 1),
                    _ => query.took_most = Some(nanos),
                }
            }
            Key::Order => {
                query.order = match text {
                    "newest" => Order::Newest,
                    "oldest" => Order::Oldest,
                    _ => return Err(unknown("order", text, &Order::WORDS)),
                };
            }
            _ => (query.first, query.last) = places(text).ok_or_else(|| {
                format!(
                    "`{found}` is no place in the trail, expected one such as `150`, `100..200`, `100..` or `..200`"
                )
            })?,
        }
        Ok(())
    }
}

/// The key of a term, if all but its values is right.
fn key_of(term: &Written<'_>) -> Meaning<Key> {
    let key: Key = term
        .key
        .text
        .parse()
        .map_err(|()| unknown("key", term.key.text, &Key::ALL.map(Key::as_str)))?;
    let sign = term.sign;
    if key != Key::Field && !term.path.is_empty() {
        return Err(format!(
            "`{key}` has no parts, a field of the record is asked for as `field.{key}.{}`",
            shown(&term.path.join("."))
        ));
    }
    if key == Key::Field && term.path.is_empty() {
        return Err("`field` needs a path, such as `field.action.amount>1000`".to_owned());
    }
    if sign != ":" && !matches!(key, Key::Field | Key::Took) {
        return Err(format!("`{key}` takes no `{sign}`, expected `{key}:`"));
    }
    if key == Key::Took && sign == ":" {
        return Err("`took` takes no `:`, expected `took>`, `took>=`, `took<` or `took<=`".into());
    }
    if term.is_excluded && !key.is_choice() {
        return Err(format!("`{key}` can't be excluded with `-`"));
    }
    Ok(key)
}

/// The first and the last place that a text says.
fn places(text: &str) -> Option<(Option<u64>, Option<u64>)> {
    let place = |text: &str| match text {
        "" => Some(None),
        // `parse` would take a sign.
        _ if text.starts_with('+') => None,
        _ => text.parse().ok().map(Some),
    };
    match text.split_once("..") {
        Some((first, last)) => {
            let (first, last) = (place(first)?, place(last)?);
            let is_range = match (first, last) {
                (None, None) => false,
                (Some(first), Some(last)) => first <= last,
                _ => true,
            };
            is_range.then_some((first, last))
        }
        None => place(text)?.map(|seq| (Some(seq), Some(seq))),
    }
}

/// What a word asks for under a key that is a choice: one condition, or one for each word that a pattern matches.
fn conditions(key: Key, path: &[String], sign: &str, word: &Word<'_>) -> Meaning<Vec<Condition>> {
    let text = |make: fn(Pattern) -> Condition| Ok(vec![make(word.pattern.clone())]);
    match key {
        Key::Kind => known("kind", EventKind::WORDS, word, |word| {
            word.parse().ok().map(Condition::Kind)
        }),
        Key::Effect => known("effect", Effect::WORDS, word, |word| {
            word.parse().ok().map(Condition::Effect)
        }),
        Key::Mode => known("mode", Mode::WORDS, word, |word| {
            word.parse().ok().map(Condition::Mode)
        }),
        Key::Outcome => {
            let words: Vec<&str> = Status::WORDS.iter().copied().chain(["open"]).collect();
            known("outcome", &words, word, |word| match word {
                "open" => Some(Condition::Open),
                _ => word.parse().ok().map(Condition::Outcome),
            })
        }
        Key::Id => identifier(word).map(|id| vec![Condition::Id(id)]),
        Key::Call => identifier(word).map(|id| vec![Condition::Call(id)]),
        Key::Name => text(Condition::Name),
        Key::Actor => text(Condition::Actor),
        Key::Tenant => text(Condition::Tenant),
        Key::Action => text(Condition::Action),
        Key::Resource => text(Condition::Resource),
        Key::Rule => text(Condition::Rule),
        Key::Field | Key::Seq | Key::Since | Key::Until | Key::Took | Key::Order => {
            field_test(sign, word).map(|test| {
                let path = FieldPath::new(path.iter().cloned());
                vec![Condition::Field(path, test)]
            })
        }
    }
}

/// Words that are known from the start; a pattern stands for those that it matches.
fn known(
    kind: &str,
    words: &[&str],
    word: &Word<'_>,
    make: impl Fn(&str) -> Option<Condition>,
) -> Meaning<Vec<Condition>> {
    let fitting = words.iter().filter(|known| word.pattern.matches(known));
    let found: Vec<Condition> = fitting.filter_map(|known| make(known)).collect();
    if found.is_empty() {
        return Err(unknown(kind, &word.text, words));
    }
    Ok(found)
}

fn identifier(word: &Word<'_>) -> Meaning<EventId> {
    word.text
        .parse()
        .map_err(|error: audit_core::ParseIdError| error.to_string())
}

fn field_test(sign: &str, word: &Word<'_>) -> Meaning<Test> {
    let is_wild = word.pattern.as_exact().is_none();
    let literal = || {
        if word.has_quotes {
            Literal::from(word.text.as_str())
        } else {
            Literal::bare(&word.text)
        }
    };
    match sign {
        ":" if is_wild => Ok(Test::Like(word.pattern.clone())),
        ":" => Ok(Test::Equals(literal())),
        _ if is_wild => Err(format!(
            "`{}` has wildcards, which `{sign}` can't compare; a text with such letters stands in quotes",
            shown(&word.text)
        )),
        "<" => Ok(Test::Less(literal())),
        "<=" => Ok(Test::AtMost(literal())),
        ">" => Ok(Test::More(literal())),
        _ => Ok(Test::AtLeast(literal())),
    }
}
