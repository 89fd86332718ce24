//! CVSS 2.0, 3.0, 3.1 and 4.0: vectors read, written, built and scored, with every group of metrics.
//!
//! One table a version (`metrics(version)`) says which metrics there are, in which order they are written, which
//! values are legal and what they mean; the reader, the writer, the builder and a form all go by it. Scores are
//! computed in tenths by the equations of the specifications, so that no floating-point residue decides a rounding:
//! where implementations differ on 3.0 (`2.5 * 0.92` is exactly 2.3, and in binary arithmetic a little more), the
//! value here is the one that the specification's decimal arithmetic gives.
//!
//! Sources: CVSS v2.0 Complete Guide section 3.2; v3.0 specification section 8; v3.1 specification section 7 and
//! appendix A; v4.0 specification sections 7 and 8 with the MacroVector table of FIRST's calculator.

mod builder;
mod error;
mod macrovector;
mod metric;
mod metrics_v2;
mod metrics_v3;
mod metrics_v4;
mod score;
mod score_v2;
mod score_v3;
mod score_v4;
mod vector;

pub use builder::Builder;
pub use error::CvssError;
pub use metric::{Group, Metric, MetricValue, Version, metrics};
pub use score::{Nomenclature, Score, Scores, Severity};
pub use vector::{MAX_VECTOR_BYTES, Vector};
