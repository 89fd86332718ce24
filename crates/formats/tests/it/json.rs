//! Documents as strangers write them: broken, doubled, deep, in another encoding, or no document at all.

use formats::csaf;
use formats::json::{Limits, ReadError, read};
use proptest::prelude::*;

fn refuse(text: &[u8]) -> ReadError {
    read(text, Limits::default()).expect_err("must be refused")
}

#[test]
fn a_broken_document_names_line_and_column() {
    let e = refuse(b"{\n  \"a\": 1,\n}");
    assert_eq!(
        (e.to_string().as_str(), matches!(e, ReadError::Syntax { line: 3, .. })),
        ("line 3, column 1: a comma stands before the end of a list or an object; take it away", true)
    );
    assert_eq!(
        (refuse(b"").to_string(), refuse(b"\xEF\xBB\xBF \n")),
        ("the file is empty".to_owned(), ReadError::Empty)
    );
    assert!(refuse(b"{} {}").to_string().contains("behind the end of the document"));
    assert!(refuse(br#"{"a": "\ud800\u0041"}"#).to_string().contains("half of a character"));
    assert!(refuse(b"NaN").to_string().contains("no value stands here"));
    assert!(refuse(b"{\"a\": nope}").to_string().contains("no value stands here"), "{}", refuse(b"{\"a\": nope}"));
}

#[test]
fn what_is_wrong_is_said_in_words_of_people() {
    let broken: [&[u8]; 17] = [
        b"[1,",
        b"[1",
        b"{\"a\":1",
        b"{\"a\"",
        b"{\"a\":",
        b"\"a",
        b"{\"a\" 1}",
        b"[1 2]",
        b"{\"a\":1 \"b\":2}",
        b"[,]",
        b"{a:1}",
        b"[1,]",
        b"1 2",
        b"\"a\nb\"",
        b"\"\\x\"",
        b"[01]",
        b"[1e999]",
    ];
    for text in broken {
        let said = refuse(text).to_string();
        for word in ["EOF", "expected", "trailing", "parsing", "invalid", "must be a string", "out of range", "`"] {
            assert!(!said.contains(word), "{}: {said}", String::from_utf8_lossy(text));
        }
    }
    assert!(refuse(b"[1").to_string().contains("a ] is missing, or the file was cut"), "{}", refuse(b"[1"));
}

#[test]
fn a_key_twice_is_refused_wherever_it_stands() {
    let e = refuse(b"{\"a\": [{}, {\"b/c\": 1,\n \"x\": {}, \"b/c\": 2}]}");
    assert_eq!(e, ReadError::Duplicate { line: 2, pointer: "/a/1/b~1c".to_owned() });
}

#[test]
fn other_encodings_are_named_and_a_byte_order_mark_is_no_fault() {
    let wide: Vec<u8> = "{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(refuse(&wide), ReadError::Encoding("UTF-16"));
    assert_eq!(refuse(b"\xFE\xFF\0{\0}"), ReadError::Encoding("UTF-16"));
    assert_eq!(refuse(b"\0\0\0{\0\0\0}"), ReadError::Encoding("UTF-32"));
    assert_eq!(refuse(b"{\n\"a\": \"\xE4\"}"), ReadError::NotUtf8 { line: 2 });
    assert!(read(b"\xEF\xBB\xBF{}", Limits::default()).is_ok());
}

#[test]
fn bounds_hold() {
    let deep = "[".repeat(10_000_000);
    assert!(matches!(refuse(deep.as_bytes()), ReadError::Bound { what: "levels", limit: 100, .. }));
    let few = Limits { values: 1000, ..Limits::default() };
    let wide = format!("[{}1]", "1,".repeat(1000));
    assert_eq!(read(wide.as_bytes(), few), Err(ReadError::Bound { line: 1, limit: 1000, what: "values" }));
    let long = vec![b' '; 50_000_001];
    assert!(matches!(refuse(&long), ReadError::TooLarge { bytes: 50_000_001, .. }));
}

#[test]
fn numbers_come_out_as_they_went_in_or_are_refused() {
    // What stands there is what is written again, to the last digit.
    for text in
        ["0", "-1", "18446744073709551615", "-9223372036854775808", "9.8", "0.30000000000000004", "5e-324", "0.000123"]
    {
        let value = read(format!("[{text}]").as_bytes(), Limits::default()).expect(text).value;
        assert_eq!(value.to_string(), format!("[{text}]"));
    }
    // The same number in another notation.
    for (text, same) in [
        ("1E2", "100.0"),
        ("1.7976931348623157e308", "1.7976931348623157e308"),
        ("1.50", "1.5"),
        ("-0", "-0.0"),
        ("0.0e99", "0.0"),
        ("12300e-2", "123.0"),
        ("100000000000000000000", "1e+20"),
    ] {
        let value = read(text.as_bytes(), Limits::default()).expect(text).value;
        assert_eq!(value.as_f64(), same.parse().ok(), "{text}");
    }
    for text in [
        "12345678901234567890123",
        "18446744073709551616",
        "-9223372036854775809",
        "0.1234567890123456789",
        "9007199254740993.0",
        "1e-400",
        "3.00000000000000000000000000000000000000000000001",
    ] {
        let whole = format!("{{\"1.5\": [\"2.5 \\\" 3.5\", 4, -5, 6.5, 1e3],\n\"a\": {text}}}");
        assert_eq!(refuse(whole.as_bytes()), ReadError::Number { line: 2, text: text.chars().take(40).collect() });
        let judged = formats::json::tree(whole.as_bytes(), Limits::default()).expect("is judged");
        assert_eq!(judged.value.get("a").and_then(formats::json::Tree::as_f64), text.parse().ok());
    }
}

#[test]
fn objects_that_are_dear_are_counted() {
    let small = "{\"a\":1},".repeat(1_000_000);
    let hostile = format!("[{}]", &small[..small.len() - 1]);
    assert!(hostile.len() < 8_500_000);
    assert!(matches!(refuse(hostile.as_bytes()), ReadError::Bound { what: "objects", limit: 600_000, .. }));
    let empty = format!("[{}{{}}]", "{},".repeat(900_000));
    assert!(read(empty.as_bytes(), Limits::default()).is_ok(), "an empty map is cheap");
    let few = format!("[{}]", &small[..700_000 * 8 - 1]);
    assert!(formats::json::tree(few.as_bytes(), Limits::default()).is_ok(), "a tree has no dear maps");
}

#[test]
fn a_circle_of_relationships_ends() {
    let link = |id: usize, next: usize| {
        format!(
            r#"{{"category":"installed_on","full_product_name":{{"name":"n","product_id":"p{id}"}},"product_reference":"p{next}","relates_to_product_reference":"p{id}"}}"#
        )
    };
    let links: Vec<_> = (0..5000).map(|id| link(id, (id + 1) % 5000)).collect();
    let text = format!(r#"{{"product_tree":{{"relationships":[{}]}}}}"#, links.join(","));
    let verdict = csaf::check(text.as_bytes(), Limits::default()).expect("is JSON");
    assert_eq!(verdict.findings.iter().filter(|f| f.test == "6.1.3").count(), csaf::MOST);
}

/// Keys and words that lead into the rules.
const WORDS: &str = "document tracking version revision_history number date status product_tree branches category name \
    product product_id product_identification_helper purl cpe hashes file_hashes algorithm value relationships \
    product_groups group_id product_ids group_ids vulnerabilities scores cvss_v2 cvss_v3 vectorString products \
    product_status fixed known_affected flags label threats remediations involvements notes references url lang \
    source_lang publisher csaf_vex csaf_security_advisory 2.0 1.0.0 CVE-2026-1234 é \
    product_paths subpaths beginning_product_reference full_product_name next_product_reference purls skus metrics content \
    cvss_v4 ssvc_v2 selections namespace key values epss timestamp source cwes ids involvements x_extensions $schema \
    distribution sharing_group tlp CLEAR license_expression csaf_withdrawn vers:npm/>=1.0.0|<2.0.0 ssvc SI";

/// JSON that is shaped like an advisory, with anything in the places.
fn like_an_advisory() -> impl Strategy<Value = String> {
    let words = prop::sample::select(WORDS.split_whitespace().collect::<Vec<_>>());
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|b| b.to_string()),
        any::<i32>().prop_map(|n| n.to_string()),
        words.clone().prop_map(|w| format!("{w:?}")),
        "[ -~]{0,12}".prop_map(|w| format!("{w:?}")),
    ];
    leaf.prop_recursive(7, 90, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::hash_map(words.clone(), inner, 0..5).prop_map(|map| {
                let pairs: Vec<_> = map.iter().map(|(key, value)| format!("{key:?}:{value}")).collect();
                format!("{{{}}}", pairs.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = csaf::check(&bytes, Limits::default());
    }

    #[test]
    fn nothing_like_an_advisory_makes_it_panic(text in like_an_advisory()) {
        let _ = csaf::check(text.as_bytes(), Limits::default());
        let newer = text.replacen('{', r#"{"$schema":"https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json","_":0,"#, 1);
        let _ = csaf::check(newer.replace(",}", "}").as_bytes(), Limits::default());
    }

    #[test]
    fn what_serde_reads_is_read_the_same(text in like_an_advisory()) {
        if let Ok(parsed) = read(text.as_bytes(), Limits::default()) {
            prop_assert_eq!(parsed.value, serde_json::from_str::<serde_json::Value>(&text).expect("is JSON"));
        }
    }

    #[test]
    fn small_forms_never_panic(text in "\\PC{0,40}") {
        use formats::csaf::{dictionary::{language, licence}, file_name, purl::Purl, vers::Range};
        use formats::{instant::Instant, shape::form};
        let _ = (Range::parse(&text).is_ok(), licence::identifiers(&text));
        let _ = (Purl::parse(&text), Instant::parse(&text), language::unknown(&text), form::is_uri(&text));
        prop_assert!(file_name(&text).strip_suffix(".json").is_some());
    }
}
