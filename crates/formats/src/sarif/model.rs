//! The objects of SARIF 2.1.0, section 3, under its own names.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// The version that is read and written.
pub(super) const VERSION: &str = "2.1.0";
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

macro_rules! object {
    ($(#[$about:meta])* $name:ident { $($(#[$field_about:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$field_about])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $field: Option<$kind>,)*
            /// Properties that have no field here, as they stood.
            #[serde(flatten)]
            pub kept: Map<String, Value>,
        }
    };
}

/// A log file (3.13).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Log {
    /// Always 2.1.0.
    pub version: String,
    /// What the tools found; `None` where whoever wrote it tried to find out in vain (3.13.4).
    pub runs: Option<Vec<Run>>,
    /// Properties that have no field here, `$schema` among them.
    #[serde(flatten)]
    pub kept: Map<String, Value>,
}

/// What one run of one tool found (3.14).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Which tool.
    pub tool: Tool,
    /// What it found; absent where it only began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub results: Option<Vec<ResultItem>>,
    /// Properties that have no field here.
    #[serde(flatten)]
    pub kept: Map<String, Value>,
}

/// A tool (3.18).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tool {
    /// The tool itself.
    pub driver: Component,
    /// What was added to it, with rules of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extensions: Option<Vec<Component>>,
    /// Properties that have no field here.
    #[serde(flatten)]
    pub kept: Map<String, Value>,
}

/// A tool or a part of one (3.19).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Component {
    /// Its name.
    pub name: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Where more is said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub information_uri: Option<String>,
    /// What it looks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<Rule>>,
    /// Properties that have no field here.
    #[serde(flatten)]
    pub kept: Map<String, Value>,
}

/// What a tool looks for (3.49).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// One line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_description: Option<Text>,
    /// All of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_description: Option<Text>,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
    /// Where more is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help_uri: Option<String>,
    /// How it is set unless somebody sets it otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_configuration: Option<Configuration>,
    /// Properties that have no field here.
    #[serde(flatten)]
    pub kept: Map<String, Value>,
}

/// A finding (3.27).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultItem {
    /// By which rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<String>,
    /// The rule's place in the driver's list; -1 stands for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_index: Option<i64>,
    /// How bad; see [`Run::level`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// What it is.
    pub message: Message,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locations: Option<Vec<Location>>,
    /// What it is known by from run to run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprints: Option<BTreeMap<String, String>>,
    /// What such a thing can be made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial_fingerprints: Option<BTreeMap<String, String>>,
    /// Properties that have no field here, `codeFlows` among them.
    #[serde(flatten)]
    pub kept: Map<String, Value>,
}

object! {
    /// A text with or without Markdown (3.12).
    Text {
        /// Plain.
        text: String,
        /// With marks.
        markdown: String,
    }
}

object! {
    /// A message (3.11).
    Message {
        /// Plain.
        text: String,
        /// With marks.
        markdown: String,
        /// The name of a message of the rule.
        id: String,
    }
}

object! {
    /// How a rule is set (3.50).
    Configuration {
        /// How bad.
        level: Level,
        /// Whether it is looked for.
        enabled: bool,
    }
}

object! {
    /// Where something is (3.28).
    Location {
        /// In a file.
        physical_location: Physical,
    }
}

object! {
    /// Where in a file (3.29).
    Physical {
        /// The file.
        artifact_location: ArtifactLocation,
        /// The place in it.
        region: Region,
    }
}

object! {
    /// A file (3.4).
    ArtifactLocation {
        /// Its address, often from a base.
        uri: String,
        /// The name of the base.
        uri_base_id: String,
    }
}

object! {
    /// A place in a file (3.30), lines and columns from 1.
    Region {
        /// First line.
        start_line: u64,
        /// First column.
        start_column: u64,
        /// Last line.
        end_line: u64,
        /// One behind the last column.
        end_column: u64,
        /// The words there.
        snippet: Text,
    }
}

/// How bad a finding is (3.27.10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Says nothing about how bad.
    None,
    /// To be known.
    Note,
    /// A fault.
    #[default]
    Warning,
    /// A bad fault.
    Error,
}

impl Log {
    /// A log of these runs.
    pub fn new(runs: Vec<Run>) -> Self {
        let kept = Map::from_iter([("$schema".to_owned(), SCHEMA.into())]);
        Self { version: VERSION.to_owned(), runs: Some(runs), kept }
    }

    /// As a JSON value.
    pub fn value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl Run {
    /// The rules of this run, to be looked up for its findings.
    pub fn rules(&self) -> Rules<'_> {
        let extensions = self.tool.extensions.iter().flatten();
        let components = std::iter::once(&self.tool.driver).chain(extensions);
        let lists: Vec<&[Rule]> = components.map(|part| part.rules.as_deref().unwrap_or_default()).collect();
        // Of two with one id the first counts.
        let by_id =
            lists.iter().rev().flat_map(|list| list.iter().rev()).map(|rule| (rule.id.as_str(), rule)).collect();
        Rules { lists, by_id }
    }
}

/// The rules of a run.
#[derive(Debug, Clone)]
pub struct Rules<'a> {
    /// Those of the driver, then those of each extension.
    lists: Vec<&'a [Rule]>,
    by_id: HashMap<&'a str, &'a Rule>,
}

/// Parts of the id of a finding that are left off at most to find its rule.
const PARTS: usize = 16;

impl<'a> Rules<'a> {
    /// The rule of a finding: by its place in the part of the tool that it names, else by its id, else by the id that
    /// its own begins with (3.27.5 to 3.27.7, 3.52).
    pub fn rule(&self, of: &ResultItem) -> Option<&'a Rule> {
        let named = of.kept.get("rule");
        let list = match named.and_then(|named| named.get("toolComponent")) {
            None => self.lists.first(),
            Some(part) => part.get("index").and_then(place).and_then(|index| self.lists.get(index + 1)),
        };
        let own = of.rule_index.and_then(|index| usize::try_from(index).ok());
        let index = own.or_else(|| named?.get("index").and_then(place));
        let id = of.rule_id.as_deref().or_else(|| named?.get("id")?.as_str());
        index.zip(list).and_then(|(index, list)| list.get(index)).or_else(|| {
            let ids = std::iter::successors(id, |id| Some(id.rsplit_once('/')?.0));
            ids.take(PARTS).find_map(|id| self.by_id.get(id).copied())
        })
    }

    /// How bad a finding is: its own word, else `none` where it is of another kind than `fail`, else the rule's, else
    /// `warning` (3.27.10).
    pub fn level(&self, of: &ResultItem) -> Level {
        let fails = of.kept.get("kind").and_then(Value::as_str).is_none_or(|kind| kind == "fail");
        let ruled = || self.rule(of)?.default_configuration.as_ref()?.level;
        of.level.or((!fails).then_some(Level::None)).or_else(ruled).unwrap_or_default()
    }
}

/// A place in a list; no place for -1.
fn place(value: &Value) -> Option<usize> {
    usize::try_from(value.as_u64()?).ok().filter(|place| *place < usize::MAX)
}
