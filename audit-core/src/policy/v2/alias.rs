//! Words that people bring along from other languages, and what to write in their place: the one table behind every
//! `help:` that names a word of ours.
//!
//! An alias is never accepted, only answered. Words are compared in lower case with `_` between their parts; a word that
//! is no alias is compared with the accepted ones by its letters.

use crate::policy::reading::wording::did_you_mean;

/// Words that mean the same, and what to write.
pub(super) type Alias = (&'static [&'static str], &'static str);
/// Keys that mean the same, the key that is meant, and what to write.
type KeyAlias = (&'static [&'static str], &'static str, &'static str);

/// `operator`.
pub(super) const OPERATORS: &[Alias] = &[
    (&["eq", "==", "=", "===", "is", "equal"], "write `equals`"),
    (
        &["ne", "neq", "!=", "!==", "<>", "is_not", "not_equal"],
        "write `not_equals`",
    ),
    (
        &["gt", ">", "above", "greater", "more_than", "over"],
        "write `greater_than`",
    ),
    (
        &["lt", "<", "below", "less", "smaller_than", "under"],
        "write `less_than`",
    ),
    (
        &[
            "gte",
            "ge",
            ">=",
            "=>",
            "greater_than_or_equal",
            "greater_than_or_equals",
            "greater_or_equals",
            "at_least",
        ],
        "write `greater_or_equal`",
    ),
    (
        &[
            "lte",
            "le",
            "<=",
            "=<",
            "less_than_or_equal",
            "less_than_or_equals",
            "less_or_equals",
            "at_most",
        ],
        "write `less_or_equal`",
    ),
    (&["one_of", "any_of", "is_in"], "write `in`"),
    (&["none_of", "nin", "!in", "is_not_in"], "write `not_in`"),
    (&["includes", "has"], "write `contains`"),
    (
        &["startswith", "prefix", "begins_with"],
        "write `starts_with`",
    ),
    (&["endswith", "suffix"], "write `ends_with`"),
    (&["like", "glob", "fnmatch"], "write `matches`"),
    (
        &[
            "regex",
            "regexp",
            "matches_regexp",
            "match_regex",
            "=~",
            "~",
        ],
        "write `matches_regex`",
    ),
    (
        &["is_set", "present", "defined", "is_null", "missing"],
        "write `exists`, or `equals` with `null`",
    ),
    (&["cidr", "in_network", "in_subnet"], "write `in_cidr`"),
    (&["during", "at_time"], "write `within`"),
    (
        &["between"],
        "write `all` of `greater_or_equal` and `less_or_equal`, or of `after` and `before`",
    ),
    (
        &[
            "not",
            "not_contains",
            "not_matches",
            "not_exists",
            "not_starts_with",
            "not_ends_with",
        ],
        "put the comparison under `not`",
    ),
];

/// The keys that join conditions.
pub(super) const JOINS: &[Alias] = &[
    (&["and", "all_of", "every", "&&"], "write `all`"),
    (&["or", "any_of", "some", "||"], "write `any`"),
    (&["none", "none_of", "nor"], "write `not` with `any` inside"),
    (&["unless", "!"], "write `not`"),
];

/// What stands where a condition must, and is a single word.
pub(super) const CONDITIONS: &[Alias] = &[
    (
        &["always", "true", "any", "all", "*"],
        "a rule that always matches has no `when`",
    ),
    (
        &["never", "false", "none"],
        "a rule is switched off by `mode: off`",
    ),
];

/// The type of a declared field.
pub(super) const TYPES: &[Alias] = &[
    (&["text", "str", "char", "uuid"], "write `string`"),
    (
        &["enum"],
        "write `string`; rules ask for one of several words with `in`",
    ),
    (&["bool"], "write `boolean`"),
    (&["int", "long", "i64", "u64"], "write `integer`"),
    (&["money", "numeric", "currency"], "write `decimal`"),
    (
        &["float", "double", "real", "f64"],
        "write `decimal` for exact numbers, `number` for binary floats",
    ),
    (
        &["date", "time", "datetime", "date_time"],
        "write `timestamp`",
    ),
    (
        &["array", "set", "sequence"],
        "write `{type: list, of: ..}`",
    ),
    (
        &["object", "dict", "struct", "record"],
        "write `{type: map, fields: {..}}`",
    ),
    (&["list", "map"], "a list's items are single values"),
    (
        &["ip", "address"],
        "write `string`; rules ask for networks with `in_cidr`",
    ),
];

