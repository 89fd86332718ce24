//! Saving a report that is not sent, and coming back to it with its code.

use super::page::{self, private};
use super::step::{CHECK, Step, find};
use crate::intake;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use domain::ReturnCode;
use web::layout::{Banner, BannerKind, Receipt, day};
use web::limit::FailureBudget;
use web::{App, ClientAddress, Fields, Form, FormData, Page, Path, Problem, Reply, View};

/// The failures of codes that open drafts. Put into the app with [`web::App::carry`].
#[derive(Debug, Clone, Default)]
pub struct SavedCodes(std::sync::Arc<FailureBudget>);

/// The account of the failure budget: codes name nobody.
const CODES: &str = "draft-code";

#[derive(Template)]
#[template(path = "report/templates/saved.html")]
struct SavedPage<'a> {
    page: Page,
    code: Receipt,
    until: String,
    days: u32,
    door: String,
    address: String,
    slug: &'a str,
    token: String,
    at: String,
    then: &'a str,
    seen: i64,
}

#[derive(Template)]
#[template(path = "report/templates/open.html")]
struct OpenPage<'a> {
    page: Page,
    name: &'a str,
    slug: &'a str,
    form: &'a Form,
    days: u32,
}

/// Shows the code of the draft.
pub(super) async fn save(step: Step) -> Reply {
    let brief = &step.programme.brief;
    let (code, until) = match intake::save(&step.app.store, &step.token, brief.draft_days).await {
        Ok(Some(saved)) => saved,
        Ok(None) => return Err(Problem::not_found()),
        Err(error) => return step.failed(&error).await,
    };
    let now = step.app.ambient.now();
    let door = format!("/programs/{}/saved", brief.slug);
    let template = SavedPage {
        page: step.view.page("Your report is saved"),
        code: Receipt {
            number: String::new(),
            code: code.to_string(),
            received: now.into(),
            answer_by: String::new(),
            download: String::new(),
        },
        until: day(until),
        days: brief.draft_days,
        address: step.app.settings.public_url.join(&door),
        door,
        slug: &brief.slug,
        token: step.token.to_string(),
        at: if step.from_check { CHECK.to_owned() } else { step.page.to_string() },
        then: if step.checking { CHECK } else { "" },
        seen: step.seen.unwrap_or_default(),
    };
    Ok(private(step.view.show(&template)))
}

/// `GET /programs/{slug}/saved`
pub(crate) async fn ask(State(app): State<App>, Path(slug): Path<String>, view: View) -> Reply {
    let brief = find(&app, &slug).await?.brief;
    let page = view.page("Go on with a saved report");
    let form = Form::empty();
    Ok(view.show(&OpenPage { page, name: &brief.name, slug: &brief.slug, form: &form, days: brief.draft_days }))
}

/// `POST /programs/{slug}/saved`
pub(crate) async fn open(
    State(app): State<App>,
    Path(slug): Path<String>,
    ClientAddress(ip): ClientAddress,
    view: View,
    data: FormData,
) -> Reply {
    let mut programme = find(&app, &slug).await?;
    let mut form = Form::of(data.fields().await?);
    let typed = form.required("code", "Type or paste the code you got when you saved");
    let SavedCodes(budget) = app.carried().ok_or_else(|| Problem::internal("the app carries no budget for codes"))?;
    let now = app.ambient.now();
    if form.ok() {
        // These codes have 120 bits: reporters need not wait for each other.
        drop(budget.check(CODES, ip, now).map_err(|wait| Problem::too_many(wait.seconds))?);
        let code = typed.parse::<ReturnCode>().ok();
        let opened = match &code {
            Some(code) => intake::resume(&app.store, code).await?,
            None => None,
        };
        if let Some(open) = opened {
            budget.succeeded(CODES, ip, now);
            if open.written.slug != slug {
                programme = find(&app, &open.written.slug).await?;
            }
            let mut step = Step::new(app, view, programme, ip, Fields::default());
            step.page = open.written.page.clamp(1, 4);
            step.load(open);
            let text = "This is your report as you left it. It is not sent yet.".to_owned();
            step.banner = Some(Banner { kind: BannerKind::Done, lead: "Welcome back.".into(), text });
            return page::ask(step, StatusCode::OK).await;
        }
        budget.failed(CODES, ip, now);
        form.refuse("code", unknown(&app, code).await?);
    }
    let page = view.page("Go on with a saved report").with_errors(true);
    let brief = &programme.brief;
    let template = OpenPage { page, name: &brief.name, slug: &brief.slug, form: &form, days: brief.draft_days };
    Ok(private(view.show_as(StatusCode::UNPROCESSABLE_ENTITY, &template)))
}

/// What is said about a code that opens no draft. Whoever holds the code of a report that was sent is
/// shown the right door.
async fn unknown(app: &App, code: Option<ReturnCode>) -> Result<&'static str, Problem> {
    if let Some(code) = code
        && intake::by_code(&app.store, &code).await?.is_some()
    {
        return Ok("This is the code of a report that was sent. Use it under “Return with a code”");
    }
    Ok("No saved report has this code. Look for a letter that was copied wrong")
}
