//! Scope: cases that people get wrong, properties that have to hold, and every asset of the public programmes.

use formats::scope::{Asset, Kind, Scope, Verdict};
use proptest::prelude::*;

fn asset(identifier: &str, in_scope: bool) -> Asset {
    Asset::new(Kind::Other, identifier, in_scope)
}

/// A scope of what is in and what is out.
fn scope(inside: &[&str], outside: &[&str]) -> Scope {
    let inside = inside.iter().map(|identifier| asset(identifier, true));
    Scope::new(inside.chain(outside.iter().map(|identifier| asset(identifier, false))))
}

/// One asset, one target: is it covered?
fn covers(kind: Kind, identifier: &str, target: &str) -> bool {
    matches!(Scope::new([Asset::new(kind, identifier, true)]).verdict(target), Verdict::In(_))
}

/// Identifier of an asset, target within.
const COVERED: &[(&str, &str)] = &[
    ("example.com", "example.com"),
    ("example.com", "https://example.com/any/where?x=1#y"),
    ("example.com", "example.com:8443"),
    ("*.example.com", "a.b.example.com"),
    ("https://*.example.com", "http://a.example.com:8080/x"),
    ("https://*.example.com/*", "https://a.example.com/x"),
    ("*example.com", "example.com"),
    ("*example.com", "a.my-example.com"),
    ("api-*.example.com", "api-eu.example.com"),
    ("*.shop.*", "www.shop.co.uk"),
    ("shop.*", "shop.de"),
    ("https://example.com/app", "https://example.com/app/users"),
    ("https://example.com/app/", "https://EXAMPLE.com./%61pp"),
    ("https://example.com", "http://example.com:80/"),
    ("https://example.com:8443", "https://example.com:8443/x"),
    ("https://example.com/app?id=5", "https://example.com/app?x=1&id=5"),
    ("bücher.example", "https://XN--BCHER-KVA.example/"),
    ("a.example.com, b.example.com", "b.example.com"),
    ("https://{a,b}.example.com/x", "b.example.com/x/y"),
    ("https://(a|b).example.com", "https://a.example.com"),
    ("10.0.0.0/8", "10.200.3.4"),
    ("10.0.0.0/8", "https://10.1.1.1:8443/x"),
    ("10.0.0.0/8", "10.1.0.0/16"),
    ("10.0.0.5-10.0.0.9", "10.0.0.9"),
    ("2001:db8::/32", "http://[2001:DB8::1]/x"),
    ("https://github.com/Acme/Tool", "git@github.com:acme/tool.git"),
    ("https://github.com/acme", "https://github.com/acme/tool/tree/main"),
    ("API keys", "api keys"),
    ("*.example.com", "*.example.com"),
    ("https://example.com", "https://user:pass@example.com/"),
];

/// Identifier of an asset, target outside.
const NOT_COVERED: &[(&str, &str)] = &[
    ("*.example.com", "example.com"),
    ("*.example.com", "https://badexample.com"),
    ("example.com", "www.example.com"),
    ("example.com", "https://example.com.evil.org"),
    ("example.com", "https://example.com@evil.org/"),
    ("example.com", "https://evil.org\\@example.com/"),
    ("example.com", "https://evil.org/example.com"),
    ("example.com", "https://evil.org?example.com"),
    ("example.com", "https://evil.org#@example.com"),
    ("example.com", "javascript:alert(1)//example.com"),
    ("api-*.example.com", "api-x.y.example.com"),
    ("shop.*", "shop.evil.org"),
    ("https://example.com/app", "https://example.com/application"),
    ("https://example.com/app", "https://example.com/app/../admin"),
    ("https://example.com/app", "https://example.com/app/%2e%2e/admin"),
    ("https://example.com/app", "https://example.com/APP"),
    ("https://example.com/app", "https://example.com"),
    ("https://example.com", "https://example.com:8443"),
    ("https://example.com:8443", "https://example.com"),
    ("https://example.com/app?id=5", "https://example.com/app?id=6"),
    ("10.0.0.0/8", "11.0.0.1"),
    ("10.0.0.0/16", "10.0.0.0/8"),
    ("API keys", "keys"),
    ("All assets of example.com", "example.com"),
    ("", "example.com"),
    ("██████", "███████"),
];

#[test]
fn one_asset_covers_what_it_says_and_no_more() {
    for (identifier, target) in COVERED {
        assert!(covers(Kind::Other, identifier, target), "{identifier} covers {target}");
    }
    for (identifier, target) in NOT_COVERED {
        assert!(!covers(Kind::Other, identifier, target), "{identifier} does not cover {target}");
    }
}

