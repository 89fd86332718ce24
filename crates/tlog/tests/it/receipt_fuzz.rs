//! Nothing that is handed to us makes us panic, and no bit of a receipt can be changed unnoticed.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tlog::{EpochStatement, KeyFile, Receipt, SignedCheckpoint, TileId, TlogProof, Verdict, VerifierKey, canonical};

use crate::support::{key_file, log_with_receipt};

#[test]
fn every_single_bit_flip_is_noticed() {
    let keys = key_file(&[1]);
    for (size, index) in [(1, 0), (7, 6), (300, 10)] {
        let (_, receipt) = log_with_receipt(size, index);
        let json = receipt.to_json().unwrap().into_bytes();
        assert!(matches!(receipt.verify(Some(&keys)), Verdict::Valid(_)));
        for bit in 0..json.len() * 8 {
            let mut json = json.clone();
            json[bit / 8] ^= 1 << (bit % 8);
            let Ok(receipt) = Receipt::from_json(&json) else {
                continue;
            };
            let verdict = receipt.verify(Some(&keys));
            assert!(matches!(verdict, Verdict::Invalid(_)), "bit {bit}: {verdict}");
        }
    }
}

#[test]
fn every_single_bit_flip_of_a_proof_file_is_noticed() {
    let keys = key_file(&[1]);
    let (_, receipt) = log_with_receipt(7, 5);
    let text = receipt.to_tlog_proof().unwrap().to_string().into_bytes();
    for bit in 0..text.len() * 8 {
        let mut text = text.clone();
        text[bit / 8] ^= 1 << (bit % 8);
        let Ok(text) = String::from_utf8(text) else {
            continue;
        };
        let Ok(receipt) = Receipt::from_tlog_proof(&text) else {
            continue;
        };
        // The file names its signer only on the signature line, so a changed id is another signer.
        let verdict = receipt.verify(Some(&keys));
        assert!(!matches!(verdict, Verdict::Valid(_) | Verdict::Pending), "bit {bit}: {verdict}");
    }
}

/// Any JSON value, with members that receipts have.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
        "[A-Za-z0-9+/]{43}=".prop_map(Value::from),
        Just(json!("leeward-receipt/v1")),
    ];
    leaf.prop_recursive(4, 40, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((member(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn member() -> impl Strategy<Value = String> {
    let known = ["version", "origin", "epoch", "key_id", "opening", "index", "proof", "checkpoint"];
    prop_oneof![prop::sample::select(known.map(String::from).to_vec()), ".{0,8}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_taken_calmly(value in any_json()) {
        let text = value.to_string();
        if let Ok(receipt) = Receipt::from_json(text.as_bytes()) {
            prop_assert!(!matches!(receipt.verify(None), Verdict::Valid(_)));
        }
        let _ = canonical(&value);
    }

    #[test]
    fn a_receipt_with_anything_in_one_place_is_never_valid(name in member(), value in any_json()) {
        let (_, good) = log_with_receipt(9, 4);
        let mut json: Value = serde_json::from_str(&good.to_json().unwrap()).unwrap();
        json[&name] = value;
        if let Ok(receipt) = Receipt::from_json(json.to_string().as_bytes()) {
            let verdict = receipt.verify(Some(&key_file(&[1])));
            prop_assert!(receipt == good || !matches!(verdict, Verdict::Valid(_)));
        }
    }

    #[test]
    fn a_proven_receipt_of_any_numbers_never_panics(
        index in any::<u64>(), size in any::<u64>(), hashes in 0_usize..70, root in any::<[u8; 32]>(),
    ) {
        let (_, good) = log_with_receipt(9, 4);
        let root = tlog::Digest::from_bytes(root);
        let old = good.checkpoint.as_ref().unwrap();
        let (_, signature) = old.split_once("\n\n").unwrap();
        let note = format!("trust.example.com/epoch/1\n{size}\n{root}\n\n{signature}");
        let proof = Some(vec![root; hashes]);
        let receipt = Receipt { index: Some(index), proof, checkpoint: Some(note), ..good };
        prop_assert!(matches!(receipt.verify(None), Verdict::Invalid(_)));
    }

    #[test]
    fn any_text_is_taken_calmly(text in prop_oneof![
        ".*",
        "tile/[0-9a-z]{1,3}/[x0-9/]{0,20}(\\.p/[0-9]{0,4})?",
        "[a-z/0-9]{0,20}\\+[0-9a-f]{0,9}\\+[A-Za-z0-9+/=]{0,60}",
        "([a-z/0-9=+]{0,50}\n){0,6}\n?(— [a-z]{0,5} [A-Za-z0-9+/=]{0,90}\n){0,3}",
    ]) {
        if let Ok(id) = text.parse::<TileId>() {
            prop_assert_eq!(id.to_string(), text.clone());
        }
        if let Ok(key) = text.parse::<VerifierKey>() {
            prop_assert_eq!(key.to_string(), text.clone());
        }
        let _ = text.parse::<KeyFile>();
        let _ = text.parse::<TlogProof>();
        let _ = SignedCheckpoint::parse(&text);
        let _ = EpochStatement::verify(&text, &key_file(&[1]));
        let _ = Receipt::from_json(text.as_bytes());
        let _ = Receipt::from_tlog_proof(&text);
    }
}
