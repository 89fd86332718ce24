//! Sums of money: exact, or refused.

use formats::money::Money;
use proptest::prelude::*;

#[test]
fn sums_are_read_exactly() {
    let cases = [
        ("500", None, "500.00"),
        ("400.0", Some("usd"), "400.00 USD"),
        ("$1,250.50", None, "1250.50 USD"),
        ("EUR 75", Some("USD"), "75.00 EUR"),
        ("75 €", None, "75.00 EUR"),
        ("12,500 JPY", None, "12500 JPY"),
        ("0.005", Some("KWD"), "0.005 KWD"),
        ("0", Some("USD"), "0.00 USD"),
        ("1,200", Some("XPF"), "1200 XPF"),
        ("0.0001", Some("CLF"), "0.0001 CLF"),
    ];
    for (text, beside, expected) in cases {
        assert_eq!(Money::parse(text, beside).map(|sum| sum.to_string()).as_deref(), Some(expected), "{text}");
    }
    for text in
        ["", "-5", "1.005", "1,25", "12,5000", "1.250,00", "five", "1e3", "$", "1 2", "99999999999999999999", "1.5 JPY"]
    {
        assert_eq!(Money::parse(text, None), None, "{text}");
    }
}

proptest! {
    #[test]
    fn a_sum_written_reads_back(minor in 0_u64..1_000_000_000, at in 0_usize..4) {
        let currency = ["USD", "JPY", "KWD"].get(at).map(|code| (*code).to_owned());
        let sum = Money { minor, currency };
        prop_assert_eq!(Money::parse(&sum.to_string(), None), Some(sum));
    }

    #[test]
    fn any_text_is_a_sum_or_none(text in "\\PC{0,20}", near in "[0-9.,$€A-Z ]{0,12}") {
        let _ = (Money::parse(&text, None), Money::parse(&near, Some("eur")));
    }
}
