//! What the rows of this slice say of themselves in the OpenAPI document.

use crate::case::of_case;
use web::openapi::{Param, Schema};
use web::{ApiDoc, Kind};

/// An erasure that was ordered.
pub(crate) fn ordered(name: &'static str) -> Schema {
    Schema::object(name)
        .required("id", Schema::id())
        .required("kind", Schema::word(["case", "person"]))
        .required("subject", Schema::id().about("The case or person that was erased."))
        .required("requested_at", Schema::instant())
}

pub(super) fn erase() -> ApiDoc {
    let wanted = Schema::object("EraseCase")
        .required("name", Schema::text(1, 64).about("The name of the case, such as REP-12, as a second look."))
        .required("reason", Schema::text(1, 1_000).about("Kept in the log of the house when the case is gone."));
    ApiDoc::new("cases", "Erase a case for good")
        .describe(
            "Its key is destroyed before the answer comes: nobody can read it again. What is left on the disk \
             is removed after; the list of erasures says when that is done. 409 while the case is on legal hold, \
             with who can lift it.",
        )
        .param(of_case())
        .takes(wanted)
        .if_match()
        .idempotent()
        .gives(202, "It is unreadable from now on, and its remains are being removed.", ordered("ErasureOrdered"))
        .may_refuse(Kind::Gone)
}

pub(super) fn list() -> ApiDoc {
    let pending = Schema::object("ErasurePending")
        .required("files", Schema::integer(0, i64::MAX).about("Attachments that may still lie on the disk."))
        .required("tries", Schema::integer(0, i64::MAX).about("Sweeps that did not succeed."))
        .required("next_try_at", Schema::instant().or_null());
    let item = ordered("Erasure")
        .required("name", Schema::string())
        .required("requested_by", Schema::id().or_null().about("Null: on the server's command line."))
        .required("reason", Schema::string())
        .required("swept_at", Schema::instant().or_null().about("When it was done: nothing left on the disk."))
        .required("pending", pending.or_null());
    ApiDoc::new("house", "List erasures")
        .describe("Newest first. Reading is recorded.")
        .param(Param::query("cursor", "`next` of the page before.", Schema::id()))
        .gives(200, "Erasures.", Schema::page(item))
}
