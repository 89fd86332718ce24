//! Withholding: the secret of a link of ours that a mail quotes is for one mailbox alone. It goes out of the words of a
//! mail, out of its files, and out of the whole mail that is kept, however the mail carries it.
//!
//! In bytes each of its digits becomes an `x`, so that nothing else moves: what is coded stays readable.

use crate::contact::ContactToken;
use data_encoding::BASE64_NOPAD;
use std::ops::Range;

/// What stands for a secret in words.
const CUT: &str = "…";
/// What mail programs put into a word that they break, or before a line that they quote.
const NOISE: &[&[u8]] = &[
    b"=\r\n", b"=\n", b"= ", b"=\t", b"=20", b"=3E", b"=0D", b"=0A", b"\r", b"\n", b" ", b"\t", b">", b"|", b"&gt;",
    b"&nbsp;", b"<br>", b"<br/>", b"<br />", b"<wbr>",
];
/// Longest such break that is looked across, in bytes.
const NOISE_MOST: usize = 80;
/// Shortest run of base64 that can hold a secret.
const CODED_LEAST: usize = 43;
/// How deep base64 in base64 is opened: a mail in a mail.
const DEPTH: usize = 3;

/// Each digit of a secret that stands somewhere: where, and in how many bytes.
type Places = Vec<(usize, usize)>;

/// These words without the secret, broken over lines or not.
pub fn cut(token: &ContactToken, words: &str) -> String {
    let secret = token.to_string();
    let (mut said, mut past) = (String::with_capacity(words.len()), 0);
    for places in plain(secret.as_bytes(), words.as_bytes()) {
        let (Some((first, _)), Some((last, width))) = (places.first(), places.last()) else { continue };
        said.push_str(words.get(past..*first).unwrap_or_default());
        said.push_str(CUT);
        past = last + width;
    }
    said.push_str(words.get(past..).unwrap_or_default());
    said
}

/// Takes the secret out of these bytes, also where they are quoted-printable or base64.
pub fn mask(token: &ContactToken, bytes: &mut [u8]) {
    masked(token.to_string().as_bytes(), bytes, DEPTH);
}

fn masked(secret: &[u8], bytes: &mut [u8], depth: usize) -> bool {
    let found = plain(secret, bytes);
    for (at, width) in found.iter().flatten() {
        let sign: &[u8] = if *width == 1 { b"x" } else { b"78" };
        let end = at + width;
        if let Some(place) = bytes.get_mut(end - sign.len()..end) {
            place.copy_from_slice(sign);
        }
    }
    let mut any = !found.is_empty();
    if depth > 0 {
        for run in coded_runs(bytes) {
            any |= bytes.get_mut(run).is_some_and(|run| masked_in_base64(secret, run, depth - 1));
        }
    }
    any
}

fn masked_in_base64(secret: &[u8], run: &mut [u8], depth: usize) -> bool {
    let mut bytes = decoded(run);
    if !masked(secret, &mut bytes, depth) {
        return false;
    }
    let again = BASE64_NOPAD.encode(&bytes);
    let places = run.iter_mut().filter(|byte| sextet(**byte).is_some());
    for (place, byte) in places.zip(again.bytes()) {
        *place = byte;
    }
    true
}

/// Everywhere that the secret stands.
fn plain(secret: &[u8], bytes: &[u8]) -> Vec<Places> {
    let (mut found, mut past) = (Vec::new(), 0);
    for start in 0..bytes.len() {
        if start < past {
            continue;
        }
        if let Some(places) = stands(secret, bytes, start) {
            past = places.last().map_or(start, |(at, width)| at + width);
            found.push(places);
        }
    }
    found
}

fn stands(secret: &[u8], bytes: &[u8], start: usize) -> Option<Places> {
    let (mut at, mut places) = (start, Places::new());
    for digit in secret {
        if !places.is_empty() {
            at += noise(bytes.get(at..)?);
        }
        let (byte, width) = letter(bytes.get(at..)?)?;
        if !byte.eq_ignore_ascii_case(digit) {
            return None;
        }
        places.push((at, width));
        at += width;
    }
    Some(places)
}

/// The next letter, and how many bytes it takes: quoted-printable and addresses may write any letter by its number.
fn letter(bytes: &[u8]) -> Option<(u8, usize)> {
    match bytes {
        [b'=' | b'%', high, low, ..] => {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let byte = digit(*high)? * 16 + digit(*low)?;
            u8::try_from(byte).ok().map(|byte| (byte, 3))
        }
        [byte, ..] => Some((*byte, 1)),
        [] => None,
    }
}

