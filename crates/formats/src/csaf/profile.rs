//! Profiles (section 4): what kind of document the category says it is.

/// A document of no profile.
pub const BASE: &str = "csaf_base";
/// Profile 2.
pub const INCIDENT: &str = "csaf_security_incident_response";
/// Profile 3.
pub const INFORMATIONAL: &str = "csaf_informational_advisory";
/// Profile 4.
pub const ADVISORY: &str = "csaf_security_advisory";
/// Profile 5.
pub const VEX: &str = "csaf_vex";
/// Profile 6 of 2.1: what a security advisory was in 2.0.
pub const DEPRECATED_ADVISORY: &str = "csaf_deprecated_security_advisory";
/// Profile 7 of 2.1.
pub const WITHDRAWN: &str = "csaf_withdrawn";
/// Profile 8 of 2.1.
pub const SUPERSEDED: &str = "csaf_superseded";

/// Every value of `/document/category` that the standard defines.
pub const PROFILES: &[&str] = &[BASE, INCIDENT, INFORMATIONAL, ADVISORY, VEX];

/// Every value that version 2.1 defines.
pub const PROFILES_2_1: &[&str] =
    &[BASE, INCIDENT, INFORMATIONAL, ADVISORY, VEX, DEPRECATED_ADVISORY, WITHDRAWN, SUPERSEDED];

/// A category in lower case, without dashes, blanks and underscores of any kind.
pub fn plain(category: &str) -> String {
    category.chars().filter(|c| !c.is_whitespace() && !is_dash(*c)).flat_map(char::to_lowercase).collect()
}

/// Hyphens, dashes, minus signs and low lines, in all their graphical variants.
const fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '_' | '\u{ad}' | '\u{58a}' | '\u{5be}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}'
            | '\u{ff0d}' | '\u{332}' | '\u{203f}' | '\u{2040}' | '\u{fe33}' | '\u{fe34}' | '\u{fe4d}'..='\u{fe4f}'
            | '\u{ff3f}'
    )
}
