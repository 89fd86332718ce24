//! The C2SP `tlog-proof` text.

use tlog::{ProofTextError, Receipt, ReceiptError, TlogProof, Verdict};

use crate::support::{key_file, log_with_receipt};

#[test]
fn a_receipt_becomes_a_proof_file_and_comes_back() {
    let (_, receipt) = log_with_receipt(300, 256);
    let file = receipt.to_tlog_proof().unwrap();
    let text = file.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "c2sp.org/tlog-proof@v1");
    assert!(lines[1].starts_with("extra "));
    assert_eq!(lines[2], "index 256");
    assert_eq!(lines[3..].iter().position(|line| line.is_empty()), Some(file.proof.len()));
    assert!(text.ends_with(receipt.checkpoint.as_deref().unwrap()));

    let read: TlogProof = text.parse().unwrap();
    assert_eq!(read, file);
    read.verify_entry(&receipt.opening.commitment()).unwrap();
    let again = Receipt::from_tlog_proof(&text).unwrap();
    assert_eq!(again, receipt);
    assert!(matches!(again.verify(Some(&key_file(&[1]))), Verdict::Valid(_)));
}

#[test]
fn other_texts_are_refused() {
    let (_, receipt) = log_with_receipt(3, 1);
    let text = receipt.to_tlog_proof().unwrap().to_string();
    let malformed = [
        text.replace("@v1", "@v2"),
        text.replace("index 1", "index 01"),
        text.replace("index 1", "index +1"),
        text.replace("index 1\n", ""),
        text.replace("extra ", "extra  "),
        text.replace("index 1\n", "index 1\nAAAA\n"),
        text.replace('\n', "\r\n"),
    ];
    for text in malformed {
        assert_eq!(text.parse::<TlogProof>(), Err(ProofTextError::Malformed), "{text}");
    }
    let hash = receipt.proof.as_ref().unwrap()[0];
    let long = text.replace("index 1\n", &format!("index 1\n{}", format!("{hash}\n").repeat(64)));
    assert_eq!(long.parse::<TlogProof>(), Err(ProofTextError::TooLong));
    assert_eq!("a".repeat(3 << 20).parse::<TlogProof>(), Err(ProofTextError::TooLarge));

    let (magic, rest) = text.split_once('\n').unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    let bare = format!("{magic}\n{rest}");
    assert!(bare.parse::<TlogProof>().unwrap().extra.is_none());
    assert!(matches!(Receipt::from_tlog_proof(&bare), Err(ReceiptError::NotOurs)));
}
