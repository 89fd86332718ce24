//! Notes published by others, which our checkpoints are a case of.

use super::*;

/// The example of the C2SP page on signed notes, with its key.
const FOO: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const FOO_NOTE: &str = "This is an example message.\n\n\
    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3\
    mFXmRKuwHjG1Yu72IneyaQM=\n";
/// From the tests of Go's `sumdb/note`: two signers under one text.
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const ENOCH: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const TWO: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng\
    otpRZb6KE6RyyBwJnAM=\n\
    — EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWL\
    ox33WWd1RvMc+QQ=\n";

fn names(note: &str, keys: &str) -> Vec<String> {
    let signers = verify_note(note, &keys.parse().unwrap()).unwrap();
    signers.into_iter().map(|signer| signer.name).collect()
}

#[test]
fn published_notes_verify() {
    assert_eq!(names(FOO_NOTE, FOO), ["example.com/foo"]);
    assert_eq!(names(TWO, PETER), ["PeterNeumann"]);
    assert_eq!(names(TWO, &format!("{ENOCH}\n{PETER}")), ["PeterNeumann", "EnochRoot"]);
    assert!(matches!(verify_note(TWO, &FOO.parse().unwrap()), Err(NoteError::UnknownSigner(_))));
}

#[test]
fn a_note_of_many_lines_is_cut_at_the_last_empty_one() {
    let note = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\n\
        ed è subito sera.\n\n\
        — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKON\
        rMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
    assert!(parse_note(note).unwrap().text().ends_with("ed è subito sera.\n".as_bytes()));
    assert_eq!(signers(note).unwrap()[0].name, "quasimodo.example/salvatore");
    assert_eq!(SignedCheckpoint::parse(note), Err(NoteError::NotCheckpoint));
}

#[test]
fn one_wrong_signature_of_a_known_key_spoils_the_note() {
    let forged = TWO.replace("2tiOHp", "2tiOHq");
    let keys = format!("{ENOCH}\n{PETER}").parse().unwrap();
    assert!(matches!(verify_note(&forged, &keys), Err(NoteError::WrongSignature { .. })));
    assert_eq!(names(&forged, PETER), ["PeterNeumann"]);
}
