//! Recovery words.

use domain::testing::SeededRandom;
use proptest::prelude::*;
use seal::recovery::{self, RecoveryPublic, RecoveryWords, SEALED_MASTER_LEN, open_master, seal_master};
use seal::{MasterKey, SealError};

use crate::{cases, nonces};

fn words(seed: u64) -> RecoveryWords {
    RecoveryWords::generate(&SeededRandom::new(seed))
}

fn text(words: &RecoveryWords) -> String {
    words.words().collect::<Vec<_>>().join(" ")
}

/// BIP39's published vectors for 256 bits of zeros and of 0x80.
const ZEROS: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon \
    abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art";
const EIGHTIES: &str = "letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor \
    acoustic avoid letter advice cage absurd amount doctor acoustic bless";

#[test]
fn words_are_read_as_people_type_them() {
    let plain = RecoveryWords::parse(EIGHTIES).unwrap();
    let numbered: Vec<String> = EIGHTIES.split_whitespace().zip(1..).map(|(word, n)| format!("{n}. {word}")).collect();
    for spelling in [EIGHTIES.to_uppercase(), EIGHTIES.replace(' ', "\t, "), numbered.join("\r\n")] {
        assert_eq!(RecoveryWords::parse(&spelling).unwrap().public(), plain.public());
    }
    assert_eq!(text(&plain), EIGHTIES.split_whitespace().collect::<Vec<_>>().join(" "));
    assert!(RecoveryWords::parse(ZEROS).is_ok());
    assert_eq!(format!("{plain:?}"), "RecoveryWords(..)");
}

#[test]
fn mistakes_are_named() {
    let parse = |text: &str| RecoveryWords::parse(text).unwrap_err();
    assert_eq!(parse(""), SealError::WordCount(0));
    assert_eq!(parse("abandon art"), SealError::WordCount(2));
    assert_eq!(parse(&EIGHTIES.replacen("cage", "cagge", 1)), SealError::UnknownWord(3));
    assert_eq!(parse(&EIGHTIES.replace("bless", "avoid")), SealError::WordChecksum);
    assert_eq!(parse(&"é ".repeat(24)), SealError::UnknownWord(1));
}

#[test]
fn what_is_derived_from_words_is_pinned() {
    let words = RecoveryWords::parse(EIGHTIES).unwrap();
    let master = MasterKey::parse(&"42".repeat(32)).unwrap();
    let sealed = seal_master(&words.public(), &master, &nonces(1)).unwrap();
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    insta::assert_snapshot!("recovery", format!("{}\n{}", hex(&words.public().0), hex(&sealed)));
}

#[test]
fn a_public_key_of_low_order_is_refused() {
    let master = MasterKey::parse(&"42".repeat(32)).unwrap();
    let mut one = [0; 32];
    one[0] = 1;
    for bytes in [[0; 32], one] {
        assert_eq!(seal_master(&RecoveryPublic(bytes), &master, &nonces(1)).unwrap_err(), SealError::RecoveryKey);
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn words_bring_the_master_key_back(seed: u64) {
        let own = words(seed);
        prop_assert_eq!(own.words().count(), recovery::WORDS);
        let public = own.public();
        // Twice, as on rotation: the words are needed only to open.
        for n in 1..3 {
            let master = MasterKey::generate(&SeededRandom::new(seed.wrapping_add(n)));
            let sealed = seal_master(&public, &master, &nonces(seed)).unwrap();
            prop_assert_eq!(sealed.len(), SEALED_MASTER_LEN);
            prop_assert_eq!(recovery::sealed_master_id(&sealed), Ok(master.id()));
            let typed = RecoveryWords::parse(&text(&own)).unwrap();
            prop_assert_eq!(open_master(&typed, &sealed).unwrap().id(), master.id());
            prop_assert_eq!(open_master(&words(!seed), &sealed).unwrap_err(), SealError::Open);
        }
    }
}

#[test]
fn no_altered_box_opens() {
    let own = words(5);
    let master = MasterKey::generate(&SeededRandom::new(6));
    let mut sealed = seal_master(&own.public(), &master, &nonces(7)).unwrap();
    for bit in 0..sealed.len() * 8 {
        sealed[bit / 8] ^= 1 << (bit % 8);
        assert!(open_master(&own, &sealed).is_err(), "bit {bit}");
        sealed[bit / 8] ^= 1 << (bit % 8);
    }
    for len in 0..sealed.len() {
        assert!(open_master(&own, &sealed[..len]).is_err(), "cut to {len}");
    }
    sealed.push(0);
    assert!(open_master(&own, &sealed).is_err());
}
