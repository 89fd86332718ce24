//! What a restore states about the tree it could not go on with.

use tlog::{EpochError, EpochStatement, NoteError, Origin};

use crate::support::{MemoryLog, key, key_file};

fn statement() -> EpochStatement {
    let last = MemoryLog::of_size(5).head;
    EpochStatement::new(key(2).origin().clone(), key(1).origin().clone(), last).unwrap()
}

#[test]
fn the_new_key_signs_and_the_old_one_may() {
    let statement = statement();
    let note = statement.sign(&key(2), None).unwrap();
    assert!(note.starts_with("leeward/epoch/v1\ntrust.example.com/epoch/2\ntrust.example.com/epoch/1\n5\n"));
    assert_eq!(EpochStatement::parse(&note).unwrap(), statement);
    let opened = EpochStatement::verify(&note, &key_file(&[1, 2])).unwrap();
    assert_eq!((&opened.statement, opened.signed_by_closed), (&statement, false));

    let note = statement.sign(&key(2), Some(&key(1))).unwrap();
    let opened = EpochStatement::verify(&note, &key_file(&[1, 2])).unwrap();
    assert_eq!((opened.statement, opened.signed_by_closed), (statement, true));
}

#[test]
fn the_old_key_alone_opens_nothing() {
    let both = statement().sign(&key(2), Some(&key(1))).unwrap();
    let unknown = NoteError::UnknownSigner("trust.example.com/epoch/2".to_owned());
    assert_eq!(EpochStatement::verify(&both, &key_file(&[1])), Err(EpochError::Note(unknown)));
    assert!(matches!(statement().sign(&key(1), None), Err(EpochError::Note(NoteError::OtherOrigin { .. }))));
    assert!(matches!(statement().sign(&key(2), Some(&key(3))), Err(EpochError::Note(NoteError::OtherOrigin { .. }))));
}

#[test]
fn a_changed_statement_does_not_hold() {
    let note = statement().sign(&key(2), None).unwrap();
    let verify = |note: &str| EpochStatement::verify(note, &key_file(&[1, 2])).unwrap_err();
    assert!(matches!(verify(&note.replace("\n5\n", "\n4\n")), EpochError::Note(NoteError::WrongSignature { .. })));
    assert_eq!(verify(&note.replace("\n5\n", "\n05\n")), EpochError::Text);
    assert_eq!(verify(&note.replace("\n5\n", "\n5\n5\n")), EpochError::Text);
    assert_eq!(verify(&note.replace("epoch/v1", "epoch/v2")), EpochError::Text);
    assert_eq!(verify(&note.replace("epoch/1\n", "epoch/2\n")), EpochError::Order);
    assert_eq!(verify("leeward/epoch/v1\n"), EpochError::Note(NoteError::Malformed));
}

#[test]
fn epochs_go_up_within_one_log() {
    let last = MemoryLog::of_size(5).head;
    let origin = |text: &str| text.parse::<Origin>().unwrap();
    let new = |opens, closes| EpochStatement::new(origin(opens), origin(closes), last);
    assert!(new("a/epoch/4", "a/epoch/1").is_ok());
    assert_eq!(new("a/epoch/1", "a/epoch/1"), Err(EpochError::Order));
    assert_eq!(new("a/epoch/1", "a/epoch/2"), Err(EpochError::Order));
    assert_eq!(new("b/epoch/2", "a/epoch/1"), Err(EpochError::Order));
    assert_eq!(origin("a/epoch/1").next(), Some(origin("a/epoch/2")));
    assert_eq!(origin("a/epoch/4294967295").next(), None);
}
