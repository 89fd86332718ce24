//! Changes to tables: quotes, separators, rows that are too long or too short.

use super::chance::Chance;

/// One change that knows of rows and cells.
pub fn change(bytes: &mut Vec<u8>, chance: &mut Chance) {
    let at = place(bytes, chance);
    match chance.below(8) {
        0 => put(bytes, at, b"\""),
        1 => put(bytes, at, b"\"\""),
        2 => put(bytes, at, if chance.once_in(2) { b"," } else { b";" }),
        3 => put(bytes, at, if chance.once_in(2) { b"\r" } else { b"\r\n" }),
        4 => put(bytes, at, b"\n"),
        5 => quote(bytes, at),
        6 => row_twice(bytes, chance),
        _ => part_by(bytes, chance),
    }
}

/// Beside a separator.
fn place(bytes: &[u8], chance: &mut Chance) -> usize {
    let is_mark = |b: &u8| matches!(b, b',' | b';' | b'\t' | b'"' | b'\n');
    let marks: Vec<usize> = bytes.iter().enumerate().filter(|(_, b)| is_mark(b)).map(|(at, _)| at).collect();
    chance.pick(&marks).map_or(0, |at| at + chance.below(2))
}

fn put(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    bytes.splice(at..at, piece.iter().copied());
}

/// Puts what stands before the next separator into quotes.
fn quote(bytes: &mut Vec<u8>, at: usize) {
    let end = bytes.iter().skip(at + 1).position(|b| matches!(b, b',' | b'\n')).map_or(bytes.len(), |n| at + 1 + n);
    put(bytes, end, b"\"");
    put(bytes, at, b"\"");
}

fn row_twice(bytes: &mut Vec<u8>, chance: &mut Chance) {
    let rows: Vec<Vec<u8>> = bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    if let Some(row) = chance.pick(&rows) {
        bytes.extend(row.repeat(1 + chance.below(40)));
    }
}

/// Another separator in the whole table.
fn part_by(bytes: &mut [u8], chance: &mut Chance) {
    let to = chance.pick(b";\t,|").copied().unwrap_or(b',');
    bytes.iter_mut().filter(|b| **b == b',').for_each(|b| *b = to);
}