/// `effect` and `default`.
pub(super) const EFFECTS: &[Alias] = &[
    (
        &["deny", "denied", "reject", "forbid", "refuse"],
        "write `block`",
    ),
    (&["permit", "accept", "grant"], "write `allow`"),
    (
        &[
            "approve",
            "approval",
            "needs_approval",
            "review",
            "escalate",
        ],
        "write `require_approval`",
    ),
    (
        &["warn", "log", "monitor", "audit"],
        "a rule that only records has its effect and `mode: shadow`",
    ),
];

/// `mode` and `modes`.
pub(super) const MODES: &[Alias] = &[
    (
        &["on", "enabled", "enforced", "enforcing", "active"],
        "write `enforce`",
    ),
    (
        &["monitor", "audit", "dry_run", "log", "permissive"],
        "write `shadow`",
    ),
    (&["disabled", "none"], "write `off`"),
];

/// `severity`.
pub(super) const SEVERITIES: &[Alias] = &[
    (&["info", "notice", "none"], "write `informational`"),
    (&["warning", "warn", "moderate"], "write `medium`"),
    (&["error", "severe"], "write `high`"),
    (&["fatal", "emergency"], "write `critical`"),
];

/// `combine`, `on_missing` and `on_error`.
pub(super) const SETTINGS: &[Alias] = &[
    (
        &["deny_overrides", "block_first"],
        "write `block_overrides`",
    ),
    (&["first", "first_applicable"], "write `first_match`"),
    (
        &["block", "deny", "error"],
        "write `indeterminate`, which blocks",
    ),
    (&["ignore", "skip", "false"], "write `no_match`"),
];

/// Where a field lives.
pub(super) const DOMAINS: &[Alias] = &[
    (&["user", "principal", "subject", "who"], "write `actor`"),
    (&["state", "system", "world"], "write `snapshot`"),
    (
        &["context", "env", "environment", "ctx"],
        "write `snapshot` for the state of the system, `request` for what comes with every request",
    ),
    (&["args", "arguments", "input", "params"], "write `action`"),
    (
        &["resource", "object", "target"],
        "the object of an action is `request.resource`",
    ),
    (&["tenant"], "the tenant is `request.tenant`"),
];

/// The days of a time of day.
pub(super) const DAYS: &[Alias] = &[
    (&["mo", "monday"], "write `mon`"),
    (&["tu", "tues", "tuesday"], "write `tue`"),
    (&["we", "wednesday"], "write `wed`"),
    (&["th", "thur", "thurs", "thursday"], "write `thu`"),
    (&["fr", "friday"], "write `fri`"),
    (&["sa", "saturday"], "write `sat`"),
    (&["su", "sunday"], "write `sun`"),
    (
        &["weekday", "weekdays", "workdays"],
        "write `mon, tue, wed, thu, fri`",
    ),
    (&["weekend", "weekends"], "write `sat, sun`"),
    (
        &["all", "any", "daily", "every_day", "*"],
        "leave `days` out for every day",
    ),
];

/// An action in a scope, and in `modes`.
pub(super) const ACTIONS: &[Alias] = &[(
    &["*", "all", "any"],
    "a rule for every action has `scope: {global: true}`",
)];
pub(super) const MODES_OF: &[Alias] = &[(
    &["*", "all", "any", "default"],
    "the mode of every action is `mode`, beside `rules`",
)];

/// The keys of a scope.
const SCOPE_KEYS: &[KeyAlias] = &[
    (
        &["actions"],
        "action",
        "write `action`, which takes a list too",
    ),
    (
        &["actors"],
        "actor",
        "write `actor`, which takes a list too",
    ),
    (&["user", "principal"], "actor", "write `actor`"),
    (
        &["role", "roles", "group", "groups"],
        "actor",
        "a scope names actors by `id`: compare other fields of theirs in `when`",
    ),
];

