//! Each rule by a small file that breaks it and one that does not.

use super::{DAY, verdict};
use formats::security_txt::{
    Code, ContentType, Context, Ending, Kind, Limits, Name, Now, Part, ReadError, Served, Severity, check, read,
};

const GOOD: &str = "Contact: mailto:security@example.com\nExpires: 2027-06-30T12:00:00Z\n\
                    Encryption: https://example.com/key.asc\nPolicy: https://example.com/policy\n";

/// The codes with the lines that they are about.
fn codes(text: &str) -> Vec<(&'static str, usize)> {
    verdict(text.as_bytes()).findings.iter().map(|f| (f.code.as_str(), f.line)).collect()
}

/// What a file that is good but for these further lines gets.
fn with(lines: &str) -> Vec<(&'static str, usize)> {
    let mut found = codes(&format!("{GOOD}{lines}"));
    found.retain(|(code, _)| *code != "not_signed");
    found
}

#[test]
fn letters_in_parts_are_told() {
    let text = |name: &str| format!("# {name}\nContact: mailto:a@example.com\nExpires: 2027-06-30T12:00:00Z\n");
    let told = |text: String| codes(&text).contains(&("not_normalised", 1));
    assert!(told(text("Cafe\u{301}")) && !told(text("Caf\u{e9}")) && !told(text("Cafe")));
}

#[test]
fn a_good_file_is_only_told_to_be_signed() {
    assert_eq!(codes(GOOD), [("not_signed", 0)]);
    let crlf = GOOD.replace('\n', "\r\n");
    assert_eq!(codes(&crlf), [("not_signed", 0)]);
    assert_eq!(with("# für alle: Grüße\n\nhiring: https://example.com/jobs \t\n"), []);
}

#[test]
fn the_grammar_is_held() {
    assert_eq!(with("what\n"), [("invalid_line", 5)]);
    assert_eq!(with("Last updated: today\n"), [("invalid_line", 5)]);
    assert_eq!(with("Hiring : https://example.com/\n"), [("prec_ws", 5)]);
    assert_eq!(with("Hiring:https://example.com/\n"), [("no_space", 5)]);
    assert_eq!(with("Hiring:\thttps://example.com/\n"), [("no_space", 5)]);
    assert_eq!(with("Hiring:  https://example.com/\n"), [("extra_space", 5)]);
    assert_eq!(with(": x\n"), [("empty_key", 5)]);
    assert_eq!(with("Hiring: \n"), [("empty_value", 5)]);
    assert_eq!(with("# end"), [("no_line_separators", 5)]);
    assert_eq!(with("# a\rb\n"), [("control_character", 5)]);
    assert_eq!(with("Colour: blue\n"), [("unknown_field", 5)]);
    assert_eq!(codes(&format!("\u{FEFF}{GOOD}"))[0], ("bom_in_file", 1));
    let mut broken = GOOD.as_bytes().to_vec();
    broken.extend(b"# \xFF\n");
    assert_eq!(verdict(&broken).codes(Severity::Error), ["utf8"]);
}

#[test]
fn values_are_judged() {
    assert_eq!(with("Hiring: http://example.com/\n"), [("no_https", 5)]);
    assert_eq!(with("Hiring: HTTP://example.com/\n"), [("no_https", 5)]);
    assert_eq!(with("Contact: me@example.com\n"), [("no_uri", 5)]);
    assert_eq!(with("Contact: mailto: me@example.com\n"), [("no_uri", 5)]);
    assert_eq!(with("Contact: mailto:me\n"), [("invalid_mailto", 5)]);
    assert_eq!(with("Contact: tel:1300881232\n"), [("invalid_tel", 5)]);
    assert_eq!(with("Contact: tel:+1-201-555-0123\nContact: mailto:a%2Bb@example.com?subject=x\n"), []);
    assert_eq!(with("Encryption: data:text/plain,key\n"), [("key_in_field", 5)]);
    assert_eq!(with("Encryption: openpgp4fpr:5f2de5521c63a801ab59ccb603d49de44b29100f\n"), []);
    assert_eq!(with("Preferred-Languages: en, pt-BR\n"), []);
    assert_eq!(with("Preferred-Languages: en, english, \n"), [("invalid_lang", 5), ("invalid_lang", 5)]);
    assert_eq!(with("Preferred-Languages: en\npreferred-languages: de\n"), [("multi_lang", 6)]);
    assert_eq!(with("CSAF: https://example.com/csaf.json\n"), [("no_csaf_file", 5)]);
    let csaf = "CSAF: https://example.com/.well-known/csaf/provider-metadata.json\n";
    assert_eq!((with(csaf), with(&csaf.repeat(2))), (vec![], vec![("multiple_csaf_fields", 6)]));
}