fn noise(bytes: &[u8]) -> usize {
    let mut at = 0;
    while at < NOISE_MOST {
        let Some(rest) = bytes.get(at..) else { break };
        let here = |noise: &[u8]| rest.get(..noise.len()).is_some_and(|head| head.eq_ignore_ascii_case(noise));
        let Some(found) = NOISE.iter().find(|noise| here(noise)) else { break };
        at += found.len();
    }
    at
}

/// Lines after one another that can be base64.
fn coded_runs(bytes: &[u8]) -> Vec<Range<usize>> {
    let (mut runs, mut run, mut end) = (Vec::new(), 0..0, 0);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let start = end;
        end += line.len();
        let inner = line.trim_ascii();
        let coded = !inner.is_empty() && inner.iter().all(|byte| sextet(*byte).is_some() || *byte == b'=');
        if coded {
            run = if run.is_empty() { start..end } else { run.start..end };
        }
        if !coded || inner.ends_with(b"=") {
            runs.extend(Some(std::mem::take(&mut run)).filter(|run| run.len() >= CODED_LEAST));
        }
    }
    runs.extend(Some(run).filter(|run| run.len() >= CODED_LEAST));
    runs
}

/// Whatever is not of the alphabet is passed over, as RFC 2045 asks; bits that are left over are dropped.
fn decoded(run: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(run.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for six in run.iter().filter_map(|byte| sextet(*byte)) {
        held = ((held << 6) | u32::from(six)) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            let [.., byte] = (held >> bits).to_be_bytes();
            bytes.push(byte);
        }
    }
    bytes
}

const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{ContactToken, cut, decoded, mask};
    use data_encoding::BASE64;

    const SECRET: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    fn token() -> ContactToken {
        SECRET.parse().unwrap()
    }

    /// The secret with this in its middle.
    fn broken(by: &str) -> String {
        format!("Stop: https://a.example/mail/{}{by}{} .\r\nBye", &SECRET[..11], &SECRET[11..])
    }

    /// In lines of 76, as mails carry it.
    fn coded(text: &str) -> String {
        let lines = BASE64.encode(text.as_bytes());
        let lines: Vec<_> = lines.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("Content-Transfer-Encoding: base64\r\n\r\n{}\r\n\r\n--b\r\n", lines.join("\r\n"))
    }

    #[test]
    fn the_secret_goes_however_it_is_broken() {
        for by in ["", "\r\n", "\n> ", "=\r\n", "=\n> > ", "<br>\r\n&gt; ", "=20=\r\n|  "] {
            let mail = broken(by);
            let said = cut(&token(), &mail);
            assert_eq!(said, "Stop: https://a.example/mail/… .\r\nBye", "{by:?}");
            let mut bytes = mail.clone().into_bytes();
            mask(&token(), &mut bytes);
            let kept = String::from_utf8(bytes).unwrap();
            let hidden = mail.replace(&SECRET[..11], &"x".repeat(11)).replace(&SECRET[11..], &"x".repeat(21));
            assert_eq!(kept, hidden, "{by:?}");
        }
        let mut bytes = format!("=30%66{}", &SECRET[2..].to_ascii_uppercase()).into_bytes();
        mask(&token(), &mut bytes);
        assert_eq!(String::from_utf8(bytes).unwrap(), format!("=78%78{}", "x".repeat(30)));
    }

    #[test]
    fn base64_stays_base64_without_the_secret() {
        for tail in ["", "?", "??", "???"] {
            // The secret at the very end, and in a mail in a mail.
            let text = format!("{}\n> {SECRET}{tail}", "Grüße ".repeat(40));
            for mail in [coded(&text), coded(&format!("x{}", coded(&text)))] {
                let mut bytes = mail.clone().into_bytes();
                mask(&token(), &mut bytes);
                assert_ne!(bytes, mail.as_bytes());
                assert_eq!(bytes.len(), mail.len());
                let open = |bytes: &[u8]| {
                    let text = String::from_utf8_lossy(bytes).into_owned();
                    let body = text.split("\r\n\r\n").nth(1).unwrap().trim_end_matches('=').to_owned();
                    String::from_utf8(decoded(body.as_bytes())).unwrap()
                };
                let once = open(&bytes);
                let words = if once.contains("Content-Transfer-Encoding") { open(once.as_bytes()) } else { once };
                assert_eq!(words, text.replace(SECRET, &"x".repeat(32)));
            }
        }
    }

    #[test]
    fn what_is_not_the_secret_stays() {
        let other = "fedcba98765432100123456789abcdee";
        let mail = format!("{}\r\n{}{}", broken("no"), other, coded(&other.repeat(9)));
        let mut bytes = mail.clone().into_bytes();
        mask(&token(), &mut bytes);
        assert_eq!(String::from_utf8(bytes).unwrap(), mail);
        assert_eq!(cut(&token(), &mail), mail);
    }
}
