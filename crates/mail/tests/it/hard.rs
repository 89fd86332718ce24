//! Mails that are made to cost memory, time or stack: each is read in a process of its own that may have one
//! gigabyte and a half, since what is unbounded ends the process.

use mail::read::{FILES_MOST, Read, read};
use std::process::Command;

/// Set in the process that does the work.
const INSIDE: &str = "LEEWARD_TEST_INSIDE";
/// Address space of that process, in kilobytes.
const MEMORY: &str = "1500000";

/// Runs the work of this test where it cannot take the machine along.
fn bounded(test: &str, work: impl FnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        return work();
    }
    let done = Command::new("sh")
        .args(["-c", "ulimit -v \"$0\" && exec \"$@\"", MEMORY])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", &format!("hard::{test}"), "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{}: {said}\n{}", done.status, String::from_utf8_lossy(&done.stderr));
    assert!(said.contains("1 passed"), "{said}");
}

fn nested(depth: usize, spelt: &str) -> String {
    format!("Subject: x\n{spelt}\n\n").repeat(depth) + "Subject: innermost\n\nhello"
}

fn part(encoding: &str, body: &str) -> String {
    format!("Subject: outer\nContent-Type: message/rfc822\nContent-Transfer-Encoding: {encoding}\n\n{body}")
}

/// Reads it; it keeps its subject, and its files are not many times its size.
fn taken(what: &str, mail: &str) -> Read {
    let read = read(mail.as_bytes()).unwrap();
    assert!(!read.subject.is_empty(), "{what}");
    let kept: usize = read.files.iter().map(|file| file.bytes.len()).sum();
    assert!(kept <= 5 * mail.len() && read.files.len() <= FILES_MOST, "{what}: {kept} bytes of files");
    read
}

#[test]
fn messages_within_an_encoded_message() {
    bounded("messages_within_an_encoded_message", || {
        let inside = nested(20_000, "Content-Type: message/rfc822");
        let base64 = data_encoding::BASE64_MIME.encode(inside.as_bytes());
        taken("base64", &part("base64", &base64));
        taken("quoted-printable", &part("quoted-printable", &inside));
        taken("neither of the two", &part("x-other", &inside));
        let digest = "Subject: d\nContent-Type: multipart/digest; boundary=b\n\n".to_owned();
        let parts = format!("--b\nContent-Transfer-Encoding: base64\n\n{base64}\n");
        taken("in a digest", &(digest + &parts.repeat(3)));
    });
}

#[test]
fn messages_that_are_spelt_in_other_ways() {
    bounded("messages_that_are_spelt_in_other_ways", || {
        for folded in
            ["Content-Type:\n message/\n rfc822", "Content-Type: message\n /rfc822", "Content-Type: /message/rfc822"]
        {
            taken(folded, &nested(100_000, folded));
        }
        for spelt in [
            "Content-Type: message/(c)rfc822",
            "Content-Type: message(c)/(c)rfc822",
            "Con tent - Type : MESSAGE/RFC822;x",
            "Content-Type: text/plain\nContent-Type: message/(x)global",
            "X: \0\nContent-Type: \tmessage/rfc822;charset=\0",
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: 7bit",
        ] {
            let read = taken(spelt, &nested(100_000, spelt));
            assert!(read.notes.iter().any(|n| n.contains("messages within messages")), "{spelt}: {read:.500?}");
        }
    });
}

#[test]
fn parts_without_headers() {
    bounded("parts_without_headers", || {
        for (kind, part) in
            [("mixed", "--b\n\n"), ("mixed", "x--b\nA:\n\n"), ("digest", "--b\n\nA:\n\n"), ("alternative", "--b\n\n\n")]
        {
            let head = format!("Subject: many\nContent-Type: multipart/{kind}; boundary=b\n\n");
            let read = taken(kind, &(head + &part.repeat(9_000_000 / part.len())));
            assert!(!read.notes.is_empty(), "{kind}");
        }
    });
}

#[test]
fn many_messages_in_a_digest() {
    bounded("many_messages_in_a_digest", || {
        let head = "Subject: many\nContent-Type: multipart/digest; boundary=b\n\n".to_owned();
        let read = taken("digest", &(head + &"--b\n\nSubject: one of them\n\nwords of it\n".repeat(5_000)));
        assert_eq!(read.files.len(), FILES_MOST);
        assert!(read.text.matches("---- Attached message").count() <= 150, "{} bytes", read.text.len());
        assert!(read.notes.iter().any(|note| note.contains("4900 more files")), "{:?}", read.notes);
    });
}

#[test]
fn multiparts_within_multiparts() {
    bounded("multiparts_within_multiparts", || {
        let one = "Subject: deep\nContent-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(100_000);
        taken("one boundary", &one);
        let levels =
            (0..20_000).map(|n| format!("Subject: deep\nContent-Type: multipart/mixed; boundary=b{n}x\n\n--b{n}x\n"));
        let many = levels.collect::<Vec<_>>().concat();
        let read = taken("a boundary each", &many);
        assert!(!read.notes.is_empty());
        let long = "-".repeat(60_000);
        let head = format!("Subject: long\nContent-Type: multipart/mixed; boundary={long}\n\n");
        taken("a long boundary", &(head + &long.repeat(100)));
    });
}
