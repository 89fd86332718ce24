//! Licence expressions (SPDX 3.0.1 annex B) and the identifiers of the SPDX License List.
//!
//! `licences.txt` is made by `tools/formats/csaf.py`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What an identifier is in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// A licence.
    Licence,
    /// An exception, for after `WITH`.
    Exception,
    /// Either, given up.
    Deprecated,
}

static LIST: LazyLock<HashMap<&'static str, Listed>> = LazyLock::new(|| {
    let mut kind = Listed::Licence;
    let mut all = HashMap::new();
    for line in include_str!("licences.txt").lines() {
        match line {
            "@licence" => kind = Listed::Licence,
            "@exception" => kind = Listed::Exception,
            "@deprecated" => kind = Listed::Deprecated,
            id => {
                all.insert(id, kind);
            }
        }
    }
    all
});

/// Looks an identifier up.
pub fn find(id: &str) -> Option<Listed> {
    LIST.get(id).copied()
}

/// The identifiers of an expression, in order; `None` when it is none. `DocumentRef-` is not allowed in CSAF.
pub fn identifiers(expression: &str) -> Option<Vec<&str>> {
    let (mut ids, mut depth, mut after_with) = (Vec::new(), 0_usize, false);
    // Whether an identifier or an opening parenthesis comes next, not an operator.
    let mut operand = true;
    // Whether a parenthesis has just been closed: WITH belongs to an identifier alone.
    let mut closed = false;
    for word in words(expression) {
        match (word, operand) {
            ("(", true) if !after_with => depth += 1,
            (")", false) => depth = depth.checked_sub(1)?,
            ("AND" | "and" | "OR" | "or", false) => (operand, after_with) = (true, false),
            ("WITH" | "with", false) if !after_with && !closed => {
                (operand, after_with) = (true, true);
            }
            (id, true) if is_identifier(id, after_with) => {
                ids.push(id);
                operand = false;
            }
            _ => return None,
        }
        closed = word == ")";
    }
    (!operand && depth == 0).then_some(ids)
}

/// Parentheses and what stands between blanks.
fn words(expression: &str) -> impl Iterator<Item = &str> {
    expression
        .split(' ')
        .flat_map(|part| {
            part.split_inclusive(['(', ')']).flat_map(|piece| match piece.strip_suffix(['(', ')']) {
                Some(rest) => [rest, piece.get(rest.len()..).unwrap_or_default()],
                None => [piece, ""],
            })
        })
        .filter(|word| !word.is_empty())
}

fn is_identifier(word: &str, addition: bool) -> bool {
    let reference = if addition { "AdditionRef-" } else { "LicenseRef-" };
    if let Some(rest) = word.strip_prefix(reference) {
        return is_id_string(rest);
    }
    let lower = word.to_ascii_lowercase();
    if ["licenseref-", "additionref-", "documentref-"].iter().any(|prefix| lower.starts_with(prefix)) {
        return false;
    }
    let word = if addition { word } else { word.strip_suffix('+').unwrap_or(word) };
    is_id_string(word) && !matches!(lower.as_str(), "and" | "or" | "with")
}

fn is_id_string(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
}
