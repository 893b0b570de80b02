//! [`Table`]: columns that fit a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::console::one_line;

/// What stands between two columns.
const GAP: &str = "  ";

/// One column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) title: &'static str,
    /// To how many places it may be cut where there is no room; none if it is not.
    pub(super) least: Option<usize>,
    /// Numbers stand to the right.
    pub(super) is_number: bool,
    /// Which goes first where there is no room at all: the lowest. None stays.
    pub(super) goes: Option<u8>,
    /// How wide cells of rows that are still to come may well be.
    pub(super) expected: usize,
}

impl Column {
    /// Text that is never cut.
    pub(super) const fn text(title: &'static str) -> Self {
        Self {
            title,
            least: None,
            is_number: false,
            goes: None,
            expected: 0,
        }
    }

    /// A number.
    pub(super) const fn number(title: &'static str) -> Self {
        Self {
            is_number: true,
            ..Self::text(title)
        }
    }

    /// The same, which may be cut to so many places.
    pub(super) const fn cut_to(self, least: usize) -> Self {
        Self {
            least: Some(least),
            ..self
        }
    }

    /// The same, with room for so much where more rows come.
    pub(super) const fn expecting(self, expected: usize) -> Self {
        Self { expected, ..self }
    }

    /// The same, which is left out where there is no room, in this order.
    pub(super) const fn going(self, rank: u8) -> Self {
        Self {
            goes: Some(rank),
            ..self
        }
    }
}

/// Columns, each as wide as it will be.
#[derive(Debug)]
pub(super) struct Table {
    /// Which of the cells, how wide, and on which side they stand.
    shown: Vec<Shown>,
    /// Whether cells that are too long are cut.
    cuts: bool,
}

#[derive(Clone, Copy, Debug)]
struct Shown {
    place: usize,
    column: Column,
    width: usize,
}

impl Table {
    /// Columns for these rows, in this many places; without a limit none is cut. Columns without any cell are left out, if
    /// no other rows will come.
    pub(super) fn fit(
        columns: &[Column],
        rows: &[Vec<String>],
        width: Option<usize>,
        more_to_come: bool,
    ) -> Self {
        let mut shown: Vec<Shown> = columns
            .iter()
            .enumerate()
            .filter_map(|(place, column)| {
                let cells = rows.iter().filter_map(|row| row.get(place));
                let longest = cells.map(|cell| visible(cell).width()).max().unwrap_or(0);
                let expected = if more_to_come { column.expected } else { 0 };
                (longest > 0 || more_to_come).then(|| Shown {
                    place,
                    column: *column,
                    width: longest.max(column.title.width()).max(expected),
                })
            })
            .collect();
        let Some(width) = width else {
            return Self { shown, cuts: false };
        };
        let least = |shown: &[Shown]| {
            total(shown, |one| {
                one.column
                    .least
                    .map_or(one.width, |least| least.min(one.width))
            })
        };
        while least(&shown) > width {
            let first = shown
                .iter()
                .enumerate()
                .filter_map(|(at, one)| Some((one.column.goes?, at)))
                .min();
            let Some((_, at)) = first else { break };
            shown.remove(at);
        }
        narrow(&mut shown, width);
        Self { shown, cuts: true }
    }

    /// The line of titles.
    pub(super) fn head(&self) -> String {
        self.line(|one| one.column.title)
    }

    /// The line of a row.
    pub(super) fn row(&self, cells: &[String]) -> String {
        self.line(|one| cells.get(one.place).map_or("", String::as_str))
    }

