//! Master keys, wrapping, keyed hashes.

use std::collections::BTreeSet;

use domain::KeyId;
use domain::testing::SeededRandom;
use proptest::prelude::*;
use seal::{DataKey, KeyKind, MasterKey, SealError, WRAPPED_LEN, wrapped_under};
use uuid::Uuid;

use crate::{cases, key, nonces};

fn master(seed: u64) -> MasterKey {
    MasterKey::generate(&SeededRandom::new(seed))
}

fn id(number: u128) -> KeyId {
    KeyId::from_uuid(Uuid::from_u128(number))
}

#[test]
fn a_master_key_is_read_in_every_usual_spelling() {
    let bytes: [u8; 32] = std::array::from_fn(|i| u8::try_from(i * 8 + 3).unwrap());
    let spellings = [
        data_encoding::HEXLOWER.encode(&bytes),
        data_encoding::HEXUPPER.encode(&bytes),
        data_encoding::BASE64.encode(&bytes),
        data_encoding::BASE64_NOPAD.encode(&bytes),
        data_encoding::BASE64URL.encode(&bytes),
        data_encoding::BASE64URL_NOPAD.encode(&bytes),
    ];
    let ids: BTreeSet<_> =
        spellings.iter().map(|text| MasterKey::parse(&format!(" \n{text}\r\n")).unwrap().id()).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(MasterKey::parse(&spellings[0]).unwrap().reveal_hex().as_str(), spellings[0]);
}

#[test]
fn what_is_no_master_key_is_refused() {
    for text in ["", "hunter2", &"0g".repeat(32), &"00".repeat(31), &"00".repeat(33), &"é".repeat(32), &"=".repeat(44)]
    {
        assert_eq!(MasterKey::parse(text).unwrap_err(), SealError::MasterKeyText, "{text}");
    }
    assert_eq!(MasterKey::parse(&"00".repeat(32)).unwrap_err(), SealError::MasterKeyZero);
}

#[test]
fn nothing_secret_is_printed() {
    let master = MasterKey::parse(&"ab".repeat(32)).unwrap();
    assert_eq!(format!("{master:?}"), format!("MasterKey({})", master.id()));
    assert!(!format!("{master:?}").contains("abab"));
    assert_eq!(format!("{:?}", key(1)), "DataKey(..)");
}

#[test]
fn the_wrapped_form_is_pinned() {
    let master = master(3);
    let wrapped = key(4).wrap(&master, id(5), KeyKind::Case, &nonces(6));
    insta::assert_snapshot!("wrapped_key", format!("{}\n{}", master.id(), data_encoding::HEXLOWER.encode(&wrapped)));
    let again = DataKey::unwrap(&master, id(5), KeyKind::Case, &wrapped).unwrap();
    insta::assert_snapshot!(
        "keyed_hash",
        data_encoding::HEXLOWER.encode(&again.hmac("index-term", &[b"heap", b"overflow"]))
    );
    insta::assert_snapshot!("derived_secret", data_encoding::HEXLOWER.encode(again.derive("log seed").as_slice()));
}

#[test]
fn kinds_keep_their_numbers_and_words() {
    let list: Vec<String> = KeyKind::ALL.iter().map(|kind| format!("{} {}", kind.as_i64(), kind.as_str())).collect();
    insta::assert_snapshot!("key_kinds", list.join("\n"));
    for kind in KeyKind::ALL {
        assert_eq!(KeyKind::from_i64(kind.as_i64()), Some(kind));
    }
    assert_eq!(KeyKind::from_i64(0), None);
    assert_eq!(KeyKind::from_i64(i64::MAX), None);
}

#[test]
fn purposes_of_one_key_give_unrelated_bytes() {
    let own = key(1);
    let all = [own.hmac("a", &[]), own.hmac("b", &[]), own.hmac("a", &[b""]), *own.derive("a"), *own.derive("b")];
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn a_key_unwraps_only_in_its_place(seed: u64, number: u128, kind in prop::sample::select(&KeyKind::ALL[..])) {
        let (own, top) = (key(seed), master(!seed));
        let wrapped = own.wrap(&top, id(number), kind, &nonces(seed));
        prop_assert_eq!(wrapped.len(), WRAPPED_LEN);
        prop_assert_eq!(wrapped_under(&wrapped), Ok(top.id()));
        let back = DataKey::unwrap(&top, id(number), kind, &wrapped).unwrap();
        prop_assert_eq!(back.hmac("l", &[]), own.hmac("l", &[]));
        let opened = back.seal(seal::field::DRAFT, Uuid::nil(), 0, b"x", &nonces(seed));
        prop_assert!(own.open(seal::field::DRAFT, Uuid::nil(), 0, &opened).is_ok());

        prop_assert_eq!(DataKey::unwrap(&top, id(number ^ 1), kind, &wrapped).unwrap_err(), SealError::Open);
        for other in KeyKind::ALL.into_iter().filter(|other| *other != kind) {
            prop_assert_eq!(DataKey::unwrap(&top, id(number), other, &wrapped).unwrap_err(), SealError::Open);
        }
        let stranger = master(seed.wrapping_add(1));
        let refused = DataKey::unwrap(&stranger, id(number), kind, &wrapped).unwrap_err();
        prop_assert_eq!(refused, SealError::WrongMaster { found: top.id(), given: stranger.id() });
    }

    #[test]
    fn no_altered_wrapped_key_opens(seed: u64) {
        let top = master(seed);
        let mut wrapped = key(seed).wrap(&top, id(1), KeyKind::Person, &nonces(seed));
        let opens = |bytes: &[u8]| DataKey::unwrap(&top, id(1), KeyKind::Person, bytes).is_ok();
        for bit in 0..wrapped.len() * 8 {
            wrapped[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!opens(&wrapped), "bit {}", bit);
            wrapped[bit / 8] ^= 1 << (bit % 8);
        }
        for len in 0..wrapped.len() {
            prop_assert!(!opens(&wrapped[..len]), "cut to {}", len);
        }
        wrapped.push(0);
        prop_assert!(!opens(&wrapped));
    }
}
