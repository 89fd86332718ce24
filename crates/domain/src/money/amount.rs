//! A sum of money: a whole number of the smallest unit, and its currency.

use super::Currency;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A sum. JSON: `{"minor": 650000, "currency": "USD"}` for 6,500 dollars. It may be negative: a balance can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why there is no such sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// It would not fit.
    #[error("this sum is too large")]
    TooLarge,
    /// Two currencies at once.
    #[error("{0} and {1} cannot be put together")]
    Mixed(Currency, Currency),
    /// No number, or more decimal places than the currency has.
    #[error("write a number such as 6500, with at most {places} decimal places for {0}", places = .0.places())]
    Text(Currency),
    /// No amount and a currency.
    #[error("write an amount and a currency, such as 6500.00 USD")]
    Form,
    /// Below nothing, where there is something to divide.
    #[error("a sum below nothing cannot be divided")]
    Negative,
    /// Divided among nobody.
    #[error("there is nobody to divide it among")]
    Nobody,
}

impl Money {
    /// So many of the smallest unit.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Cents, yen, fils: so many of the smallest unit.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// Its currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum of both.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_add(other.like(self)?).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }

    /// What is left when `other` is taken away; may be negative.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_sub(other.like(self)?).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }

    /// So many times this sum.
    pub fn times(self, n: i64) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_mul(n).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }

    /// All of them together; nothing of `currency` where there are none.
    pub fn total(currency: Currency, sums: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        sums.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    /// Reads a number as somebody types it into a form whose currency is known: `6500`, `6500.5`, `-0.05`. No
    /// separators of thousands, no sign but a minus, no more decimal places than the currency has.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let (sign, number) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
        let (whole, fraction) = match number.split_once('.') {
            Some((_, "")) => return Err(MoneyError::Text(currency)),
            Some(parts) => parts,
            None => (number, ""),
        };
        let places = usize::from(currency.places());
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || fraction.len() > places || !digits(whole) || !digits(fraction) {
            return Err(MoneyError::Text(currency));
        }
        // Only digits are left, so that nothing but their number can be wrong.
        let minor: i64 = format!("{sign}{whole}{fraction:0<places$}").parse().map_err(|_| MoneyError::TooLarge)?;
        Ok(Self { minor, currency })
    }

    /// Its number, if it is of the same currency as `other`.
    fn like(self, other: Self) -> Result<i64, MoneyError> {
        if self.currency == other.currency {
            Ok(self.minor)
        } else {
            Err(MoneyError::Mixed(other.currency, self.currency))
        }
    }
}

impl fmt::Display for Money {
    /// `6500.00 USD`, `-0.05 EUR`, `12500 JPY`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = usize::from(self.currency.places());
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let sign = if self.minor < 0 { "-" } else { "" };
        let point = if places > 0 { "." } else { "" };
        write!(f, "{sign}{whole}{point}{fraction} {}", self.currency)
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    /// Reads what is displayed.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let (number, code) = text.split_once(' ').ok_or(MoneyError::Form)?;
        Self::parse(number, code.parse().map_err(|_| MoneyError::Form)?)
    }
}

