//! CVSS against other people's figures: vectors scored by Python's `cvss` 3.6, Red Hat's files, cases of go-cvss, and
//! the Rust crate `cvss` on vectors made here.

use flate2::read::GzDecoder;
use formats::cvss::{Builder, CvssError, Group, MAX_VECTOR_BYTES, Score, Severity, Vector, Version, metrics};
use proptest::prelude::*;
use serde_json::Value;
use std::io::Read;

/// Scores as the crate has them, `None` where the group says nothing.
fn scored(vector: &str) -> [Option<f64>; 3] {
    let vector: Vector = vector.parse().unwrap_or_else(|e| panic!("{vector}: {e}"));
    let scores = vector.scores();
    [Some(scores.base.value()), scores.temporal.map(Score::value), scores.environmental.map(Score::value)]
}

/// Where the vector's group says nothing, the other side may give the score of the group before, or none.
fn agrees(ours: [Option<f64>; 3], theirs: &[Option<f64>]) -> bool {
    ours.iter().zip(theirs).all(|(our, their)| match (our, their) {
        (Some(our), Some(their)) => (our - their).abs() < 1e-9,
        (Some(_), None) => false,
        (None, _) => true,
    })
}

#[test]
fn twenty_thousand_a_version_agree_with_python() {
    let Some(folder) = outside::data("cvss/random") else { return };
    for (file, least) in [("v2", 10_000), ("v30", 10_000), ("v31", 10_000), ("v40", 10_000)] {
        let mut text = String::new();
        let packed = std::fs::File::open(folder.join(format!("{file}.jsonl.gz"))).unwrap();
        GzDecoder::new(packed).read_to_string(&mut text).unwrap();
        let (mut seen, mut wrong) = (0, Vec::new());
        for line in text.lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            let vector = case["vector"].as_str().unwrap();
            let theirs: Vec<_> = case["scores"].as_array().unwrap().iter().map(Value::as_f64).collect();
            let severity = case["severities"].as_array().unwrap().last().and_then(Value::as_str).unwrap();
            let parsed: Vector = vector.parse().unwrap_or_else(|e| panic!("{vector}: {e}"));
            assert_eq!(parsed.to_string(), vector, "written as read");
            let scores = parsed.scores();
            let held = if file == "v40" {
                (scores.score.value() - theirs[0].unwrap()).abs() < 1e-9
                    && scores.severity.as_str() == severity.to_lowercase()
            } else {
                agrees(scored(vector), &theirs)
            };
            seen += 1;
            if !held {
                wrong.push(line.to_owned());
            }
        }
        assert!(seen >= least, "{file}: only {seen}");
        assert!(wrong.is_empty(), "{file}: {} of {seen}\n{}", wrong.len(), wrong[..wrong.len().min(5)].join("\n"));
    }
}

/// `VECTOR - (base, temporal, environmental)` or `VECTOR - score`.
fn red_hat(line: &str) -> Option<(&str, Vec<Option<f64>>)> {
    let (vector, figures) = line.split_once(" - ")?;
    let figures = figures.trim().trim_matches(|c| c == '(' || c == ')');
    Some((vector, figures.split(',').map(str::trim).filter(|f| !f.is_empty()).map(|f| f.parse().ok()).collect()))
}

#[test]
fn red_hats_files_agree() {
    let Some(folder) = outside::data("cvss/redhat") else { return };
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines().filter(|l| !l.trim().is_empty()) {
            let (vector, theirs) = red_hat(line).unwrap();
            if vector.starts_with("CVSS:4.0/") {
                let vector: Vector = vector.parse().unwrap_or_else(|e| panic!("{vector}: {e}"));
                assert!((Some(vector.scores().score.value())) == theirs[0], "{}: {line}", path.display());
            } else {
                assert!(agrees(scored(vector), &theirs), "{}: {line}: {:?}", path.display(), scored(vector));
            }
            seen += 1;
        }
    }
    assert!(seen > 7_000, "only {seen}");
}

/// 2.0 has no rule that a group be given whole, and NVD writes parts of groups; go-cvss asks for whole groups.
const READ_THOUGH_GO_CVSS_REFUSES: &[&str] = &["AV:A/AC:L/Au:N/C:C/I:C/A:C/CDP:H/TD:H/CR:H"];

#[test]
fn cases_of_go_cvss_agree() {
    let Some(file) = outside::data("cvss/go-cvss/cases.json") else { return };
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut seen = [0; 3];
    for case in cases {
        let text = case["vector"].as_str().unwrap();
        let read = text.parse::<Vector>();
        if case["expect_error"] == true {
            seen[0] += 1;
            assert_eq!(read.is_err(), !READ_THOUGH_GO_CVSS_REFUSES.contains(&text), "{case}");
            continue;
        }
        let vector = read.unwrap_or_else(|e| panic!("{case}: {e}"));
        if let Some(score) = case["score"].as_f64() {
            seen[1] += 1;
            assert!((vector.scores().score.value() - score).abs() < 1e-9, "{case}: {:?}", vector.scores());
        }
        if let Some(word) = case["nomenclature"].as_str() {
            seen[2] += 1;
            assert_eq!(vector.nomenclature().map(formats::cvss::Nomenclature::as_str), Some(word), "{case}");
        }
    }
    assert_eq!(seen, [13, 14, 14]);
}

/// Examples that stand in the guides of FIRST.
#[test]
fn examples_of_the_guides() {
    let guide_2 = "AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M";
    assert_eq!(scored(guide_2), [Some(6.2), Some(4.9), Some(7.5)]);
    assert_eq!(scored("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C"), [Some(7.8), Some(6.4), None]);
    assert_eq!(scored("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"), [Some(10.0), None, None]);
    assert_eq!(scored("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N"), [Some(6.4), None, None]);
    assert_eq!(scored("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"), [Some(6.1), None, None]);
}

