//! Receipts: what is valid, what is not, and what is said.

use serde_json::{Value, json};
use tlog::{
    Content, InvalidReason, NoteError, Opening, ProofError, Receipt, ReceiptError, Verdict, canonical, explain,
    explain_duplicate,
};

use crate::support::{checkpoint, key, key_file, log_with_receipt};

fn invalid(receipt: &Receipt) -> InvalidReason {
    match receipt.verify(Some(&key_file(&[1]))) {
        Verdict::Invalid(reason) => reason,
        other => panic!("{other}"),
    }
}

#[test]
fn a_receipt_survives_json_and_is_valid() {
    let (_, receipt) = log_with_receipt(1000, 300);
    let json = receipt.to_json().unwrap();
    let read = Receipt::from_json(json.as_bytes()).unwrap();
    assert_eq!(read, receipt);
    let Verdict::Valid(found) = read.verify(Some(&key_file(&[2, 1]))) else { panic!() };
    assert_eq!((found.index, found.tree_size, found.opened), (300, 1000, true));
    assert_eq!(found.received_at, Some(1_793_000_000_000_000));
    assert_eq!(found.origin, *key(1).origin());
    assert_eq!(found.witnesses, []);
    let line = Verdict::Valid(found).to_string();
    assert!(line.starts_with("valid: entry 300 of trust.example.com/epoch/1 "), "{line}");
}

#[test]
fn every_place_in_small_trees_is_valid() {
    for size in 1..=20 {
        for index in 0..size {
            let (_, receipt) = log_with_receipt(size, index);
            assert!(matches!(receipt.verify(Some(&key_file(&[1]))), Verdict::Valid(_)));
        }
    }
}

#[test]
fn without_the_key_it_is_only_consistent() {
    let (_, receipt) = log_with_receipt(10, 3);
    for keys in [None, Some(&key_file(&[2]))] {
        let verdict = receipt.verify(keys);
        assert!(matches!(verdict, Verdict::UnknownSigner(_)));
        assert!(verdict.to_string().starts_with("consistent, signer unknown"));
    }
}

#[test]
fn a_digest_stands_for_bytes_kept_elsewhere() {
    let (_, receipt) = log_with_receipt(10, 3);
    let Content::Event(event) = receipt.opening.content.clone() else { panic!() };
    let content = Content::Digest(receipt.opening.commitment());
    let opening = Opening { content, ..receipt.opening.clone() };
    let short = Receipt { opening, ..receipt };
    let short = Receipt::from_json(short.to_json().unwrap().as_bytes()).unwrap();
    let Verdict::Valid(found) = short.verify(Some(&key_file(&[1]))) else { panic!() };
    assert_eq!((found.opened, found.received_at), (false, None));
    assert!(short.opening.opens(event.as_bytes()));
    assert!(!short.opening.opens(event.replace("opened", "closed").as_bytes()));
}

#[test]
fn a_receipt_without_proof_is_pending() {
    let (_, receipt) = log_with_receipt(10, 3);
    let pending = Receipt::pending(key(1).origin(), key(1).id(), receipt.opening.clone());
    let json = pending.to_json().unwrap();
    assert!(json.contains("\"proof\": null"));
    let pending = Receipt::from_json(json.as_bytes()).unwrap();
    assert_eq!(pending.verify(None), Verdict::Pending);
    assert!(pending.to_tlog_proof().is_none());
    let half = Receipt { index: Some(3), ..pending };
    assert_eq!(invalid(&half), InvalidReason::Incomplete);
}

/// The verdict on a good receipt after one change.
fn changed(good: &Receipt, change: impl FnOnce(&mut Receipt)) -> InvalidReason {
    let mut receipt = good.clone();
    change(&mut receipt);
    invalid(&receipt)
}

#[test]
fn an_opening_that_is_not_the_committed_one_is_invalid() {
    let (_, good) = log_with_receipt(10, 3);
    let wrong = InvalidReason::Inclusion(ProofError::Wrong);
    let event = |text: &str| Content::Event(text.to_owned());
    assert_eq!(changed(&good, |r| r.opening.content = event("{}")), wrong);
    assert_eq!(changed(&good, |r| r.opening.salt = [0; 16]), wrong);
    for text in ["", "{} ", "{ }", "{\"b\":1,\"a\":1}", "{\"a\":1,\"a\":1}", "1.0", "\"\\u0041\""] {
        let reason = changed(&good, |r| r.opening.content = event(text));
        assert_eq!(reason, InvalidReason::NotCanonical, "{text}");
    }
}

