//! Every case: the engine that changes them, and the pages and API on which a team and a reporter
//! meet over one. Desks of their own kinds of case build on this crate and never on each other.

pub mod alert;
pub mod attachment;
pub mod audit;
pub mod bulk;
pub mod calendar;
pub mod case;
pub mod case_people;
pub mod clock;
pub mod daybook;
pub mod door;
pub mod engine;
pub mod erasing;
pub mod export;
pub mod figures;
pub mod heartbeat;
pub mod hold;
mod house_rule;
pub mod inbox;
pub mod letters;
pub mod links;
pub mod log_routes;
mod mention;
pub mod mine;
pub mod oncall;
pub mod once;
mod people;
mod problem;
mod programmes;
pub mod researchers;
pub mod retention;
mod secrets;
pub mod settings;
pub mod stock;
pub mod system;
pub mod tracker;
mod viewer;
pub mod webhooks;
pub mod words;

pub use viewer::Viewer;

use web::{NavItem, Route};

/// Every row of this crate.
pub fn routes() -> Vec<Route> {
    [
        inbox::routes(),
        bulk::routes(),
        case::routes(),
        case_people::routes(),
        tracker::routes(),
        links::routes(),
        hold::routes(),
        erasing::routes(),
        export::routes(),
        door::routes(),
        mine::routes(),
        researchers::routes(),
        log_routes::routes(),
        audit::routes(),
        letters::routes(),
        settings::routes(),
        calendar::routes(),
        clock::routes(),
        oncall::routes(),
        stock::routes(),
        retention::routes(),
        alert::routes(),
        figures::routes(),
        webhooks::routes(),
        system::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What the desk's navigation has of this crate, in order.
pub fn nav() -> Vec<NavItem> {
    vec![
        NavItem { label: "Inbox", href: "/desk", permission: Some(domain::Permission::ReadCases) },
        NavItem { label: "Alerts", href: web::layout::ALERTS, permission: Some(domain::Permission::ReadCases) },
        NavItem { label: "Figures", href: "/desk/figures", permission: Some(domain::Permission::ReadCases) },
        NavItem { label: "Settings", href: "/desk/settings", permission: Some(domain::Permission::ManageSettings) },
        NavItem { label: "Audit", href: "/desk/audit", permission: Some(domain::Permission::ReadAudit) },
        NavItem { label: "System", href: "/desk/system", permission: Some(domain::Permission::ReadSystem) },
        NavItem { label: "Mail", href: "/desk/mail", permission: Some(domain::Permission::ReadSystem) },
    ]
}
