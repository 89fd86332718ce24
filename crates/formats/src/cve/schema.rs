//! What the schema of CVE JSON 5.1 asks of a record and the container of its CNA, as far as our writer can break it.

use crate::json::Tree;
use crate::shape::{Fault, Field, Form, Shape, form, known};

/// Entries of references at most.
pub(super) const REFERENCES_MOST: usize = 512;

fn length(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.chars().count())
}

/// `CVE-`, year, and 4 to 19 digits.
fn is_id(text: &str) -> bool {
    form::is_cve(text) && text.rsplit('-').next().is_some_and(|number| number.len() <= 19)
}

/// A random UUID: version 4.
fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let begins = |at: usize, with: &str| parts.get(at).is_some_and(|part| part.starts_with(|c| with.contains(c)));
    lengths == [8, 4, 4, 4, 12]
        && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_hexdigit()))
        && begins(2, "4")
        && begins(3, "89abAB")
}

/// RFC 3339 in this and the last centuries, where the zone may be left out and no second is a leap second.
pub(super) fn is_date(text: &str) -> bool {
    let zoned = crate::csaf::date(text);
    let second = text.get(17..19).is_some_and(|second| second < "60");
    (text.starts_with("19") || text.starts_with('2')) && second && text.contains('T') && (form::DATE_TIME.fits)(&zoned)
}

/// A language with script and region at most.
pub(super) fn is_language(text: &str) -> bool {
    let mut parts = text.split(['-', '_']).peekable();
    let letters = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic())
    };
    let first = parts.next().is_some_and(|part| letters(part, 2..=4));
    let _ = parts.next_if(|part| letters(part, 4..=4));
    let region = |part: &&str| letters(part, 2..=2) || (part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()));
    let _ = parts.next_if(region);
    first && parts.next().is_none()
}

static UUID: Form = Form { what: "a random UUID", fits: is_uuid };
static SHORT: Form =
    Form { what: "a name of 2 to 32 characters", fits: |text| (2..=32).contains(&text.chars().count()) };
static ID: Form = Form { what: "a CVE id such as CVE-2026-12345", fits: is_id };
static DATE: Form = Form { what: "a date and time such as 2026-11-22T00:41:07Z", fits: is_date };
static LANGUAGE: Form = Form { what: "a language such as en or pt-BR", fits: is_language };
static TITLE: Form = Form { what: "a text of 1 to 256 characters", fits: |text| length(text, 256) };
static NAME: Form = Form { what: "a text of 1 to 512 characters", fits: |text| length(text, 512) };
static VERSION: Form = Form { what: "a text of 1 to 1024 characters", fits: |text| length(text, 1024) };
static KIND: Form = Form { what: "a text of 1 to 128 characters", fits: |text| length(text, 128) };
static LONG: Form = Form { what: "a text of 1 to 2048 characters", fits: |text| length(text, 2048) };
static TEXT: Form = Form { what: "a text of 1 to 4096 characters", fits: |text| length(text, 4096) };
static ADDRESS: Form =
    Form { what: "an address of at most 2048 characters", fits: |text| length(text, 2048) && form::is_uri(text) };
static CWE: Form = Form { what: "a CWE id such as CWE-79", fits: |text| form::is_cwe(text) && text.len() <= 9 };

static UUID_SHAPE: Shape = Shape::Text(&UUID);
static SHORT_SHAPE: Shape = Shape::Text(&SHORT);
static ID_SHAPE: Shape = Shape::Text(&ID);
static DATE_SHAPE: Shape = Shape::Text(&DATE);
static LANGUAGE_SHAPE: Shape = Shape::Text(&LANGUAGE);
static TITLE_SHAPE: Shape = Shape::Text(&TITLE);
static NAME_SHAPE: Shape = Shape::Text(&NAME);
static VERSION_SHAPE: Shape = Shape::Text(&VERSION);
static KIND_SHAPE: Shape = Shape::Text(&KIND);
static LONG_SHAPE: Shape = Shape::Text(&LONG);
static TEXT_SHAPE: Shape = Shape::Text(&TEXT);
static ADDRESS_SHAPE: Shape = Shape::Text(&ADDRESS);
static CWE_SHAPE: Shape = Shape::Text(&CWE);
static STATUS: Shape = Shape::Word(&["affected", "unaffected", "unknown"]);

