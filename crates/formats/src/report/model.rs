//! A report as it comes from elsewhere, in one form whatever platform it was on.
//!
//! Serialised, this is also our own line of JSON Lines. Every field but `id` may be absent; instants are RFC 3339;
//! short forms (a word for `severity`, a name for `weakness`, `reporter` or `asset`, a sum for `bounty`) are read too,
//! see `own`.

use super::state::{Outcome, State};
use crate::cvss;
use crate::money::Money;
use crate::stamp::Stamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// Where it was sent: `hackerone`, `bugcrowd`, `intigriti`, or any word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub platform: String,
    /// Its id there; with `platform` it says whether it was imported before. Never empty.
    pub id: String,
    /// Where it can be seen there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// One line; empty where there is none.
    pub title: String,
    /// What somebody wrote who had understood it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The report itself, Markdown; empty where an export leaves it out.
    pub body: String,
    /// What can come of it, where the form asked for it apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impact: Option<String>,
    /// Advice on the fix, where it stands apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The kind of fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weakness: Option<Weakness>,
    /// How bad it is, as the platform last had it.
    #[serde(skip_serializing_if = "Severity::is_empty")]
    pub severity: Severity,
    /// Where it stood.
    pub state: State,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Whether an answer of the reporter was awaited.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub waiting: bool,
    /// The platform's own words for where it stood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// The id of the report that it repeats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<String>,
    /// Who sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reporter: Option<Person>,
    /// Who else had a share in it, by handle.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub collaborators: Vec<String>,
    /// The programme's handle or name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub programme: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset: Option<Target>,
    /// When what happened.
    #[serde(flatten)]
    pub times: Times,
    /// What was paid.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rewards: Vec<Reward>,
    /// Comments and steps, in the order of the export.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub activities: Vec<Activity>,
    /// Files, by reference.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// CVE ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cves: Vec<String>,
    /// Issue trackers and pages that it names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// The programme's own fields, by label.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub custom: BTreeMap<String, String>,
    /// What was in the export and is not understood, by its path there.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub kept: Map<String, Value>,
    /// What a person should know about how this was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// The kind of fault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Weakness {
    /// In the platform's words.
    pub name: String,
    /// The number of a CWE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwe: Option<u32>,
    /// The id of a node of the VRT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vrt: Option<String>,
}

/// How bad it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Severity {
    /// `none`, `low`, `medium`, `high`, `critical`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word: Option<cvss::Severity>,
    /// 0.0 to 10.0, as the platform computed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// A CVSS vector that reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vector: Option<String>,
    /// 1 (most urgent) to 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u8>,
}

impl Severity {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Somebody on a platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// The handle; empty where only a name is known.
    pub handle: String,
    /// A name to be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What a report is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Target {
    /// As the programme lists it; empty where only an address is known.
    pub identifier: String,
    /// The platform's word for its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Where the fault was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// When what happened; in JSON these stand beside the other fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Times {
    /// Sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<Stamp>,
    /// First answered by the team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_answer_at: Option<Stamp>,
    /// Found valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub triaged_at: Option<Stamp>,
    /// Last rewarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awarded_at: Option<Stamp>,
    /// Closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Stamp>,
    /// Published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disclosed_at: Option<Stamp>,
    /// Last touched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Stamp>,
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reward {
    /// How much.
    #[serde(flatten)]
    pub sum: Money,
    /// `bounty` or `bonus`.
    pub kind: String,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Stamp>,
}

/// Something that was said or done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Activity {
    /// Its id on the platform.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// The platform's word: `activity-comment`, `comment`.
    pub kind: String,
    /// Who, by handle or name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Whether the reporter could not see it.
    pub team_only: bool,
    /// What was said; empty for a mere step.
    pub text: String,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Stamp>,
    /// Files, by reference.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// What else is said about it.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub data: Map<String, Value>,
}

/// A file, by reference: nothing is fetched here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attachment {
    /// Its id on the platform.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its media type, as claimed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Its length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Where it lay; such addresses end soon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}
