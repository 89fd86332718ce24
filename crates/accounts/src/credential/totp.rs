//! Time-based codes (RFC 6238): six digits, 30 seconds, SHA-1, as every authenticator app reads them.

use data_encoding::BASE32_NOPAD;
use db::Keyring;
use domain::Ts;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroize;

/// Length of a step in seconds.
const STEP: u64 = 30;

/// The shared secret of one authenticator: 160 bits (RFC 4226 section 4, R6).
#[derive(Clone, Zeroize, zeroize::ZeroizeOnDrop)]
pub struct TotpSecret([u8; 20]);

impl TotpSecret {
    /// The secret offered on one occasion: the same each time its page is shown, so that nothing needs
    /// to be kept until the person has proved that their app has it. `occasion` is unguessable or
    /// changes with every enrolment.
    pub(crate) fn offered(keys: &Keyring, occasion: &[&[u8]]) -> Self {
        let tag = keys.token().hmac("totp-offer", occasion);
        let mut secret = [0; 20];
        secret.copy_from_slice(&tag[..20]);
        Self(secret)
    }

    pub(crate) fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// For typing by hand: base 32 in groups of four.
    pub fn text(&self) -> String {
        let plain = BASE32_NOPAD.encode(&self.0);
        plain.as_bytes().chunks(4).map(|c| String::from_utf8_lossy(c).into_owned()).collect::<Vec<_>>().join(" ")
    }

    /// The secret of such a text: for whoever plays an authenticator.
    pub fn of_text(text: &str) -> Option<Self> {
        let plain: String = text.split_whitespace().collect();
        BASE32_NOPAD.decode(plain.as_bytes()).ok()?.try_into().ok().map(Self)
    }

    /// The `otpauth` address that the QR code holds.
    pub fn address(&self, issuer: &str, account: &str) -> String {
        let issuer = utf8_percent_encode(issuer, NON_ALPHANUMERIC);
        let account = utf8_percent_encode(account, NON_ALPHANUMERIC);
        let secret = BASE32_NOPAD.encode(&self.0);
        format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}")
    }

    /// The step whose code was typed, when it is the present one or a neighbour and later than `last`.
    pub(crate) fn step_of(&self, typed: &str, now: Ts, last: i64) -> Option<i64> {
        let step = self.totp().check(typed, seconds(now))?;
        i64::try_from(step).ok().filter(|step| *step > last)
    }

    /// The code of an instant: for tests and for whoever plays an authenticator.
    pub fn code_at(&self, now: Ts) -> String {
        self.totp().generate(seconds(now)).to_string()
    }

    fn totp(&self) -> Totp {
        Builder::new()
            .with_secret(Secret::new(self.0.to_vec().into_boxed_slice()))
            .with_skew(1)
            .with_step_duration(STEP)
            .build_noncompliant()
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

fn seconds(now: Ts) -> u64 {
    u64::try_from(now.micros() / 1_000_000).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::TotpSecret;
    use domain::{Span, Ts};

    fn at(seconds: i64) -> Ts {
        Ts::from_micros(0).plus(Span::from_seconds(seconds))
    }

    #[test]
    fn the_vectors_of_rfc_6238_appendix_b() {
        let secret = TotpSecret::from_bytes(*b"12345678901234567890");
        for (time, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            assert_eq!(secret.code_at(at(time)), code);
        }
    }

    #[test]
    fn what_is_typed_by_hand_is_the_secret() {
        let secret = TotpSecret::from_bytes(*b"12345678901234567890");
        assert_eq!(TotpSecret::of_text(&secret.text()).unwrap().bytes(), secret.bytes());
        assert!(TotpSecret::of_text("GEZD").is_none());
    }

    #[test]
    fn neighbours_count_once() {
        let secret = TotpSecret::from_bytes(*b"12345678901234567890");
        let now = at(1_111_111_109);
        let step = secret.step_of("081804", now, 0).unwrap();
        assert_eq!(secret.step_of("081804", now, step), None, "a step that was used");
        assert_eq!(secret.step_of("081804", now.plus(Span::from_seconds(30)), 0), Some(step), "one step late");
        assert_eq!(secret.step_of("081804", now.plus(Span::from_seconds(90)), 0), None, "too late");
        assert_eq!(secret.step_of("000000", now, 0), None);
        assert_eq!(secret.step_of("", now, 0), None);
        assert_eq!(secret.step_of("8l804x", now, 0), None);
    }
}