#[test]
fn expiry_is_a_day_of_the_coming_year() {
    let expires = |value: &str| {
        let mut found = codes(&GOOD.replace("2027-06-30T12:00:00Z", value));
        found.retain(|(code, _)| *code != "not_signed");
        found
    };
    assert_eq!(expires("2027-11-22T06:00:00Z"), []);
    assert_eq!(expires("2027-11-22T06:00:01Z"), [("long_expiry", 2)]);
    assert_eq!(expires(DAY), []);
    assert_eq!(expires("2026-11-22T06:59:59+01:00"), [("expired", 2)]);
    assert_eq!(expires("2027-06-30 12:00:00Z"), [("invalid_expiry", 2)]);
    assert_eq!(expires("Thu, 15 Sep 2022 06:03:46 -0700"), [("invalid_expiry", 2)]);
    assert_eq!(with("Expires: 2027-01-01T00:00:00z\n"), [("multi_expire", 5)]);
    let leap = Now::parse("2028-02-29T00:00:00Z").expect("a leap day");
    assert_eq!(Now::parse("2028-02-28T00:00:00Z").map(|now| now == leap), Some(false));
    assert_eq!((Now::parse("9999-12-31T00:00:00Z"), Now::parse("soon")), (None, None));
}

#[test]
fn what_is_missing_is_said() {
    assert_eq!(codes(""), [("no_contact", 0), ("no_expire", 0), ("no_policy", 0), ("not_signed", 0)]);
    let mail = "Contact: MAILTO:a@example.com\nExpires: 2027-06-30T12:00:00Z\n";
    assert!(codes(mail).contains(&("no_encryption", 1)));
}

#[test]
fn a_frame_is_judged_without_a_key() {
    let sign = |text: &str| {
        format!(
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{text}-----BEGIN PGP SIGNATURE-----\n\nwg==\n\
             =wVio\n-----END PGP SIGNATURE-----\n"
        )
    };
    let good = sign(GOOD);
    assert_eq!(codes(&good), [("no_canonical", 0)]);
    let errors = |text: &str| verdict(text.as_bytes()).codes(Severity::Error);
    assert_eq!(errors(&format!("# first\n{good}")), ["signed_format_issue"]);
    assert_eq!(errors(&good.replace("Hash: SHA256\n\n", "Hash: SHA256\n")), ["signed_format_issue"]);
    assert_eq!(errors(&good.replace("Hash: SHA256\n", "")), ["signed_format_issue"]);
    assert_eq!(errors(&good.replace("SHA256\n\n", "SHA256\n \n")), ["pgp_data_error"]);
    assert_eq!(errors(&good.replace("wg==", "wA==")), ["pgp_data_error"], "the checksum is of other bytes");
    assert_eq!(errors(&good.replace("wg==\n=wVio", "w?==")), ["pgp_data_error"]);
    assert_eq!(errors(&good.replace("wg==\n=wVio", "wA==")), ["pgp_signature_error"]);
    assert_eq!(errors(&good.replace("-----END PGP SIGNATURE-----\n", "")), ["pgp_data_error"]);
    assert_eq!(errors(&sign(&format!("{GOOD}-----\n"))), ["dash_not_escaped", "invalid_line"]);
    assert_eq!(errors(&format!("{good}\n")), ["too_many_line_separators"]);
    // What stands after the signature counts for nothing.
    let after = format!("{}Contact: https://evil.example/\n", sign("Expires: 2027-06-30T12:00:00Z\n"));
    assert_eq!(errors(&after), ["data_after_sig", "no_contact"]);
    let escaped = read(b"-----BEGIN PGP SIGNED MESSAGE-----\n\n- Contact: tel:+1\n", Limits::default()).expect("small");
    assert_eq!(escaped.values(Name::Contact).collect::<Vec<_>>(), ["tel:+1"]);
    assert_eq!(escaped.signed_text(), None, "the frame is not whole");
}

