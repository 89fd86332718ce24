//! Tables for spreadsheets: RFC 4180 in UTF-8.

use super::tables::Table;

/// A table as a file.
pub(super) fn file(table: &Table) -> String {
    let mut text = String::new();
    line(&mut text, table.columns.iter().map(|column| column.machine.as_str()));
    for row in &table.rows {
        line(&mut text, row.iter().map(|cell| cell.machine.as_str()));
    }
    text
}

fn line<'c>(text: &mut String, cells: impl Iterator<Item = &'c str>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        text.push_str(&escaped(cell));
    }
    text.push_str("\r\n");
}

/// A cell that no spreadsheet takes for a formula: one that begins like one gets an apostrophe, which shows it
/// as text. Quoted where RFC 4180 wants it.
pub(crate) fn escaped(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let safe = if formula { format!("'{cell}") } else { cell.to_owned() };
    if safe.contains([',', '"', '\r', '\n', '\t', '\'']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn no_cell_is_a_formula_or_leaves_its_place() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=HYPERLINK(\"https://x\")", "＝1"] {
            assert!(escaped(formula).starts_with("\"'"), "{formula:?}");
        }
        assert_eq!(escaped("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(escaped("2026-09-01"), "2026-09-01");
        assert_eq!(escaped("=1,2"), "\"'=1,2\"");
    }
}