static SAID: Shape = Shape::object(&[Field::Must("lang", &LANGUAGE_SHAPE), Field::Must("value", &TEXT_SHAPE)]);
static SAIDS: Shape = Shape::List { of: &SAID, least: 1, unique: true };
static PROVIDER: Shape = Shape::object(&[
    Field::Must("orgId", &UUID_SHAPE),
    Field::May("shortName", &SHORT_SHAPE),
    Field::May("dateUpdated", &DATE_SHAPE),
]);
static REFERENCE: Shape = Shape::object(&[Field::Must("url", &ADDRESS_SHAPE), Field::May("name", &NAME_SHAPE)]);
static REFERENCES: Shape = Shape::List { of: &REFERENCE, least: 1, unique: true };
static PROBLEM: Shape = Shape::object(&[
    Field::Must("lang", &LANGUAGE_SHAPE),
    Field::Must("description", &TEXT_SHAPE),
    Field::May("cweId", &CWE_SHAPE),
    Field::May("type", &KIND_SHAPE),
]);
static PROBLEMS: Shape = Shape::List { of: &PROBLEM, least: 1, unique: true };
static PROBLEM_TYPE: Shape = Shape::object(&[Field::Must("descriptions", &PROBLEMS)]);
static PROBLEM_TYPES: Shape = Shape::List { of: &PROBLEM_TYPE, least: 1, unique: true };
static EXACT: Shape = Shape::object(&[
    Field::Must("version", &VERSION_SHAPE),
    Field::Must("status", &STATUS),
    Field::May("versionType", &KIND_SHAPE),
]);
static RANGE: Shape = Shape::object(&[
    Field::Must("version", &VERSION_SHAPE),
    Field::Must("status", &STATUS),
    Field::Must("versionType", &KIND_SHAPE),
    Field::May("lessThan", &VERSION_SHAPE),
    Field::May("lessThanOrEqual", &VERSION_SHAPE),
]);
static ENTRY: Shape = Shape::Choose(|entry| {
    let ranged = entry.get("lessThan").is_some() || entry.get("lessThanOrEqual").is_some();
    if ranged { &RANGE } else { &EXACT }
});
static VERSIONS: Shape = Shape::List { of: &ENTRY, least: 1, unique: true };
static PRODUCT: Shape = Shape::object(&[
    Field::May("vendor", &NAME_SHAPE),
    Field::May("product", &LONG_SHAPE),
    Field::May("collectionURL", &ADDRESS_SHAPE),
    Field::May("packageName", &LONG_SHAPE),
    Field::May("repo", &ADDRESS_SHAPE),
    Field::May("defaultStatus", &STATUS),
    Field::May("versions", &VERSIONS),
]);
static PRODUCTS: Shape = Shape::List { of: &PRODUCT, least: 1, unique: false };
static PUBLISHED: Shape = Shape::object(&[
    Field::Must("providerMetadata", &PROVIDER),
    Field::Must("descriptions", &SAIDS),
    Field::Must("affected", &PRODUCTS),
    Field::Must("references", &REFERENCES),
    Field::May("title", &TITLE_SHAPE),
    Field::May("datePublic", &DATE_SHAPE),
    Field::May("credits", &SAIDS),
    Field::May("exploits", &SAIDS),
    Field::May("solutions", &SAIDS),
    Field::May("workarounds", &SAIDS),
    Field::May("problemTypes", &PROBLEM_TYPES),
]);
static REJECTED: Shape =
    Shape::object(&[Field::Must("providerMetadata", &PROVIDER), Field::Must("rejectedReasons", &SAIDS)]);
static CNA: Shape = Shape::Choose(|cna| if cna.get("rejectedReasons").is_some() { &REJECTED } else { &PUBLISHED });
static CONTAINERS: Shape = Shape::object(&[Field::Must("cna", &CNA)]);
static STATE: Shape = Shape::Word(&["PUBLISHED", "REJECTED"]);
static META: Shape = Shape::object(&[
    Field::Must("cveId", &ID_SHAPE),
    Field::Must("assignerOrgId", &UUID_SHAPE),
    Field::Must("state", &STATE),
    Field::May("assignerShortName", &SHORT_SHAPE),
    Field::May("datePublished", &DATE_SHAPE),
    Field::May("dateRejected", &DATE_SHAPE),
    Field::May("dateUpdated", &DATE_SHAPE),
]);
static RECORD_TYPE: Shape = Shape::Word(&["CVE_RECORD"]);
static RECORD: Shape = Shape::object(&[
    Field::Must("dataType", &RECORD_TYPE),
    Field::Must("cveMetadata", &META),
    Field::Must("containers", &CONTAINERS),
]);

/// What is wrong with a record.
pub(crate) fn faults(record: &Tree) -> Vec<Fault> {
    let mut faults = known(&RECORD, record);
    let Some(cna) = record.get("containers").and_then(|containers| containers.get("cna")) else { return faults };
    let mut fault = |pointer: String, message: &str| {
        faults.push(Fault { pointer, message: message.to_owned(), extra: false });
    };
    let word = |of: &Tree, key: &str| of.get(key).and_then(Tree::as_str).map(str::to_owned);
    let rejected = record.get("cveMetadata").and_then(|meta| word(meta, "state")).as_deref() == Some("REJECTED");
    if rejected != cna.get("rejectedReasons").is_some() {
        fault("/containers/cna".to_owned(), "is not that of the record's state");
    }
    let list = |key: &str| cna.get(key).and_then(Tree::as_array).into_iter().flatten();
    let mut languages = list("descriptions").filter_map(|said| word(said, "lang"));
    if !rejected && !languages.any(|language| language.to_lowercase().starts_with("en")) {
        fault("/containers/cna/descriptions".to_owned(), "has none in English; add one");
    }
    if list("references").count() > REFERENCES_MOST {
        fault("/containers/cna/references".to_owned(), "has more than 512 entries");
    }
    for (at, product) in list("affected").enumerate() {
        let both = |one: &str, other: &str| product.get(one).is_some() && product.get(other).is_some();
        if !both("vendor", "product") && !both("collectionURL", "packageName") {
            let message = "names neither vendor and product nor collectionURL and packageName";
            fault(format!("/containers/cna/affected/{at}"), message);
        }
        if product.get("versions").is_none() && product.get("defaultStatus").is_none() {
            fault(format!("/containers/cna/affected/{at}"), "has neither versions nor defaultStatus");
        }
    }
    faults
}
