//! Dates, versions, languages, package URLs and file names, against examples of their standards.

use formats::csaf::dictionary::language;
use formats::csaf::file_name;
use formats::csaf::purl::{Purl, PurlError};
use formats::instant::Instant;
use formats::shape::form;

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap_or_else(|| panic!("{text} is RFC 3339"))
}

#[test]
fn instants_compare_across_offsets_and_fractions() {
    // RFC 3339 section 5.8
    assert!(at("1985-04-12T23:20:50.52Z") > at("1985-04-12T23:20:50.5Z"));
    assert_eq!(at("1996-12-19T16:39:57-08:00"), at("1996-12-20T00:39:57Z"));
    assert_eq!(at("1990-12-31T23:59:60Z"), at("1990-12-31T15:59:60-08:00"));
    assert_eq!(at("1937-01-01T12:00:27.870+00:20"), at("1937-01-01t11:40:27.87z"));
    assert!(at("1970-01-01T00:00:00Z") > at("1969-12-31T23:59:59.999999Z"));
}

#[test]
fn what_is_no_instant_is_refused() {
    for text in [
        "2021-02-29T00:00:00Z",
        "2021-13-01T00:00:00Z",
        "2021-04-31T00:00:00Z",
        "2021-01-01T24:00:00Z",
        "2021-01-01T00:00:60Z",
        "2021-01-01 00:00:00Z",
        "2021-01-01T00:00:00",
        "2021-01-01T00:00:00.Z",
        "2021-01-01T00:00:00+0100",
        "2021-1-01T00:00:00Z",
        "",
    ] {
        assert_eq!(Instant::parse(text), None, "{text}");
    }
}

#[test]
fn languages_are_those_of_the_registry() {
    for good in
        ["de", "en-US", "zh-Hant-TW", "sl-rozaj-biske-1994", "i-default", "x-private", "de-CH-1901", "qaa", "en-x-own"]
    {
        assert_eq!(language::unknown(good), None, "{good}");
        assert!(language::well_formed(good), "{good}");
    }
    assert_eq!(language::unknown("EZ"), Some("ez".to_owned()));
    assert_eq!(language::unknown("en-QX-x"), Some("en-qx-x".to_owned()), "nothing after x");
    assert_eq!(language::unknown("de-ZY"), Some("zy".to_owned()));
    assert!(!language::well_formed("de_AT"));
    assert!(language::is_private("qtx") && language::is_private("de-x-own") && !language::is_private("de"));
}

#[test]
fn package_urls_are_taken_apart() {
    let purl =
        Purl::parse("pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie#bin/curl").expect("of the specification");
    assert_eq!((purl.kind, purl.namespace, purl.name, purl.version), ("deb", Some("debian"), "curl", Some("7.50.3-1")));
    assert_eq!(
        (purl.qualifiers.as_slice(), purl.subpath),
        (&[("arch", "i386"), ("distro", "jessie")][..], Some("bin/curl"))
    );
    let scoped = Purl::parse("pkg:npm/%40angular/animation@12.3.1").expect("of the specification");
    assert_eq!((scoped.namespace, scoped.name), (Some("%40angular"), "animation"));
    assert_eq!(Purl::parse("pkg:maven/@1.3.4"), Err(PurlError::Name));
    assert_eq!(Purl::parse("pkg:npm/a%2"), Err(PurlError::Escape));
    assert_eq!(Purl::parse("pkg:npm/a?b"), Err(PurlError::Qualifier));
    assert_eq!(Purl::parse("https://example.com/"), Err(PurlError::Scheme));
}

#[test]
fn uris_and_ids() {
    assert!(form::is_uri("https://example.com/a?b=%20#c") && form::is_uri("urn:uuid:1") && form::is_uri("mailto:a@b"));
    for bad in ["example.com", "https://", "https://a b", "https://a/%2", "1http://a", "https:///a\"", "a#b#c:"] {
        assert!(!form::is_uri(bad), "{bad}");
    }
    for good in [
        "http://[::1]/",
        "https://a:b@[2001:db8::192.0.2.1]:8443?q",
        "https://[v1.fe:d]/",
        "https://example.com:/",
        "https://%C3%A4.example/",
        "file:///etc/hosts",
    ] {
        assert!(form::is_uri(good), "{good}");
    }
    for bad in [
        "http://[",
        "http://[]/",
        "http://[::1",
        "http://[::1]x/",
        "http://[::1]::80/",
        "http://[127.0.0.1]/",
        "http://[fe80::1%25en0]/",
        "http://::1/",
        "http://a:b/",
        "http://a@b@c/",
        "https:///a",
        "https://?q",
        "https://user@/",
        "https://a/[b]",
        "https://a?q[]=1",
    ] {
        assert!(!form::is_uri(bad), "{bad}");
    }
    assert!(form::is_cve("CVE-2026-1234567") && !form::is_cve("CVE-26-1234") && !form::is_cve("cve-2026-1234"));
    assert!(form::is_cwe("CWE-79") && !form::is_cwe("CWE-079"));
}

#[test]
fn file_names_follow_section_5_1() {
    assert_eq!(file_name("cisco-sa-20190513-secureboot"), "cisco-sa-20190513-secureboot.json");
    assert_eq!(file_name("Example Company - 2019-YH3234"), "example_company_-_2019-yh3234.json");
    assert_eq!(file_name("RHBA-2019:0024"), "rhba-2019_0024.json");
    assert_eq!(file_name("2022_#01-A"), "2022_01-a.json");
}
