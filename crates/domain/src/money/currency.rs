//! Currencies, and how many decimal places each has.

use crate::UnknownWord;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Decimal places, and the codes that have so many.
///
/// As the Java platform has them (JDK 25), with UYW: for currencies of today that is ISO 4217, list one; for those that
/// are gone the standard gives no places. Codes without a smallest unit (gold, tests, baskets) are left out.
const TABLE: [(u8, &str); 4] = [
    (
        0,
        "ADP BEF BIF BYB BYR CLP DJF ESP GNF GRD ISK ITL JPY KMF KRW LUF MGF PTE PYG ROL RWF TPE TRL UGX UYI \
         VND VUV XAF XOF XPF",
    ),
    (
        2,
        "AED AFA AFN ALL AMD ANG AOA ARS ATS AUD AWG AYM AZM AZN BAM BBD BDT BGL BGN BMD BND BOB BOV BRL BSD \
         BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CSD CUC CUP CVE CYP CZK DEM DKK DOP DZD EEK EGP \
         ERN ETB EUR FIM FJD FKP FRF GBP GEL GHC GHS GIP GMD GTQ GWP GYD HKD HNL HRK HTG HUF IDR IEP ILS INR \
         IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL LTL LVL MAD MDL MGA MKD MMK MNT MOP MRO MRU MTL \
         MUR MVR MWK MXN MXV MYR MZM MZN NAD NGN NIO NLG NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB \
         RUR SAR SBD SCR SDD SDG SEK SGD SHP SIT SKK SLE SLL SOS SRD SRG SSP STD STN SVC SYP SZL THB TJS TMM \
         TMT TOP TRY TTD TWD TZS UAH USD USN USS UYU UZS VEB VED VEF VES WST XAD XCD XCG YER YUM ZAR ZMK ZMW \
         ZWD ZWG ZWL ZWN ZWR",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (4, "CLF UYW"),
];

/// A currency whose smallest unit is known. JSON: its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: &'static str,
    places: u8,
}

impl Currency {
    /// Three capitals, as in ISO 4217.
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// Decimal places: 2 for cents, 0 where there is nothing smaller.
    pub const fn places(self) -> u8 {
        self.places
    }

    /// Every currency, by decimal places and then by code.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE
            .into_iter()
            .flat_map(|(places, codes)| codes.split_ascii_whitespace().map(move |code| Self { code, places }))
    }
}

impl FromStr for Currency {
    type Err = UnknownWord;

    /// Reads three capitals; anything else, `usd` too, is unknown.
    fn from_str(code: &str) -> Result<Self, UnknownWord> {
        let found = Self::all().find(|currency| currency.code == code);
        found.ok_or_else(|| UnknownWord { kind: "currency", word: code.to_owned() })
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = String::deserialize(from)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Currency;
    use std::collections::BTreeSet;

    #[test]
    fn each_code_stands_once_and_reads_back() {
        let mut seen = BTreeSet::new();
        for currency in Currency::all() {
            let code = currency.code();
            assert!(code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()), "{code}");
            assert!(seen.insert(code), "{code} stands twice");
            assert_eq!(code.parse(), Ok(currency));
            let json = serde_json::to_string(&currency).unwrap();
            assert_eq!(json, format!("\"{code}\""));
            assert_eq!(serde_json::from_str::<Currency>(&json).unwrap(), currency);
        }
        assert_eq!(seen.len(), 219);
    }

    #[test]
    fn places_are_those_of_the_standard() {
        let cases = [
            ("USD", 2),
            ("EUR", 2),
            ("JPY", 0),
            ("KRW", 0),
            ("XPF", 0),
            ("KWD", 3),
            ("TND", 3),
            ("CLF", 4),
            ("UYW", 4),
        ];
        let gone = [("ITL", 0), ("ESP", 0), ("TPE", 0), ("DEM", 2), ("FRF", 2)];
        for (code, places) in cases.into_iter().chain(gone) {
            assert_eq!(code.parse::<Currency>().map(Currency::places), Ok(places), "{code}");
        }
    }

    #[test]
    fn what_has_no_smallest_unit_is_no_currency() {
        for code in ["XAU", "XXX", "XTS", "XDR", "usd", "US", "USDX", "", " USD", "USD EUR", "ÄÖÜ"] {
            assert!(code.parse::<Currency>().is_err(), "{code}");
        }
    }
}
