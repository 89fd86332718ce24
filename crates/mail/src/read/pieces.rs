//! What stands between the boundaries of a part with parts.

use super::bounds::{Costs, Trouble};

/// The pieces between boundaries: two dashes, the boundary, and then a line's end or two dashes more (RFC 2046
/// section 5.1.1). Where no line is so, anything that begins so counts, as it does for the library.
pub(super) fn pieces<'x>(body: &'x [u8], boundary: &[u8], costs: &mut Costs) -> Result<Vec<&'x [u8]>, Trouble> {
    if boundary.is_empty() || !costs.boundary(boundary.len(), body.len())? {
        return Ok(Vec::new());
    }
    let found = split(body, boundary, true, costs)?;
    if found.is_empty() { split(body, boundary, false, costs) } else { Ok(found) }
}

fn split<'x>(body: &'x [u8], boundary: &[u8], strict: bool, costs: &Costs) -> Result<Vec<&'x [u8]>, Trouble> {
    let (mut pieces, mut open, mut at) = (Vec::new(), None::<usize>, 0);
    // Where the end is marked. A boundary of a part may look like the end of ours, so the last one counts.
    let (mut first_end, mut last_end) = (None, None);
    while let Some(dash) = body[at..].iter().position(|byte| *byte == b'-').map(|n| at + n) {
        let dashes = body[dash..].iter().take_while(|byte| **byte == b'-').count();
        let marked = body[dash..].strip_prefix(b"--").and_then(|rest| rest.strip_prefix(boundary));
        let Some(rest) = marked.filter(|rest| !strict || line_end(rest).is_some() || rest.starts_with(b"--")) else {
            at = dash + dashes;
            continue;
        };
        at = body.len() - rest.len();
        if rest.starts_with(b"--") {
            first_end = first_end.or(Some(dash));
            last_end = Some(dash);
            continue;
        }
        if let Some(from) = open {
            pieces.push(piece(body, from, first_end.unwrap_or(dash)));
            costs.pieces(pieces.len())?;
        }
        (first_end, last_end) = (None, None);
        at += line_end(rest).unwrap_or_default();
        open = Some(at);
    }
    pieces.extend(open.map(|from| match last_end {
        Some(end) => piece(body, from, end),
        None => &body[from..],
    }));
    Ok(pieces)
}

/// The line's end before a boundary belongs to the boundary.
fn piece(body: &[u8], from: usize, to: usize) -> &[u8] {
    let piece = &body[from..to.max(from)];
    let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
    piece.strip_suffix(b"\r").unwrap_or(piece)
}

/// Length of the blanks and the line's end at the beginning, if there is nothing else.
fn line_end(rest: &[u8]) -> Option<usize> {
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
    match rest.get(blanks) {
        None => Some(blanks),
        Some(b'\n') => Some(blanks + 1),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Costs, pieces};

    #[test]
    fn a_part_ends_where_its_boundary_stands() {
        let of = |body: &str| -> Vec<String> {
            let found = pieces(body.as_bytes(), b"b", &mut Costs::default()).unwrap();
            found.into_iter().map(|piece| String::from_utf8_lossy(piece).into_owned()).collect()
        };
        assert_eq!(of("before\r\n--b\r\none\r\n--b \ntwo\n\n--b--\nafter --"), ["one", "two\n"]);
        // Longer boundaries are others'; one that is never closed ends with the mail.
        assert_eq!(of("--b\n--b2\nx\n--b2--\n--b\ntwo -- three"), ["--b2\nx\n--b2--", "two -- three"]);
        assert_eq!(of("--bA: x\n\none\n--bB: y\n\ntwo"), ["A: x\n\none", "B: y\n\ntwo"]);
        assert_eq!(of("--b--"), Vec::<String>::new());
        assert_eq!(of("-b\n--c"), Vec::<String>::new());
    }
}
