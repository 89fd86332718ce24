//! `POST /api/v1/programs/{slug}/reports`: a report by a program, with or without a token.

use crate::intake::{self, DraftToken, IntakeError, Known, NewReport, Sender};
use crate::programme;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode};
use axum::response::IntoResponse;
use domain::{ReporterText, Ts};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use web::openapi::Schema;
use web::{Anyone, ApiDoc, App, FieldError, IdempotencyKey, Json, Path, Problem, Reply};

/// A report as programs send it. Every member but `contact` and `attachments` is one of the machine.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Incoming {
    title: String,
    summary: String,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    target: Option<String>,
    #[serde(default)]
    weakness: Option<String>,
    #[serde(default)]
    severity: Option<String>,
    #[serde(default)]
    steps: Option<String>,
    #[serde(default)]
    impact: Option<String>,
    #[serde(default)]
    proof: Option<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    ai_assistance: Option<String>,
    #[serde(default)]
    credit: Option<String>,
    #[serde(default)]
    disclosure_wish: Option<String>,
    #[serde(default)]
    reproduction: Option<Tries>,
    #[serde(default, skip_serializing)]
    contact: Option<String>,
    #[serde(default, skip_serializing)]
    attachments: Vec<String>,
}

/// `k` of `n` tries.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Tries {
    k: u32,
    n: u32,
}

/// `POST /api/v1/programs/{slug}/reports`
pub(crate) async fn send(
    State(app): State<App>,
    Anyone(caller): Anyone,
    Path(slug): Path<String>,
    key: IdempotencyKey,
    Json(body): Json<Incoming>,
) -> Reply {
    let mut tx = app.store.glance().await?;
    let programme = programme::by_slug(&mut tx, &app.store, &slug).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let sender = caller.person().map_or(Sender::Nameless, Sender::Person);
    let (draft, contact) = (draft(&body)?, contact(&body)?);
    let input = input(&body, app.ambient.now())?;
    let key = key.as_str().to_owned();
    let first_answer_days = programme.brief.first_answer_days;
    let known = Known::from(&caller);
    let new = NewReport { programme: programme.id, input, contact, draft, sender, known, key, first_answer_days };
    let told = &programme.brief.contact;
    intake::check_disk(&app).map_err(|error| error.problem(told))?;
    let sent = intake::send(&app.store, new).await.map_err(|error| error.problem(told))?;
    let receipt = intake::receipt(&app.store, sent.case, sent.event).await.map_err(|error| error.problem(told))?;
    let url = match sender {
        Sender::Nameless | Sender::Researcher(_) => app.settings.public_url.join("/case"),
        Sender::Person(_) => app.settings.public_url.join(&format!("/desk/cases/{}", sent.case)),
    };
    let mut answer = json!({
        "id": sent.case,
        "number": sent.number,
        "name": sent.name,
        "received_at": sent.received_at.to_string(),
        "receipt": receipt,
        "url": url,
    });
    if let Some(code) = sent.code {
        answer["code"] = code.to_string().into();
    }
    let mut response = (StatusCode::CREATED, Json(answer)).into_response();
    if sent.replayed {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// The machine's input, or everything that is wrong with it.
fn input(body: &Incoming, now: Ts) -> Result<Value, IntakeError> {
    let mut input = serde_json::to_value(body).map_err(IntakeError::corrupt)?;
    input["source"] = "api".into();
    let faults: Vec<FieldError> = intake::faults(&input, now)
        .into_iter()
        .map(|fault| FieldError { field: format!("/{}", fault.field.replace('.', "/")), ..fault })
        .collect();
    if faults.is_empty() { Ok(input) } else { Err(IntakeError::Fields(faults)) }
}

fn draft(body: &Incoming) -> Result<Option<DraftToken>, Problem> {
    match body.attachments.as_slice() {
        [] => Ok(None),
        [token] => token.parse().map(Some).map_err(|error: crate::intake::NoToken| {
            Problem::invalid_field("/attachments/0", format!("Send the token of your files: {error}"))
        }),
        _ => Err(Problem::invalid_field("/attachments", "Send one token: one draft holds all files of a report")),
    }
}

fn contact(body: &Incoming) -> Result<Option<ReporterText>, Problem> {
    let Some(contact) = body.contact.as_deref().filter(|c| !c.trim().is_empty()) else { return Ok(None) };
    intake::contact(contact).map(Some).map_err(|message| Problem::invalid_field("/contact", message))
}

pub(crate) fn send_doc() -> ApiDoc {
    let text = || Schema::text(0, 100_000).or_null();
    let tries = Schema::inline_object()
        .required("k", Schema::integer(0, 1_000_000))
        .required("n", Schema::integer(1, 1_000_000));
    let severity = Schema::word(["none", "low", "medium", "high", "critical"]);
    let new = Schema::object("NewReport")
        .required("title", Schema::text(1, 250).about("One line."))
        .required("summary", Schema::text(1, 2_000).about("What it is, in one to five sentences."))
        .optional("body", text().about("The report in one piece."))
        .optional("target", text())
        .optional("weakness", text())
        .optional("severity", severity.or_null())
        .optional("steps", text())
        .optional("impact", text())
        .optional("proof", text())
        .optional("version", text())
        .optional("ai_assistance", text())
        .optional("credit", text())
        .optional("disclosure_wish", text())
        .optional("reproduction", tries.or_null())
        .optional("contact", Schema::text(0, 500).or_null().about("How to reach you; may be left out."))
        .optional(
            "attachments",
            Schema::list(Schema::pattern("^[0-9a-f]{32}$")).about("The token of a draft; at most one."),
        );
    let sent = Schema::object("ReportReceived")
        .required("id", Schema::id())
        .required("number", Schema::integer(1, i64::MAX))
        .required("name", Schema::pattern("^[A-Z]+-[0-9]+$"))
        .optional(
            "code",
            Schema::pattern("^([0-9A-Z]{4}-){5}[0-9A-Z]{4}$")
                .about("Only for the nameless: the way back. Shown here and nowhere else."),
        )
        .required("received_at", Schema::instant())
        .required("receipt", Schema::anything().about("What `leeward receipt verify` reads."))
        .required("url", Schema::string().about("Where to come back to."));
    ApiDoc::new("reports", "Send a report")
        .describe(
            "Needs no token. The same Idempotency-Key with the same report answers again with the same report and \
             code, and the header Idempotency-Replayed: true; with another report it answers 409. Use a random key.",
        )
        .idempotent()
        .takes(new)
        .gives(201, "The report is kept, durably.", sent)
        .may_refuse(web::Kind::Gone)
        .may_refuse(web::Kind::Barred)
}