#[test]
fn apps_and_repositories_are_known_by_their_names() {
    let store = "https://play.google.com/store/apps/details?id=com.example.app&hl=de";
    let apple = "https://apps.apple.com/us/app/example/id493086499?mt=8";
    let yes = [
        (Kind::Android, "com.example.app", store),
        (Kind::Android, store, "com.Example.app"),
        (Kind::Android, "com.example.*", "com.example.other"),
        (Kind::Ios, apple, "493086499"),
        (Kind::Ios, "493086499", "id493086499"),
        (Kind::Ios, "id493086499", apple),
        (Kind::Ios, "https://apps.apple.com/us/app/devices-by-acme/id7", "id7"),
        (Kind::Repository, "acme/tool", "https://github.com/acme/tool/blob/main/x.rs"),
        (Kind::Hardware, "Acme Router X-5", "acme router x5"),
    ];
    for (kind, identifier, target) in yes {
        assert!(covers(kind, identifier, target), "{identifier} covers {target}");
    }
    assert!(!covers(Kind::Android, "com.example.app", "https://com.example.app/"), "an app is no host");
    assert!(!covers(Kind::Repository, "acme/tool", "https://github.com/acme/tools"));
    assert!(!covers(Kind::Ios, apple, "https://apps.apple.com/us/app/other/id1"));
}

#[test]
fn the_narrower_decides_and_of_equals_the_exclusion() {
    let scope = scope(
        &["*.example.com", "app.example.com/public", "free.test", "deep.admin.example.com"],
        &["admin.example.com", "*.admin.example.com", "app.example.com", "free.test"],
    );
    let cases = [
        ("www.example.com", "in", Some("*.example.com")),
        ("https://admin.example.com/x", "out", Some("admin.example.com")),
        ("x.admin.example.com", "out", Some("*.admin.example.com")),
        ("deep.admin.example.com", "in", Some("deep.admin.example.com")),
        ("app.example.com", "out", Some("app.example.com")),
        ("app.example.com/public/x", "in", Some("app.example.com/public")),
        ("free.test", "out", Some("free.test")),
        ("example.com", "unknown", None),
        ("elsewhere.org", "unknown", None),
    ];
    for (target, word, rule) in cases {
        let verdict = scope.verdict(target);
        assert_eq!((verdict.as_str(), verdict.rule().map(|a| a.identifier.as_str())), (word, rule), "{target}");
    }
}

/// Hosts of few names, so that rules and targets meet.
fn host() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop_oneof![Just("a"), Just("b"), Just("api"), Just("xn--bcher-kva")], 0..4)
        .prop_map(|labels| labels.into_iter().chain(["example", "com"]).collect::<Vec<_>>().join("."))
}

fn path() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop_oneof![Just("x"), Just("admin"), Just("y~z")], 0..3)
        .prop_map(|segments| segments.iter().flat_map(|segment| ["/", segment]).collect())
}

fn rule() -> impl Strategy<Value = Asset> {
    let shape = prop_oneof![Just(""), Just("*."), Just("*"), Just("https://"), Just("https://*.")];
    (shape, host(), path(), any::<bool>())
        .prop_map(|(shape, host, path, inside)| asset(&format!("{shape}{host}{path}"), inside))
}

fn alone(assets: &[Asset]) -> Vec<Scope> {
    assets.iter().map(|asset| Scope::new([asset.clone()])).collect()
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(words)
}

/// Identifiers and targets of every sort, of few words, so that they meet.
fn anything() -> impl Strategy<Value = String> {
    let host = prop_oneof![host(), Just("github.com".to_owned()), Just("10.0.0.7".to_owned())];
    let front = one_of(&["", "https://", "*", "*.", "https://*.", "a*.", "*.*.", "git@", "HTTPS://"]);
    let port = one_of(&["", "", "", ":8443", ":443", "."]);
    let end =
        one_of(&["", "/*", "/a*", "/*/x", "/x?id=5", "/X", "/%78", "/", "?id=5", ", b.example.com", "/x/../admin"]);
    let web = (front, host, port, path(), end)
        .prop_map(|(front, host, port, path, end)| format!("{front}{host}{port}{path}{end}"));
    let network = (0_u8..4, one_of(&["", "/8", "/24", "/31", "-9", "-10.0.0.200"]))
        .prop_map(|(last, size)| format!("10.0.0.{last}{size}"));
    let other = one_of(&[
        "com.example.app",
        "com.example.*",
        "493086499",
        "id493086499",
        "x/y~z",
        "API keys",
        "api KEYS!",
        "https://play.google.com/store/apps/details?id=com.example.app",
        "*",
        "shop.*",
        "*.shop.*",
        "shop.co.uk",
        "Ünï",
        "::1",
        "2001:db8::/32",
        "http://[2001:db8::1]:8443/x",
        "https://10.0.0.2/x",
        "10.0.0.2:8443",
        "10.0.0.*",
        "id.example.app",
        "a.example.com (old)",
        "Other subdomains of example.com, such as api.example.com",
        "https://a.example.com/#/x",
        "0.0.0.0/0",
        "::/0",
    ]);
    prop_oneof![4 => web, 1 => network, 1 => other.prop_map(str::to_owned)]
}

