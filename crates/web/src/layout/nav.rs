//! The desk's main navigation as data.

use domain::Permission;

/// Where alerts stand: its entry carries how many were not seen.
pub const ALERTS: &str = "/desk/alerts";

/// One entry of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NavItem {
    /// One or two words.
    pub label: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// Who sees it: holders of this permission in some scope; `None` for all staff.
    pub permission: Option<Permission>,
}

impl NavItem {
    /// Whether the page at `path` lies under this entry. `/desk` itself is only itself.
    pub fn is_current(&self, path: &str) -> bool {
        path == self.href || (self.href != "/desk" && path.strip_prefix(self.href).is_some_and(|r| r.starts_with('/')))
    }
}
