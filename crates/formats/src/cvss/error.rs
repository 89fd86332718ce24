//! What is wrong with a vector: which part, where, and what would be right.

use super::metric::Version;

/// Why a text is no vector. `at` counts bytes from the beginning of the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CvssError {
    /// Nothing but white space.
    #[error("the vector is empty")]
    Empty,
    /// Longer than any vector can be.
    #[error("the vector is {bytes} bytes long; none is longer than {limit}", limit = super::MAX_VECTOR_BYTES)]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// It begins with `CVSS:` and another version than those known.
    #[error("\"{found}\" is no version known here; CVSS:3.0, CVSS:3.1 and CVSS:4.0 are, and 2.0 without a prefix")]
    UnknownVersion {
        /// The part up to the first slash.
        found: String,
    },
    /// A part between slashes that is not `METRIC:VALUE`.
    #[error(
        "\"{part}\" at byte {at} is not METRIC:VALUE; a vector looks like CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
    )]
    NotAPair {
        /// Where the part begins.
        at: usize,
        /// The part.
        part: String,
    },
    /// A metric that the version does not have.
    #[error("\"{code}\" at byte {at} is no metric of CVSS {}{hint}", version.as_str())]
    UnknownMetric {
        /// Where it begins.
        at: usize,
        /// What stands there.
        code: String,
        /// The version that the vector is of.
        version: Version,
        /// What else to say, or nothing.
        hint: &'static str,
    },
    /// A value that the metric does not have.
    #[error("\"{value}\" at byte {at} is no value of {metric}; legal are {legal}")]
    UnknownValue {
        /// Where the metric begins.
        at: usize,
        /// The metric.
        metric: &'static str,
        /// What stands there.
        value: String,
        /// The legal values, separated by commas.
        legal: String,
    },
    /// A metric stands there twice.
    #[error("{metric} at byte {at} stands there a second time")]
    Twice {
        /// Where the second begins.
        at: usize,
        /// The metric.
        metric: &'static str,
    },
    /// 4.0 fixes the order of metrics (its section 7 and its JSON schema).
    #[error("{metric} at byte {at} comes after {after}; CVSS 4.0 has a fixed order in which it comes before")]
    OutOfOrder {
        /// Where it begins.
        at: usize,
        /// The metric.
        metric: &'static str,
        /// The one that it should precede.
        after: &'static str,
    },
    /// Base metrics that are not there.
    #[error("missing: {}", missing.join(", "))]
    Missing {
        /// Their letters, in order.
        missing: Vec<&'static str>,
    },
}
