//! The columns of the platforms' CSV exports.
//!
//! HackerOne's inbox export and Bugcrowd's submissions export have fixed English names. Intigriti's has names that a
//! person reads ("Submission code", "Close reason"); its vendor publishes no list of them, so that one is read by a
//! table of likely names. A name is compared by its letters and digits alone. What no table knows is kept.

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Column {
    Id,
    Title,
    Body,
    Impact,
    Remedy,
    /// More of the body, under a heading.
    Part(&'static str),
    /// Coarse: open or closed.
    MainState,
    State,
    CloseReason,
    /// Whether it repeats another.
    IsDuplicate,
    /// The id of the other.
    Original,
    SeverityWord,
    SeverityScore,
    Vector,
    Priority,
    Weakness,
    Cwe,
    Vrt,
    Reporter,
    Collaborators,
    Submitted,
    FirstAnswer,
    Triaged,
    Awarded,
    Closed,
    Disclosed,
    Updated,
    Bounty,
    Bonus,
    Currency,
    Programme,
    Asset,
    AssetKind,
    Address,
    Link,
    Cves,
    Reference,
}

use Column as C;

/// HackerOne's names.
pub(super) const HACKERONE: &[(&str, Column)] = &[
    ("id", C::Id),
    ("title", C::Title),
    ("vulnerabilityinformation", C::Body),
    ("severityrating", C::SeverityWord),
    ("severityscore", C::SeverityScore),
    ("cvssvectorstring", C::Vector),
    ("state", C::MainState),
    ("substate", C::State),
    ("weakness", C::Weakness),
    ("reportedat", C::Submitted),
    ("createdat", C::Submitted),
    ("firstresponseat", C::FirstAnswer),
    ("triagedat", C::Triaged),
    ("closedat", C::Closed),
    ("awardedat", C::Awarded),
    ("disclosedat", C::Disclosed),
    ("reporter", C::Reporter),
    ("bounty", C::Bounty),
    ("bonus", C::Bonus),
    ("currency", C::Currency),
    ("program", C::Programme),
    ("programhandle", C::Programme),
    ("reference", C::Reference),
    ("referenceurl", C::Reference),
    ("structuredscope", C::Asset),
    ("originalreportid", C::Original),
    ("cveids", C::Cves),
    ("collaboratingusers", C::Collaborators),
];

/// Bugcrowd's names.
pub(super) const BUGCROWD: &[(&str, Column)] = &[
    ("referencenumber", C::Id),
    ("submissionid", C::Id),
    ("uuid", C::Id),
    ("bountycode", C::Programme),
    ("programcode", C::Programme),
    ("programname", C::Programme),
    ("engagementcode", C::Programme),
    ("username", C::Reporter),
    ("researcher", C::Reporter),
    ("title", C::Title),
    ("priority", C::Priority),
    ("severity", C::Priority),
    ("cvssvector", C::Vector),
    ("cvssscore", C::SeverityScore),
    ("amount", C::Bounty),
    ("currency", C::Currency),
    ("paidat", C::Awarded),
    ("vrtlineage", C::Weakness),
    ("vrtid", C::Vrt),
    ("state", C::MainState),
    ("substate", C::State),
    ("duplicate", C::IsDuplicate),
    ("duplicateof", C::Original),
    ("bugurl", C::Address),
    ("description", C::Body),
    ("httprequest", C::Part("HTTP request")),
    ("extrainfo", C::Part("Extra information")),
    ("submittedat", C::Submitted),
    ("validatedat", C::Triaged),
    ("closedat", C::Closed),
    ("targetname", C::Asset),
    ("targetcategory", C::AssetKind),
    ("remediationadvice", C::Remedy),
    ("vulnerabilityreferences", C::Reference),
];

/// Likely names of Intigriti's: its knowledge base and API pages name no column of the export (looked for in November 2026),
/// so these are the words that its submission pages use, and any case, blank or underscore in them is passed over.
pub(super) const INTIGRITI: &[(&str, Column)] = &[
    ("submissioncode", C::Id),
    ("code", C::Id),
    ("submissionid", C::Id),
    ("id", C::Id),
    ("title", C::Title),
    ("submissiontitle", C::Title),
    ("description", C::Body),
    ("pocdescription", C::Body),
    ("proofofconcept", C::Body),
    ("impact", C::Impact),
    ("recommendedsolution", C::Remedy),
    ("state", C::State),
    ("status", C::State),
    ("submissionstate", C::State),
    ("closereason", C::CloseReason),
    ("closedreason", C::CloseReason),
    ("duplicate", C::IsDuplicate),
    ("duplicateof", C::Original),
    ("originalsubmission", C::Original),
    ("severity", C::SeverityWord),
    ("severityscore", C::SeverityScore),
    ("cvssscore", C::SeverityScore),
    ("cvss", C::Vector),
    ("cvssvector", C::Vector),
    ("severityvector", C::Vector),
    ("type", C::Weakness),
    ("vulnerabilitytype", C::Weakness),
    ("category", C::Weakness),
    ("cwe", C::Cwe),
    ("researcher", C::Reporter),
    ("submitter", C::Reporter),
    ("username", C::Reporter),
    ("collaborators", C::Collaborators),
    ("created", C::Submitted),
    ("createdat", C::Submitted),
    ("createdon", C::Submitted),
    ("submittedat", C::Submitted),
    ("submissiondate", C::Submitted),
    ("acceptedat", C::Triaged),
    ("triagedat", C::Triaged),
    ("closedat", C::Closed),
    ("lastupdated", C::Updated),
    ("lastupdatedat", C::Updated),
    ("updatedat", C::Updated),
    ("bounty", C::Bounty),
    ("totalpayout", C::Bounty),
    ("payout", C::Bounty),
    ("bonus", C::Bonus),
    ("currency", C::Currency),
    ("program", C::Programme),
    ("programname", C::Programme),
    ("programhandle", C::Programme),
    ("domain", C::Asset),
    ("asset", C::Asset),
    ("assettype", C::AssetKind),
    ("domaintype", C::AssetKind),
    ("endpoint", C::Address),
    ("endpointvulnerablecomponent", C::Address),
    ("vulnerablecomponent", C::Address),
    ("url", C::Link),
    ("link", C::Link),
    ("submissionurl", C::Link),
    ("cve", C::Cves),
    ("externalreference", C::Reference),
];

/// Letters and digits of a name, lower case.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// What the columns of a file say. A second column that says the same is kept apart, like one that is unknown.
pub(super) fn of(headers: &[String], table: &[(&str, Column)]) -> Vec<Option<Column>> {
    let mut seen = Vec::new();
    let once = |column: Column, seen: &mut Vec<Column>| {
        let again = seen.contains(&column);
        if !again {
            seen.push(column);
        }
        (!again || matches!(column, C::Reference | C::Part(_))).then_some(column)
    };
    headers
        .iter()
        .map(|header| {
            let name = plain(header);
            let known = table.iter().find_map(|(known, column)| (*known == name).then_some(*column))?;
            once(known, &mut seen)
        })
        .collect()
}
