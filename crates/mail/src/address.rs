//! Mail addresses: checked before anything is sent to them, so that no line of a letter can become a
//! command or a header.

use std::fmt;
use std::str::FromStr;

/// An address that SMTP can carry: `local@domain`, at most 254 characters. Shown to nobody by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct MailAddress(lettre::Address);

/// A text that is no mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write one mail address, such as ines@example.org")]
pub struct BadAddress;

impl MailAddress {
    /// As written.
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }

    /// What is after the `@`.
    pub fn domain(&self) -> &str {
        self.0.domain()
    }

    /// Lower case: what two spellings of one address have in common.
    pub fn folded(&self) -> String {
        self.as_str().to_lowercase()
    }

    /// What addresses that end in one mailbox have in common: without case, and without what many servers let
    /// anybody add after a `+`.
    pub fn mailbox(&self) -> String {
        let wire = self.lettre().to_string().to_lowercase();
        let (local, domain) = wire.rsplit_once('@').unwrap_or((&wire, ""));
        let local = local.split_once('+').map_or(local, |(own, _)| own);
        format!("{local}@{domain}")
    }

    /// As it goes over the wire: a domain with letters beyond ASCII in its ASCII form (RFC 5891), which every
    /// server knows. The part before the `@` has no such form.
    pub(crate) fn lettre(&self) -> lettre::Address {
        let plain = idna::domain_to_ascii(self.domain()).ok().filter(|_| !self.domain().is_ascii());
        plain.and_then(|domain| lettre::Address::new(self.0.user(), domain).ok()).unwrap_or_else(|| self.0.clone())
    }

    /// Whether every server can take it.
    pub(crate) fn is_ascii(&self) -> bool {
        let address = self.lettre();
        let text: &str = address.as_ref();
        text.is_ascii()
    }
}

impl FromStr for MailAddress {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Self, BadAddress> {
        let text = text.trim();
        // A quoted local part may hold blanks and brackets; nobody who writes to us needs one.
        let plain = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.@".contains(c);
        if text.len() > 254 || !text.chars().all(plain) {
            return Err(BadAddress);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(BadAddress)?;
        if local.is_empty() || local.len() > 64 || !domain.contains('.') && domain != "localhost" {
            return Err(BadAddress);
        }
        text.parse().map(Self).map_err(|_| BadAddress)
    }
}

impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailAddress(..)")
    }
}

/// The one mail address in a text that a person typed, such as "write to me at a@b.example, please".
/// None when there is none, or more than one: then it is not ours to choose.
pub fn only_address(text: &str) -> Option<MailAddress> {
    let parts = text.split(|c: char| c.is_whitespace() || "<>()[],;:\"".contains(c));
    let mut found = parts
        .map(|part| part.trim_matches(|c: char| ".!?'".contains(c)))
        .filter(|part| part.contains('@'))
        .filter_map(|part| part.parse::<MailAddress>().ok());
    let first = found.next()?;
    found.all(|other| other.folded() == first.folded()).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::{MailAddress, only_address};

    #[test]
    fn what_could_be_a_command_is_no_address() {
        for good in ["a@b.example", "ines.o+x@sub.b.example", "ü@b.example", " a@b.example "] {
            assert!(good.parse::<MailAddress>().is_ok(), "{good}");
        }
        let long = format!("{}@b.example", "a".repeat(65));
        for bad in ["", "a", "@b.example", "a@", "a b@c.example", "a@b", "a@b.example\r\nDATA", "<a@b.example>", &long]
        {
            assert!(bad.parse::<MailAddress>().is_err(), "{bad}");
        }
        assert_eq!(format!("{:?}", "a@b.example".parse::<MailAddress>().unwrap()), "MailAddress(..)");
    }

    #[test]
    fn domains_have_an_ascii_form_and_names_have_none() {
        let wire = |text: &str| text.parse::<MailAddress>().unwrap();
        assert_eq!(wire("ines@bücher.example").lettre().to_string(), "ines@xn--bcher-kva.example");
        assert!(wire("ines@bücher.example").is_ascii() && !wire("ü@bücher.example").is_ascii());
        assert_eq!(wire("Ines@B.example").lettre().to_string(), "Ines@B.example");
    }

    #[test]
    fn a_mailbox_has_many_addresses() {
        let of = |text: &str| text.parse::<MailAddress>().unwrap().mailbox();
        assert_eq!(of("Ines+a+b@B\u{fc}cher.example"), of("ines@xn--bcher-kva.example"));
        assert_ne!(of("ines@b.example"), of("tomas@b.example"));
    }

    #[test]
    fn one_address_is_found_among_words() {
        let found = |text: &str| only_address(text).map(|a| a.as_str().to_owned());
        assert_eq!(found("Mail me: <a@b.example>.").as_deref(), Some("a@b.example"));
        assert_eq!(found("a@b.example or A@b.example").as_deref(), Some("a@b.example"));
        assert_eq!(found("a@b.example, c@d.example"), None);
        assert_eq!(found("Signal +1 555 0100, @ines on Matrix"), None);
    }
}
