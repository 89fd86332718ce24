//! Programmes of the public data set: everything is read, and each asset lies in its own scope.

use formats::programme::{Platform, Programme, read};
use formats::scope::{Kind, Scope, Verdict};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn file(name: &str) -> Option<Vec<Programme>> {
    let text = std::fs::read(outside::data(&format!("programs/{name}"))?).expect("readable");
    Some(read(&text, None).expect("programmes"))
}

#[test]
fn every_target_of_the_public_files_is_read() {
    let cases = [
        ("hackerone_data.2023-06-13.json", 412, 6_809, 1_739),
        ("bugcrowd_data.json", 260, 3_037, 1_134),
        ("federacy_data.json", 35, 99, 51),
    ];
    for (name, programmes, inside, outside) in cases {
        let Some(read) = file(name) else { return };
        let assets = || read.iter().flat_map(|programme| &programme.assets);
        assert_eq!((read.len(), assets().filter(|a| a.in_scope).count()), (programmes, inside), "{name}");
        assert_eq!(assets().filter(|a| !a.in_scope).count(), outside, "{name}");
        assert!(read.iter().all(|programme| !programme.name.is_empty()), "{name}");
        let again: Vec<Programme> =
            formats::programme::read(&serde_json::to_vec(&read).unwrap(), None).expect("our own shape");
        assert_eq!(again, read, "{name}: our own shape keeps everything");
    }
}

#[test]
fn every_asset_decides_about_itself() {
    for name in ["hackerone_data.2023-06-13.json", "bugcrowd_data.json", "federacy_data.json"] {
        let Some(programmes) = file(name) else { return };
        let (mut seen, mut unknown, mut doubts) = (0, BTreeMap::<Kind, Vec<String>>::new(), Vec::new());
        for programme in programmes {
            let scope = Scope::new(programme.assets);
            for asset in scope.assets() {
                seen += 1;
                match scope.verdict(&asset.identifier) {
                    Verdict::Unknown => unknown.entry(asset.kind).or_default().push(asset.identifier.clone()),
                    Verdict::In(rule) => assert!(rule.in_scope && asset.in_scope, "{name}: {asset:?} in by {rule:?}"),
                    Verdict::Out(rule) => assert!(!rule.in_scope),
                    Verdict::Doubt(rule) => doubts.push((asset.identifier.clone(), rule.identifier.clone())),
                }
            }
        }
        let lost: Vec<_> = unknown.values().flatten().filter(|id| id.chars().any(char::is_alphanumeric)).collect();
        assert!(doubts.len() * 500 < seen, "{name}: {} of {seen}: {doubts:?}", doubts.len());
        assert!(seen > 100 && lost.is_empty(), "{name}: {} of {seen}: {lost:?}", lost.len());
    }
}

#[test]
fn hosts_and_wildcards_of_the_lists_are_understood() {
    let Some(folder) = outside::data("programs") else { return };
    let lines = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let domains = lines("domains.txt");
    let scope = Scope::new(domains.lines().map(|d| formats::scope::Asset::new(Kind::Domain, d, true)));
    let unknown: Vec<_> =
        domains.lines().filter(|d| scope.verdict(&format!("https://{d}/x")) == Verdict::Unknown).collect();
    assert!(unknown.len() < 40, "{} {unknown:?}", unknown.len());
    let wildcards = lines("wildcards.txt");
    let below =
        wildcards.lines().filter_map(|w| w.strip_prefix("*.")).filter(|rest| !rest.contains(['*', '/', '<', '[', '(']));
    let mut seen = 0;
    for host in below {
        let scope = Scope::new([formats::scope::Asset::new(Kind::Wildcard, format!("*.{host}"), true)]);
        let inside = |target: &str| matches!(scope.verdict(target), Verdict::In(_));
        assert!(inside(&format!("www.{host}")) && !inside(host) && !inside(&format!("{host}.evil.test")), "{host}");
        seen += 1;
    }
    assert!(seen > 2_000, "{seen}");
}

