//! Signatures, checked by the library of another author.

use crate::receiver::{Receiver, python};
use crate::support::{add, by, put, rules, sender, store};
use db::DbError;
use domain::{Ambient, Span};
use outbound::{Secret, signatures};
use std::process::Command;

/// Signs with the library what we sign, and compares.
#[test]
fn another_implementation_signs_the_same() {
    let ambient = Ambient::fixed(7);
    for body in ["", "{}", "{\"test\": 2432232314}", "{\"a\":\"ü\\u0000€\"}"] {
        let secret = Secret::generate(&ambient);
        let script = "import sys, datetime; from standardwebhooks import Webhook; \
                      t = datetime.datetime.fromtimestamp(1614265330, tz=datetime.timezone.utc); \
                      print(Webhook(sys.argv[1]).sign('msg_x', t, sys.argv[2]))";
        let out = Command::new(python()).args(["-c", script, &secret.text(), body]).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let theirs = String::from_utf8(out.stdout).unwrap();
        assert_eq!(signatures([&secret], ("msg_x", 1_614_265_330, body.as_bytes())), theirs.trim(), "{body}");
    }
}

#[tokio::test]
async fn a_receiver_finds_every_message_valid_also_while_the_secret_is_replaced() {
    let (t, mut receiver) = (store().await, Receiver::start(&[]));
    // The library compares the instant with its own clock.
    t.clock.set(Ambient::system().now());
    let (id, old) = add(&t.db, &receiver.url("/ok")).await;
    let sender = sender(&t.db, rules());
    receiver.order(&format!("secret {}", old.text().as_str()));
    put(&t.db, id, (None, "grüße €")).await;
    assert_eq!(sender.round().await.unwrap().sent, 1);
    let got = receiver.next();
    assert_eq!((got.valid, got.path.as_str()), (vec!["valid".to_owned()], "/ok"));
    assert_eq!(got.head["content-type"], "application/json");
    let rotate = |at_once: bool| {
        let (db, by) = (t.db.clone(), by(&t.db));
        t.db.write(move |tx| Box::pin(async move { outbound::rotate(tx, &db, (by, id, at_once)).await }))
    };
    let rotated: Result<Option<Secret>, DbError> = rotate(false).await;
    let new = rotated.unwrap().unwrap();
    assert_ne!(new.text().as_str(), old.text().as_str());
    receiver.order(&format!("secret {}", new.text().as_str()));
    put(&t.db, id, (None, "both")).await;
    sender.round().await.unwrap();
    assert_eq!(receiver.next().valid, ["valid", "valid"]);
    // Replaced once more before the receiver has the new one: it still holds the first.
    rotate(false).await.unwrap().unwrap();
    put(&t.db, id, (None, "three")).await;
    sender.round().await.unwrap();
    let signed = receiver.next();
    assert_eq!(signed.valid, ["valid", "valid"]);
    assert_eq!(signed.header("webhook-signature").split(' ').count(), 3);
    // A day later the old one signs no more.
    t.clock.advance(Span::from_hours(25));
    put(&t.db, id, (None, "one")).await;
    sender.round().await.unwrap();
    let signed = receiver.next();
    assert_eq!(signed.header("webhook-signature").split(' ').count(), 1);
    // Known to others: at once.
    rotate(true).await.unwrap().unwrap();
    put(&t.db, id, (None, "none of these")).await;
    sender.round().await.unwrap();
    assert_eq!(receiver.next().header("webhook-signature").split(' ').count(), 1);
    t.db.close().await;
}
