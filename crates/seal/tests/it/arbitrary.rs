//! Arbitrary bytes: always an error, never a panic.

use proptest::prelude::*;
use seal::recovery::{RecoveryWords, open_master};
use seal::stream::{Chunks, HEADER, Opener};
use seal::{DataKey, Field, KeyKind, MasterKey, wrapped_under};
use uuid::Uuid;

use crate::{cases, key};

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn bytes_from_outside_are_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        version in prop::sample::select(vec![0u8, 1, 2, b'L']),
        number: u16,
        len: u64,
    ) {
        let (own, nil) = (key(1), Uuid::nil());
        let bytes = [&[version], bytes.as_slice()].concat();
        let id = domain::KeyId::from_uuid(nil);
        let master = MasterKey::parse(&"17".repeat(32)).unwrap();
        prop_assert!(own.open(Field(number), nil, u32::from(number), &bytes).is_err());
        prop_assert!(DataKey::unwrap(&master, id, KeyKind::House, &bytes).is_err());
        let _ = wrapped_under(&bytes);
        let words = RecoveryWords::generate(&domain::testing::SeededRandom::new(1));
        prop_assert!(open_master(&words, &bytes).is_err());
        let mut opener = Opener::new(&own, nil);
        prop_assert!(opener.push(&bytes).and_then(|_| opener.finish()).is_err());
        if let Some(header) = bytes.first_chunk::<HEADER>() {
            prop_assert!(Chunks::new(&own, nil, header, len).is_err());
        }
    }

    #[test]
    fn any_length_behind_a_true_header_is_handled(len: u64, index: u64) {
        let mut header = [0; HEADER];
        header[..5].copy_from_slice(b"LWS\x01\x10");
        if let Ok(chunks) = Chunks::new(&key(1), Uuid::nil(), &header, len) {
            let range = chunks.sealed_range(index);
            prop_assert!(range.start <= range.end && range.end <= len);
            prop_assert!(chunks.plain_len() < len);
            prop_assert!(chunks.open_chunk(index, b"no such chunk, far too short").is_err());
        }
    }

    #[test]
    fn any_text_is_no_key_and_no_words(text: String) {
        prop_assert!(MasterKey::parse(&text).is_err());
        prop_assert!(RecoveryWords::parse(&text).is_err());
    }
}
