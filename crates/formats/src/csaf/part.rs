//! To which part of a document a fault of the schema belongs: some parts have a test of their own.

use super::Edition;
use crate::shape::Fault;

/// A part of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// CSAF's own.
    Document,
    /// A CVSS object of version 2.0 or 3.x, whose schema lets other properties be.
    OlderCvss,
    /// A CVSS object of version 4.0, whose schema does not.
    Cvss4,
    /// An SSVC object.
    Ssvc,
    /// An item of `x_extensions`.
    Extension,
}

impl Part {
    /// Where a fault lies.
    pub fn of(edition: Edition, fault: &Fault) -> Self {
        let mut steps = fault.pointer.split('/').skip(1);
        let list = edition.either("scores", "metrics");
        if edition == Edition::V21 && fault.pointer.contains("/x_extensions/") {
            return Self::Extension;
        }
        if steps.next() != Some("vulnerabilities") || steps.nth(1) != Some(list) {
            return Self::Document;
        }
        let object = match edition {
            Edition::V20 => steps.nth(1),
            Edition::V21 => steps.nth(2),
        };
        match object {
            Some("cvss_v2" | "cvss_v3") => Self::OlderCvss,
            Some("cvss_v4") if edition == Edition::V21 => Self::Cvss4,
            Some("ssvc_v2") if edition == Edition::V21 => Self::Ssvc,
            _ => Self::Document,
        }
    }

    /// Test 6.1.8.
    pub fn is_cvss_fault(edition: Edition, fault: &Fault) -> bool {
        match Self::of(edition, fault) {
            Self::OlderCvss => !fault.extra,
            Self::Cvss4 => true,
            _ => false,
        }
    }

    /// Test 6.1.46.
    pub fn is_ssvc_fault(edition: Edition, fault: &Fault) -> bool {
        Self::of(edition, fault) == Self::Ssvc
    }

    /// Test 6.1.60.1.
    pub fn is_extension_fault(edition: Edition, fault: &Fault) -> bool {
        Self::of(edition, fault) == Self::Extension
    }

    /// Test 6.2.20.
    pub fn is_extra(_: Edition, fault: &Fault) -> bool {
        fault.extra
    }
}