fn any_asset() -> impl Strategy<Value = Asset> {
    (anything(), any::<bool>(), 0_usize..12).prop_map(|(text, inside, kind)| Asset::new(Kind::ALL[kind], text, inside))
}

/// Those that cover the target when each is asked alone.
fn naive<'a>(scopes: &'a [Scope], target: &str) -> Vec<&'a Asset> {
    scopes.iter().flat_map(|scope| scope.matches(target)).collect()
}

#[test]
fn the_index_says_what_each_public_asset_says_alone() {
    let Some(file) = outside::data("programs/bugcrowd_data.json") else { return };
    let programmes = formats::programme::read(&std::fs::read(file).unwrap(), None).unwrap();
    let assets: Vec<Asset> = programmes.into_iter().flat_map(|programme| programme.assets).collect();
    let scopes = alone(&assets);
    let whole = Scope::new(assets.iter().cloned());
    for asset in assets.iter().step_by(150) {
        for target in [asset.identifier.clone(), format!("www.{}", asset.identifier), format!("{}/x", asset.identifier)]
        {
            assert_eq!(whole.matches(&target), naive(&scopes, &target), "{target}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_index_says_what_each_asset_says_alone(
        assets in proptest::collection::vec(any_asset(), 1..16), targets in proptest::collection::vec(anything(), 1..6),
    ) {
        let scopes = alone(&assets);
        let whole = Scope::new(assets);
        for target in targets {
            let found = naive(&scopes, &target);
            prop_assert_eq!(whole.matches(&target), found.clone(), "{}", &target);
            match whole.verdict(&target) {
                Verdict::In(asset) => prop_assert!(asset.in_scope && found.contains(&asset)),
                Verdict::Out(asset) => prop_assert!(!asset.in_scope && found.contains(&asset)),
                Verdict::Doubt(asset) => prop_assert!(found.contains(&asset)),
                Verdict::Unknown => prop_assert_eq!(found.len(), 0),
            }
        }
    }

    #[test]
    fn the_order_of_the_assets_makes_no_difference(
        assets in proptest::collection::vec(any_asset(), 1..16), targets in proptest::collection::vec(anything(), 1..6),
    ) {
        let there = Scope::new(assets.clone());
        let back = Scope::new(assets.into_iter().rev());
        for target in targets {
            prop_assert_eq!(there.verdict(&target).as_str(), back.verdict(&target).as_str(), "{}", target);
        }
    }

    #[test]
    fn spelling_makes_no_difference(
        rules in proptest::collection::vec(rule(), 1..12), host in host(), path in path(),
    ) {
        let scope = Scope::new(rules);
        let said = scope.verdict(&format!("https://{host}{path}"));
        let unicode = host.replace("xn--bcher-kva", "Bücher");
        let escaped: String = path.bytes().map(|b| if b == b'/' { "/".into() } else { format!("%{b:02x}") }).collect();
        for other in [
            format!("HTTPS://{}{path}", host.to_uppercase()),
            format!("https://{host}.{path}"),
            format!("https://{host}:443{path}"),
            format!("http://{host}:80{path}/"),
            format!("{host}{path}"),
            format!("https://{unicode}{path}"),
            format!("https://{host}{escaped}"),
            format!("https://{host}/q/..{path}"),
            format!(" https://u:p@{host}{path}?q#f "),
        ] {
            prop_assert_eq!(scope.verdict(&other), said, "{}", other);
        }
    }

    #[test]
    fn any_text_is_an_asset_and_a_target(
        identifier in "\\PC{0,40}", target in "\\PC{0,40}", odd in "[*.:/@\\\\?#%\\[\\]{}(|),a-c0-9 -]{0,40}", kind in 0_usize..12,
    ) {
        for (identifier, target) in [(&identifier, &target), (&odd, &target), (&identifier, &odd), (&odd, &odd)] {
            let scope = Scope::new([Asset::new(Kind::ALL[kind], identifier.as_str(), true)]);
            let _ = scope.verdict(target);
        }
    }
}
