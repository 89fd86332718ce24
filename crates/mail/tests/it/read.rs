//! Mails that come in: every file of the shared data, with the expected parse where one is given, and mails
//! that are made to be hard.

use mail::LetterId;
use mail::read::{FILES_MOST, Read, TEXT_LIMIT, Unreadable, read};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::Instant;

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

#[test]
fn every_file_of_the_shared_data_is_read_without_a_panic() {
    let Some(folder) = outside::data("mail") else { return };
    let mut all = Vec::new();
    files(&folder, &mut all);
    assert!(all.len() > 200, "only {} files", all.len());
    let mut mails = 0;
    for path in &all {
        let bytes = std::fs::read(path).unwrap();
        let crlf = String::from_utf8_lossy(&bytes).replace("\r\n", "\n").replace('\n', "\r\n").into_bytes();
        for bytes in [bytes, crlf] {
            match read(&bytes) {
                Ok(mail) => {
                    mails += 1;
                    let odd = |text: &str| text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t'));
                    assert!(!odd(&mail.text) && !odd(&mail.subject), "{}", path.display());
                    assert!(!mail.notes.iter().any(|n| n.contains("taken apart")), "{}", path.display());
                }
                Err(Unreadable::NoMail) => {}
                Err(error) => panic!("{}: {error}", path.display()),
            }
        }
    }
    assert!(mails > 180, "{mails} mails");
}

/// The text of a header in an expected parse.
fn header<'j>(parts: &'j Value, name: &str) -> Option<&'j Value> {
    let headers = parts[0]["headers"].as_array()?;
    headers.iter().rev().find(|h| h["name"] == name).map(|h| &h["value"])
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

#[test]
fn mails_are_read_as_their_expected_parse_says() {
    let Some(folder) = outside::data("mail/resources/eml") else { return };
    let mut all = Vec::new();
    files(&folder, &mut all);
    let mut compared = (0, 0, 0, 0);
    for path in all.iter().filter(|p| p.extension().is_some_and(|e| e == "eml")) {
        let expected = path.with_extension("json");
        let Ok(text) = std::fs::read(&expected) else { continue };
        let expected: Value = serde_json::from_slice(&text).unwrap();
        let bytes = std::fs::read(path).unwrap();
        let Ok(mail) = read(&bytes) else { panic!("{} is not read", path.display()) };
        compare(path, &expected, &mail, &mut compared);
    }
    let (mails, subjects, senders, texts) = compared;
    assert!(mails >= 60 && subjects >= 45 && senders >= 45 && texts >= 60, "{compared:?}");
}

fn compare(path: &Path, expected: &Value, mail: &Read, compared: &mut (usize, usize, usize, usize)) {
    let shown = path.display();
    compared.0 += 1;
    if let Some(subject) = header(&expected["parts"], "subject").and_then(|v| v["Text"].as_str()) {
        let words: Vec<&str> = subject.split_whitespace().collect();
        assert_eq!(mail.subject, words.join(" ").chars().take(500).collect::<String>(), "{shown}");
        compared.1 += 1;
    }
    let first = header(&expected["parts"], "from").and_then(|v| v["Address"]["List"].get(0));
    if let Some(address) = first.and_then(|f| f["address"].as_str()) {
        let words: Vec<&str> = address.split_whitespace().collect();
        assert_eq!(mail.from.as_ref().map(|f| f.address.clone()), Some(words.join(" ")), "{shown}");
        compared.2 += 1;
    }
    for part in expected["text_body"].as_array().into_iter().flatten() {
        let place = usize::try_from(part.as_u64().unwrap()).unwrap();
        if let Some(text) = expected["parts"][place]["body"]["Text"].as_str() {
            assert!(squeezed(&mail.text).contains(&squeezed(text)), "{shown}: {text}\n---\n{}", mail.text);
            compared.3 += 1;
        }
    }
}

fn patient<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = work();
    // Not a measure of speed: a minute is what a quadratic reader takes and more.
    assert!(began.elapsed() < Duration::from_mins(2), "{what} took {:?}", began.elapsed());
    done
}

#[test]
fn html_of_twenty_megabytes_becomes_a_text_of_bounded_length() {
    let row = "<div><p>Some words &amp; a <a href=\"https://a.example/\">link</a></p><!-- x --></div>";
    let mail = format!("Subject: big\nContent-Type: text/html\n\n<html>{}</html>", row.repeat(20_000_000 / row.len()));
    let mail = patient("20 MB of HTML", || read(mail.as_bytes()).unwrap());
    assert!(mail.text.len() <= TEXT_LIMIT && mail.text.starts_with("Some words & a link <https://a.example/>"));
    assert!(mail.notes.iter().any(|note| note.contains("too long")));
    let hard = format!("Subject: hard\nContent-Type: text/html\n\n{}", "<a \"".repeat(5_000_000));
    assert!(patient("tags that never end", || read(hard.as_bytes())).is_ok());
}

#[test]
fn a_hundred_messages_in_one_another_are_bounded_and_told() {
    let nested = |depth: usize| {
        let levels = (0..depth).rev().map(|n| format!("Subject: level {n}\nContent-Type: message/rfc822\n\n"));
        levels.collect::<String>() + "Subject: innermost\n\nhello"
    };
    let mail = patient("100 levels", || read(nested(100).as_bytes()).unwrap());
    assert_eq!(mail.subject, "level 99");
    assert!(!mail.files.is_empty() && mail.files.len() <= 4, "{}", mail.files.len());
    let deep = patient("100,000 levels", || read(nested(100_000).as_bytes()).unwrap());
    let names: Vec<&str> = deep.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(deep.subject, "level 99999");
    assert_eq!(names, ["level 99998.eml", "level 99997.eml", "level 99996.eml", "level 99995.eml"]);
    assert!(deep.notes[0].contains("messages within messages"));
}

