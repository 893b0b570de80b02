//! Why no form fits: the nearest cause, in the words of what the author most likely meant.

use super::clue::{first_of, misspelled, odd_key, repeated, unsupported};
use super::comparison::{ATOM, SUBJECT, read_atom, read_operand, read_subject};
use super::form;
use crate::policy::reading::misfit::Misfit;
use crate::policy::reading::wording::{found, listed, quoted};
use crate::policy::yaml::{Kind, Node, Scalar};

/// The forms of `must` in the order in which they are tried, with what each takes.
pub(super) const CONSTRAINTS: [(&str, &str); 5] = [
    ("exists", "`true` or `false`"),
    ("min_count", "a whole number"),
    ("max_count", "a whole number"),
    ("forbid", "`true` or `false`"),
    ("allowed_fields", "a list of texts such as `action.amount`"),
];

const SCOPES: [&str; 3] = ["action", "actor", "global"];
const CONDITIONS: [&str; 5] = ["subject", "operator", "value", "all", "any"];
const SCOPE_FORMS: &str = "`{action: <name>}` or `{global: true}`";
const CONDITION_FORMS: &str =
    "a comparison with `subject`, `operator` and `value`, or a list of them under `all` or `any`";
const OPERAND_FORMS: &str =
    "`{literal: <text, number or boolean>}` or `{subject: {domain: .., field: ..}}`";

/// Why a scope fits no form.
pub(super) fn scope(node: &Node) -> Misfit {
    if let Some(repeated) = repeated(node, &SCOPES) {
        return repeated;
    }
    let plain = |message| Misfit::new(node, message);
    let Some((key, value)) = first_of(node, &SCOPES) else {
        let hint = misspelled(node, &SCOPES);
        return plain(format!(
            "found {}, expected the scope {SCOPE_FORMS}",
            found(node)
        ))
        .hint(hint);
    };
    let expected = if key == "global" {
        "`true`"
    } else {
        "one name, a text"
    };
    let hint = match (key, &value.kind) {
        ("global", _) => None,
        (_, Kind::Sequence(_)) => {
            Some("a list of names is not in version 1: write one rule for each".to_owned())
        }
        _ => Some("if that is its name, put it in quotes".to_owned()),
    };
    Misfit::new(
        value,
        format!(
            "found {} as {}, expected {expected}",
            found(value),
            quoted(key)
        ),
    )
    .hint(hint)
}

/// Why a condition fits no form.
pub(super) fn condition(node: &Node) -> Misfit {
    if let Some(repeated) = repeated(node, &CONDITIONS) {
        return repeated;
    }
    if first_of(node, &ATOM).is_some() {
        return comparison(node);
    }
    let Some((join, list)) = first_of(node, &["all", "any"]) else {
        let hint = unsupported(node).or_else(|| misspelled(node, &CONDITIONS));
        return Misfit::new(
            node,
            format!("found {}, expected {CONDITION_FORMS}", found(node)),
        )
        .hint(hint);
    };
    let Some(items) = list.items() else {
        return Misfit::new(
            list,
            format!(
                "found {} under {}, expected a list of comparisons",
                found(list),
                quoted(join)
            ),
        );
    };
    match items.iter().find(|item| read_atom(item).is_none()) {
        Some(item) => comparison(item),
        None => odd_key(node),
    }
}

/// Why a comparison is none.
fn comparison(node: &Node) -> Misfit {
    if let Some(repeated) = repeated(node, &ATOM) {
        return repeated;
    }
    let find = |name| node.get(name);
    let (Some(subject), Some(operator), Some(operand)) =
        (find("subject"), find("operator"), find("value"))
    else {
        let hint = unsupported(node).or_else(|| misspelled(node, &ATOM));
        let expected = format!("a comparison with {}", listed(ATOM));
        return Misfit::new(node, format!("found {}, expected {expected}", found(node))).hint(hint);
    };
    if read_subject(subject).is_none() {
        return explain_subject(subject);
    }
    if form::text(operator).is_none() {
        return Misfit::new(
            operator,
            format!(
                "found {} as `operator`, expected a word such as `equals`",
                found(operator)
            ),
        );
    }
    if read_operand(operand).is_none() {
        return explain_operand(operand);
    }
    odd_key(node)
}

fn explain_subject(node: &Node) -> Misfit {
    if let Some(repeated) = repeated(node, &SUBJECT) {
        return repeated;
    }
    let (Some(domain), Some(field)) = (node.get("domain"), node.get("field")) else {
        let message = format!(
            "found {} as `subject`, expected a map with `domain` and `field`",
            found(node)
        );
        return Misfit::new(node, message).hint(misspelled(node, &SUBJECT));
    };
    let Some((value, name)) = [(domain, "domain"), (field, "field")]
        .into_iter()
        .find(|(value, _)| form::text(value).is_none())
    else {
        return odd_key(node);
    };
    let hint = value
        .text()
        .map(|_| "if that is its name, put it in quotes".to_owned());
    Misfit::new(
        value,
        format!(
            "found {} as {}, expected a text",
            found(value),
            quoted(name)
        ),
    )
    .hint(hint)
}

fn explain_operand(node: &Node) -> Misfit {
    if let Some(repeated) = repeated(node, &["literal", "subject"]) {
        return repeated;
    }
    match first_of(node, &["literal", "subject"]) {
        Some(("subject", subject)) => explain_subject(subject),
        Some((_, literal)) => {
            let hint = match (&literal.kind, literal.scalar()) {
                (Kind::Sequence(_), _) => {
                    "a list is not in version 1: write one rule, or one comparison under `any`, for each value"
                }
                (Kind::Mapping(_), _) => "a map is not in version 1: compare its fields one by one",
                (_, Some(Scalar::Null)) => {
                    "null is not in version 1: a comparison with a missing field is never true"
                }
                _ => return odd_key(node),
            };
            let message = format!(
                "found {} as `literal`, expected a text, number or boolean",
                found(literal)
            );
            Misfit::new(literal, message).hint(Some(hint.to_owned()))
        }
        None => {
            let hint = node
                .text()
                .map(|text| format!("write `{{literal: {text}}}`"))
                .filter(|hint| hint.len() < 64);
            Misfit::new(
                node,
                format!("found {} as `value`, expected {OPERAND_FORMS}", found(node)),
            )
            .hint(hint.or_else(|| misspelled(node, &["literal", "subject"])))
        }
    }
}

/// Why the `must` of a demand fits no form.
pub(super) fn constraint(node: &Node) -> Misfit {
    let names = CONSTRAINTS.map(|(name, _)| name);
    if let Some(repeated) = repeated(node, &names) {
        return repeated;
    }
    let Some((name, value)) = first_of(node, &names) else {
        let message = format!(
            "found {} as `must`, expected one of the keys {}",
            found(node),
            listed(names)
        );
        return Misfit::new(node, message).hint(misspelled(node, &names));
    };
    let expected = CONSTRAINTS
        .into_iter()
        .find(|(known, _)| *known == name)
        .map_or("", |(_, expected)| expected);
    Misfit::new(
        value,
        format!(
            "found {} as {}, expected {expected}",
            found(value),
            quoted(name)
        ),
    )
}
