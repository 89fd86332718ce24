//! Sending the form, and the page that says so. The return code is on this page and nowhere else.

use super::form::{self, ONCE};
use super::page::{Step, private};
use crate::intake::{self, IntakeError, NewReport, Sender, Sent};
use askama::Template;
use axum::http::StatusCode;
use desk::engine::EngineError;
use domain::{ReturnCode, Span};
use web::layout::{Banner, BannerKind, Receipt, day};
use web::{IdempotencyKey, Page, Problem, Reply};

struct Next {
    when: String,
    what: String,
}

#[derive(Template)]
#[template(path = "report/templates/sent.html")]
struct SentPage<'a> {
    page: Page,
    receipt: Receipt,
    next: Vec<Next>,
    download: String,
    contact: &'a str,
}

/// Sends a form that was checked.
pub(crate) async fn send(step: Step) -> Reply {
    let Some(key) = IdempotencyKey::parse(step.form.value(ONCE)) else {
        return again(step, "This form lost its key. Press Continue to go on.").await;
    };
    let new = NewReport {
        programme: step.programme.id,
        input: form::input(&step.form),
        contact: form::contact(&step.form).unwrap_or_default(),
        draft: step.draft(),
        sender: Sender::Nameless,
        key: key.as_str().to_owned(),
        door: "form",
    };
    match intake::send(&step.app.store, new).await {
        Ok(sent) => Ok(confirm(&step, &sent)),
        Err(error) => refused(step, error).await,
    }
}

async fn refused(mut step: Step, error: IntakeError) -> Reply {
    if error.passes() {
        return step.failed(&error).await;
    }
    match error {
        IntakeError::NoDraft => {
            step.without_draft();
            step.ask(StatusCode::UNPROCESSABLE_ENTITY, None).await
        }
        IntakeError::Engine(EngineError::KeyReused) => {
            let words = "You sent this form before with other words, and we have that report. To send this one as another report, go on.";
            again(step, words).await
        }
        error => Err(Problem::from(error).keeping(step.form.fields().clone())),
    }
}

/// The form again, under a new key.
async fn again(mut step: Step, words: &str) -> Reply {
    let key = step.view.page("").form_key().to_owned();
    step.change(ONCE, &key);
    let banner = Banner { kind: BannerKind::Notice, lead: "Not sent.".into(), text: words.to_owned() };
    step.ask(StatusCode::CONFLICT, Some(banner)).await
}

fn confirm(step: &Step, sent: &Sent) -> axum::response::Response {
    let brief = &step.programme.brief;
    let answer = day(sent.received_at.plus(Span::from_days(i64::from(brief.first_answer_days))));
    let receipt = Receipt {
        number: sent.name.clone(),
        code: sent.code.as_ref().map(ReturnCode::to_string).unwrap_or_default(),
        received: sent.received_at.into(),
        answer_by: format!("A person will answer by {answer}."),
        download: String::new(),
    };
    let line = |when: String, what: &str| Next { when, what: what.to_owned() };
    let next = vec![
        line(day(sent.received_at), "We have your report. Its fingerprint is in our log."),
        line(format!("By {answer}"), "A person reads it and answers. The answer waits behind your code."),
        line(
            "After that".into(),
            "We check what you found, ask if something is missing, and tell you what we decided and why.",
        ),
        line("When it is mended".into(), "We say so, and ask you to look if you like."),
    ];
    let template = SentPage {
        page: step.view.page("We have your report"),
        receipt,
        next,
        download: format!("/programs/{}/receipt", brief.slug),
        contact: &brief.contact,
    };
    private(step.view.show(&template))
}
