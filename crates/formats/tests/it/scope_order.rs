//! An exclusion is never overruled by what is less specific. What a rule covers is told here by a second notion of it:
//! rules are made of parts, targets are listed, and a rule covers part of another if every target that it has is one
//! that the other has. It is slow, and shares nothing with the code but the meaning of the words.

use formats::scope::{Asset, Kind, Scope, Verdict};
use proptest::prelude::*;

#[derive(Clone, Debug, PartialEq)]
enum Host {
    Name(&'static str),
    V4(u8),
    V6(u16),
}

#[derive(Clone, Debug)]
struct Target {
    host: Host,
    port: u16,
    path: &'static str,
}

#[derive(Clone, Debug)]
enum Hosts {
    One(Host),
    /// `*.name`
    Below(&'static str),
    /// `*text`
    Ending(&'static str),
    /// `text*.name`
    Beginning(&'static str, &'static str),
    /// `name.*`
    Anywhere(&'static str),
    /// `*`
    All,
    /// 10.0.0.x of so many bits.
    Net4(u8, u8),
    /// 10.0.0.x to 10.0.0.y
    Range(u8, u8),
    /// 2001:db8::x of so many bits.
    Net6(u16, u8),
}

#[derive(Clone, Debug)]
struct Rule {
    hosts: Hosts,
    scheme: &'static str,
    port: Option<u16>,
    path: &'static str,
    /// Around the rule.
    remark: (&'static str, &'static str),
}

const NAMES: &[&str] = &[
    "example.com",
    "a.example.com",
    "b.example.com",
    "a.b.example.com",
    "b.b.example.com",
    "api-a.example.com",
    "api-b.example.com",
    "api.example.com",
    "myexample.com",
    "x.myexample.com",
    "example.de",
    "example.co.uk",
    "a.example.de",
    "other.org",
    "b.other.org",
    "c.b.example.com",
    "c.other.org",
    "example.org",
    "a.example.org",
    "api-b.b.example.com",
    "d.com",
    "api-a.b.example.com",
];
const PORTS: &[u16] = &[22, 80, 443, 8443];
const PATHS: &[&str] = &["", "/a", "/a/b", "/a/b/c", "/ab", "/x", "/x/b", "/a;v=1", "/ab/b"];
const RULE_PATHS: &[&str] = &["", "/a", "/a/b", "/a/b/c", "/ab", "/x", "/a*", "/*/b"];
const REMARKS: &[(&str, &str)] = &[
    ("", ""),
    ("", ""),
    ("", " (Zendesk)"),
    ("", " - this one alone"),
    ("Support: ", ""),
    ("The desk \u{2013} ", " (old (see there))"),
];

impl Host {
    fn text(&self) -> String {
        match self {
            Self::Name(name) => (*name).to_owned(),
            Self::V4(last) => format!("10.0.0.{last}"),
            Self::V6(last) => format!("[2001:db8::{last:x}]"),
        }
    }
}

impl Target {
    fn all() -> Vec<Self> {
        let hosts = NAMES.iter().map(|name| Host::Name(name));
        let hosts =
            hosts.chain((0..16).chain([20, 40, 200]).map(Host::V4)).chain((0..8).chain([9, 0x20]).map(Host::V6));
        let of = |host: Host| PORTS.iter().map(move |port| (host.clone(), *port));
        let of = hosts.flat_map(of).flat_map(|(host, port)| PATHS.iter().map(move |path| (host.clone(), port, *path)));
        of.map(|(host, port, path)| Self { host, port, path }).collect()
    }

    fn text(&self) -> String {
        let (host, path) = (self.host.text(), self.path);
        match self.port {
            80 => format!("http://{host}{path}"),
            443 => format!("https://{host}{path}"),
            port => format!("https://{host}:{port}{path}"),
        }
    }
}

impl Hosts {
    fn text(&self) -> String {
        match self {
            Self::One(host) => host.text(),
            Self::Below(name) => format!("*.{name}"),
            Self::Ending(text) => format!("*{text}"),
            Self::Beginning(text, name) => format!("{text}*.{name}"),
            Self::Anywhere(name) => format!("{name}.*"),
            Self::All => "*".to_owned(),
            Self::Net4(address, bits) => format!("10.0.0.{address}/{bits}"),
            Self::Range(first, last) => format!("10.0.0.{first}-10.0.0.{last}"),
            Self::Net6(address, bits) => format!("2001:db8::{address:x}/{bits}"),
        }
    }

    fn has(&self, host: &Host) -> bool {
        let labels = |name: &'static str| name.split('.').collect::<Vec<_>>();
        match (self, host) {
            (Self::All, _) => true,
            (Self::One(own), host) => own == host,
            (Self::Below(name), Host::Name(host)) => {
                labels(host).len() > labels(name).len() && labels(host).ends_with(&labels(name))
            }
            (Self::Ending(text), Host::Name(host)) => host.ends_with(text),
            (Self::Beginning(text, name), Host::Name(host)) => {
                labels(host).split_first().is_some_and(|(first, rest)| first.starts_with(text) && rest == labels(name))
            }
            (Self::Anywhere(name), Host::Name(host)) => {
                [".com", ".de", ".co.uk", ".org"].iter().any(|end| *host == format!("{name}{end}"))
            }
            (Self::Net4(address, bits), Host::V4(host)) => {
                *bits == 24 || (address >> (32 - bits)) == (host >> (32 - bits))
            }
            (Self::Range(first, last), Host::V4(host)) => (first..=last).contains(&host),
            (Self::Net6(address, bits), Host::V6(host)) => {
                *bits == 112 || (address >> (128 - bits)) == (host >> (128 - bits))
            }
            _ => false,
        }
    }

    fn star(&self) -> bool {
        self.text().contains('*')
    }
}

impl Rule {
    fn text(&self) -> String {
        let port = self.port.map_or_else(String::new, |port| format!(":{port}"));
        format!("{}{}{}{port}{}{}", self.remark.0, self.scheme, self.hosts.text(), self.path, self.remark.1)
    }

    fn has(&self, target: &Target) -> bool {
        let ports: &[u16] = match (self.scheme, self.port) {
            ("", None) => PORTS,
            ("http://" | "https://", None) if self.hosts.star() => PORTS,
            ("http://" | "https://", None) | ("https://", Some(443)) | ("http://", Some(80)) => &[80, 443],
            ("ssh://", None) => &[22],
            (_, Some(named)) => PORTS.iter().position(|port| *port == named).map_or(&[], |at| &PORTS[at..=at]),
            _ => &[],
        };
        let segments: Vec<&str> =
            target.path.split('/').skip(1).map(|segment| segment.split(';').next().unwrap_or_default()).collect();
        let path = match self.path {
            "/a*" => segments.first().is_some_and(|first| first.starts_with('a')),
            "/*/b" => segments.get(1) == Some(&"b"),
            plain => segments.starts_with(&plain.split('/').skip(1).collect::<Vec<_>>()),
        };
        path && ports.contains(&target.port) && self.hosts.has(&target.host)
    }

    fn asset(&self, inside: bool) -> Asset {
        Asset::new(Kind::Other, self.text(), inside)
    }
}

fn hosts() -> impl Strategy<Value = Hosts> {
    let name = || proptest::sample::select(NAMES);
    let some = || proptest::sample::select(&["example.com", "b.example.com", "com", "other.org"][..]);
    prop_oneof![
        4 => name().prop_map(|name| Hosts::One(Host::Name(name))),
        3 => some().prop_map(Hosts::Below),
        1 => proptest::sample::select(&["example.com", "a.example.com", "b.example.com"][..]).prop_map(Hosts::Ending),
        1 => (proptest::sample::select(&["api-", "a", "api"][..]), proptest::sample::select(&["example.com", "b.example.com"][..]))
            .prop_map(|(text, name)| Hosts::Beginning(text, name)),
        1 => proptest::sample::select(&["example", "a.example"][..]).prop_map(Hosts::Anywhere),
        1 => Just(Hosts::All),
        2 => (0_u8..16).prop_map(|last| Hosts::One(Host::V4(last))),
        2 => (0_u8..16, 27_u8..=32).prop_map(|(address, bits)| Hosts::Net4(address, bits)),
        1 => Just(Hosts::Net4(0, 24)),
        1 => (0_u8..8, 8_u8..16).prop_map(|(first, last)| Hosts::Range(first, last)),
        1 => (0_u16..8).prop_map(|last| Hosts::One(Host::V6(last))),
        1 => (0_u16..8, 124_u8..=128).prop_map(|(address, bits)| Hosts::Net6(address, bits)),
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    let scheme = proptest::sample::select(&["", "", "https://", "http://", "ssh://"][..]);
    let port = proptest::option::of(proptest::sample::select(PORTS));
    let (path, remark) = (proptest::sample::select(RULE_PATHS), proptest::sample::select(REMARKS));
    (hosts(), scheme, port, path, remark).prop_map(|(hosts, scheme, port, path, remark)| {
        let net = matches!(hosts, Hosts::Net4(..) | Hosts::Net6(..) | Hosts::Range(..));
        match (&hosts, net) {
            // A network has no scheme and no path.
            (_, true) => Rule { hosts, scheme: "", port: port.filter(|_| false), path: "", remark },
            // The address of a version without brackets.
            (Hosts::All, _) => Rule { hosts, scheme, port, path: if path.is_empty() { "/a" } else { path }, remark },
            _ => Rule { hosts, scheme, port, path, remark },
        }
    })
}

/// Part of a rule, by construction: each part of it as it is or narrower.
fn narrowed(rule: &Rule, host: usize, port: usize, path: usize) -> Rule {
    let fitting: Vec<Host> =
        Target::all().into_iter().map(|target| target.host).filter(|own| rule.hosts.has(own)).collect();
    let hosts =
        fitting.get(host % (fitting.len() + 3)).map_or_else(|| rule.hosts.clone(), |host| Hosts::One(host.clone()));
    let wide = rule.scheme.is_empty() && rule.port.is_none();
    let net = matches!(hosts, Hosts::Net4(..) | Hosts::Net6(..) | Hosts::Range(..));
    let port = PORTS.get(port % 7).copied().filter(|_| wide && !net).or(rule.port);
    // Made of a star, a host that is named has fewer ports with a scheme than the star has.
    let below = PATHS.iter().filter(|path| !path.contains(';') && !net);
    let below: Vec<_> = below
        .filter(|path| {
            Rule { hosts: hosts.clone(), port, path, ..rule.clone() }.within(&Rule {
                hosts: hosts.clone(),
                port,
                ..rule.clone()
            })
        })
        .collect();
    let path = below.get(path % (below.len() + 2)).map_or(rule.path, |path| **path);
    Rule { hosts, port, path, ..rule.clone() }
}

impl Rule {
    fn within(&self, other: &Self) -> bool {
        Target::all().iter().all(|target| !self.has(target) || other.has(target))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_rule_covers_what_its_parts_say(rule in rule()) {
        let scope = Scope::new([rule.asset(true)]);
        for target in Target::all() {
            let covered = matches!(scope.verdict(&target.text()), Verdict::In(_));
            prop_assert_eq!(covered, rule.has(&target), "{} covers {}?", rule.text(), target.text());
        }
    }

    /// The vital one: whatever else is in scope, as long as it is no exception of the exclusion.
    #[test]
    fn what_an_exclusion_takes_out_of_an_inclusion_is_never_in(
        inclusion in rule(), part in any::<[usize; 3]>(), remark in proptest::sample::select(REMARKS),
        more in proptest::collection::vec(rule(), 0..6), place in 0_usize..8,
    ) {
        let exclusion = Rule { remark, ..narrowed(&inclusion, part[0], part[1], part[2]) };
        prop_assert!(exclusion.within(&inclusion), "{} within {}", exclusion.text(), inclusion.text());
        // No inclusion that has less than the exclusion somewhere: that one may be an exception.
        let wider = more.into_iter().filter(|rule| exclusion.within(rule)).map(|rule| rule.asset(true));
        let mut assets: Vec<Asset> = wider.chain([inclusion.asset(true)]).collect();
        assets.insert(place.min(assets.len()), exclusion.asset(false));
        let scope = Scope::new(assets);
        for target in Target::all().iter().filter(|target| exclusion.has(target)) {
            let verdict = scope.verdict(&target.text());
            prop_assert!(matches!(verdict, Verdict::Out(_)), "{}: {:?} in {:?}", target.text(), verdict, scope.assets());
        }
    }

    /// Whoever is told to be in, is so by a rule that no exclusion is part of.
    #[test]
    fn no_exclusion_is_part_of_the_inclusion_that_decides(
        rules in proptest::collection::vec((rule(), any::<bool>()), 1..10), at in any::<prop::sample::Index>(),
    ) {
        let scope = Scope::new(rules.iter().map(|(rule, inside)| rule.asset(*inside)));
        let all = Target::all();
        for target in all.iter().skip(at.index(97)).step_by(97) {
            let covering = |side: bool| rules.iter().filter(move |(rule, inside)| *inside == side && rule.has(target));
            match scope.verdict(&target.text()) {
                Verdict::In(asset) => {
                    let one = rules.iter().find(|(rule, inside)| *inside && rule.text() == asset.identifier);
                    let (decides, _) = one.expect("one of them");
                    prop_assert!(decides.has(target));
                    for (exclusion, _) in covering(false) {
                        prop_assert!(!exclusion.within(decides), "{}: {} over {}", target.text(), decides.text(), exclusion.text());
                    }
                }
                Verdict::Out(_) => prop_assert!(covering(false).next().is_some()),
                Verdict::Unknown => prop_assert!(covering(true).chain(covering(false)).next().is_none()),
                Verdict::Doubt(asset) => prop_assert!(false, "{asset:?}"),
            }
        }
    }

    /// And an exception of an exclusion is in, where it is one in every part.
    #[test]
    fn an_exception_of_an_exclusion_is_in(exclusion in rule(), part in any::<[usize; 3]>()) {
        let inclusion = narrowed(&exclusion, part[0], part[1], part[2]);
        let scope = Scope::new([exclusion.asset(false), inclusion.asset(true)]);
        let equal = exclusion.within(&inclusion);
        for target in Target::all().iter().filter(|target| inclusion.has(target)) {
            let said = scope.verdict(&target.text()).as_str();
            prop_assert!(!(equal && said == "in") && said != "unknown", "{}: {said}", target.text());
        }
    }
}