/// All other keys. Of several lines with one word that one holds whose key the map has.
const KEYS: &[KeyAlias] = &[
    (
        &["if", "condition", "conditions", "where", "match"],
        "when",
        "write `when`",
    ),
    (
        &["subject", "operator", "value", "all", "any", "not"],
        "when",
        "indent it below `when`",
    ),
    (
        &["enabled", "disabled"],
        "mode",
        "a rule is switched off by `mode: off`",
    ),
    (
        &["priority", "order"],
        "effect",
        "rules are asked in the order of the file",
    ),
    (
        &["description", "message", "error"],
        "reason",
        "write `reason`",
    ),
    (&["name", "rule", "rule_id"], "id", "write `id`"),
    (
        &["sensitive"],
        "fields",
        "say it beside the field: `email: {type: string, sensitive: hash}`",
    ),
    (
        &["decision", "then", "result", "outcome"],
        "effect",
        "write `effect`",
    ),
    (
        &["action"],
        "scope",
        "`scope: {action: ..}` says which action, `effect` what comes of it",
    ),
    (
        &["actions", "on", "for", "target", "actor", "actors"],
        "scope",
        "write `scope`, such as `scope: {action: ..}`",
    ),
    (&["op"], "operator", "write `operator`"),
    (&["field", "left"], "subject", "write `subject`"),
    (&["right", "values", "literal"], "value", "write `value`"),
    (&["items", "item"], "of", "write `of`"),
    (
        &["required"],
        "optional",
        "every field is required that does not say `optional: true`",
    ),
    (&["null"], "nullable", "write `nullable: true`"),
    (&["start", "begin"], "from", "write `from`"),
    (&["end", "until"], "to", "write `to`"),
    (&["timezone", "tz", "time_zone"], "zone", "write `zone`"),
    (&["percentage"], "percent", "write `percent`"),
];

/// What to write where a required key is missing.
const MISSING: &[(&str, &str)] = &[
    (
        "default",
        "say what happens where no rule matches: `default: block`, `allow` or `require_approval`",
    ),
    ("rules", "a policy without rules says `rules: []`"),
    ("actions", "a schema without actions says `actions: {}`"),
    ("id", "every rule has a name of its own: `id: ..`"),
    (
        "scope",
        "say which calls it judges: `scope: {action: ..}`, or `{global: true}` for all",
    ),
    (
        "effect",
        "say what comes of it: `effect: block`, `allow` or `require_approval`",
    ),
    ("type", "say what it holds, such as `type: string`"),
    ("of", "say what its items are, such as `of: string`"),
    (
        "zone",
        "say by whose clock, such as `zone: Europe/Berlin` or `zone: UTC`",
    ),
];

/// What to write in place of a word that people expect.
pub(super) fn instead_of(word: &str, aliases: &[Alias]) -> Option<&'static str> {
    let plain = plain(word);
    let mut aliases = aliases.iter();
    let (_, hint) = aliases.find(|(words, _)| words.contains(&&*plain))?;
    Some(hint)
}

/// The word that was meant: what stands in the table, or the accepted word with nearly these letters.
pub(super) fn meant<'a>(
    word: &str,
    aliases: &[Alias],
    accepted: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let hint = instead_of(word, aliases).map(ToOwned::to_owned);
    hint.or_else(|| did_you_mean(word, accepted))
}

/// The key that was meant in a map that has some of them, and what to write.
pub(super) fn key(word: &str, has: impl Fn(&str) -> bool) -> Option<(&'static str, &'static str)> {
    let plain = plain(word);
    let table = if has("global") { SCOPE_KEYS } else { KEYS };
    let mut aliases = table.iter();
    let (_, key, hint) = aliases.find(|(words, key, _)| words.contains(&&*plain) && has(key))?;
    Some((key, hint))
}

/// What to write where a required key is missing.
pub(super) fn missing(key: &str) -> Option<&'static str> {
    let mut missing = MISSING.iter();
    missing
        .find(|(name, _)| *name == key)
        .map(|(_, hint)| *hint)
}

/// A word in lower case, with `_` between its parts.
fn plain(word: &str) -> String {
    // Nobody knows a longer word; texts can be megabytes.
    let word = word.chars().take(64);
    word.map(|c| match c {
        '-' | ' ' => '_',
        _ => c.to_ascii_lowercase(),
    })
    .collect()
}

#[cfg(test)]
mod tests;