/// Samples of our own in the shapes of the files that are not at hand.
const INTIGRITI: &str = r#"[{"id":"7a","name":"Acme","company_handle":"acme","handle":"acmeweb","url":"https://x.test/acme",
  "status":"open","confidentiality_level":"public","min_bounty":{"value":0,"currency":"EUR"},"max_bounty":{"value":5000,"currency":"EUR"},
  "targets":{"in_scope":[{"type":"wildcard","endpoint":"*.acme.test","description":"all of it","impact":"Tier 2"},
  {"type":"iprange","endpoint":"192.0.2.0/24","description":null,"impact":"No Bounty"},
  {"type":"device","endpoint":"Acme Box","description":"","impact":"Tier 1"}],
  "out_of_scope":[{"type":"url","endpoint":"blog.acme.test","description":null,"impact":"Out of scope"}]}}]"#;
const YESWEHACK: &str = r#"[{"id":"acme-public","name":"Acme","public":true,"disabled":false,"managed":null,"min_bounty":50,"max_bounty":0,
  "targets":{"in_scope":[{"target":"https://(www|shop).acme.test","type":"web-application"},
  {"target":"https://apps.apple.com/fr/app/acme/id493086499","type":"mobile-application-ios"},{"target":"acme/tool","type":"open-source"}],
  "out_of_scope":[]}}]"#;

#[test]
fn shapes_of_intigriti_and_yeswehack() {
    let acme = read(INTIGRITI.as_bytes(), None).unwrap().remove(0);
    assert_eq!((acme.handle.as_deref(), acme.rewards), (Some("acmeweb"), Some(true)));
    let kinds: Vec<_> = acme.assets.iter().map(|a| (a.kind, a.eligible)).collect();
    let expected = [(Kind::Wildcard, true), (Kind::Cidr, false), (Kind::Hardware, true), (Kind::Domain, false)];
    assert_eq!(kinds, expected.map(|(kind, eligible)| (kind, Some(eligible))));
    let scope = Scope::new(acme.assets);
    let words =
        ["www.acme.test", "blog.acme.test", "192.0.2.9", "acme box", "acme.test"].map(|t| scope.verdict(t).as_str());
    assert_eq!(words, ["in", "out", "in", "in", "unknown"]);

    let acme = read(YESWEHACK.as_bytes(), Some(Platform::YesWeHack)).unwrap().remove(0);
    assert_eq!((acme.handle.as_deref(), acme.rewards), (Some("acme-public"), Some(false)));
    let scope = Scope::new(acme.assets);
    let words = ["https://shop.acme.test/x", "id493086499", "github.com/acme/tool"].map(|t| scope.verdict(t).as_str());
    assert_eq!(words, ["in", "in", "in"]);
}

