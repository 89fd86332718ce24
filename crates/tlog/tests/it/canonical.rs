//! RFC 8785 against its own examples and the test data its author published
//! (`cyberphone/json-canonicalization`), as far as they hold no fractions.

use serde_json::{Value, json};
use tlog::{CanonicalError, MAX_INTEGER, canonical};

fn written(json: &str) -> String {
    String::from_utf8(canonical(&serde_json::from_str(json).unwrap()).unwrap()).unwrap()
}

#[test]
fn sorting_example_of_section_3_2_3() {
    let input = r#"{
        "\u20ac": "Euro Sign", "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
        "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis"
    }"#;
    let names = ["\\r", "1", "\u{80}", "\u{f6}", "\u{20ac}", "\u{1f600}", "\u{fb33}"];
    let output = written(input);
    let places: Vec<_> = names.iter().map(|name| output.find(&format!("\"{name}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "{output}");
}

#[test]
fn text_and_literals_of_section_3_2_2() {
    let input = r#"{ "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
                     "literals": [null, true, false] }"#;
    let want = r#"{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
    assert_eq!(written(input), want);
}

#[test]
fn published_test_data() {
    let cases = [
        (
            "[\n  56,\n  {\n    \"d\": true,\n    \"10\": null,\n    \"1\": [ ]\n  }\n]",
            r#"[56,{"1":[],"10":null,"d":true}]"#,
        ),
        (
            r#"{"peach": "This sorting order", "péché": "is wrong according to French",
                "pêche": "but canonicalization MUST", "sin":   "ignore locale"}"#,
            r#"{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}"#,
        ),
        (
            r#"{"1": {"f": {"f": "hi","F": 5} ,"\n": 56}, "10": { }, "": "empty", "a": { },
                "111": [ {"e": "yes","E": "no" } ], "A": { }}"#,
            r#"{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}"#,
        ),
        (r#"{"Unnormalized Unicode":"A\u030a"}"#, "{\"Unnormalized Unicode\":\"A\u{30a}\"}"),
        (
            r#"{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\u000a": "Newline", "1": "One",
                "\u0080": "Control\u007f", "\ud83d\ude02": "Smiley",
                "\u00f6": "Latin Small Letter O With Diaeresis",
                "\ufb33": "Hebrew Letter Dalet With Dagesh", "</script>": "Browser Challenge"}"#,
            "{\"\\n\":\"Newline\",\"\\r\":\"Carriage Return\",\"1\":\"One\",\
             \"</script>\":\"Browser Challenge\",\"\u{80}\":\"Control\u{7f}\",\
             \"\u{f6}\":\"Latin Small Letter O With Diaeresis\",\"\u{20ac}\":\"Euro Sign\",\
             \"\u{1f602}\":\"Smiley\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}",
        ),
    ];
    for (input, want) in cases {
        assert_eq!(written(input), want);
    }
}

#[test]
fn every_control_character_has_the_escape_of_the_rfc() {
    let text: String = (0..0x20_u8).map(char::from).collect();
    let want = "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\
                \\u000e\\u000f\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\
                \\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f\"";
    assert_eq!(canonical(&Value::String(text)).unwrap(), want.as_bytes());
    assert_eq!(canonical(&json!("\u{7f}\u{2028}/")).unwrap(), "\"\u{7f}\u{2028}/\"".as_bytes());
}

#[test]
fn integers_keep_within_the_exact_range_and_fractions_are_refused() {
    assert_eq!(written("[0,-1,9007199254740991,-9007199254740991]"), "[0,-1,9007199254740991,-9007199254740991]");
    let refused = |json: &str| canonical(&serde_json::from_str(json).unwrap()).unwrap_err();
    assert_eq!(refused("9007199254740992"), CanonicalError::TooLarge);
    assert_eq!(refused("-9007199254740992"), CanonicalError::TooLarge);
    assert_eq!(refused("18446744073709551615"), CanonicalError::TooLarge);
    for float in ["1.0", "0.1", "1e3", "-0", "-0.0", "1e30"] {
        assert_eq!(refused(float), CanonicalError::Float, "{float}");
    }
    assert_eq!(MAX_INTEGER, 9_007_199_254_740_991);
}

#[test]
fn deep_nesting_is_refused_not_overflowed() {
    let nested = |depth| (0..depth).fold(json!(1), |inner, _| json!([inner]));
    assert!(canonical(&nested(127)).is_ok());
    assert_eq!(canonical(&nested(128)), Err(CanonicalError::TooDeep));
}
