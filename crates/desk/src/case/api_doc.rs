//! What the rows of this slice say of themselves in the OpenAPI document.

use domain::Severity;
use domain::case::Audience;
use web::openapi::{Param, Schema};
use web::{ApiDoc, Kind};

pub(crate) fn of_case() -> Param {
    Param::path("id", "Id or name (REP-12) of the case.", Schema::string())
}

fn severity() -> Schema {
    Schema::word(Severity::ALL.iter().map(|s| s.as_str())).or_null()
}

pub(super) fn audience() -> Schema {
    Schema::word(Audience::ALL.iter().map(|a| a.as_str()))
}

fn version() -> Schema {
    Schema::integer(1, i64::MAX)
}

/// The members every form of a case has.
pub(crate) fn head(name: &'static str) -> Schema {
    Schema::object(name)
        .required("id", Schema::id())
        .required("name", Schema::string())
        .required("number", Schema::integer(1, i64::MAX))
        .required("type", Schema::string())
        .required("programme", Schema::id())
        .required("title", Schema::string())
        .required("state", Schema::string())
        .required("open", Schema::flag())
        .required("locked", Schema::flag())
        .required("waiting_since", Schema::instant().or_null())
        .required("outcome", Schema::string().or_null())
        .required("severity_claimed", severity())
        .required("severity_decided", severity())
        .required("exploited_since", Schema::instant().or_null().about("Since when we know that somebody exploits it."))
        .required("restricted", Schema::flag())
        .required("held_since", Schema::instant().or_null().about("Since when a legal hold bars erasure."))
        .required("assignee", Schema::id().or_null())
        .required("received_at", Schema::instant())
        .required("updated_at", Schema::instant())
        .required("due_at", Schema::instant().or_null())
        .required("version", version())
}

pub(super) fn event() -> Schema {
    Schema::object("Event")
        .required("id", Schema::id())
        .required("seq", version())
        .required("kind", Schema::string())
        .required("audience", audience())
        .required("party", Schema::word(["team", "reporter", "system"]))
        .required("actor", Schema::id().or_null())
        .required("at", Schema::instant())
        .required("data", Schema::anything().about("What happened, as the type of case wrote it."))
        .required("log_index", Schema::integer(0, i64::MAX).or_null())
}

fn attachment() -> Schema {
    stored("Attachment")
        .required("media_type", Schema::string().or_null().about("What the sender called it; not checked."))
        .required("audience", audience())
        .required("created_at", Schema::instant())
}

fn stored(name: &'static str) -> Schema {
    Schema::object(name)
        .required("id", Schema::id())
        .required("name", Schema::string())
        .required("size", Schema::integer(0, i64::MAX))
        .required("sha256", Schema::pattern("^[0-9a-f]{64}$"))
}

pub(super) fn case() -> ApiDoc {
    let action = Schema::object("Action")
        .required("name", Schema::string())
        .required("label", Schema::string())
        .required("fields", Schema::list(Schema::anything()));
    let whole = head("Case")
        .required("clocks", Schema::list(crate::clock::json::schema()))
        .required("actions", Schema::list(action))
        .required("events", Schema::list(event()).about("The newest 200, in order."))
        .required("older_events", version().or_null().about("Ask for those before this place with `before`."))
        .required(
            "links",
            Schema::list(crate::links::schema())
                .about("Those that the caller may see: the oldest 50 of each kind. `/links` has all."),
        )
        .required("attachments", Schema::list(attachment()).about("The newest 200, oldest first."));
    ApiDoc::new("cases", "Read a case")
        .describe("With its events, clocks, files and the actions possible now. Reading is recorded.")
        .param(of_case())
        .gives_version(200, "The case.", whole)
        .may_refuse(Kind::Gone)
}

pub(super) fn act() -> ApiDoc {
    ApiDoc::new("cases", "Act on a case")
        .describe("The actions possible now and their fields are in the case. A field that refers to a case takes an id or a name. Close and reopen also take children: leave (or nothing), follow, or the ids of some duplicates of the case, which then end as it does or open again with it; at most 200.")
        .param(of_case())
        .param(Param::path("action", "Name of the action.", Schema::string()))
        .takes(Schema::anything())
        .if_match()
        .idempotent()
        .gives_version(200, "The case as it is now.", head("CaseHead"))
        .may_refuse(Kind::Gone)
}

pub(super) fn message() -> ApiDoc {
    let message = Schema::object("Message")
        .required("body", Schema::text(1, 100_000))
        .required("audience", Schema::word(["reporter", "team"]));
    let others = Schema::list(Schema::string()).about("Colleagues whom the note names and who cannot read it.");
    let written = Schema::object("Written").required("version", version()).required("not_told", others);
    ApiDoc::new("cases", "Write on a case")
        .describe("To the reporter, at once (only pages hold a message for ten seconds), or a note that only the team reads. What holds \
             a secret of ours is refused.")
        .param(of_case())
        .takes(message)
        .idempotent()
        .gives(201, "Written.", written)
        .may_refuse(Kind::Gone)
}

pub(super) fn upload() -> ApiDoc {
    let reply =
        Schema::object("Uploaded").required("items", Schema::list(stored("StoredFile"))).required("version", version());
    ApiDoc::new("cases", "Add files to a case")
        .describe("Files of up to 50 MB in fields named file; the field audience says team (the default) or reporter. A case holds 500 files and 2 GB of each audience.")
        .param(of_case())
        .takes_files()
        .idempotent()
        .gives(201, "The files.", reply)
        .may_refuse(Kind::Gone)
}

pub(super) fn files() -> ApiDoc {
    ApiDoc::new("cases", "List the files of a case")
        .describe("Newest first, 50 at a time. Reading is recorded.")
        .param(of_case())
        .param(Param::query("cursor", "`next` of the page before.", Schema::id()))
        .gives(200, "The files.", Schema::page(attachment()))
        .may_refuse(Kind::Gone)
}

pub(super) fn download() -> ApiDoc {
    ApiDoc::new("cases", "Fetch a file of a case")
        .param(of_case())
        .param(Param::path("attachment", "Id of the file.", Schema::id()))
        .gives_media(200, "The file, to be saved and never shown.", "application/octet-stream")
        .may_refuse(Kind::Gone)
        .may_refuse(Kind::Conflict)
}
