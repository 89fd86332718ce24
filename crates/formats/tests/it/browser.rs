//! What the scope makes of an address, held against where a browser goes (the URL standard, by the `url` crate): somebody
//! reads the address in a report, a machine says whether it is in scope, and a browser opens it. All three must mean one
//! place.

use formats::scope::{Asset, Kind, Scope, Verdict};
use proptest::prelude::*;
use proptest::sample::select;
use url::{Host, Url};

/// Assets, each with the host, the port and the first part of the path that it stands for.
const ASSETS: &[(&str, &str, u16, &str)] = &[
    ("https://good.example/admin", "good.example", 443, "admin"),
    ("https://good.example", "good.example", 443, ""),
    ("https://good.example:8443", "good.example", 8443, ""),
    ("https://good.example:8443/admin", "good.example", 8443, "admin"),
    ("https://evil.test", "evil.test", 443, ""),
    ("https://evil.test:8443", "evil.test", 8443, ""),
    ("https://xn--bcher-kva.example", "xn--bcher-kva.example", 443, ""),
    ("https://10.0.0.7", "10.0.0.7", 443, ""),
    ("https://127.0.0.1", "127.0.0.1", 443, ""),
    ("https://[2001:db8::1]", "2001:db8::1", 443, ""),
];

const SCHEMES: &[&str] = &[
    "https://",
    "https://",
    "http://",
    "HTTPS://",
    "hTTp://",
    "wss://",
    "ws://",
    "https:/",
    "https:///",
    "https:////",
    "https:\\\\",
    "https:/\\",
    "http:\\/",
];
const USERS: &[&str] = &[
    "",
    "",
    "",
    "user@",
    "user:pass@",
    "evil.test@",
    "evil.test:80@",
    "a@b@",
    "evil.test%2f@",
    "evil.test\\@",
    "evil.test/@",
    "evil.test#@",
    "evil.test?@",
    ":@",
    "@",
];
const HOSTS: &[&str] = &[
    "good.example",
    "good.example",
    "GOOD.example",
    "good.example.",
    "good.example..",
    "good%2eexample",
    "%67ood.example",
    "good。example",
    "good．example",
    "ｇood.example",
    "goo\u{ad}d.example",
    "www.good.example",
    "evil.test",
    "bücher.example",
    "BÜCHER.example",
    "xn--bcher-kva.example",
    "XN--BCHER-KVA.example",
    "10.0.0.7",
    "10.0.0.7.",
    "0x0a000007",
    "167772167",
    "012.0.0.7",
    "10.7",
    "10.0.7",
    "%31%30.0.0.7",
    "１０.0.0.7",
    "127.1",
    "0x7f.1",
    "0",
    "08.0.0.1",
    "10.0.0.256",
    "1.2.3.4.5",
    "[2001:db8::1]",
    "[2001:DB8:0:0::1]",
    "[::ffff:10.0.0.7]",
    "good.example%00",
    "good.example%2fevil.test",
    "good.example%40evil.test",
    "good..example",
    "-good.example",
    "good_x.example",
    "xn--.example",
    "xn--a.example",
    "",
];
const PORTS: &[&str] =
    &["", "", "", "", ":", ":443", ":80", ":8443", ":08443", ":000443", ":65536", ":-1", ":+80", ":+8443", ":8443x"];
const PARTS: &[&str] = &[
    "/admin",
    "/admin",
    "\\admin",
    "/%61dmin",
    "/adm%69n",
    "/Admin",
    "/%41dmin",
    "/administrator",
    "/admin;v=1",
    "/admin%00",
    "/x",
    "/",
    "/..",
    "\\..",
    "/.",
    "/%2e%2e",
    "/%2E",
    "/.%2e",
    "/..;",
    "/..%2f",
    "/%2f",
    "/é",
    "/%zz",
    "/%",
    "//evil.test",
    "/@evil.test",
];
const ENDS: &[&str] = &["", "", "/", "?q=/admin", "?@evil.test", "#/admin", "#@evil.test", "\\@evil.test", ";x"];

fn covers(asset: &str, target: &str) -> bool {
    matches!(Scope::new([Asset::new(Kind::Other, asset, true)]).verdict(target), Verdict::In(_))
}

/// Whether the browser, sent to `url`, comes to what the asset stands for. The two ports of the web are one; the path
/// counts by its first part, as it is compared: plain letters decoded, a parameter behind `;` part of it.
fn leads_to(url: &Url, (_, host, port, part): &(&str, &str, u16, &str)) -> bool {
    let reached = match url.host() {
        // Two ways to write one address.
        Some(Host::Ipv6(address)) => address.to_ipv4_mapped().map_or_else(|| address.to_string(), |v4| v4.to_string()),
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Domain(name)) => name.strip_suffix('.').unwrap_or(name).to_owned(),
        None => return false,
    };
    let web = |port: u16| matches!(port, 80 | 443);
    let own = url.port_or_known_default().unwrap_or_default();
    let first = url.path().split('/').nth(1).unwrap_or_default().replace("%61", "a").replace("%69", "i");
    let below = part.is_empty() || first == *part || first.starts_with(&format!("{part};"));
    reached == *host && (own == *port || (web(own) && web(*port))) && below
}

fn address() -> impl Strategy<Value = String> {
    let path = proptest::collection::vec(select(PARTS), 0..4).prop_map(|parts| parts.concat());
    (select(SCHEMES), select(USERS), select(HOSTS), select(PORTS), path, select(ENDS))
        .prop_map(|(scheme, user, host, port, path, end)| format!("{scheme}{user}{host}{port}{path}{end}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn an_address_leads_where_a_browser_goes(text in address()) {
        let url = Url::parse(&text).ok();
        for asset in ASSETS {
            let browser = url.as_ref().is_some_and(|url| leads_to(url, asset));
            prop_assert_eq!(covers(asset.0, &text), browser, "{} of {}, read as {:?}", asset.0, &text, &url);
        }
    }

    /// A browser drops tabs and line ends and encodes blanks; here such an address is nobody's, and somebody reads it.
    #[test]
    fn what_a_browser_would_mend_is_unclear(text in address(), blank in select(&[" ", "\t", "\n", "\r"][..]), at in any::<prop::sample::Index>()) {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).skip(1).collect();
        let mut broken = text.clone();
        broken.insert_str(places[at.index(places.len())], blank);
        for asset in ASSETS {
            prop_assert!(!covers(asset.0, &broken), "{} of {broken:?}", asset.0);
        }
    }
}

#[test]
fn spellings_that_once_parted_from_the_browser() {
    for (text, in_scope) in [
        ("https:/good.example", true),
        ("https:\\\\good.example\\admin", true),
        ("https:////good.example", true),
        ("http:/\\user@good.example", true),
        ("https://good.example..", false),
        ("https://good.example。", true),
        ("https://good.example.。", false),
        ("https://good.example:+443", false),
        ("https:///", false),
    ] {
        assert_eq!(covers("https://good.example", text), in_scope, "{text}");
        let url = Url::parse(text).ok();
        assert_eq!(url.is_some_and(|url| leads_to(&url, &ASSETS[1])), in_scope, "{text}");
    }
}