#[test]
fn a_thousand_files_are_bounded_and_told() {
    let mut mail =
        "Subject: many\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nsee files\n"
            .to_owned();
    for n in 0..1_000 {
        let name = format!("f{n}.bin");
        mail.extend(["--b\nContent-Type: application/octet-stream; name=", &name]);
        mail.push_str("\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n");
    }
    mail.push_str("--b--\n");
    let mail = patient("1,000 files", || read(mail.as_bytes()).unwrap());
    assert_eq!((mail.files.len(), mail.text.as_str()), (FILES_MOST, "see files"));
    assert_eq!((mail.files[0].name.as_str(), mail.files[0].bytes.as_slice()), ("f0.bin", b"hello".as_slice()));
    assert!(mail.notes[0].contains("900 more files"), "{:?}", mail.notes);
}

#[test]
fn charsets_html_and_attached_messages_are_read() {
    let mail = b"From: =?iso-8859-1?Q?J=FCrgen?= <j@there.example>\r\nTo: security@acme.example\r\nSubject: =?utf-8?B?w7xiZXI=?=\r\n\
        Date: Sat, 21 Nov 2026 10:00:00 +0100\r\nMessage-ID: <x1@there.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/html; charset=windows-1252\r\n\r\n<p>Gr\xfc\xdfe</p><script>bad()</script>\r\n\
        --b\r\nContent-Type: message/rfc822\r\n\r\nFrom: a@b.example\r\nSubject: inner\r\n\r\ninner words\r\n--b--\r\n";
    let mail = read(mail).unwrap();
    let from = mail.from.unwrap();
    assert_eq!((from.name.as_str(), from.address.as_str()), ("J\u{fc}rgen", "j@there.example"));
    assert_eq!(mail.subject, "\u{fc}ber");
    assert_eq!(mail.date.as_deref(), Some("2026-11-21T10:00:00+01:00"));
    assert_eq!(mail.message_id.as_deref(), Some("x1@there.example"));
    assert!(mail.text.starts_with("Gr\u{fc}\u{df}e") && !mail.text.contains("bad()"), "{}", mail.text);
    assert!(mail.text.contains("---- Attached message from a@b.example: inner\n\ninner words"), "{}", mail.text);
    assert_eq!(mail.files[0].name, "inner.eml");
    assert!(
        mail.files[0].bytes.starts_with(b"From: a@b.example"),
        "{:?}",
        String::from_utf8_lossy(&mail.files[0].bytes)
    );
}

#[test]
fn what_is_no_mail_is_said_to_be_none() {
    for bytes in [b"".as_slice(), b"\n\n", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", b"hello there"] {
        assert_eq!(read(bytes), Err(Unreadable::NoMail), "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_machine_says_that_it_is_one() {
    for (header, machine) in [
        ("Auto-Submitted: auto-replied (vacation)", true),
        ("X-Autoreply: yes", true),
        ("X-Autorespond: no", false),
        ("Precedence: auto_reply", true),
        ("auto-submitted: Auto-Generated; owner=x", true),
        ("Auto-Submitted: No", false),
        ("Return-Path: <>", true),
        ("Return-Path:  < >", true),
        ("Return-Path: <a@there.example>", false),
        ("Precedence: Bulk", true),
        ("Precedence: list", true),
        ("Precedence: first-class", false),
        ("Content-Type: Multipart/Report; boundary=b", true),
        ("From: MAILER-DAEMON@mx.example", true),
        ("From: ines@there.example", false),
    ] {
        let mail = read(format!("Subject: x\n{header}\n\nwords").as_bytes()).unwrap();
        assert_eq!(mail.by_machine, machine, "{header}");
    }
    for (headers, auto_reply) in [
        ("Auto-Submitted: auto-replied", true),
        ("Auto-Submitted: no\nPrecedence: bulk", false),
        ("X-Autoreply: yes", true),
        ("Precedence: junk", true),
        ("Precedence: list", false),
        ("Return-Path: <>", false),
    ] {
        let mail = read(format!("Subject: x\n{headers}\n\nwords").as_bytes()).unwrap();
        assert_eq!(mail.auto_reply, auto_reply, "{headers}");
    }
}

/// A delivery report about this letter.
pub fn bounce(letter: LetterId, address: &str) -> Vec<u8> {
    format!(
        "From: MAILER-DAEMON@mx.example\nTo: desk@acme.example\nSubject: Undelivered Mail\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nSorry.\n\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
         Final-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n\
         --b\nContent-Type: message/rfc822\n\nFrom: desk@acme.example\nMessage-ID: <{letter}@acme.example>\nSubject: REP-1\n\nx\n--b--\n"
    )
    .into_bytes()
}

#[test]
fn a_bounce_names_its_letter() {
    let letter: LetterId = "0190a000-0000-7000-8000-00000000dead".parse().unwrap();
    let read = read(&bounce(letter, "gone@there.example")).unwrap().bounce.unwrap();
    assert_eq!(read.letters, [letter]);
    assert_eq!((read.action.as_str(), read.status.as_str()), ("failed", "5.1.1"));
    assert_eq!(read.diagnostic, "550 5.1.1 no such user");
}
