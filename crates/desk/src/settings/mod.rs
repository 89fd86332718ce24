//! The page from which the settings of the desk are reached.

use crate::calendar::pages::in_charge;
use askama::Template;
use domain::Permission;
use web::{Access, Page, Reply, Route, Staff, View, get};

#[derive(Template)]
#[template(path = "settings/templates/settings.html")]
struct SettingsPage {
    page: Page,
}

async fn show(staff: Staff, view: View) -> Reply {
    in_charge(staff)?;
    Ok(view.show(&SettingsPage { page: view.page("Settings") }))
}

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    vec![get("/desk/settings", Access::Staff(Permission::ManageSettings), show)]
}
