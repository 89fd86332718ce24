//! Sums of money as whole numbers of the smallest unit, so that nothing is ever rounded.
//!
//! How many decimal places a currency has is said by ISO 4217; those that have not two are listed here. A sum without
//! a named currency is counted in hundredths.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A sum. JSON: `{"minor": 50000, "currency": "USD"}` for 500 dollars.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Cents, pence, yen: the smallest unit of the currency; hundredths where no currency is named. Never negative.
    pub minor: u64,
    /// ISO 4217, capitals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// Currencies without decimal places (ISO 4217, list one).
const NONE: [&str; 17] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF",
];
/// Currencies with three.
const THREE: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// Currencies with four: units of account.
const FOUR: [&str; 2] = ["CLF", "UYW"];

/// Signs that stand for one currency where nothing else is said.
const SIGNS: [(&str, &str); 5] = [("€", "EUR"), ("US$", "USD"), ("$", "USD"), ("£", "GBP"), ("¥", "JPY")];

/// Decimal places of a currency.
pub fn places(currency: Option<&str>) -> usize {
    match currency {
        Some(code) if NONE.contains(&code) => 0,
        Some(code) if THREE.contains(&code) => 3,
        Some(code) if FOUR.contains(&code) => 4,
        _ => 2,
    }
}

/// An ISO 4217 code in capitals, where `text` is three letters.
pub fn code(text: &str) -> Option<String> {
    let text = text.trim();
    (text.len() == 3 && text.bytes().all(|b| b.is_ascii_alphabetic())).then(|| text.to_ascii_uppercase())
}

impl Money {
    /// Reads `"500"`, `"1,250.50"`, `"$400.0"`, `"EUR 75"`, `"75 EUR"`. A currency in the text goes before the one
    /// given beside it. `None` for anything else: a negative sum, more decimal places than the currency has, a
    /// comma that is no separator of thousands.
    pub fn parse(text: &str, beside: Option<&str>) -> Option<Self> {
        let (number, own) = named(text.trim());
        let currency = own.or_else(|| beside.and_then(code));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let places = places(currency.as_deref());
        // "400.0" and "500.000" are exact.
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > places || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let digits = format!("{}{fraction:0<places$}", ungrouped(whole)?);
        Some(Self { minor: digits.parse().ok()?, currency })
    }
}

impl fmt::Display for Money {
    /// `500.00 USD`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = places(self.currency.as_deref());
        let digits = format!("{:0>width$}", self.minor, width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        out.write_str(whole)?;
        if places > 0 {
            write!(out, ".{fraction}")?;
        }
        self.currency.as_ref().map_or(Ok(()), |currency| write!(out, " {currency}"))
    }
}

/// The number and the currency that stands before or behind it.
fn named(text: &str) -> (&str, Option<String>) {
    for (sign, currency) in SIGNS {
        if let Some(rest) = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign)) {
            return (rest.trim(), Some(currency.to_owned()));
        }
    }
    let front = text.get(..3).and_then(code).map(|currency| (text.get(3..).unwrap_or_default(), currency));
    let cut = text.len().checked_sub(3);
    let back = || cut.and_then(|at| Some((text.get(..at)?, code(text.get(at..)?)?)));
    front.or_else(back).map_or((text, None), |(rest, currency)| (rest.trim(), Some(currency)))
}

/// Digits without the commas that part thousands; `None` where a comma stands elsewhere.
fn ungrouped(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next().filter(|first| !first.is_empty())?;
    let mut digits = first.to_owned();
    let mut grouped = false;
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        digits.push_str(group);
        grouped = true;
    }
    let good = digits.bytes().all(|b| b.is_ascii_digit()) && !(grouped && first.len() > 3);
    good.then_some(digits)
}
