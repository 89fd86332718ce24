//! The readers that there are, what they begin with, and what is done with an input.

use super::{Answer, advisories, reports, small};

/// One reader.
pub struct Reader {
    /// Its name on the command line.
    pub name: &'static str,
    /// Folders and files below `data` of the shared folder; `#lines` behind one takes each line for a file.
    pub folders: &'static [&'static str],
    /// Files of its own.
    pub own: fn() -> Vec<Vec<u8>>,
    /// Whether it reads tables.
    pub rows: bool,
    /// Reads an input, writes it again, reads that.
    pub run: fn(&[u8]) -> Answer,
}

const SCOPES: &str = "*.example.com\n!admin.example.com\nhttps://example.com:8443/a/b*\n10.0.0.0/8\n2001:db8::/32\n\
    com.example.app\ngithub.com/example/repo\nbücher.example\nplain words of an asset\n=\nhttps://www.example.com/a?b#c\n\
    [2001:db8::1]:443\n10.1.2.3\nEXAMPLE.COM.\nxn--bcher-kva.example/%41";
const VECTORS: &[&str] = &[
    "AV:N/AC:L/Au:N/C:P/I:P/A:P/E:U/RL:OF/RC:C/CDP:N/TD:N/CR:M/IR:M/AR:M",
    "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H/E:U/RL:O/RC:C/CR:H/IR:M/AR:L/MAV:N/MAC:L/MPR:N/MUI:N/MS:U/MC:N/MI:N/MA:N",
    "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:L",
    "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:A/CR:H/IR:H/AR:H/MAV:N/MSI:S/S:P/AU:Y/R:U/V:D/RE:L/U:Red",
];
const WORDS: &[&str] = &[
    "79",
    "CWE-79",
    "cwe_0000079",
    "cross site scripting",
    "cross_site_scripting_xss.stored.admin_to_anyone",
    "P1 xss",
    "supplier\nExploitation=active\nAutomatable=yes\nValue Density=concentrated\nTechnical Impact=total",
    "ssvc:DT_CO:1.0.0\nE=A\nA=Y\nTI=T\nMWI=H",
    "deployer\nSystem Exposure=open\nHuman Impact=very high",
    "1,250.50 EUR",
    "$400.0",
    "2026-11-22 00:41:07.5 +0100",
    "Sun, 22 Nov 2026 00:41:07 +0000",
    "pkg:npm/%40a/b@1.0?c=d#e",
    "vers:npm/>=1.0.0|<2.0.0|!=1.5.0",
    "1.2.3-rc.1+build.5",
    "insecure_os_firmware.data_not_encrypted_at_rest@1.4",
];
const EXPORTS: &[&str] = &[
    "Report ID,Title,State,Severity,Reported at,Reporter,Weakness,Bounty\n1,\"a \"\"b\"\"\",triaged,high,2026-01-02,ada,XSS,$500\n",
    "id;title;state;severity;submitted_at;bounty;researcher\n\"1\";\"a\nb\";resolved;P2;2026-01-02 03:04 UTC;1,250.50;ada\n",
    "Code,Title,Status,Severity,Created,Researcher\nACME-1,t,Closed - Duplicate,Critical,2026-01-02T03:04:05Z,ada\n",
    "{\"id\": \"17\", \"title\": \"Open redirect\", \"severity\": \"low\", \"state\": \"resolved\", \"weakness\": \"CWE-601\", \"bounty\": 150, \"reported_at\": \"2026-01-02\"}\n{\"id\": 2}\n",
    "{\"data\":[{\"id\":\"1\",\"type\":\"report\",\"attributes\":{\"title\":\"t\",\"state\":\"duplicate\",\"created_at\":\"2026-01-02T03:04:05.000Z\",\"cve_ids\":[\"CVE-2026-0001\"]},\"relationships\":{\"reporter\":{\"data\":{\"type\":\"user\",\"attributes\":{\"username\":\"ada\"}}},\"severity\":{\"data\":{\"attributes\":{\"rating\":\"medium\",\"score\":6.1,\"attack_vector\":\"network\"}}},\"bounties\":{\"data\":[{\"attributes\":{\"amount\":\"500.00\",\"awarded_currency\":\"EUR\"}}]}}}],\"links\":{\"next\":\"https://a.test\"}}",
    "{\"data\":[{\"id\":\"s-1\",\"type\":\"submission\",\"attributes\":{\"title\":\"JWT\",\"severity\":2,\"state\":\"unresolved\",\"duplicate\":false,\"submitted_at\":\"2026-01-02T03:04:05Z\"},\"relationships\":{\"researcher\":{\"data\":{\"type\":\"identity\",\"id\":\"r\"}}}}],\"included\":[{\"type\":\"identity\",\"id\":\"r\",\"attributes\":{\"username\":\"ada\"}}]}",
];
const PROGRAMMES: &[&str] = &[
    "[{\"id\":\"1\",\"name\":\"A\",\"company_handle\":\"a\",\"handle\":\"b\",\"url\":\"https://i.test\",\"status\":\"open\",\"min_bounty\":{\"value\":0,\"currency\":\"EUR\"},\"max_bounty\":{\"value\":5000,\"currency\":\"EUR\"},\"targets\":{\"in_scope\":[{\"type\":\"url\",\"endpoint\":\"*.a.test\",\"description\":\"d\",\"impact\":\"Tier 1\"}],\"out_of_scope\":[]}}]",
    "[{\"id\":\"a\",\"name\":\"A\",\"public\":true,\"disabled\":false,\"min_bounty\":50,\"max_bounty\":5000,\"targets\":{\"in_scope\":[{\"target\":\"https://(a|b).test/\",\"type\":\"web-application\"}],\"out_of_scope\":[]}}]",
    "{\"name\":\"A\",\"assets\":[{\"kind\":\"url\",\"identifier\":\"a.test\",\"in_scope\":true}]}",
];
const FEEDS: &[&str] = &[
    "https://desk.test/feed\nAdvisories\nhttps://desk.test/a?b=1&c\n2026-11-22T00:41:07Z\nA < B & \"C\"\n<p>x</p>\nsecurity",
];
const SARIF: &[&str] = &[
    "{\"version\":\"2.1.0\",\"$schema\":\"x\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"t\",\"rules\":[{\"id\":\"r\",\"defaultConfiguration\":{\"level\":\"error\"},\"shortDescription\":{\"text\":\"s\"}}]}},\"results\":[{\"ruleId\":\"r/1\",\"ruleIndex\":0,\"level\":\"warning\",\"message\":{\"text\":\"m\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"a.c\"},\"region\":{\"startLine\":1}}}],\"partialFingerprints\":{\"a\":\"b\"},\"codeFlows\":[]}]}]}",
];
const PROVIDERS: &[&str] = &[
    "{\"provider-metadata.json\":{\"canonical_url\":\"https://e.test/.well-known/csaf/provider-metadata.json\",\"metadata_version\":\"2.0\",\"role\":\"csaf_trusted_provider\",\"last_updated\":\"2026-03-01T10:00:00Z\",\"list_on_CSAF_aggregators\":true,\"mirror_on_CSAF_aggregators\":true,\"publisher\":{\"category\":\"vendor\",\"name\":\"E\",\"namespace\":\"https://e.test\"},\"distributions\":[{\"rolie\":{\"feeds\":[{\"tlp_label\":\"WHITE\",\"url\":\"https://e.test/feed-tlp-white.json\"}]}}]},\"white/index.txt\":\"2026/ex-1.json\\n\",\"white/changes.csv\":\"2026/ex-1.json,2026-03-01T10:00:00Z\\n\",\"white/feed-tlp-white.json\":{\"feed\":{\"id\":\"f\",\"title\":\"All\",\"updated\":\"2026-03-01T10:00:00Z\",\"link\":[{\"rel\":\"self\",\"href\":\"https://e.test/feed-tlp-white.json\"}],\"entry\":[{\"id\":\"EX-1\",\"title\":\"t\",\"published\":\"2026-03-01T10:00:00Z\",\"updated\":\"2026-03-01T10:00:00Z\",\"content\":{\"type\":\"application/json\",\"src\":\"https://e.test/white/2026/ex-1.json\"},\"link\":[{\"rel\":\"hash\",\"href\":\"https://e.test/white/2026/ex-1.json.sha512\"}]}]}},\"white/2026/ex-1.json\":{\"document\":{\"category\":\"csaf_base\",\"csaf_version\":\"2.0\",\"title\":\"t\",\"distribution\":{\"tlp\":{\"label\":\"WHITE\"}},\"publisher\":{\"category\":\"vendor\",\"name\":\"E\",\"namespace\":\"https://e.test\"},\"tracking\":{\"id\":\"EX-1\",\"status\":\"final\",\"version\":\"1\",\"initial_release_date\":\"2026-03-01T10:00:00Z\",\"current_release_date\":\"2026-03-01T10:00:00Z\",\"revision_history\":[{\"date\":\"2026-03-01T10:00:00Z\",\"number\":\"1\",\"summary\":\"s\"}]}}},\"white/2026/ex-1.json.sha512\":\"00  ex-1.json\\n\",\"white/2026/ex-1.json.asc\":\"-----BEGIN PGP SIGNATURE-----\\n\\niQ==\\n=AAAA\\n-----END PGP SIGNATURE-----\\n\",\"security.txt\":\"CSAF: https://e.test/.well-known/csaf/provider-metadata.json\\n\",\"service.json\":{\"service\":{\"workspace\":[{\"title\":\"t\",\"collection\":[]}]}},\"category.json\":{\"categories\":{\"category\":[]}}}",
];

