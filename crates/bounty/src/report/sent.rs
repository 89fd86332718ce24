//! Sending the draft, and the page that says so. The return code is on this page and nowhere else.

use super::check;
use super::page::private;
use super::step::{Step, find};
use crate::intake::{self, IntakeError, Known, SendDraft, Sender, Sent};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{Intake, ReturnCode, Span};
use web::layout::{Banner, BannerKind, Receipt, day};
use web::{Anyone, App, ClientAddress, FormData, Page, Path, Problem, Reply, View};

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
    spent: bool,
    /// Where it stands in the account of whoever sent it; empty for the nameless.
    own: String,
}

/// `POST /programs/{slug}/report/send`
pub(crate) async fn send(
    State(app): State<App>,
    Path(slug): Path<String>,
    ClientAddress(ip): ClientAddress,
    Anyone(caller): Anyone,
    view: View,
    data: FormData,
) -> Reply {
    let programme = find(&app, &slug).await?;
    let fields = data.fields().await?;
    // The press says what the page showed: one that asked nothing was drawn for somebody without a name, whoever is
    // signed in by now.
    let in_account = fields.get("as") == "account";
    let mut step = Step::new(app, view, programme, ip, fields);
    let known = Known::from(&caller);
    let sender = known.account.filter(|_| in_account).map_or(Sender::Nameless, Sender::Researcher);
    // Whatever the page says of itself: only the check page is posted here.
    step.from_check = true;
    step.checking = true;
    if let Err(error) = intake::check_disk(&step.app) {
        return step.failed(&error).await;
    }
    if in_account && known.account.is_none() {
        return signed_out(step).await;
    }
    let draft = SendDraft {
        programme: step.programme.id,
        token: step.token.clone(),
        version: step.seen.unwrap_or_default(),
        sender,
        known,
        first_answer_days: step.programme.brief.first_answer_days,
    };
    match intake::send_draft(&step.app.store, draft).await {
        Ok(sent) => Ok(confirm(&step, &sent)),
        Err(error) => refused(step, error).await,
    }
}

/// The check page again for somebody whose session ended since it was drawn: it would stand in no account.
async fn signed_out(mut step: Step) -> Reply {
    if let Err(error) = step.keep(None).await {
        return step.failed(&error).await;
    }
    let text = "You were signed out meanwhile, so the report would stand in no account. Sign in in another tab and open this page again, or send it as it is: you then get a code."
        .to_owned();
    step.banner = Some(Banner { kind: BannerKind::Notice, lead: "Not sent yet.".into(), text });
    check::show(step).await
}

/// Shows what was not sent: the check page again, or the first page with something wrong.
async fn refused(mut step: Step, error: IntakeError) -> Reply {
    if error.passes() {
        return step.failed(&error).await;
    }
    let changed = match error {
        IntakeError::NoDraft | IntakeError::Fields(_) => false,
        IntakeError::Changed => true,
        IntakeError::NotTaken(state) => return not_taken(step, state).await,
        error => return Err(Problem::from(error).keeping(step.form.fields().clone())),
    };
    if let Err(error) = step.keep(None).await {
        return step.failed(&error).await;
    }
    if changed {
        let text = "It was changed in another window. Read it once more, then send it.".to_owned();
        step.banner = Some(Banner { kind: BannerKind::Notice, lead: "Not sent yet.".into(), text });
    }
    check::show(step).await
}

/// The check page again, from which it can be changed, or saved for another day.
async fn not_taken(mut step: Step, state: Intake) -> Reply {
    if let Err(error) = step.keep(None).await {
        return step.failed(&error).await;
    }
    let days = step.programme.brief.draft_days;
    let text = format!(
        "{} It is all still here: save it, and the code opens it for {days} {}.",
        intake::not_taken(state),
        if days == 1 { "day" } else { "days" }
    );
    step.banner = Some(Banner { kind: BannerKind::Notice, lead: "Not sent.".into(), text });
    check::show_as(step, StatusCode::CONFLICT).await
}

fn confirm(step: &Step, sent: &Sent) -> Response {
    let brief = &step.programme.brief;
    let answer = day(sent.received_at.plus(Span::from_days(i64::from(sent.first_answer_days))));
    let receipt = Receipt {
        number: sent.name.clone(),
        code: sent.code.as_ref().map(ReturnCode::to_string).unwrap_or_default(),
        received: sent.received_at.into(),
        answer_by: format!("A person will answer by {answer}."),
        download: String::new(),
    };
    let answered = if sent.in_account {
        "A person reads it and answers. The answer waits in your account."
    } else {
        "A person reads it and answers. The answer waits behind your code."
    };
    let line = |when: String, what: &str| Next { when, what: what.to_owned() };
    let next = vec![
        line(day(sent.received_at), "We have your report. Its fingerprint is in our log."),
        line(format!("By {answer}"), answered),
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
        spent: sent.spent_code,
        own: if sent.in_account { format!("/me/reports/{}", sent.case) } else { String::new() },
    };
    private(step.view.show(&template))
}
