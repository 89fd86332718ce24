//! The file that we publish, and properties over any bytes.

use super::{context, verdict};
use formats::security_txt::{Code, Context, Limits, Publication, Served, Severity, Unfit, read};
use proptest::prelude::*;

fn publication() -> Publication {
    let own = |text: &str| vec![text.to_owned()];
    Publication {
        contacts: vec!["https://example.com/report".into(), "mailto:security@example.com".into()],
        expires: "2027-06-30T12:00:00Z".into(),
        encryption: own("https://example.com/key.asc"),
        acknowledgments: own("https://example.com/thanks"),
        languages: vec!["en".into(), "de".into()],
        canonical: own("https://example.com/.well-known/security.txt"),
        policies: own("https://example.com/policy"),
        hiring: own("https://example.com/jobs"),
        csaf: own("https://example.com/.well-known/csaf/provider-metadata.json"),
        others: vec![("Bug-Bounty".into(), "True".into())],
        comments: vec!["Example Ltd".into()],
    }
}

#[test]
fn a_publication_is_written_in_one_order() {
    let text = publication().write(&context()).expect("valid");
    let expected = "# Example Ltd\nContact: https://example.com/report\nContact: mailto:security@example.com\n\
        Expires: 2027-06-30T12:00:00Z\nEncryption: https://example.com/key.asc\n\
        Acknowledgments: https://example.com/thanks\nPreferred-Languages: en, de\n\
        Canonical: https://example.com/.well-known/security.txt\nPolicy: https://example.com/policy\n\
        Hiring: https://example.com/jobs\nCSAF: https://example.com/.well-known/csaf/provider-metadata.json\n\
        Bug-Bounty: True\n";
    assert_eq!(text, expected);
    assert_eq!(verdict(text.as_bytes()).codes(Severity::Recommendation), ["not_signed"]);
}

#[test]
fn what_would_be_wrong_is_not_written() {
    let unfit = |change: fn(&mut Publication)| {
        let mut changed = publication();
        change(&mut changed);
        match changed.write(&context()).expect_err("not written") {
            Unfit::Findings(findings) => Some(findings[0].code),
            Unfit::Altered | Unfit::TooLarge(_) => None,
        }
    };
    assert_eq!(unfit(|p| p.contacts.clear()), Some(Code::NoContact));
    assert_eq!(unfit(|p| p.expires = "2026-01-01T00:00:00Z".into()), Some(Code::Expired));
    assert_eq!(unfit(|p| p.hiring = vec!["http://example.com/".into()]), Some(Code::NoHttps));
    assert_eq!(unfit(|p| p.languages.push("english".into())), Some(Code::InvalidLanguage));
    assert_eq!(unfit(|p| p.comments.push("x\nContact: https://evil.example/".into())), None);
    assert_eq!(unfit(|p| p.others.push(("A".into(), "b\nHiring: https://evil.example/".into()))), None);
    assert_eq!(unfit(|p| p.others.push(("Hiring".into(), "https://example.com/".into()))), None);
    assert_eq!(unfit(|p| p.policies.push("https://example.com/ ".into())), None);
    assert_eq!(unfit(|p| p.others.push(("A".into(), "x".repeat(2_000_000)))), None);
    let served = Served { urls: vec!["https://other.example/.well-known/security.txt"], ..Served::default() };
    let elsewhere = Context { served: Some(served), ..context() };
    assert!(matches!(publication().write(&elsewhere), Err(Unfit::Findings(_))), "no Canonical names that place");
}

#[test]
fn real_files_come_out_as_they_went_in() {
    let Some(folder) = outside::data("security-txt/raw") else { return };
    let mut files = 0;
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
        let file = read(&bytes, Limits::default()).expect("within bounds");
        assert_eq!(file.to_bytes(), bytes);
        files += 1;
    }
    assert_eq!(files, 581);
}

/// A file made of pieces that matter, or any bytes.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("-----BEGIN PGP SIGNED MESSAGE-----\n".as_bytes().to_vec()),
        Just("Hash: SHA512\n".into()),
        Just("-----BEGIN PGP SIGNATURE-----\n".into()),
        Just("-----END PGP SIGNATURE-----\n".into()),
        Just("\r\n".into()),
        Just("Contact: mailto:a@b\n".into()),
        Just("Expires: 2027-01-01T00:00:00Z\n".into()),
        Just("\u{FEFF}".into()),
        "[A-Za-z+/=]{0,64}\n".prop_map(String::into_bytes),
        "- ?\\PC{0,20}\r?\n".prop_map(String::into_bytes),
        "(Contact|Encryption|Preferred-Languages|Expires|CSAF)[ :]{1,3}\\PC{0,30}\n".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..40),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read_judged_and_written_again(bytes in bytes()) {
        let file = read(&bytes, Limits::default()).expect("within bounds");
        prop_assert_eq!(file.to_bytes(), bytes.clone());
        let verdict = verdict(&bytes);
        for finding in &verdict.findings {
            prop_assert!(finding.line <= file.lines.len().max(1));
            prop_assert!(!finding.message.chars().any(char::is_control), "{:?}", finding);
        }
        let said = Publication::of(&file);
        if let Ok(text) = said.write(&context()) {
            let again = read(text.as_bytes(), Limits::default()).expect("within bounds");
            prop_assert_eq!(Publication::of(&again), said);
        }
    }

    #[test]
    fn what_is_written_has_no_error_and_reads_back(
        contacts in prop::collection::vec("(https://[a-z]{1,9}\\.example/\\PC{0,9}|mailto:[a-z+ ]{1,9}@[a-z]{1,9})", 0..4),
        comments in prop::collection::vec("\\PC{0,30}", 0..3),
        others in prop::collection::vec(("[A-Za-z :-]{0,9}", "[ -~\n]{0,20}"), 0..3),
        languages in prop::collection::vec("(en|de|pt-BR|[a-z, ]{1,6})", 0..3),
    ) {
        let said = Publication { contacts, comments, others, languages, ..publication() };
        if let Ok(text) = said.write(&context()) {
            prop_assert!(verdict(text.as_bytes()).valid());
            let again = read(text.as_bytes(), Limits::default()).expect("within bounds");
            prop_assert_eq!(Publication::of(&again), said);
        }
    }
}
