//! `/vulnerabilities[]/metrics[]` of version 2.1: CVSS, SSVC, EPSS and the qualitative rating.

use super::newer::EXTENSIONS;
use super::{FILLED_SET, TIME, URI, cvss, cvss4, ssvc, text};
use crate::csaf::words21;
use crate::shape::{Field::May, Field::Must, Shape};

pub(super) static METRIC: Shape =
    Shape::object(&[Must("content", &CONTENT), Must("products", &FILLED_SET), May("source", &URI)]);

static CONTENT: Shape = Shape::at_least(
    1,
    &[
        May("cvss_v2", &cvss::V2),
        May("cvss_v3", &Shape::Choose(cvss::v3)),
        May("cvss_v4", &Shape::Choose(cvss4::v4)),
        May("epss", &EPSS),
        May("qualitative_severity_rating", &Shape::Word(&["critical", "high", "low", "medium", "none"])),
        May("ssvc_v2", &ssvc::SELECTIONS),
        May("x_extensions", &EXTENSIONS),
    ],
);

static SHARE: Shape = text(&words21::SHARE);

static EPSS: Shape =
    Shape::object(&[Must("percentile", &SHARE), Must("probability", &SHARE), Must("timestamp", &TIME)]);
