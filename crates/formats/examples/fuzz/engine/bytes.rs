//! Changes to bytes: what a broken disk, a careless editor or a person with bad intent does to a file.

use super::chance::Chance;

/// Pieces that have a meaning for some reader: JSON, CSV, XML, armour, hosts, vectors, encodings.
const PIECES: &[&[u8]] = &[
    b"\"",
    b"\"\"",
    b"'",
    b",",
    b";",
    b"\t",
    b"\r",
    b"\n",
    b"\r\n",
    b"\n\n",
    b"\0",
    b" ",
    b":",
    b"/",
    b"//",
    b"\\",
    b"#",
    b"-",
    b"--",
    b"=",
    b"@",
    b"%",
    b"%00",
    b"%2e",
    b"%C3%28",
    b"*",
    b"**",
    b"*.",
    b".",
    b"..",
    b"?",
    b"[",
    b"]",
    b"{",
    b"}",
    b"<",
    b">",
    b"&",
    b"&#0;",
    b"]]>",
    b"null",
    b"true",
    b"0",
    b"-1",
    b"1e999",
    b"18446744073709551616",
    b"2147483648",
    b"9223372036854775807",
    b"0.1e-400",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xFE\xFF",
    b"\xC3",
    b"\xED\xA0\x80",
    b"\xF4\x90\x80\x80",
    b"\\ud800",
    b"\\udc00\\ud800",
    b"\\u0000",
    "\u{202e}".as_bytes(),
    "\u{e0001}".as_bytes(),
    "\u{1f600}".as_bytes(),
    "é".as_bytes(),
    "e\u{301}".as_bytes(),
    "İ".as_bytes(),
    "ß".as_bytes(),
    "ﬀ".as_bytes(),
    "。".as_bytes(),
    "xn--".as_bytes(),
    b"::",
    b"::1",
    b"::ffff:1.2.3.4",
    b"/0",
    b"/33",
    b":65536",
    b":0",
    b"1.2.3.4",
    b"01.2.3.4",
    b"0x7f.1",
    b"https://",
    b"CVSS:4.0/",
    b"CVSS:3.1/",
    b"AV:N",
    b"/E:X",
    b"vers:",
    b"pkg:",
    b"2026-02-29T24:00:60Z",
    b"9999-12-31T23:59:60+14:00",
    b"-----BEGIN PGP SIGNED MESSAGE-----\n",
    b"-----BEGIN PGP SIGNATURE-----\n",
    b"-----END PGP SIGNATURE-----\n",
    b"- ",
    b"Hash: SHA512\n",
    b"Contact: ",
    b"Expires: ",
    b"=AAAA\n",
    b"\x85",
    b"\x0c",
    b"\xE2\x80\xA8",
];

/// One change. `other` is another file of the corpus.
pub fn change(bytes: &mut Vec<u8>, other: &[u8], chance: &mut Chance, most: usize) {
    let at = chance.below(bytes.len() + 1);
    match chance.below(12) {
        0 => flip(bytes, at, chance),
        1 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = chance.next().to_le_bytes()[0];
            }
        }
        2..=4 => insert(bytes, at, chance.pick(PIECES).copied().unwrap_or_default()),
        5 => {
            let end = (at + 1 + chance.below(16)).min(bytes.len());
            bytes.drain(at.min(end)..end);
        }
        6 => {
            let (start, end) = range(bytes, chance);
            bytes.drain(start..end);
        }
        7 => {
            let (start, end) = range(bytes, chance);
            let piece = bytes[start..end].to_vec();
            insert(bytes, at, &piece);
        }
        8 => {
            let (start, end) = range(other, chance);
            insert(bytes, at, &other[start..end]);
        }
        9 => {
            bytes.truncate(at);
            bytes.extend_from_slice(&other[chance.below(other.len() + 1)..]);
        }
        10 => repeat(bytes, at, chance, most),
        _ => bytes.truncate(at),
    }
    bytes.truncate(most);
}

fn flip(bytes: &mut [u8], at: usize, chance: &mut Chance) {
    let bit = chance.below(8);
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << bit;
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    let at = at.min(bytes.len());
    bytes.splice(at..at, piece.iter().copied());
}

/// Mostly short.
fn range(bytes: &[u8], chance: &mut Chance) -> (usize, usize) {
    let start = chance.below(bytes.len() + 1);
    let longest = if chance.once_in(4) { bytes.len() } else { 64 };
    (start, (start + chance.below(longest + 1)).min(bytes.len()))
}

/// A piece a great many times: rows, brackets, labels.
fn repeat(bytes: &mut Vec<u8>, at: usize, chance: &mut Chance, most: usize) {
    let (start, end) = range(bytes, chance);
    let piece = match chance.pick(PIECES) {
        Some(piece) if chance.once_in(2) => piece.to_vec(),
        _ => bytes[start..end].to_vec(),
    };
    let times = 1 << chance.below(14);
    let room = most.saturating_sub(bytes.len()) / piece.len().max(1);
    insert(bytes, at, &piece.repeat(times.min(room)));
}