const fn reader(
    name: &'static str,
    folders: &'static [&'static str],
    own: fn() -> Vec<Vec<u8>>,
    run: fn(&[u8]) -> Answer,
) -> Reader {
    Reader { name, folders, own, rows: false, run }
}

fn texts(own: &[&str]) -> Vec<Vec<u8>> {
    own.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// Every public reader of the crate.
pub const READERS: &[Reader] = &[
    reader(
        "csaf-2.0",
        &["csaf/csaf_2.0/test/validator/data", "csaf/csaf_2.0/examples", "csaf-real/cisa"],
        Vec::new,
        advisories::strict,
    ),
    reader("csaf-2.1", &["csaf/csaf_2.1/test/validator/data", "csaf/csaf_2.1/examples"], Vec::new, advisories::strict),
    reader(
        "csaf-exchange",
        &["csaf/csaf_2.0/test/validator/data", "csaf/csaf_2.1/test/validator/data", "csaf-real/cisa"],
        Vec::new,
        advisories::exchange,
    ),
    reader("cve", &["cve-osv/cve5-full", "cve-osv/cve5-examples", "cve-osv/go-cve5"], Vec::new, advisories::exchange),
    reader("osv", &["cve-osv/ghsa-osv", "cve-osv/go-osv"], Vec::new, advisories::exchange),
    reader("openvex", &[], || texts(&[advisories::OPENVEX]), advisories::exchange),
    reader("security.txt", &["security-txt/raw"], small::files, small::security_txt),
    reader(
        "programme",
        &["programs/federacy_data.json", "programs/bugcrowd_data.json", "programs/hackerone_data.2023-06-13.json"],
        || texts(PROGRAMMES),
        small::programme,
    ),
    reader("scope", &["programs/wildcards.txt", "programs/domains.txt"], || texts(&[SCOPES]), small::scope),
    Reader { name: "reports", folders: &[], own: || texts(EXPORTS), rows: true, run: reports::exports },
    reader("sarif", &[], || texts(SARIF), reports::sarif),
    reader("feed", &[], || texts(FEEDS), small::feed),
    reader("cvss", &[], || texts(VECTORS), small::cvss),
    reader("words", &[], || texts(WORDS), small::words),
    reader("provider", &[], || texts(PROVIDERS), reports::provider),
];
