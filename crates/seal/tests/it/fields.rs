//! Sealed fields: round trips, alterations, and the numbers that must never change.

use std::collections::BTreeSet;

use proptest::prelude::*;
use seal::{FIELD_OVERHEAD, Field, SealError, field, label};
use uuid::Uuid;

use crate::{cases, key, nonces};

#[test]
fn field_numbers_are_unique_and_pinned() {
    let numbers: BTreeSet<u16> = field::ALL.iter().map(|(field, _)| field.0).collect();
    assert_eq!(numbers.len(), field::ALL.len(), "a number is used twice");
    assert!(!numbers.contains(&0));
    let list: Vec<String> = field::ALL.iter().map(|(field, name)| format!("{} {name}", field.0)).collect();
    insta::assert_snapshot!("field_numbers", list.join("\n"));
    assert_eq!(field::CASE_TITLE.name(), Some("CASE_TITLE"));
    assert_eq!(Field(u16::MAX).name(), None);
}

#[test]
fn labels_are_unique_and_pinned() {
    assert_eq!(label::ALL.iter().collect::<BTreeSet<_>>().len(), label::ALL.len(), "a label is used twice");
    insta::assert_snapshot!("labels", label::ALL.join("\n"));
}

#[test]
fn the_same_text_never_seals_to_the_same_bytes() {
    let (key, random) = (key(1), nonces(1));
    let seal = || key.seal(field::CASE_TITLE, Uuid::nil(), 0, b"the same", &random);
    let sealed: BTreeSet<Vec<u8>> = (0..100).map(|_| seal()).collect();
    assert_eq!(sealed.len(), 100);
}

#[test]
fn the_format_is_pinned() {
    // Whoever changes these bytes makes every store unreadable.
    let sealed = key(7).seal(field::EVENT_BODY, Uuid::from_u128(9), 3, b"body", &nonces(7));
    insta::assert_snapshot!("sealed_field", data_encoding::HEXLOWER.encode(&sealed));
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn what_was_sealed_opens(seed: u64, number: u16, record: u128, version: u32, plain: Vec<u8>) {
        let (key, record) = (key(seed), Uuid::from_u128(record));
        let sealed = key.seal(Field(number), record, version, &plain, &nonces(seed));
        prop_assert_eq!(sealed.len(), plain.len() + FIELD_OVERHEAD);
        let opened = key.open(Field(number), record, version, &sealed).unwrap();
        prop_assert_eq!(opened.as_slice(), plain.as_slice());
    }

    #[test]
    fn another_place_or_key_does_not_open(seed: u64, number: u16, record: u128, version: u32, bit in 0u32..128) {
        let (own, at) = (key(seed), Uuid::from_u128(record));
        let sealed = own.seal(Field(number), at, version, b"text", &nonces(seed));
        let elsewhere = Uuid::from_u128(record ^ (1 << bit));
        let tries = [
            own.open(Field(number ^ (1 << (bit % 16))), at, version, &sealed),
            own.open(Field(number), elsewhere, version, &sealed),
            own.open(Field(number), at, version ^ (1 << (bit % 32)), &sealed),
            key(seed ^ 1).open(Field(number), at, version, &sealed),
        ];
        for one in tries {
            prop_assert_eq!(one.unwrap_err(), SealError::Open);
        }
    }

    #[test]
    fn no_flipped_bit_and_no_cut_opens(seed: u64, plain in prop::collection::vec(any::<u8>(), 0..40)) {
        let own = key(seed);
        let mut sealed = own.seal(field::DRAFT, Uuid::nil(), 1, &plain, &nonces(seed));
        let opens = |bytes: &[u8]| own.open(field::DRAFT, Uuid::nil(), 1, bytes).is_ok();
        for bit in 0..sealed.len() * 8 {
            sealed[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!opens(&sealed), "bit {} flipped", bit);
            sealed[bit / 8] ^= 1 << (bit % 8);
        }
        for len in 0..sealed.len() {
            prop_assert!(!opens(&sealed[..len]), "cut to {}", len);
        }
        sealed.push(0);
        prop_assert!(!opens(&sealed));
    }
}
