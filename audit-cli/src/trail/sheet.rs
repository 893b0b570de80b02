//! [`Sheet`]: CSV (RFC 4180) that a spreadsheet shows and does not carry out.

use std::io::{self, Write};

use crate::console::one_line;

/// Rows of fields with commas between them.
pub(super) struct Sheet<W: Write>(csv::Writer<W>);

impl<W: Write> Sheet<W> {
    pub(super) fn new(out: W) -> Self {
        Self(csv::Writer::from_writer(out))
    }

    /// Writes one row. What is in it may come from anybody.
    pub(super) fn row<T: AsRef<str>>(
        &mut self,
        fields: impl IntoIterator<Item = T>,
    ) -> io::Result<()> {
        for field in fields {
            self.0.write_field(harmless(field.as_ref()))?;
        }
        Ok(self.0.write_record(None::<&[u8]>)?)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A field that no spreadsheet takes for a formula (CWE-1236), nor a terminal for an order (CWE-150).
fn harmless(field: &str) -> String {
    let shown = one_line(field);
    // The wide forms are taken for their narrow ones where text is entered in such.
    let is_formula = shown.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    format!("{}{shown}", if is_formula { "'" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_is_a_formula_or_steers_a_terminal_and_every_row_is_one_line() {
        let mut out = Vec::new();
        let mut sheet = Sheet::new(&mut out);
        let fields = [
            "=cmd|' /C calc'!A0",
            "+1",
            "-1",
            "@SUM(A1)",
            "＝1",
            "a,\"b\"\n=1",
            "\t=1",
            "\u{1b}[31m\u{202e}",
            "",
            "it's 1=1",
        ];
        sheet.row(fields).unwrap();
        sheet.flush().unwrap();
        drop(sheet);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "'=cmd|' /C calc'!A0,'+1,'-1,'@SUM(A1),'＝1,\"a,\"\"b\"\"\\n=1\",\\t=1,\\u{1b}[31m\\u{202e},,it's 1=1\n"
        );
    }
}
