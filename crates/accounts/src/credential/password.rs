//! Passwords: Argon2id with the parameters OWASP names first (19 MiB, two passes, one lane).
//!
//! Hashing is slow on purpose, so it runs on the blocking pool, two at a time: more would let a crowd
//! of wrong passwords take the machine's memory. An unknown account costs the same time as a known one.

use super::weak::{Context, Weakness, weakness};
use crate::AccountError;
use argon2::{Algorithm, Argon2, Params, Version};
use domain::Ambient;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use subtle::ConstantTimeEq;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zeroize::Zeroizing;

/// Fewest characters (ASVS 6.2.1 asks for 8; staff of a trust desk get more).
pub const PASSWORD_MIN: usize = 12;
/// Most bytes: bounds the work, longer than any passphrase.
const PASSWORD_MAX: usize = 1024;
/// Hashes made at the same time.
const AT_ONCE: usize = 2;
/// How long a sign-in waits for its turn.
const TURN: Duration = Duration::from_secs(10);

/// A stored hash with its parameters, so that they can grow later.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordHash {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: [u8; 16],
    hash: [u8; 32],
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

/// Refuses what is too short, too long or among the first guesses. No rules about kinds of letters.
pub fn check_password(typed: &str, context: &Context) -> Result<(), AccountError> {
    if typed.chars().count() < PASSWORD_MIN {
        return Err(AccountError::invalid("password", "Use at least 12 characters. Several words are good."));
    }
    if typed.len() > PASSWORD_MAX {
        return Err(AccountError::invalid("password", "Use at most 1,024 characters."));
    }
    let words = match weakness(typed, context) {
        None => return Ok(()),
        Some(Weakness::Common) => {
            "This password was stolen elsewhere and is tried first. Use several words of your own."
        }
        Some(Weakness::OfContext) => {
            "This is hardly more than names of people and things around this desk. Add words that have nothing to do with them."
        }
        Some(Weakness::Monotonous) => "Use at least five different characters. Several words are good.",
    };
    Err(AccountError::invalid("password", words))
}

/// Makes and checks hashes, a few at a time. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    ambient: Ambient,
}

impl Passwords {
    /// With randomness for salts from `ambient`.
    pub fn new(ambient: &Ambient) -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), waiting: Arc::default(), ambient: ambient.clone() }
    }

    /// A hash to store.
    pub async fn hash(&self, password: &str) -> Result<PasswordHash, AccountError> {
        let blank = PasswordHash {
            memory_kib: Params::DEFAULT_M_COST,
            passes: Params::DEFAULT_T_COST,
            lanes: Params::DEFAULT_P_COST,
            salt: self.ambient.bytes(),
            hash: [0; 32],
        };
        let hash = self.compute(password, blank.clone()).await?;
        Ok(PasswordHash { hash, ..blank })
    }

    /// Whether `password` is the one of `stored`. Without a stored hash the same work is done and the
    /// answer is no.
    pub async fn verify(&self, password: &str, stored: Option<PasswordHash>) -> Result<bool, AccountError> {
        let known = stored.is_some();
        let against = stored.unwrap_or(PasswordHash {
            memory_kib: Params::DEFAULT_M_COST,
            passes: Params::DEFAULT_T_COST,
            lanes: Params::DEFAULT_P_COST,
            salt: [0; 16],
            hash: [0; 32],
        });
        let expected = against.hash;
        let computed = self.compute(password, against).await?;
        Ok(bool::from(computed.ct_eq(&expected)) && known)
    }

    /// Takes every turn: nothing is computed until what is given is dropped. For tests of what changes while a password
    /// is checked; turns are given in the order in which they were asked for.
    pub async fn hold(&self) -> Option<OwnedSemaphorePermit> {
        let all = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
        self.turns.clone().acquire_many_owned(all).await.ok()
    }

    /// How many wait for a turn.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }

    async fn compute(&self, password: &str, with: PasswordHash) -> Result<[u8; 32], AccountError> {
        // A text that no password can be costs the same, but never more.
        let end = password.floor_char_boundary(PASSWORD_MAX);
        let password = Zeroizing::new(password.as_bytes()[..end].to_vec());
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let turn = tokio::time::timeout(TURN, self.turns.clone().acquire_owned()).await;
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        let Ok(Ok(turn)) = turn else { return Err(AccountError::Busy) };
        let work = move || {
            let _turn = turn;
            let params = Params::new(with.memory_kib, with.passes, with.lanes, Some(32))?;
            let mut out = [0; 32];
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                .hash_password_into(&password, &with.salt, &mut out)?;
            Ok::<_, argon2::Error>(out)
        };
        let done = tokio::task::spawn_blocking(work).await.map_err(|e| AccountError::inconsistent(e.to_string()))?;
        done.map_err(|e| AccountError::inconsistent(format!("password hash: {e}")))
    }
}

#[cfg(test)]
mod tests {
    use super::{Context, Passwords, check_password};
    use domain::Ambient;

    #[tokio::test]
    async fn only_the_same_password_fits() {
        let passwords = Passwords::new(&Ambient::fixed(1));
        let hash = passwords.hash("correct horse battery").await.unwrap();
        assert!(passwords.verify("correct horse battery", Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("correct horse batterz", Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("", None).await.unwrap());
        let json = serde_json::to_string(&hash).unwrap();
        let stored: serde_json::Value = serde_json::from_str(&json).unwrap();
        // What OWASP names first for Argon2id: 19 MiB, two passes, one lane; a salt of 128 bits.
        assert_eq!(
            (&stored["memory_kib"], &stored["passes"], &stored["lanes"]),
            (&19_456.into(), &2.into(), &1.into())
        );
        assert_eq!(stored["salt"].as_array().unwrap().len(), 16);
        assert_ne!(passwords.hash("correct horse battery").await.unwrap().salt, hash.salt);
        let read: super::PasswordHash = serde_json::from_str(&json).unwrap();
        assert!(passwords.verify("correct horse battery", Some(read)).await.unwrap());
        assert_eq!(format!("{hash:?}"), "PasswordHash(..)");
    }

    #[test]
    fn length_is_what_counts() {
        let check_password = |typed: &str| check_password(typed, &Context::default());
        assert!(check_password("elf letters").is_err());
        assert!(check_password("twelve lette").is_ok(), "one kind of letters is enough");
        assert!(check_password("пароль-слово").is_ok(), "characters, not bytes");
        assert!(check_password(&"a word ".repeat(146)).is_ok());
        assert!(check_password(&"a word ".repeat(147)).is_err());
        assert!(check_password("123qweasdzxc").is_err(), "long enough, and everybody's");
    }

    #[tokio::test]
    async fn a_password_is_taken_as_it_was_typed() {
        let passwords = Passwords::new(&Ambient::fixed(1));
        let typed = format!(" Ünïcode \u{1f512} {} ", "long ".repeat(40));
        let hash = passwords.hash(&typed).await.unwrap();
        assert!(passwords.verify(&typed, Some(hash.clone())).await.unwrap());
        for other in [typed.trim(), &typed.to_lowercase(), &typed[..typed.len() - 1]] {
            assert!(!passwords.verify(other, Some(hash.clone())).await.unwrap(), "{other:?}");
        }
    }
}
