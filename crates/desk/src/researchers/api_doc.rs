//! What the rows of researchers say of themselves.

use super::bar::REASON_MAX;
use crate::erasing::ordered_doc;
use accounts::researcher::BAR_DAYS_MAX;
use web::ApiDoc;
use web::openapi::{Param, Schema};

fn of_researcher() -> Param {
    Param::path("researcher", "Id of the researcher.", Schema::id())
}

fn given() -> Schema {
    let count = || Schema::integer(0, i64::MAX);
    let record = Schema::inline_object()
        .required("sent", count())
        .required("waiting", count().about("Open, and nobody has judged them yet."))
        .required("valid", count().about("Past triage, resolved, or an accepted risk."))
        .required("closed", Schema::anything().about("How many ended how: outcome to count."));
    let bar = Schema::inline_object()
        .required("since", Schema::instant())
        .required("until", Schema::instant())
        .required("reason", Schema::string());
    Schema::object("Researcher")
        .required("id", Schema::id())
        .required("credit", Schema::string().about("What they call themselves; may be empty."))
        .required("address", Schema::string().or_null().about("Null unless the caller manages people."))
        .required("since", Schema::instant())
        .required("record", record.about("Counts only cases that the caller may see."))
        .required("bar", bar.or_null().about("Until when no new report of theirs is taken."))
}

pub(super) fn one() -> ApiDoc {
    ApiDoc::new("researchers", "Read a researcher").param(of_researcher()).gives(200, "As they are now.", given())
}

pub(super) fn search() -> ApiDoc {
    ApiDoc::new("researchers", "Find a researcher by their exact address")
        .takes(Schema::object("SoughtResearcher").required("address", Schema::text(3, 254)))
        .gives(200, "The one whose account has this address.", given())
        .may_refuse(web::Kind::NotFound)
}

pub(super) fn bar() -> ApiDoc {
    ApiDoc::new("researchers", "Take no new reports of a researcher for a time")
        .describe("Sending it again sets the bar anew. The person is told, and reads the reason.")
        .param(of_researcher())
        .takes(
            Schema::object("NewBar")
                .required("days", Schema::integer(1, BAR_DAYS_MAX))
                .required("reason", Schema::text(1, REASON_MAX)),
        )
        .gives(200, "As they are now.", given())
}

pub(super) fn lift() -> ApiDoc {
    ApiDoc::new("researchers", "Take new reports of a researcher again")
        .param(of_researcher())
        .gives_nothing(204, "No bar is in force.")
}

pub(super) fn erase() -> ApiDoc {
    let wanted = Schema::object("EraseResearcher")
        .required("address", Schema::text(3, 254).about("The address of the account, as a second look."))
        .required("reason", Schema::text(1, 1_000).about("Kept in the log of the house when the account is gone."));
    ApiDoc::new("researchers", "Erase the account of a researcher for good")
        .describe(
            "Address, profile and every way in are destroyed before the answer comes. Their reports stay, without their \
             name; a letter to the address says so. A bar holds until its day.",
        )
        .param(of_researcher())
        .takes(wanted)
        .idempotent()
        .gives(202, "It is unreadable from now on, and its remains are being removed.", ordered_doc("ErasureOrdered"))
}
