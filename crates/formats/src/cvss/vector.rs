//! A vector: which value each metric has. Read from text, written in the order of the specification.

use super::error::CvssError;
use super::metric::{Group, Metric, MetricValue, Version, metrics};
use super::{score, score_v2, score_v3, score_v4};
use std::fmt;
use std::str::FromStr;

/// Longer texts are no vectors: the longest of 4.0 has 183 bytes.
pub const MAX_VECTOR_BYTES: usize = 256;

/// As many metrics as the largest version has.
pub(super) const MAX_METRICS: usize = 32;

/// No value for this metric.
pub(super) const ABSENT: u8 = u8::MAX;

/// A complete vector: every base metric has a value, every value is legal.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Vector {
    pub(super) version: Version,
    /// Place of the value in the metric's table, or [`ABSENT`].
    pub(super) places: [u8; MAX_METRICS],
}

impl Vector {
    /// Which version it is of.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The value of a metric, if it is written in the vector.
    pub fn get(&self, code: &str) -> Option<&'static MetricValue> {
        let at = place_of(self.version, code)?;
        metrics(self.version)[at].values.get(usize::from(self.places[at]))
    }

    /// The metrics that are written, with their values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Metric, &'static MetricValue)> + '_ {
        let table = metrics(self.version).iter().zip(self.places);
        table.filter_map(|(metric, place)| metric.values.get(usize::from(place)).map(|value| (metric, value)))
    }

    /// Whether a group says anything: at least one of its metrics has a value other than "not defined".
    pub fn has(&self, group: Group) -> bool {
        let not_defined = self.version.not_defined();
        self.iter().any(|(metric, value)| metric.group == group && value.code != not_defined)
    }

    /// Every score that the vector's groups give.
    pub fn scores(&self) -> score::Scores {
        match self.version {
            Version::V20 => score_v2::scores(self),
            Version::V30 | Version::V31 => score_v3::scores(self),
            Version::V40 => score_v4::scores(self),
        }
    }

    /// Which groups stand behind the score (4.0, section 1.3); `None` for other versions.
    pub fn nomenclature(&self) -> Option<score::Nomenclature> {
        let (threat, environmental) = (self.has(Group::Threat), self.has(Group::Environmental));
        (self.version == Version::V40).then_some(match (threat, environmental) {
            (false, false) => score::Nomenclature::B,
            (true, false) => score::Nomenclature::Bt,
            (false, true) => score::Nomenclature::Be,
            (true, true) => score::Nomenclature::Bte,
        })
    }

    /// The same vector without a word about "not defined".
    #[must_use]
    pub fn shortened(&self) -> Self {
        let mut short = *self;
        for (metric, place) in metrics(self.version).iter().zip(&mut short.places) {
            let value = metric.values.get(usize::from(*place));
            if value.is_some_and(|v| v.code == self.version.not_defined()) {
                *place = ABSENT;
            }
        }
        short
    }
}

/// Where a metric stands in its version's table.
pub(super) fn place_of(version: Version, code: &str) -> Option<usize> {
    metrics(version).iter().position(|metric| metric.code == code)
}

/// Base metrics without a value.
pub(super) fn missing(version: Version, places: &[u8; MAX_METRICS]) -> Vec<&'static str> {
    let table = metrics(version).iter().zip(places);
    table.filter(|(m, p)| m.group == Group::Base && **p == ABSENT).map(|(m, _)| m.code).collect()
}

impl FromStr for Vector {
    type Err = CvssError;

    /// White space around the vector is no fault; everything inside is read exactly, case included.
    fn from_str(text: &str) -> Result<Self, CvssError> {
        let start = text.len() - text.trim_start().len();
        let vector = text.trim();
        if vector.is_empty() {
            return Err(CvssError::Empty);
        }
        if vector.len() > MAX_VECTOR_BYTES {
            return Err(CvssError::TooLong { bytes: vector.len() });
        }
        let version = version_of(vector)?;
        let mut reader = Reader { version, places: [ABSENT; MAX_METRICS], last: None };
        let mut at = start + version.prefix().len();
        for part in vector[version.prefix().len()..].split('/') {
            reader.part(at, part)?;
            at += part.len() + 1;
        }
        let missing = missing(version, &reader.places);
        if missing.is_empty() {
            Ok(Self { version, places: reader.places })
        } else {
            Err(CvssError::Missing { missing })
        }
    }
}

fn version_of(vector: &str) -> Result<Version, CvssError> {
    let later = [Version::V31, Version::V40, Version::V30];
    if let Some(version) = later.into_iter().find(|v| vector.starts_with(v.prefix())) {
        return Ok(version);
    }
    if vector.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("CVSS:")) {
        let found = vector.split('/').next().unwrap_or_default().to_owned();
        return Err(CvssError::UnknownVersion { found });
    }
    Ok(Version::V20)
}

struct Reader {
    version: Version,
    places: [u8; MAX_METRICS],
    /// Place of the metric read last.
    last: Option<usize>,
}

impl Reader {
    fn part(&mut self, at: usize, part: &str) -> Result<(), CvssError> {
        let table = metrics(self.version);
        let (code, value) = part.split_once(':').ok_or_else(|| CvssError::NotAPair { at, part: part.to_owned() })?;
        // Most vectors keep the order: the next metric is the likeliest.
        let next = self.last.map_or(0, |last| last + 1);
        let place = match table.get(next) {
            Some(metric) if metric.code == code => next,
            _ => place_of(self.version, code).ok_or_else(|| self.unknown(at, code))?,
        };
        let metric = &table[place];
        let found = metric.values.iter().position(|v| v.code == value).and_then(|p| u8::try_from(p).ok());
        let Some(found) = found else {
            let legal: Vec<_> = metric.values.iter().map(|v| v.code).collect();
            let legal = legal.join(", ");
            return Err(CvssError::UnknownValue { at, metric: metric.code, value: value.to_owned(), legal });
        };
        if self.places[place] != ABSENT {
            return Err(CvssError::Twice { at, metric: metric.code });
        }
        if let Some(last) = self.last.filter(|last| self.version == Version::V40 && *last > place) {
            return Err(CvssError::OutOfOrder { at, metric: metric.code, after: table[last].code });
        }
        self.places[place] = found;
        self.last = Some(place);
        Ok(())
    }

    fn unknown(&self, at: usize, code: &str) -> CvssError {
        let hint = match self.version {
            Version::V20 => " (a vector without \"CVSS:\" in front is read as 2.0)",
            _ => "",
        };
        CvssError::UnknownMetric { at, code: code.to_owned(), version: self.version, hint }
    }
}

impl fmt::Display for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = self.version.prefix();
        for (metric, value) in self.iter() {
            write!(f, "{before}{}:{}", metric.code, value.code)?;
            before = "/";
        }
        Ok(())
    }
}

impl fmt::Debug for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vector({self})")
    }
}

impl serde::Serialize for Vector {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Vector {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
