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

/// Every value of `/document/category` that the standard defines.
pub const PROFILES: &[&str] = &[BASE, INCIDENT, INFORMATIONAL, ADVISORY, VEX];

/// A category in lower case, without dashes, blanks and underscores.
pub fn plain(category: &str) -> String {
    let skip = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '_' | '\u{2010}'..='\u{2015}');
    category.chars().filter(skip).flat_map(char::to_lowercase).collect()
}
