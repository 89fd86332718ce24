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

/// Adds a line of these cells.
pub(crate) fn line<'c>(text: &mut String, cells: impl IntoIterator<Item = &'c str>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        text.push_str(&escaped(cell));
    }
    text.push_str("\r\n");
}

/// What a formula begins with.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell that no spreadsheet takes for a formula: one that begins like one gets an apostrophe, which shows it
/// as text. A number stays a number. Quoted where RFC 4180 wants it. Where the decimal sign is a comma, spreadsheets
/// take `;` for what parts cells, and look at no quote in the middle of one: what follows begins a cell too.
fn escaped(cell: &str) -> String {
    let mut safe = String::with_capacity(cell.len());
    let mut begins = !is_number(cell);
    for c in cell.chars() {
        if begins && FORMULA.contains(&c) {
            safe.push('\'');
        }
        safe.push(c);
        begins = c == ';';
    }
    if safe.contains([',', ';', '"', '\r', '\n', '\t', '\'']) {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe
    }
}

/// `-12` or `-0.5`: a sign, digits, at most one point between them.
fn is_number(cell: &str) -> bool {
    let (whole, part) = cell
        .strip_prefix('-')
        .map_or(("", None), |rest| rest.split_once('.').map_or((rest, None), |(whole, part)| (whole, Some(part))));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && part.is_none_or(digits)
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn no_cell_is_a_formula_or_leaves_its_place() {
        for formula in [
            "=1+1",
            "+1",
            "-1+1",
            "-",
            "-.5",
            "-1e9",
            "-1.",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "=HYPERLINK(\"https://x\")",
            "＝1",
        ] {
            assert!(escaped(formula).starts_with("\"'"), "{formula:?}");
        }
        assert_eq!(escaped("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(escaped("2026-09-01"), "2026-09-01");
        assert_eq!(escaped("=1,2"), "\"'=1,2\"");
        assert_eq!(escaped("a;=1+1;b"), "\"a;'=1+1;b\"", "where a semicolon parts cells");
    }

    #[test]
    fn numbers_stay_numbers() {
        for number in ["0", "-1", "-12.50", "1.5"] {
            assert_eq!(escaped(number), number);
        }
    }
}
