//! What the rows of this slice say of themselves in the OpenAPI document.

use crate::case::of_case;
use domain::case::CO_REPORTER_NAME_MAX;
use web::openapi::{Param, Schema};
use web::{ApiDoc, Kind};

fn somebody() -> Schema {
    Schema::inline_object().required("id", Schema::id()).required("name", Schema::string())
}

pub(crate) fn shares(name: &'static str) -> Schema {
    let other = Schema::inline_object()
        .required("name", Schema::text(1, CO_REPORTER_NAME_MAX))
        .required("percent", Schema::integer(1, 100));
    Schema::object(name)
        .required("reporter", Schema::integer(0, 100).about("What whoever reported keeps, in per cent."))
        .required("others", Schema::list(other))
}

fn version() -> Schema {
    Schema::object("CaseVersion").required("version", Schema::integer(1, i64::MAX))
}

fn changes(summary: &'static str, what: &'static str) -> ApiDoc {
    ApiDoc::new("cases", summary)
        .describe(what)
        .param(of_case())
        .if_match()
        .gives_version(200, "The version of the case now.", version())
        .may_refuse(Kind::Gone)
}

fn person() -> Param {
    Param::path("person", "Id of the person.", Schema::id())
}

pub(super) fn people() -> ApiDoc {
    let list = || Schema::list(somebody());
    let given = Schema::object("CasePeople")
        .required("owner", somebody().or_null())
        .required("acting", Schema::id().or_null().about("Who hears in place of an owner who is away, else the owner."))
        .required("watchers", list())
        .required("guests", list())
        .required("restricted", Schema::flag())
        .required("named", list().about("Who can see a restricted case."))
        .required("shares", shares("Shares"))
        .required("version", Schema::integer(1, i64::MAX));
    ApiDoc::new("cases", "Read the people of a case")
        .param(of_case())
        .gives_version(200, "Who watches, who is a guest, who is named, who shares.", given)
        .may_refuse(Kind::Gone)
}

pub(super) fn watch() -> ApiDoc {
    ApiDoc::new("cases", "Watch a case")
        .describe("You are told what its owner is told. At most 100 people watch one case.")
        .param(of_case())
        .gives_nothing(204, "You watch it.")
        .may_refuse(Kind::Gone)
}

pub(super) fn unwatch() -> ApiDoc {
    ApiDoc::new("cases", "Stop watching a case")
        .param(of_case())
        .gives_nothing(204, "You do not watch it.")
        .may_refuse(Kind::Gone)
}

pub(super) fn invite() -> ApiDoc {
    let given = Schema::object("Guest")
        .required("person", Schema::id())
        .required("link", Schema::string().or_null().about("Good for one use; null for whoever has a way in."))
        .required("expires_at", Schema::instant().or_null())
        .required("version", Schema::integer(1, i64::MAX));
    ApiDoc::new("cases", "Invite a guest to a case")
        .describe(
            "They see this case and no other, without the notes of the team. 404 for a token that may not do all that a guest may.",
        )
        .param(of_case())
        .takes(Schema::object("NewGuest").required("email", Schema::text(3, 254)))
        .if_match()
        .idempotent()
        .gives(201, "They are a guest.", given)
        .may_refuse(Kind::Gone)
}

pub(super) fn send_away() -> ApiDoc {
    changes(
        "Send a guest away",
        "They no longer see the case. 404 for whoever is no guest of it, 422 for the last one who can look after it.",
    )
    .param(person())
}

pub(super) fn name() -> ApiDoc {
    changes("Name somebody on a restricted case", "422 where the case is not restricted.").param(person())
}

pub(super) fn unname() -> ApiDoc {
    changes("Take somebody off a restricted case", "422 for the last one who can look after it.").param(person())
}

pub(super) fn share() -> ApiDoc {
    changes("Set who shares a report", "Shares in whole per cent that come to 100; at most 20 beside the reporter.")
        .takes(shares("NewShares"))
}
