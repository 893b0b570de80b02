//! Points in time, as a query says them.

use audit_core::Timestamp;

use crate::query::span;

/// What is accepted behind `since:` and `until:`.
pub(super) const ACCEPTED: &str = "a time such as `2026-11-01T08:00Z`, a day such as `2026-11-01`, or how long ago such as `90s`, `15m`, `24h`, `7d` or `2w`";

/// A time, a day (its start) or how long before `now`; UTC where no offset is written.
pub(super) fn parse(text: &str, now: Timestamp) -> Option<Timestamp> {
    if let Some(ago) = span::parse(text) {
        return Some(Timestamp::from_nanos(now.as_nanos().saturating_sub(ago)));
    }
    let is_day = text.len() == "2026-11-01".len();
    let spelled = if is_day {
        format!("{text}T00:00:00Z")
    } else {
        text.to_owned()
    };
    let spelled = spelled.parse();
    spelled.or_else(|_| format!("{text}Z").parse()).ok()
}