#[test]
fn three_and_thirty_one_round_and_modify_differently() {
    let rest = "/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H/MAV:N";
    assert_eq!(scored(&format!("CVSS:3.0{rest}"))[2], Some(9.6));
    assert_eq!(scored(&format!("CVSS:3.1{rest}"))[2], Some(9.7));
    // Exactly 2.3 in decimal arithmetic, 2.3000000000000003 in binary.
    assert_eq!(scored("CVSS:3.0/AV:L/AC:H/PR:N/UI:R/S:U/C:N/I:L/A:N/RC:U")[1], Some(2.3));
}

#[test]
fn not_defined_says_nothing() {
    let short: Vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H".parse().unwrap();
    let long: Vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H/E:X/MI:X".parse().unwrap();
    assert_eq!(short.scores(), long.scores());
    assert_eq!(long.shortened(), short);
    assert!(!long.has(Group::Environmental) && long.get("MI").is_some());
}

#[test]
fn errors_name_the_part_and_the_place() {
    let whole = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N";
    let cases = [
        (String::new(), "the vector is empty"),
        (whole.replace("4.0", "4.1"), "\"CVSS:4.1\" is no version known here"),
        (whole.replace("AC:L", "AC:M"), "\"M\" at byte 14 is no value of AC; legal are L, H"),
        (whole.replace("AC:L/", ""), "missing: AC"),
        (whole.replace("AC:L", "AC"), "\"AC\" at byte 14 is not METRIC:VALUE"),
        (whole.replace("/UI:N", "/XX:N"), "\"XX\" at byte 29 is no metric of CVSS 4.0"),
        (format!("{whole}/SA:N"), "SA at byte 64 stands there a second time"),
        (whole.replace("AV:N/AC:L", "AC:L/AV:N"), "AV at byte 14 comes after AC"),
        (whole[9..].to_owned(), "\"AT\" at byte 10 is no metric of CVSS 2.0 (a vector without"),
        ("x".repeat(MAX_VECTOR_BYTES + 1), "is 257 bytes long"),
    ];
    for (text, expected) in cases {
        let error = text.parse::<Vector>().expect_err(&text).to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn every_legal_value_has_a_name_and_a_sentence() {
    let counts: Vec<_> = Version::ALL.iter().map(|v| metrics(*v).len()).collect();
    assert_eq!(counts, [14, 22, 22, 32]);
    for version in Version::ALL {
        for metric in metrics(version) {
            assert!(metric.question.ends_with('?') && metric.values.len() > 1, "{}", metric.code);
            let optional = metric.values.last().is_some_and(|v| v.code == version.not_defined());
            assert_eq!(optional, metric.group != Group::Base, "{}", metric.code);
            for value in metric.values {
                assert!(!value.name.is_empty() && value.text.ends_with('.'), "{} {}", metric.code, value.code);
            }
        }
    }
}

#[test]
fn a_builder_says_what_is_missing() {
    let mut builder = Builder::new(Version::V31);
    builder.set("AV", "N").unwrap().set("AC", "L").unwrap().set("PR", "N").unwrap();
    assert_eq!(builder.missing(), ["UI", "S", "C", "I", "A"]);
    assert!(matches!(builder.build(), Err(CvssError::Missing { .. })));
    assert!(builder.set("AV", "Z").is_err() && builder.set("Au", "N").is_err());
    for (code, value) in [("UI", "N"), ("S", "U"), ("C", "H"), ("I", "H"), ("A", "H"), ("E", "P")] {
        builder.set(code, value).unwrap();
    }
    let vector = builder.unset("E").build().unwrap();
    assert_eq!(vector.to_string(), "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
    assert_eq!(vector.scores().severity, Severity::Critical);
}

/// Any vector of any version, with the longest possible ones among them.
fn vectors() -> impl Strategy<Value = Vector> {
    let picks = proptest::collection::vec(0_usize..12, 32);
    (0_usize..4, picks).prop_map(|(version, picks)| {
        let version = Version::ALL[version];
        let mut builder = Builder::new(version);
        for (metric, pick) in metrics(version).iter().zip(picks) {
            let pick = if metric.group == Group::Base { pick % metric.values.len() } else { pick };
            if let Some(value) = metric.values.get(pick) {
                builder.set(metric.code, value.code).expect("a legal value");
            }
        }
        builder.build().expect("every base metric")
    })
}

/// The Rust crate `cvss`: base (2.0, 3.x), or the full score (4.0).
fn peer(text: &str) -> f64 {
    match text.parse::<cvss::Cvss>() {
        Ok(vector) => vector.score(),
        Err(_) => cvss::v2::Vector::score(&text.parse().expect("a vector of 2.0")).value(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_written_reads_back(vector in vectors()) {
        let text = vector.to_string();
        prop_assert!(text.len() <= MAX_VECTOR_BYTES);
        prop_assert_eq!(text.parse::<Vector>().unwrap(), vector);
        let json = serde_json::to_string(&vector).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vector>(&json).unwrap(), vector);
        prop_assert_eq!(vector.shortened().scores(), vector.scores());
    }

    #[test]
    fn another_implementation_gives_the_same(vector in vectors()) {
        let scores = vector.scores();
        let ours = if vector.version() == Version::V40 { scores.score } else { scores.base };
        prop_assert!((ours.value() - peer(&vector.to_string())).abs() < 1e-9, "{vector}");
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,80}", tail in "[A-Z:/0-9.]{0,60}") {
        let _ = text.parse::<Vector>();
        let _ = format!("CVSS:4.0/AV:N{tail}").parse::<Vector>();
        let _ = format!("CVSS:{tail}").parse::<Vector>();
    }
}
