//! One case: its page, its actions, the two ways to write on it, its people and files, and the same for
//! programs.

mod api;
mod api_doc;
mod api_log;
mod api_write;
mod assignee;
mod composer;
mod facts;
mod file_pages;
mod files;
mod form;
mod gather;
mod held;
mod history;
mod linked;
mod pages;
mod people;
mod preview;
mod reference;
mod report;
mod show;
mod stale;
mod stock;
mod timeline;
mod write;

pub(crate) use api::head;
pub(crate) use api_doc::{head as head_schema, of_case};
pub(crate) use files::blobs;
pub use reference::{duplicate_of, resolve};
pub(crate) use show::refused;

use crate::attachment::UPLOAD_LIMIT;
use domain::Permission;
use web::{Access, Route, get, post, put};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let staff = Access::Staff;
    let token = Access::Token;
    let download = Permission::DownloadAttachments;
    vec![
        get("/desk/cases/{id}", staff(Permission::ReadCases), pages::case),
        post("/desk/cases/{id}/actions/{action}", staff(Permission::ActOnCases), pages::act),
        post("/desk/cases/{id}/notes", staff(Permission::WriteTeamText), write::note),
        post("/desk/cases/{id}/replies", staff(Permission::MessageReporter), write::reply),
        post("/desk/cases/{id}/notes/preview", staff(Permission::WriteTeamText), preview::note),
        post("/desk/cases/{id}/replies/{message}/undo", staff(Permission::MessageReporter), held::undo),
        post("/desk/cases/{id}/replies/preview", staff(Permission::MessageReporter), preview::reply),
        post("/desk/cases/{id}/replies/stock", staff(Permission::MessageReporter), stock::insert),
        post("/desk/cases/{id}/assignment", staff(Permission::AssignCases), people::assign),
        post("/desk/cases/{id}/restriction", staff(Permission::RestrictCases), people::restrict),
        get("/desk/cases/{id}/files", staff(Permission::ReadCases), file_pages::list),
        get("/desk/cases/{id}/attachments/{attachment}", staff(download), file_pages::one),
        get("/desk/cases/{id}/attachments/{attachment}/picture", staff(download), file_pages::picture),
        post("/desk/cases/{id}/attachments/{attachment}/zip", staff(download), file_pages::archive),
        get("/api/v1/cases/{id}", token(Permission::ReadCases), api::case).doc(api_doc::case()),
        get("/api/v1/cases/{id}/events", token(Permission::ReadCases), api_log::events).doc(api_log::events_doc()),
        get("/api/v1/cases/{id}/history", token(Permission::ReadCases), api_log::history).doc(api_log::history_doc()),
        get("/api/v1/cases/{id}/assignee", token(Permission::AssignCases), assignee::show).doc(assignee::show_doc()),
        put("/api/v1/cases/{id}/assignee", token(Permission::AssignCases), assignee::change)
            .doc(assignee::change_doc()),
        post("/api/v1/cases/{id}/actions/{action}", token(Permission::ActOnCases), api_write::act).doc(api_doc::act()),
        post("/api/v1/cases/{id}/messages", token(Permission::ReadCases), api_write::message).doc(api_doc::message()),
        get("/api/v1/cases/{id}/answers/{answer}", token(Permission::MessageReporter), stock::filled_for)
            .doc(stock::filled_doc()),
        post("/api/v1/cases/{id}/attachments", token(Permission::ReadCases), files::upload)
            .body_limit(UPLOAD_LIMIT)
            .doc(api_doc::upload()),
        get("/api/v1/cases/{id}/attachments", token(Permission::ReadCases), files::list).doc(api_doc::files()),
        get("/api/v1/cases/{id}/attachments/{attachment}", token(download), files::for_token).doc(api_doc::download()),
    ]
}