#[cfg(test)]
mod tests {
    use super::{Money, MoneyError};
    use crate::money::Currency;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn sums_are_read_and_written_exactly() {
        let cases = [
            ("6500", "USD", 650_000, "6500.00 USD"),
            ("0.5", "EUR", 50, "0.50 EUR"),
            ("-0.05", "EUR", -5, "-0.05 EUR"),
            ("12500", "JPY", 12_500, "12500 JPY"),
            ("0.005", "KWD", 5, "0.005 KWD"),
            ("1.0001", "CLF", 10_001, "1.0001 CLF"),
            ("0", "ITL", 0, "0 ITL"),
            ("92233720368547758.07", "USD", i64::MAX, "92233720368547758.07 USD"),
            ("-9223372036854775808", "JPY", i64::MIN, "-9223372036854775808 JPY"),
        ];
        for (text, code, minor, shown) in cases {
            let sum = Money::parse(text, currency(code)).unwrap();
            assert_eq!((sum.minor(), sum.to_string().as_str()), (minor, shown), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let usd = currency("USD");
        for text in ["", "-", ".5", "5.", "1,250", "1.005", "1e3", "+5", "--5", " 5", "5 ", "٥", "$5", "0x5", "5.-1"] {
            assert_eq!(Money::parse(text, usd), Err(MoneyError::Text(usd)), "{text}");
        }
        assert_eq!(Money::parse("1.5", currency("JPY")), Err(MoneyError::Text(currency("JPY"))));
        assert_eq!(Money::parse("92233720368547758.08", usd), Err(MoneyError::TooLarge));
        assert_eq!(Money::parse(&"9".repeat(500), usd), Err(MoneyError::TooLarge));
        for text in ["5", "5 usd", "5  USD", "5 XXX", "USD 5"] {
            assert_eq!(text.parse::<Money>(), Err(MoneyError::Form), "{text}");
        }
        assert_eq!(
            MoneyError::Text(currency("KWD")).to_string(),
            "write a number such as 6500, with at most 3 decimal places for KWD"
        );
    }

    #[test]
    fn currencies_do_not_mix_and_nothing_wraps() {
        let (usd, eur) = (currency("USD"), currency("EUR"));
        let (most, one) = (Money::new(i64::MAX, usd), Money::new(1, usd));
        assert_eq!(most.plus(one), Err(MoneyError::TooLarge));
        assert_eq!(Money::new(i64::MIN, usd).minus(one), Err(MoneyError::TooLarge));
        assert_eq!(most.times(2), Err(MoneyError::TooLarge));
        assert_eq!(Money::new(i64::MIN, usd).times(-1), Err(MoneyError::TooLarge));
        assert_eq!(one.plus(Money::new(1, eur)), Err(MoneyError::Mixed(usd, eur)));
        assert_eq!(one.minus(Money::zero(eur)), Err(MoneyError::Mixed(usd, eur)));
        assert_eq!(Money::total(usd, []), Ok(Money::zero(usd)));
        assert_eq!(Money::total(usd, [one, one]), Ok(Money::new(2, usd)));
        assert_eq!(Money::total(eur, [one]), Err(MoneyError::Mixed(eur, usd)));
        assert!(serde_json::from_str::<Money>(r#"{"minor": 1, "currency": "XXX"}"#).is_err());
        assert!(serde_json::from_str::<Money>(r#"{"minor": 1.5, "currency": "USD"}"#).is_err());
        assert!(serde_json::from_str::<Money>(r#"{"minor": 9223372036854775808, "currency": "USD"}"#).is_err());
    }

    proptest! {
        #[test]
        fn a_sum_written_reads_back(minor: i64, place in 0_usize..1_000) {
            let all: Vec<Currency> = Currency::all().collect();
            let sum = Money::new(minor, all[place % all.len()]);
            prop_assert_eq!(sum.to_string().parse(), Ok(sum));
            let json = serde_json::to_string(&sum).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), sum);
        }

        #[test]
        fn sums_are_as_in_a_wider_number(a: i64, b: i64) {
            let usd = currency("USD");
            let fits = |wide: i128| i64::try_from(wide).map(|n| Money::new(n, usd)).map_err(|_| MoneyError::TooLarge);
            let (one, other) = (Money::new(a, usd), Money::new(b, usd));
            prop_assert_eq!(one.plus(other), fits(i128::from(a) + i128::from(b)));
            prop_assert_eq!(one.minus(other), fits(i128::from(a) - i128::from(b)));
            prop_assert_eq!(one.times(b), fits(i128::from(a) * i128::from(b)));
        }

        #[test]
        fn any_text_is_a_sum_or_none(text in "\\PC{0,24}", near in "-?[0-9.]{0,24}") {
            let _ = (text.parse::<Money>(), Money::parse(&near, currency("USD")), Money::parse(&text, currency("JPY")));
        }
    }
}
