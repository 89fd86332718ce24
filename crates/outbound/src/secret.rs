//! Secrets and signatures of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, in the form `v1,BASE64`.
//! Secrets are 24 to 64 bytes, written `whsec_BASE64`. While a secret is being replaced both sign, so that the receiver
//! may change over when it likes.

use data_encoding::BASE64;
use domain::Ambient;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

const PREFIX: &str = "whsec_";

/// What a receiver checks our signature with.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// A new one of 32 random bytes.
    pub fn generate(ambient: &Ambient) -> Self {
        Self(Zeroizing::new(ambient.bytes::<32>().to_vec()))
    }

    /// Reads `whsec_…`; none where it is too short, too long or no base64.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64.decode(text.strip_prefix(PREFIX)?.as_bytes()).ok()?;
        (24..=64).contains(&bytes.len()).then(|| Self(Zeroizing::new(bytes)))
    }

    /// As it is shown, once.
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", BASE64.encode(&self.0)))
    }

    /// The signature of a message at an instant, in seconds since 1970.
    pub fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        // A key of any length is taken.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(id.as_bytes());
        mac.update(b".");
        mac.update(seconds.to_string().as_bytes());
        mac.update(b".");
        mac.update(body);
        format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()))
    }
}

/// The header `webhook-signature`: one signature for each secret that holds.
pub fn signatures<'s>(
    secrets: impl IntoIterator<Item = &'s Secret>,
    (id, seconds, body): (&str, i64, &[u8]),
) -> String {
    secrets.into_iter().map(|secret| secret.sign(id, seconds, body)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Secret, signatures};

    /// From the tests of the reference libraries: standard-webhooks/standard-webhooks, libraries/rust/src/lib.rs and
    /// libraries/python/tests/test_webhook.py (`test_sign_function`, `test_sign_function_works`), MIT.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const MESSAGE: (&str, i64, &[u8]) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
    const SIGNED: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    #[test]
    fn signatures_are_those_of_the_reference_libraries() {
        let secret = Secret::parse(SECRET).unwrap();
        assert_eq!(signatures([&secret], MESSAGE), SIGNED);
        let other = Secret::parse("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap();
        let both = signatures([&other, &secret], MESSAGE);
        assert_eq!(both.split(' ').nth(1), Some(SIGNED));
        assert_ne!(other.sign(MESSAGE.0, MESSAGE.1 + 1, MESSAGE.2), other.sign(MESSAGE.0, MESSAGE.1, MESSAGE.2));
    }

    #[test]
    fn secrets_are_24_to_64_bytes_and_never_printed() {
        assert_eq!(Secret::parse(SECRET).unwrap().text().as_str(), SECRET);
        assert!(!format!("{:?}", Secret::parse(SECRET)).contains("MfKQ"));
        for bad in ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_c2hvcnQ=", "whsec_!!!"] {
            assert!(Secret::parse(bad).is_none(), "{bad}");
        }
        assert!(Secret::parse(&format!("whsec_{}", "A".repeat(88))).is_none());
    }
}