#[test]
fn the_place_counts_where_it_is_known() {
    let text = format!("{GOOD}Canonical: https://example.com/.well-known/security.txt\n");
    let at = |urls: &[&'static str], content_type| {
        let served = Served { urls: urls.to_vec(), content_type };
        let context = Context { now: Now::parse(DAY).expect("a day"), served: Some(served) };
        check(text.as_bytes(), Limits::default(), &context).expect("small").codes(Severity::Error)
    };
    let plain = ContentType::Is("text/plain; charset=utf-8");
    assert!(at(&["https://EXAMPLE.com:443/.well-known/security.txt"], plain).is_empty());
    assert!(at(&[], ContentType::NotKnown).is_empty());
    assert_eq!(
        at(&["http://example.com/.well-known/security.txt"], plain),
        ["invalid_uri_scheme", "no_canonical_match"]
    );
    assert_eq!(at(&["https://example.com/security.txt"], plain), ["location", "no_canonical_match"]);
    let moved = ["https://example.com/.well-known/security.txt", "https://www.example.com/security.txt"];
    assert!(at(&moved, plain).is_empty(), "the first address of a redirect may be the one");
    assert_eq!(at(&[], ContentType::Absent), ["no_content_type"]);
    assert_eq!(at(&[], ContentType::Is("text/html")), ["invalid_media"]);
    assert_eq!(at(&[], ContentType::Is("Text/Plain;charset=\"latin1\"")), ["invalid_charset"]);
}

#[test]
fn bounds_are_kept_and_name_the_line() {
    let limits = Limits { bytes: 100, lines: 3, line: 10 };
    assert_eq!(read(&[b'x'; 101], limits), Err(ReadError::TooLarge { limit: 100 }));
    assert_eq!(read(b"\n\n\n\n", limits), Err(ReadError::TooManyLines { line: 4, limit: 3 }));
    assert_eq!(read(b"\nxxxxxxxxxxx", limits), Err(ReadError::LineTooLong { line: 2, limit: 10 }));
    let many = verdict("x\n".repeat(9_000).as_bytes());
    assert!(many.findings.len() < 100, "{}", many.findings.len());
    let last = many.findings.iter().find(|f| f.message.contains("more lines")).expect("the rest is counted");
    assert_eq!((last.code, last.message.as_str()), (Code::InvalidLine, "8950 more lines have the same fault."));
    assert!(many.codes(Severity::Recommendation).contains(&"large_file"));
}

#[test]
fn messages_say_what_to_write_and_steer_no_terminal() {
    let message = |line: &str| verdict(line.as_bytes()).findings[0].message.clone();
    assert!(message("Contact: me@example.com\n").ends_with("write mailto:me@example.com"));
    assert!(
        message("Contact: +61 7 3180 4900\n").ends_with("write tel:+61731804900"),
        "{}",
        message("Contact: +61 7 3180 4900\n")
    );
    assert!(message("Contact: www.example.com\n").ends_with("write https://www.example.com"));
    assert!(message("Acknowledgements: https://example.com/\n").contains("Acknowledgments is"));
    let odd = verdict(format!("\u{1b}[2J{}\n", "é".repeat(500)).as_bytes());
    assert!(odd.findings.iter().all(|f| !f.message.contains('\u{1b}') && f.message.chars().count() < 200));
    assert!(verdict(b"<!DOCTYPE html>\n").codes(Severity::Notification).contains(&"web_page"));
}

#[test]
fn codes_are_words_that_stand_once() {
    let mut words: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert!(words.iter().all(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')));
    words.sort_unstable();
    let all = words.len();
    words.dedup();
    assert_eq!(words.len(), all);
    assert!(Code::ALL.iter().all(|code| code.source().contains("section")));
}

#[test]
fn lines_keep_what_they_were() {
    let file = read(b"\xEF\xBB\xBF# a \r\nContact : x\n\xFF", Limits::default()).expect("small");
    let endings: Vec<_> = file.lines.iter().map(|line| line.ending).collect();
    assert_eq!((file.bom, &endings[..]), (true, &[Ending::CrLf, Ending::Lf, Ending::Missing][..]));
    assert_eq!((file.lines[0].kind(), file.lines[0].part), (Kind::Comment(" a"), Part::Plain));
    assert_eq!((file.lines[2].kind(), file.lines[2].is_utf8()), (Kind::Other(""), false));
}