    fn line<'c>(&self, cell: impl Fn(&Shown) -> &'c str) -> String {
        let mut line = String::new();
        for (at, one) in self.shown.iter().enumerate() {
            if at > 0 {
                line.push_str(GAP);
            }
            let mut text = visible(cell(one));
            // What is never cut makes its line longer, if it comes after all widths were chosen.
            if self.cuts && one.column.least.is_some() {
                text = cut(text, one.width);
            }
            let room = " ".repeat(one.width.saturating_sub(text.width()));
            let (before, behind) = if one.column.is_number {
                (room.as_str(), "")
            } else {
                ("", room.as_str())
            };
            line.push_str(before);
            line.push_str(&text);
            line.push_str(behind);
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// A text of a record's: nothing in it steers the terminal, turns the direction of what follows or breaks the line.
fn visible(text: &str) -> String {
    one_line(text).into_owned()
}

fn total(shown: &[Shown], width: impl Fn(&Shown) -> usize) -> usize {
    let gaps = shown.len().saturating_sub(1) * GAP.len();
    shown.iter().map(width).sum::<usize>() + gaps
}

/// Takes from the widest of those that may be cut, until all fit or none has more to give.
fn narrow(shown: &mut [Shown], width: usize) {
    let mut over = total(shown, |one| one.width).saturating_sub(width);
    while over > 0 {
        let widest = shown
            .iter_mut()
            .filter(|one| one.column.least.is_some_and(|least| one.width > least))
            .max_by_key(|one| one.width);
        let Some(widest) = widest else { return };
        widest.width -= 1;
        over -= 1;
    }
}

/// The beginning of a text, which says that it is one.
fn cut(text: String, width: usize) -> String {
    if text.width() <= width {
        return text;
    }
    let mut kept = String::new();
    let mut room = width.saturating_sub(1);
    for c in text.chars() {
        let takes = c.width().unwrap_or(0);
        if takes > room {
            break;
        }
        room -= takes;
        kept.push(c);
    }
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 4] = [
        Column::number("seq"),
        Column::text("name").cut_to(6),
        Column::text("actor").cut_to(4).going(1),
        Column::text("rule").going(0),
    ];

    fn rows() -> Vec<Vec<String>> {
        let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        vec![
            row(["7", "payments.refund", "alice@example.com", ""]),
            row(["1234", "login", "bob", "limit"]),
        ]
    }

    fn drawn(columns: &[Column], rows: &[Vec<String>], width: Option<usize>) -> Vec<String> {
        let table = Table::fit(columns, rows, width, false);
        let lines = rows.iter().map(|row| table.row(row));
        [table.head()].into_iter().chain(lines).collect()
    }

    #[test]
    fn without_a_limit_every_cell_is_whole() {
        assert_eq!(
            drawn(&COLUMNS, &rows(), None),
            [
                " seq  name             actor              rule",
                "   7  payments.refund  alice@example.com",
                "1234  login            bob                limit",
            ]
        );
    }

    #[test]
    fn the_widest_columns_give_way_first_and_say_so() {
        assert_eq!(
            drawn(&COLUMNS, &rows(), Some(36)),
            [
                " seq  name         actor       rule",
                "   7  payments.r…  alice@exa…",
                "1234  login        bob         limit",
            ]
        );
    }

    #[test]
    fn where_there_is_no_room_columns_go_in_their_order_and_others_get_theirs() {
        assert_eq!(
            drawn(&COLUMNS, &rows(), Some(22)),
            [
                " seq  name     actor",
                "   7  paymen…  alice@…",
                "1234  login    bob",
            ]
        );
        assert_eq!(
            drawn(&COLUMNS, &rows(), Some(13)),
            [" seq  name", "   7  paymen…", "1234  login"]
        );
    }

    #[test]
    fn a_column_without_any_cell_is_left_out_unless_more_rows_come() {
        let rows = vec![vec!["7".to_owned(), String::new()]];
        assert_eq!(drawn(&COLUMNS[..2], &rows, None), ["seq", "  7"]);
        let table = Table::fit(&COLUMNS[..2], &rows, None, true);
        assert_eq!(table.head(), "seq  name");
    }

    #[test]
    fn rows_that_come_later_find_room_and_lose_no_word_that_counts() {
        let columns = [
            Column::number("seq"),
            Column::text("name").cut_to(6).expecting(9),
            Column::text("effect").expecting(8),
        ];
        let first = vec![vec!["7".to_owned(), "login".to_owned(), String::new()]];
        let table = Table::fit(&columns, &first, Some(40), true);
        assert_eq!(table.head(), "seq  name       effect");
        let later = ["12345", "payments.refund", "require_approval"].map(str::to_owned);
        assert_eq!(table.row(&later), "12345  payments…  require_approval");
        let table = Table::fit(&columns, &first, Some(20), true);
        assert_eq!(table.head(), "seq  name    effect");
    }

    #[test]
    fn what_steers_a_terminal_is_shown_and_counted_as_it_is_shown() {
        let rows = vec![
            vec![
                "1".to_owned(),
                "\u{1b}]0;x\u{7}".to_owned(),
                "\u{202e}gnp.exe".to_owned(),
            ],
            vec!["2".to_owned(), "日本\nx".to_owned(), "z".to_owned()],
        ];
        assert_eq!(
            drawn(&COLUMNS[..3], &rows, None),
            [
                "seq  name             actor",
                "  1  \\u{1b}]0;x\\u{7}  \\u{202e}gnp.exe",
                "  2  日本\\nx          z",
            ]
        );
    }

    #[test]
    fn a_wide_letter_is_not_cut_in_half() {
        assert_eq!(cut("日本語".to_owned(), 4), "日…");
        assert_eq!(cut("日本語".to_owned(), 6), "日本語");
        assert_eq!(cut("日本語".to_owned(), 0), "…");
    }
}
