//! What the OpenAPI document says of webhooks.

use outbound::Kind;
use web::openapi::{Param, Schema};
use web::{ApiDoc, Kind as Refusal};

fn of_webhook() -> Param {
    Param::path("webhook", "Id of the webhook.", Schema::id())
}

fn events() -> Schema {
    Schema::list(Schema::word(Kind::CHOICES.iter().map(|(kind, ..)| kind.as_str()))).about("What it hears of.")
}

fn sent(name: &'static str) -> Schema {
    Schema::object(name)
        .required("label", Schema::text(1, 100).about("What it is called here."))
        .required(
            "url",
            Schema::text(1, 2_000).about("Where messages go: https, unless the operator's settings allow more."),
        )
        .optional("programme", Schema::id().or_null().about("Only cases of this programme; null for all."))
        .required("events", events())
        .optional("titles", Schema::flag().about("Whether messages may carry titles of cases."))
        .optional("paused", Schema::flag().about("Whether nothing goes there for now."))
}

fn given(name: &'static str) -> Schema {
    Schema::object(name)
        .required("id", Schema::id())
        .required("version", Schema::integer(1, i64::MAX))
        .required("label", Schema::string())
        .required("url", Schema::string())
        .required("programme", Schema::id().or_null())
        .required("events", events())
        .required("titles", Schema::flag())
        .required("state", Schema::word(["active", "paused", "disabled"]).about("Disabled: we stopped by ourselves."))
        .required("paused", Schema::flag())
        .required("failing_since", Schema::instant().or_null().about("Since when it takes nothing."))
        .required("created_at", Schema::instant())
}

fn with_secret() -> Schema {
    given("WebhookWithSecret").required("secret", Schema::pattern("^whsec_[A-Za-z0-9+/]+=*$").about("Shown this once."))
}

pub(super) fn list() -> ApiDoc {
    ApiDoc::new("webhooks", "List the webhooks").gives(
        200,
        "All of them, at most 100. Never their secrets.",
        Schema::page(given("Webhook")),
    )
}

pub(super) fn add() -> ApiDoc {
    ApiDoc::new("webhooks", "Add a webhook")
        .describe("Messages are signed as Standard Webhooks 1.0 says; restricted cases are never sent.")
        .takes(sent("NewWebhook"))
        .idempotent()
        .gives_version(201, "Kept, with its secret.", with_secret())
}

pub(super) fn show() -> ApiDoc {
    ApiDoc::new("webhooks", "Read a webhook").param(of_webhook()).gives_version(200, "The webhook.", given("Webhook"))
}

pub(super) fn change() -> ApiDoc {
    ApiDoc::new("webhooks", "Change, pause or resume a webhook")
        .param(of_webhook())
        .takes(sent("NewWebhook"))
        .if_match()
        .gives_version(200, "The webhook as it is now.", given("Webhook"))
}

pub(super) fn remove() -> ApiDoc {
    ApiDoc::new("webhooks", "Remove a webhook")
        .describe("What was on its way there is dropped.")
        .param(of_webhook())
        .if_match()
        .gives_nothing(204, "Removed.")
}

pub(super) fn secret() -> ApiDoc {
    let how = Schema::object("ReplaceWebhookSecret").optional(
        "known_to_others",
        Schema::flag().about("The one before signs no more at all; else it signs beside the new one for a day."),
    );
    ApiDoc::new("webhooks", "Replace the secret of a webhook")
        .param(of_webhook())
        .takes(how)
        .idempotent()
        .gives_version(200, "The webhook with its new secret.", with_secret())
}

pub(super) fn test() -> ApiDoc {
    ApiDoc::new("webhooks", "Send a test message").param(of_webhook()).idempotent().gives(
        202,
        "It waits for its first try.",
        Schema::object("TestedWebhook").required("delivery", Schema::id().about("Under which it is listed.")),
    )
}

pub(super) fn deliveries() -> ApiDoc {
    let kinds = Kind::CHOICES.iter().map(|(kind, ..)| kind.as_str()).chain([Kind::Test.as_str()]);
    let states = ["waiting", "sent", "failed", "dropped"];
    let delivery = Schema::object("WebhookDelivery")
        .required("id", Schema::id())
        .required("webhook_id", Schema::string().about("The header webhook-id: the same on each try."))
        .required("type", Schema::word(kinds))
        .required("case", Schema::string().or_null().about("Number, where you may know of the case."))
        .required("state", Schema::word(states).about("failed: put aside after the last try."))
        .required("attempts", Schema::integer(0, i64::MAX))
        .required("created_at", Schema::instant())
        .required("due_at", Schema::instant().about("Next try, while it waits."))
        .required("ended_at", Schema::instant().or_null())
        .required("code", Schema::integer(100, 999).or_null().about("Status of the last answer."))
        .required("answer", Schema::string().or_null().about("What came back last, shortened."));
    ApiDoc::new("webhooks", "List what was sent to a webhook")
        .describe("Newest first. `state=failed` gives the dead letters.")
        .param(of_webhook())
        .param(Param::query("state", "Only those in this state.", Schema::word(states)))
        .param(Param::query("cursor", "`next` of the page before.", Schema::string()))
        .may_refuse(Refusal::Invalid)
        .gives(200, "A page of them.", Schema::page(delivery))
}

pub(super) fn redeliver() -> ApiDoc {
    let what = Schema::object("SendWebhookAgain")
        .optional("delivery", Schema::id().or_null().about("One message, whatever became of it."))
        .optional(
            "failed_days",
            Schema::integer(1, 90).or_null().about("All that failed in so many days; at most 10,000."),
        );
    ApiDoc::new("webhooks", "Send messages again").param(of_webhook()).takes(what).idempotent().gives(
        202,
        "They go out when the webhook is active, under the ids they had.",
        Schema::object("SentWebhookAgain").required("messages", Schema::integer(0, i64::MAX)),
    )
}
