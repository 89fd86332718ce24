//! The bytes of a letter.

use crate::server::words;
use domain::Ts;
use mail::{Envelope, LetterId, MailAddress, Sheet, Words, compose};
use uuid::Uuid;

fn composed(words: &Words, name: &str) -> String {
    let to: MailAddress = "finder@there.example".parse().unwrap();
    let envelope = Envelope {
        from: "desk@acme.example".parse().unwrap(),
        name: name.to_owned(),
        reply_to: "security@acme.example".parse().ok(),
    };
    let sheet = Sheet {
        id: LetterId::from_uuid(Uuid::from_u128(7)),
        to: &to,
        words,
        at: Ts::from_micros(1_795_305_600_000_000),
        thread: Some("thread".to_owned()),
        before: Some(LetterId::from_uuid(Uuid::from_u128(6))),
    };
    let bytes = compose(&envelope, &sheet).unwrap();
    assert_eq!(bytes, compose(&envelope, &sheet).unwrap(), "the same sheet gives the same bytes");
    assert!(bytes.is_ascii(), "every server takes it");
    String::from_utf8(bytes).unwrap()
}

#[test]
fn plain_text_comes_first_and_html_beside_it() {
    let long = "This is a paragraph that is longer than one line of plain text may be, so that it has to be wrapped somewhere.";
    let letter = Words {
        paragraphs: vec![long.to_owned(), "Grüße <b>& more</b>".to_owned()],
        foot: vec!["To stop these letters: https://trust.acme.example/mail/00".to_owned()],
        stop: Some("https://trust.acme.example/mail/00".to_owned()),
        ..words("REP-12: we have a question")
    };
    insta::assert_snapshot!(composed(&letter, "Acme Sicherheit Ü").replace("\r\n", "\n"));
}

#[test]
fn words_cannot_become_headers() {
    let letter = words("REP-12\r\nBcc: everybody@there.example\r\n\r\nbody");
    let text = composed(&letter, "Acme\r\nBcc: x@there.example");
    let head = text.split("\r\n\r\n").next().unwrap();
    assert!(!head.contains("\r\nBcc:"), "{head}");
}