/// A row in the shape of a platform, and the kind of asset it is.
const KINDS: &[(&str, Kind)] = &[
    (r#"{"type":"url","endpoint":"www.acme.test"}"#, Kind::Domain),
    (r#"{"type":"url","endpoint":"https://www.acme.test/shop"}"#, Kind::Url),
    (r#"{"type":"url","endpoint":"*.acme.test"}"#, Kind::Wildcard),
    (r#"{"type":"url","endpoint":"192.0.2.7"}"#, Kind::Cidr),
    (r#"{"type":"wildcard","endpoint":"acme.test"}"#, Kind::Wildcard),
    (r#"{"type":"iprange","endpoint":"192.0.2.0-192.0.2.9"}"#, Kind::Cidr),
    (r#"{"type":"android","endpoint":"com.acme.app"}"#, Kind::Android),
    (r#"{"type":"ios","endpoint":"id493086499"}"#, Kind::Ios),
    (r#"{"type":"device","endpoint":"Acme Box"}"#, Kind::Hardware),
    (r#"{"type":"other","endpoint":"API keys"}"#, Kind::Other),
    (r#"{"type":null,"endpoint":"www.acme.test"}"#, Kind::Domain),
    (r#"{"target":"https://acme.test","type":"web-application"}"#, Kind::Url),
    (r#"{"target":"api.acme.test","type":"api"}"#, Kind::Api),
    (r#"{"target":"Acme for phones","type":"mobile-application"}"#, Kind::Other),
    (r#"{"target":"https://play.google.com/store/apps/details?id=a.b","type":"mobile-application"}"#, Kind::Android),
    (r#"{"target":"a.b.c","type":"mobile-application-android"}"#, Kind::Android),
    (r#"{"target":"493086499","type":"mobile-application-ios"}"#, Kind::Ios),
    (r#"{"target":"203.0.113.0/24","type":"ip-address"}"#, Kind::Cidr),
    (r#"{"target":"Acme sensor","type":"iot"}"#, Kind::Hardware),
    (r#"{"target":"https://github.com/acme/tool","type":"open-source"}"#, Kind::Repository),
    (r#"{"target":"acme-cli.exe","type":"executable"}"#, Kind::Executable),
    (r#"{"target":"Acme Desktop","type":"application"}"#, Kind::Executable),
    (r#"{"target":"vpn.acme.test","type":"infrastructure"}"#, Kind::Domain),
    (r#"{"asset_identifier":"acme-chat","asset_type":"AI_MODEL"}"#, Kind::AiModel),
    (r#"{"asset_identifier":"0x00","asset_type":"SMART_CONTRACT"}"#, Kind::Other),
    (r#""*.acme.test""#, Kind::Wildcard),
    (r#""Everything else""#, Kind::Other),
    ("[1]", Kind::Other),
    ("{}", Kind::Other),
    (r#"{"type":"url","endpoint":7,"description":["odd"]}"#, Kind::Other),
];

#[test]
fn every_row_becomes_an_asset() {
    for (row, kind) in KINDS {
        for (name, inside) in [("in_scope", true), ("out_of_scope", false)] {
            let file = format!(r#"[{{"name":"Acme","targets":{{"{name}":[{row}]}}}}]"#);
            let read = read(file.as_bytes(), None).unwrap_or_else(|e| panic!("{row}: {e}")).remove(0).assets;
            assert_eq!(read.iter().map(|a| (a.kind, a.in_scope)).collect::<Vec<_>>(), [(*kind, inside)], "{row}");
            assert!(!read[0].identifier.is_empty(), "{row}");
        }
    }
}

#[test]
fn an_unknown_kind_is_kept_as_text_with_a_note() {
    let file =
        br#"[{"name":"A","targets":{"in_scope":[{"type":"quantum-link","endpoint":"Line 7","description":"The red one",
        "impact":null}],"out_of_scope":null}}]"#;
    let asset = read(file, None).unwrap().remove(0).assets.remove(0);
    assert_eq!((asset.kind, asset.identifier.as_str()), (Kind::Other, "Line 7"));
    assert_eq!(asset.note.as_deref(), Some("Listed as \"quantum-link\". The red one"));
    assert_eq!((asset.eligible, asset.tier), (None, None));
    let own = br#"{"name":"A","assets":[{"kind":"quantum-link","identifier":"Line 7","in_scope":true},
        {"identifier":"*.a.test","in_scope":false}]}"#;
    let own = read(own, None).unwrap().remove(0).assets;
    assert_eq!((own[0].kind, own[0].note.as_deref()), (Kind::Other, Some("Listed as \"quantum-link\".")));
    assert_eq!((own[1].kind, own[1].in_scope), (Kind::Wildcard, false));
}

#[test]
fn rewards_and_states_of_the_platforms() {
    let acme = read(INTIGRITI.as_bytes(), None).unwrap().remove(0);
    assert_eq!(acme.most_reward.as_ref().map(ToString::to_string).as_deref(), Some("5000.00 EUR"));
    assert_eq!((acme.least_reward, acme.state.as_deref()), (None, Some("open")));
    let acme = read(YESWEHACK.as_bytes(), None).unwrap().remove(0);
    assert_eq!(acme.url.as_deref(), Some("https://yeswehack.com/programs/acme-public"));
    assert_eq!((acme.least_reward.map(|sum| sum.minor), acme.state.as_deref()), (Some(5_000), Some("open")));
    let bugcrowd = br#"[{"name":"B","max_payout":7500,"safe_harbor":"full","targets":{}}]"#;
    let acme = read(bugcrowd, None).unwrap().remove(0);
    assert_eq!(acme.most_reward.as_ref().map(ToString::to_string).as_deref(), Some("7500.00 USD"));
    assert_eq!(acme.safe_harbour.as_deref(), Some("full"));
    let odd =
        br#"[{"name":"O","max_bounty":{"value":"1,000.50","currency":"eur"},"handle":7,"url":null,"targets":{}}]"#;
    assert_eq!(read(odd, None).unwrap().remove(0).most_reward.map(|sum| sum.minor), Some(100_050));
}

#[test]
fn faults_are_named() {
    let said = |text: &[u8]| read(text, None).unwrap_err().to_string();
    assert!(
        said(b"[{\"name\": 5}]").ends_with("line 1, /0/name: must be a text, not a number"),
        "{}",
        said(b"[{\"name\": 5}]")
    );
    assert!(said(b"[{}]").contains("programme 1"));
    assert!(said(b"[{\"name\": 1,\n\"name\": 2}]").contains("line 2: /0/name stands twice"));
    assert!(said(b"[1]").contains("line 1, /0: must be a programme (an object"), "{}", said(b"[1]"));
    assert!(said(b"[{\"name\":\"A\",\"targets\":7}]").contains("targets (an object"));
    assert!(said(b"[{\"name\":\"A\",\"assets\":[7]}]").contains("/0/assets/0: must be an asset (an object"));
    let missing =
        said(b"{\"name\":\"A\",\n\"assets\":[{\"identifier\":\"a.test\",\"in_scope\":true},{\"in_scope\":true}]}");
    assert!(missing.ends_with("line 2, /assets/1: \"identifier\" is missing; add it"), "{missing}");
    let single = said(b"{\"assets\":[{\"identifier\":\"a.test\",\"in_scope\":\"yes\"}]}");
    assert!(single.ends_with("/assets/0/in_scope: must be true or false, not a text"), "{single}");
    let many = format!("[{}{{\"targets\":7}}]", "{\"name\":\"A\",\"x\":1},".repeat(300));
    assert!(said(many.as_bytes()).contains("/300/targets: must be targets (an object"), "{}", said(many.as_bytes()));
    assert!(said(b"[").contains("the document ends too early"), "{}", said(b"["));
    let fault = read(b"[", None).unwrap_err();
    assert!(std::error::Error::source(&fault).is_none(), "the message has it all, and is told once");
    assert!(said(b"\xff\xfe").contains("not a list of programmes"));
    assert!("hackertwo".parse::<Platform>().unwrap_err().contains("hackerone, bugcrowd"));
    assert_eq!(read(b"\xef\xbb\xbf[]", None).unwrap().len(), 0);
}

proptest! {
    #[test]
    fn any_bytes_are_programmes_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..60), text in "[\\[\\]{}\":,a-z0-9]{0,60}") {
        let _ = read(&bytes, None);
        let _ = read(text.as_bytes(), Some(Platform::Bugcrowd));
    }
}

#[test]
fn a_bare_package_of_an_app_is_no_host() {
    let text = br#"[{"id": "a", "name": "A", "public": true, "disabled": false, "targets": {"out_of_scope": [], "in_scope": [
        {"target": "com.acme.bare", "type": "mobile-application"}, {"target": "id.co.bank", "type": "mobile-application"},
        {"target": "app.acme.com", "type": "mobile-application"}]}}]"#;
    let assets = read(text, None).unwrap().remove(0).assets;
    let kinds: Vec<_> = assets.iter().map(|asset| asset.kind.as_str()).collect();
    assert_eq!(kinds, ["android", "android", "other"], "the last is a host as well");
    let scope = Scope::new(assets);
    assert_eq!(scope.verdict("https://com.acme.bare/"), Verdict::Unknown);
    for target in ["com.acme.bare", "https://play.google.com/store/apps/details?id=com.acme.bare"] {
        assert!(matches!(scope.verdict(target), Verdict::In(_)), "{target}");
    }
}