#[test]
fn each_way_to_be_wrong_has_its_reason() {
    let (_, good) = log_with_receipt(10, 3);
    let one = "trust.example.com/epoch/1".to_owned();
    let two = key(2).id();
    let wrong = InvalidReason::Inclusion(ProofError::Wrong);
    let range = InvalidReason::Inclusion(ProofError::Range);
    let note = InvalidReason::Checkpoint(NoteError::Malformed);
    assert_eq!(changed(&good, |r| r.index = Some(4)), wrong);
    assert_eq!(changed(&good, |r| r.index = Some(10)), range);
    assert_eq!(changed(&good, |r| r.proof = None), InvalidReason::Incomplete);
    assert_eq!(changed(&good, |r| r.epoch = 0), InvalidReason::Epoch);
    assert_eq!(changed(&good, |r| r.epoch = 2), InvalidReason::OtherOrigin(one));
    assert_eq!(changed(&good, |r| r.key_id = two), InvalidReason::OtherKey(two));
    assert_eq!(changed(&good, |r| r.checkpoint = Some("x".to_owned())), note);
}

#[test]
fn a_signature_from_another_checkpoint_is_invalid() {
    let (log, good) = log_with_receipt(10, 3);
    let other = checkpoint(tlog::Head { size: 9, ..log.head });
    let (text, _) = good.checkpoint.as_ref().unwrap().split_once("\n\n").unwrap();
    let (_, signature) = other.as_str().split_once("\n\n").unwrap();
    let reason = changed(&good, |r| {
        r.checkpoint = Some(format!("{text}\n\n{signature}"));
    });
    assert!(matches!(reason, InvalidReason::Checkpoint(NoteError::WrongSignature { .. })));
    assert!(reason.to_string().contains("wrong"), "{reason}");
}

#[test]
fn shapes_and_sizes_are_checked_when_read() {
    let (_, good) = log_with_receipt(10, 3);
    let json: Value = serde_json::from_str(&good.to_json().unwrap()).unwrap();
    let read = |change: &dyn Fn(&mut Value)| {
        let mut json = json.clone();
        change(&mut json);
        Receipt::from_json(json.to_string().as_bytes())
    };
    assert!(read(&|_| ()).is_ok());
    let hash = good.proof.as_ref().unwrap()[0].to_string();
    let refused: [&dyn Fn(&mut Value); 11] = [
        &|json| json["version"] = json!("leeward-receipt/v2"),
        &|json| json["note"] = json!("hello"),
        &|json| json["opening"]["digest"] = json!(hash),
        &|json| json["opening"] = json!({ "salt": "KioqKioqKioqKioqKioqKg==" }),
        &|json| json["opening"]["salt"] = json!("KioqKioqKioqKioqKioqKh=="),
        &|json| json["opening"]["salt"] = json!("Kio="),
        &|json| json["opening"]["extra"] = json!(1),
        &|json| json["key_id"] = json!("ABCDEF01"),
        &|json| json["origin"] = json!("Trust.example.com"),
        &|json| json["index"] = json!(-1),
        &|json| json["proof"][0] = json!("AAAA"),
    ];
    for (number, change) in refused.into_iter().enumerate() {
        assert!(matches!(read(change), Err(ReceiptError::Json(_))), "case {number}");
    }
    let long = read(&|json| json["proof"] = json!(vec![hash.clone(); 65]));
    assert!(matches!(long, Err(ReceiptError::ProofTooLong)));
    let long = read(&|json| json["checkpoint"] = json!("a".repeat(65 * 1024)));
    assert!(matches!(long, Err(ReceiptError::NoteTooLarge)));
    let long = read(&|json| json["opening"]["event"] = json!("a".repeat(1 << 20)));
    assert!(matches!(long, Err(ReceiptError::TooLarge)));
    let big = canonical(&json!("a".repeat(1 << 20))).unwrap();
    let content = Content::Event(String::from_utf8(big).unwrap());
    let big = Receipt { opening: Opening { content, ..good.opening.clone() }, ..good };
    assert!(matches!(big.to_json(), Err(ReceiptError::TooLarge)));
}

#[test]
fn plain_words() {
    assert_eq!(
        explain(),
        "This operator committed to these bytes not later than the checkpoint, in a history that \
         everyone with later checkpoints can check for rewriting."
    );
    assert!(explain_duplicate().contains("does not prove that the two reports are the same"));
}
