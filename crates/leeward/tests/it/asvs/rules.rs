//! The rules that ASVS wants written down, with the numbers of the code.

use super::{table, text_of};
use accounts::credential::{CONTEXT_WORDS, PASSWORD_MIN};
use accounts::session::{REPORTER_IDLE, REPORTER_LIFE, STAFF_IDLE, STAFF_LIFE};
use bounty::intake::{DRAFT_FILES, DRAFT_LASTS, DRAFT_SIZE, DRAFTS_EACH};
use desk::attachment::{CASE_FILES, CASE_SIZE, FILE_LIMIT, UPLOAD_LIMIT};
use std::collections::BTreeSet;

const THIS: &str = "leeward::it::asvs::rules::what_is_decided_is_written_down";

fn minutes(span: domain::Span) -> i64 {
    span.seconds() / 60
}

fn hours(span: domain::Span) -> i64 {
    minutes(span) / 60
}

fn thousands(n: usize) -> String {
    if n < 1_000 { n.to_string() } else { format!("{},{:03}", n / 1_000, n % 1_000) }
}

/// What docs/security-rules.md must say in words, by requirement.
const WORDS: &[(&str, &[&str])] = &[
    ("V2.1.1", &["1 to 100,000 bytes of UTF-8", "at most 254 bytes", "120 characters on one line"]),
    ("V2.1.2", &["An action is taken against the version that was seen", "a duplicate names another case"]),
    ("V3.1.1", &["## Browsers", "Over plain HTTP there is no service but on loopback"]),
    ("V5.1.1", &["there is no unpacked size", "**Malicious files are expected here.**"]),
    ("V6.1.1", &["the wait doubles from one second to 15 minutes", "nobody is locked out by others"]),
    ("V6.1.3", &["There is no other way"]),
    ("V7.1.1", &["NIST SP 800-63B"]),
    ("V7.1.2", &["As many at a time as a person likes"]),
    ("V8.1.1", &["a grant is a role within a scope (house, desk, programme, case)", "`domain::may`"]),
    ("V8.1.2", &["Each event and file has an audience: team, reporter, public"]),
    ("V8.1.3", &["What of the surroundings counts", "no place, no device, no score of risk"]),
    ("V8.1.4", &["wait so many seconds, prove yourself again, refuse"]),
    ("V11.1.1", &["one purpose, one key", "`leeward key rotate`", "Do rotate once a year"]),
    ("V11.1.2", &["XChaCha20-Poly1305, 192-bit random nonce", "Argon2id, 19 MiB, 2 passes, 16-byte salt"]),
    ("V11.1.4", &["**If one of them falls.**", "ML-DSA-44"]),
    ("V13.1.1", &["## Connections", "and no other host", "the only address of a caller that is ever connected to"]),
    ("V13.1.2", &["PostgreSQL: 48 connections and one for flushes"]),
    ("V13.1.3", &["then 503 with `Retry-After`", "tried again with growing waits"]),
    ("V13.1.4", &["**Schedule.** Master key: yearly."]),
    ("V13.3.4", &["hear of a key that is older, by letter once a month"]),
    ("V14.1.1", &["| secret |", "| told in confidence |", "| record |", "| public |"]),
    ("V14.1.2", &["sealed under the key of"]),
    ("V14.2.7", &["Closed cases end by the retention rules of the house or a programme"]),
    ("V15.1.1", &["or rated critical: 3 days. High: 14 days", "at least every three months"]),
    ("V15.1.2", &["`Cargo.lock` is the list, with a hash of each part"]),
    ("V15.1.3", &["## What is costly", "Each is behind an allowance or a queue with an end"]),
    ("V15.1.4", &["**The risky ones:** SQLite"]),
    ("V15.1.5", &["**Dangerous work:**", "No code of ours is `unsafe`"]),
    ("V15.2.1", &["or stands in `deny.toml` with the reason why it does not reach us"]),
    ("V16.1.1", &["## Logs", "`warn,security=info` unless set", "standard error"]),
];

/// What it must say with the numbers of the code.
fn numbers() -> Vec<(&'static str, String)> {
    let limits = web::Limits::default();
    let (all, each) = (thousands(limits.connections), limits.connections_each);
    let connections = format!("{all} connections, {each} from one address");
    let bodies = format!(
        "headers of {} kB in {} lines, a body of {} MB where the route names no other limit, {} fields, {} files",
        limits.header_bytes >> 10,
        limits.header_count,
        limits.body >> 20,
        limits.form_fields,
        limits.form_files
    );
    let file = format!("at most {} MB, an upload at most {} MB;", FILE_LIMIT >> 20, UPLOAD_LIMIT >> 20);
    let draft = format!("a report has at most {DRAFT_FILES} files and {} MB in all;", DRAFT_SIZE >> 20);
    let case = format!("a case takes {CASE_FILES} files and {} GB", CASE_SIZE >> 30);
    let (head, idle, body) = (limits.header_time.as_secs(), limits.body_idle.as_secs(), limits.body_time.as_secs());
    let staff = format!("{} quiet minutes, {} hours at most", minutes(STAFF_IDLE), hours(STAFF_LIFE));
    let reporter = format!("{} quiet hours, {} hours at most", hours(REPORTER_IDLE), hours(REPORTER_LIFE));
    let link = format!("a link of 160 bits, good for {} hours and once", hours(accounts::link::LINK_LIFE));
    let token = format!("at most {} days", hours(accounts::token::TOKEN_LIFE_MAX) / 24);
    vec![
        ("V2.1.3", bodies),
        ("V2.1.3", format!("{DRAFTS_EACH} drafts a day")),
        ("V2.1.3", connections.clone()),
        ("V5.1.1", format!("{file} {draft} {case}")),
        ("V6.1.2", CONTEXT_WORDS.join(", ")),
        ("V6.1.2", format!("{PASSWORD_MIN} characters to 1,024 bytes")),
        ("V6.1.3", link),
        ("V6.1.3", token.clone()),
        ("V7.1.1", staff),
        ("V7.1.1", reporter),
        ("V13.1.2", connections),
        ("V13.1.3", format!("Request heads {head} seconds, silence in a body {idle}, whole bodies {body}")),
        ("V13.1.4", format!("API tokens: {token}")),
        ("V14.1.2", format!("Retention: drafts {} hours", hours(DRAFT_LASTS))),
    ]
}

#[test]
fn what_is_decided_is_written_down() {
    let text = text_of("docs/security-rules.md").split_whitespace().collect::<Vec<_>>().join(" ");
    let words = WORDS.iter().flat_map(|(id, phrases)| phrases.iter().map(|phrase| (*id, (*phrase).to_owned())));
    let written: Vec<(&str, String)> = words.chain(numbers()).collect();
    for (id, phrase) in &written {
        assert!(text.contains(phrase), "{id}: docs/security-rules.md does not say: {phrase}");
    }
    let rests: BTreeSet<String> = table()
        .iter()
        .filter(|(_, line)| line.tests().iter().any(|test| test == THIS))
        .map(|([chapter, section, number], _)| format!("V{chapter}.{section}.{number}"))
        .collect();
    let here: BTreeSet<String> = written.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(rests, here, "a requirement that rests on the rules needs a sentence of them here");
    assert!(text_of("SECURITY.md").contains("docs/security-rules.md"));
}
