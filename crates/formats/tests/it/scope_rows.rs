//! Rows as programmes write them: remarks, lists, placeholders, ports, apps and repositories.

use formats::programme::read;
use formats::scope::{Asset, Kind, Scope, Verdict};

/// A scope of what is in and what is out.
fn scope(inside: &[&str], outside: &[&str]) -> Scope {
    let asset = |identifier: &&str, inside| Asset::new(Kind::Other, *identifier, inside);
    let inside = inside.iter().map(|identifier| asset(identifier, true));
    Scope::new(inside.chain(outside.iter().map(|identifier| asset(identifier, false))))
}

/// Inclusion, exclusion, target, verdict.
const PAIRS: &[(&str, &str, &str, &str)] = &[
    // Networks, and what runs on one of their addresses.
    ("10.0.0.0/8", "https://10.0.0.7/admin", "https://10.0.0.7/admin", "out"),
    ("10.0.0.0/8", "https://10.0.0.7/admin", "https://10.0.0.7/admin/x", "out"),
    ("10.0.0.0/8", "https://10.0.0.7/admin", "https://10.0.0.7/", "in"),
    ("10.0.0.0/8", "10.0.0.9:8080", "http://10.0.0.9:8080/x", "out"),
    ("10.0.0.0/8", "10.0.0.9:8080", "10.0.0.9", "in"),
    ("10.0.0.0/8", "10.0.0.7", "http://0x0a000007/", "out"),
    ("10.0.0.0/8", "10.0.0.7", "https://[::ffff:10.0.0.7]/", "out"),
    ("10.0.0.0/8", "10.0.0.*", "https://10.0.0.7/", "out"),
    ("10.0.0.0/8", "10.0.0.5-10.0.0.9", "10.0.0.7", "out"),
    ("10.0.0.7/32", "10.0.0.0/8", "10.0.0.7", "in"),
    ("2001:db8::/32", "https://[2001:db8::2]/", "https://[2001:db8::2]/", "out"),
    ("2001:db8::/32", "[2001:db8::2]:8443", "https://[2001:db8:0::2]:8443/x", "out"),
    ("2001:db8::/32", "2001:db8:1::/48", "https://[2001:db8:1::9]/", "out"),
    // A long wildcard, and a host.
    (
        "https://*.example.com/very/long/path/here",
        "admin.example.com",
        "https://admin.example.com/very/long/path/here",
        "out",
    ),
    ("*.example.com:8443", "ad.example.com", "https://ad.example.com:8443", "out"),
    ("a-very-long-name-*.example.com", "*-x.example.com", "a-very-long-name-x.example.com", "out"),
    // What is excluded everywhere.
    ("blog.example.com", "*/xmlrpc.php", "https://blog.example.com/xmlrpc.php", "out"),
    ("www.example.co.uk", "*.example.*/Trips", "https://www.example.co.uk/Trips/5", "out"),
    ("www.example.com", "/self-service-*", "https://www.example.com/self-service-x/y", "out"),
    // Exceptions of exceptions.
    ("demo.dev.example.com", "*.dev.example.com", "https://demo.dev.example.com/x", "in"),
    ("app.example.com/public", "https://app.example.com", "https://app.example.com/public/x", "in"),
    ("https://app.example.com/public", "app.example.com:443", "https://app.example.com/public/x", "in"),
    ("example.com:8443", "example.com", "https://example.com:8443/", "in"),
    ("example.com:8443", "https://example.com/admin", "https://example.com:8443/admin", "in"),
    ("example.com:8443", "example.com/admin", "https://example.com:8443/admin", "out"),
    ("https://example.com/a?x=1&y=2", "https://example.com/a?y=2", "https://example.com/a?x=1&y=2", "in"),
    // Ports.
    ("example.com:443", "nothing", "example.com:22", "unknown"),
    ("example.com:443", "nothing", "https://example.com:8443/", "unknown"),
    ("example.com:443", "nothing", "https://example.com/x", "in"),
    ("example.com:80", "nothing", "http://example.com/x", "in"),
    ("example.com:80", "nothing", "https://example.com/x", "unknown"),
    ("https://example.com:80", "nothing", "https://example.com", "unknown"),
    ("https://example.com:443", "nothing", "https://example.com", "in"),
    ("*.example.com", "ssh://git.example.com", "ssh://git.example.com:22", "out"),
    ("*.example.com", "ssh://git.example.com", "https://git.example.com", "in"),
    ("ssh://git.example.com", "nothing", "https://git.example.com", "unknown"),
    // Paths with commas, semicolons and routes.
    ("example.com", "https://example.com/logout;jsessionid=1", "https://example.com/logout;jsessionid=1/x", "out"),
    ("example.com", "https://example.com/logout", "https://example.com/logout;jsessionid=1", "out"),
    ("example.com", "https://example.com/a,b", "https://example.com/a,b/c", "out"),
    ("example.com", "https://example.com/a,b", "https://example.com/a", "in"),
    ("example.com", "https://example.com/a, https://example.com/b", "https://example.com/b", "out"),
    ("example.com", "example.com/a,example.com/b", "https://example.com/b/c", "out"),
    ("app.example.com", "https://app.example.com/#/admin", "https://app.example.com/#/admin/users", "out"),
    ("app.example.com", "https://app.example.com/#/admin", "https://app.example.com/", "in"),
    ("app.example.com", "https://app.example.com/#!/admin", "https://app.example.com/#/admin", "out"),
    ("https://app.example.com/#/shop", "nothing", "https://app.example.com/#/admin", "unknown"),
    // Remarks.
    ("*.example.com", "help.example.com (zendesk)", "https://help.example.com/x", "out"),
    ("*.example.com", "https://one.example.com/help - This endpoint alone", "https://one.example.com/help/x", "out"),
    ("*.example.com", "Support desk: help.example.com", "help.example.com", "out"),
    ("*.example.com", "a.example.com and b.example.com - OUT OF SCOPE", "b.example.com", "out"),
    ("*.example.com", "Applications that resolve to *.okta.com (ex: id.example.com)", "id.example.com", "unknown"),
    ("id.example.com", "Applications that resolve to *.okta.com (ex: id.example.com)", "id.example.com", "in"),
    ("www.example.com", "Other subdomains of example.com", "www.example.com", "in"),
    ("*.com", "Other subdomains of example.com", "old.example.com", "unknown"),
    ("example.com", "Example.com Antiscam", "example.com", "in"),
    ("*.acme.test", "Customer instances, such as <customer>.acme.test", "shop.acme.test", "in"),
    ("*", "Any Domain that Follows the Pattern */forms/*", "https://www.example.com/forms/7", "unknown"),
    ("help.example.com (Zendesk)", "nothing", "help.example.com", "in"),
    ("Acme network - 192.0.2.0/24", "nothing", "192.0.2.7", "in"),
    ("*.example.com (except admin.example.com)", "nothing", "admin.example.com", "unknown"),
    ("*.example.com (except admin.example.com)", "nothing", "www.example.com", "in"),
    ("Open redirects at *.example.com", "nothing", "www.example.com", "unknown"),
    ("example.com", "security@example.com", "https://example.com", "in"),
    // What stands for anything.
    ("*.com", "(subdomain).example.com/rest", "https://x.example.com/rest/1", "out"),
    ("*.com", "crowd-%username%-1.example.com", "crowd-me-1.example.com", "out"),
    ("*.com", "www.example.<country>", "www.example.com", "out"),
    ("*.com", "\\*.example.com", "x.example.com", "out"),
    ("*.com", "analytics[.test].example.com", "analytics.test.example.com", "out"),
    ("*.com", "analytics[.test].example.com", "analytics.example.com", "out"),
    ("*.com", "example.(com/org)", "example.com", "out"),
    ("pam-###.example.com", "nothing", "https://pam-007.example.com/x", "in"),
    ("https://api.example.com/users/{user_id}/keys", "nothing", "https://api.example.com/users/7/keys", "in"),
    ("*.test", "*-münchen.test", "https://shop-münchen.test/", "out"),
    ("*.test", "*-münchen.test", "https://xn--shop-mnchen-yhb.test/", "out"),
    // Picks, and two ways to write one thing.
    ("*.example.com", "nothing", "*.sub.example.com", "in"),
    ("*.example.com", "admin.example.com", "*.example.com", "in"),
    ("*.example.com", "*.sub.example.com", "*.deep.sub.example.com", "out"),
    ("https://github.com/acme/tool", "nothing", "acme/tool", "in"),
    ("https://github.com/acme/tool", "nothing", "https://www.github.com/Acme/tool.git", "in"),
    ("https://www.github.com/acme/tool", "nothing", "git@github.com:acme/tool.git", "in"),
    ("https://example.com/a%+1", "nothing", "https://example.com/a%25+1", "in"),
];

