//! What people type about themselves, checked; and the keyed hash by which an address is found.

use crate::AccountError;
use db::Keyring;
use seal::label;

/// Longest name, in characters.
const NAME_MAX: usize = 120;
/// Longest address (RFC 5321 section 4.5.3.1.3).
const EMAIL_MAX: usize = 254;

/// The name without spaces around it.
pub fn check_name(typed: &str) -> Result<String, AccountError> {
    let name = typed.trim();
    if name.is_empty() {
        return Err(AccountError::invalid("name", "Write the name your colleagues know you by."));
    }
    if name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(AccountError::invalid("name", "Use at most 120 characters on one line."));
    }
    Ok(name.to_owned())
}

/// The address of somebody new, folded: one that letters can go to.
pub fn new_email(typed: &str) -> Result<String, AccountError> {
    let folded = fold_email(typed)?;
    if folded.parse::<mail::MailAddress>().is_err() { Err(no_address()) } else { Ok(folded) }
}

fn no_address() -> AccountError {
    AccountError::invalid("email", "Write an e-mail address such as ines@acme.example.")
}

/// The address without spaces around it and in lower case: how it is stored and looked up.
pub fn fold_email(typed: &str) -> Result<String, AccountError> {
    let folded = typed.trim().to_lowercase();
    let odd = |c: char| c.is_control() || c.is_whitespace() || "<>()[],;:\\\"".contains(c);
    let shape = folded.rsplit_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && !local.contains('@') && !host.is_empty() && !host.starts_with('.') && !host.ends_with('.')
    });
    if !shape || folded.len() > EMAIL_MAX || folded.chars().any(odd) {
        return Err(no_address());
    }
    Ok(folded)
}

/// Keyed hash of a folded address, for the column `email_index`.
pub fn email_index(keys: &Keyring, folded: &str) -> Vec<u8> {
    keys.index().hmac(label::EMAIL, &[folded.as_bytes()]).to_vec()
}

#[cfg(test)]
mod tests {
    use super::{check_name, fold_email, new_email};

    #[test]
    fn addresses_are_folded_or_refused() {
        assert_eq!(fold_email(" Ines@Acme.Example ").unwrap(), "ines@acme.example");
        for bad in ["", "ines", "@acme", "ines@", "a b@c", "a@b@c", "<a@b>", "a@.b", "a\u{0}@b", &"a".repeat(300)] {
            assert!(fold_email(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn nobody_new_has_an_address_that_letters_cannot_go_to() {
        assert_eq!(new_email(" Ines@Acme.Example ").unwrap(), "ines@acme.example");
        for bad in ["ops@desk", &format!("{}@acme.example", "a".repeat(65)), "a\u{2019}b@acme.example"] {
            assert!(new_email(bad).is_err(), "{bad:?}");
        }
        assert!(fold_email("ops@desk").is_ok(), "who is here already is still found");
    }

    #[test]
    fn names_are_one_short_line() {
        assert_eq!(check_name(" Inês ").unwrap(), "Inês");
        for bad in ["", "  ", "a\nb", &"x".repeat(121)] {
            assert!(check_name(bad).is_err());
        }
    }
}
