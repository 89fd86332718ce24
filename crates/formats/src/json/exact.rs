//! Numbers as they stand in the text.
//!
//! `serde_json` hands on a decimal as the nearest number of 64 bits or its neighbour, and an integer beyond 64 bits likewise,
//! and not what stood there. Here the text is looked at once more, as far as the last such number, whose digits are read
//! exactly and held against what became of them.

use serde_json::Number;

/// The numbers of a document in their order.
pub(super) struct Numbers<'t> {
    text: &'t [u8],
    /// Where the search goes on.
    at: usize,
    /// Numbers found in the text.
    found: usize,
    /// Numbers that the walk came to.
    met: usize,
}

impl<'t> Numbers<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text: text.as_bytes(), at: 0, found: 0, met: 0 }
    }

    /// The walk came to a number that is kept exactly.
    pub(super) fn pass(&mut self) {
        self.met += 1;
    }

    /// The walk came to another one: its text.
    pub(super) fn text(&mut self) -> &'t str {
        self.met += 1;
        let mut last = "";
        while self.found < self.met && self.at < self.text.len() {
            last = self.next();
            self.found += 1;
        }
        last
    }

    /// The next number outside of texts; empty at the end.
    fn next(&mut self) -> &'t str {
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b'"' => self.skip(),
                b'-' | b'0'..=b'9' => break,
                _ => self.at += 1,
            }
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.iter().take_while(|b| b.is_ascii_digit() || b"+-.eE".contains(b)).count();
        self.at += length;
        std::str::from_utf8(rest.get(..length).unwrap_or_default()).unwrap_or_default()
    }

    /// Behind the end of the text that begins here.
    fn skip(&mut self) {
        self.at += 1;
        while let Some(byte) = self.text.get(self.at) {
            self.at += if *byte == b'\\' { 2 } else { 1 };
            if *byte == b'"' {
                return;
            }
        }
    }
}

/// The nearest number of 64 bits, and whether it is written with the same value.
pub(super) fn nearest(text: &str) -> (Option<Number>, bool) {
    let number = text.parse().ok().and_then(Number::from_f64);
    let exact = number.as_ref().is_some_and(|number| decimal(&number.to_string()) == decimal(text));
    (number, exact)
}

/// Sign, digits without zeros around them, and the power of ten of the last one.
fn decimal(text: &str) -> (bool, String, i64) {
    let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let far = if power.starts_with('-') { i64::MIN / 4 } else { i64::MAX / 4 };
    let power = power.parse().unwrap_or(far).clamp(i64::MIN / 4, i64::MAX / 4);
    let (whole, fraction) =
        mantissa.trim_start_matches('-').split_once('.').unwrap_or((mantissa.trim_start_matches('-'), ""));
    let digits = format!("{whole}{fraction}");
    let short = digits.trim_end_matches('0');
    if short.is_empty() {
        return (false, String::new(), 0);
    }
    let length = |digits: &str| i64::try_from(digits.len()).unwrap_or(i64::MAX / 4);
    let power = power - length(fraction) + length(&digits) - length(short);
    (mantissa.starts_with('-'), short.trim_start_matches('0').to_owned(), power)
}