#[test]
fn an_inclusion_an_exclusion_and_a_target() {
    let wrong: Vec<_> = PAIRS
        .iter()
        .filter_map(|(inside, outside, target, said)| {
            let scope = scope(&[inside], &[outside]);
            let got = scope.verdict(target);
            (got.as_str() != *said).then(|| format!("{inside} | {outside} | {target}: {said}, got {got:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn an_app_is_known_by_its_id_whatever_it_begins_with() {
    let says = |scope: &Scope, target: &str| scope.verdict(target).as_str();
    for id in ["id.dana", "id.co.bank.app", "idealo.pricecomparison", "id", "identity.app"] {
        let page = format!("https://play.google.com/store/apps/details?id={id}&hl=id");
        for inside in [true, false] {
            let one = Scope::new([Asset::new(Kind::Android, id, inside)]);
            let word = if inside { "in" } else { "out" };
            assert_eq!((says(&one, id), says(&one, &page)), (word, word), "{id}");
        }
        let both = [Asset::new(Kind::Android, "id*", true), Asset::new(Kind::Android, id, false)];
        assert_eq!(says(&Scope::new(both), &page), "out", "{id}");
    }
    let both =
        Scope::new([Asset::new(Kind::Android, "com.acme.app", true), Asset::new(Kind::Ios, "com.acme.app", false)]);
    assert_eq!(says(&both, "https://play.google.com/store/apps/details?id=com.acme.app"), "in");
    assert_eq!(says(&both, "com.acme.app"), "out", "nobody says whose it is");
    let apple = Scope::new([Asset::new(Kind::Ios, "the-acme-app/id1172835583", true)]);
    assert_eq!(says(&apple, "https://apps.apple.com/be/app/the-acme-app/id1172835583"), "in");
    assert_eq!(says(&apple, "https://apps.apple.com/be/developer/acme/id1172835583"), "unknown");
    let below = Scope::new([Asset::new(Kind::Wildcard, "acme.test", true)]);
    assert_eq!((says(&below, "acme.test"), says(&below, "www.acme.test")), ("in", "in"));
    let remark =
        Scope::new([Asset::new(Kind::Ios, "Acme Central (iOS App)", false), Asset::new(Kind::Ios, "central", true)]);
    assert_eq!(says(&remark, "central"), "in", "a word beside others is no id");
}

/// File, programme, target that an exclusion of that programme names, verdict.
const REAL: &[(&str, &str, &str, &str)] = &[
    ("bugcrowd_data.json", "Quizlet", "https://help.quizlet.com/x", "out"),
    ("bugcrowd_data.json", "Tesla", "https://energysupport.tesla.com", "out"),
    ("bugcrowd_data.json", "New Relic", "https://one.newrelic.com/help-xp", "out"),
    ("bugcrowd_data.json", "The Trade Desk", "https://id.thetradedesk.com/login", "unknown"),
    ("bugcrowd_data.json", "The Trade Desk", "x.okta.com", "unknown"),
    ("bugcrowd_data.json", "Lime", "help.li.me", "out"),
    ("bugcrowd_data.json", "Okta", "https://www.okta.com/", "out"),
    ("bugcrowd_data.json", "Tripadvisor", "https://www.tripadvisor.com/Trips/1", "out"),
    ("bugcrowd_data.json", "Zendesk", "x.zdassets.com", "out"),
    ("bugcrowd_data.json", "Under Armour Corp", "https://www.underarmour.at/", "out"),
    ("bugcrowd_data.json", "REA Group", "https://analytics.e2e.realestate.com.au/", "out"),
    ("hackerone_data.2023-06-13.json", "Vimeo", "https://x.livestream.com/blog/1", "out"),
    ("hackerone_data.2023-06-13.json", "Automattic", "https://wordpress.com/xmlrpc.php", "out"),
    ("hackerone_data.2023-06-13.json", "Mattermost", "mattermost.org", "out"),
    ("hackerone_data.2023-06-13.json", "Deliveroo", "dev.deliveroo.co.uk", "out"),
    ("hackerone_data.2023-06-13.json", "MTN Group", "h2cf3.n1.ips.mtn.co.ug:8070", "out"),
    ("hackerone_data.2023-06-13.json", "MTN Group", "mtnid-preprod.mtn.co.za", "in"),
];

#[test]
fn rows_of_public_programmes() {
    for (file, name, target, said) in REAL {
        let Some(path) = outside::data(&format!("programs/{file}")) else { return };
        let programmes = read(&std::fs::read(path).unwrap(), None).expect("programmes");
        let programme = programmes.iter().find(|one| one.name.starts_with(name));
        let programme = programme.unwrap_or_else(|| panic!("{name}"));
        let verdict = Scope::new(programme.assets.clone());
        let verdict = verdict.verdict(target);
        assert_eq!(verdict.as_str(), *said, "{name}, {target}: {verdict:?}");
    }
}

/// A host or address at the front of a row that is out of scope is not in scope, whatever else the row says.
#[test]
fn no_excluded_host_of_a_public_programme_is_in_scope() {
    let mut seen = 0;
    for file in ["bugcrowd_data.json", "hackerone_data.2023-06-13.json", "federacy_data.json"] {
        let Some(path) = outside::data(&format!("programs/{file}")) else { return };
        for programme in read(&std::fs::read(path).unwrap(), None).expect("programmes") {
            let scope = Scope::new(programme.assets);
            for asset in scope.assets().iter().filter(|asset| !asset.in_scope) {
                let front = asset.identifier.split([' ', ',']).next().unwrap_or_default().trim_end_matches("/*");
                let plain = !front.is_empty() && front.contains('.') && !front.contains(['*', '(', '{', '<', '%', '[']);
                if !plain || matches!(asset.kind, Kind::Ios | Kind::Android) {
                    continue;
                }
                seen += 1;
                let verdict = scope.verdict(front);
                let listed = matches!(verdict, Verdict::In(rule) if rule.identifier.to_lowercase().contains(&front.to_lowercase()));
                assert!(listed || !matches!(verdict, Verdict::In(_)), "{}: {front}: {verdict:?}", programme.name);
            }
        }
    }
    assert!(seen > 800, "{seen}");
}

#[test]
fn programmes_answer_for_themselves() {
    let one = |identifier: &str, inside| Asset::new(Kind::Other, identifier, inside);
    let scopes = formats::scope::Scopes::new([
        vec![one("*.*", true), one("pay.acme.test", false)],
        vec![],
        vec![one("*.acme.test", true)],
        vec![one("pay.acme.test (Stripe)", false)],
    ]);
    let says = |target: &str| {
        scopes.verdicts(target).into_iter().map(|(place, verdict)| (place, verdict.as_str())).collect::<Vec<_>>()
    };
    assert_eq!(says("pay.acme.test"), [(0, "out"), (2, "in"), (3, "out")]);
    assert_eq!(says("www.acme.test"), [(0, "in"), (2, "in")]);
    assert_eq!(says("no words of theirs"), []);
}
