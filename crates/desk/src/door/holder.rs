//! Who holds a case at the return door: whoever gave the code of a report, or somebody in whose account it is; and with
//! the report its parts. This is what opens a case to anybody outside: every page of the door takes it, and nothing
//! else makes one.

use super::{pages, parts};
use crate::daybook::Wanted;
use crate::engine;
use accounts::researcher::{self, part_of};
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use db::{fetch_optional, stmt};
use domain::case::LinkKind;
use domain::{CaseId, PersonId};
use serde::Deserialize;
use web::{Anyone, App, Caller, Form, Path, Problem, Reply, Reporter, Researcher, View};

/// The holder of one case, already checked.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    /// The case that the page is about.
    pub(crate) case: CaseId,
    /// Where its pages are.
    pub(crate) base: String,
    /// Whether they may take it back, and appeal: somebody who found it too does not do that for all.
    pub(crate) decides: bool,
    /// Whether they came from an account, and not by a code.
    pub(crate) in_account: bool,
    /// Whose account that is.
    pub(crate) person: Option<PersonId>,
    /// Of a part: where the pages of the report are that came.
    whole: Option<String>,
}

/// A holder who may take back and appeal. For anybody else there is no such page.
pub(crate) struct Decider(pub(crate) Holder);

/// What of a path says which case: the report of an account, and a part of a report.
#[derive(Deserialize)]
struct Named {
    id: Option<CaseId>,
    part: Option<String>,
}

impl Holder {
    /// By the code of a report.
    fn by_code(case: CaseId) -> Self {
        let base = "/case/mine".to_owned();
        Self { case, base, decides: true, in_account: false, person: None, whole: None }
    }

    /// From an account that the report is in.
    async fn by_account(app: &App, (person, case): (PersonId, CaseId)) -> Result<Self, Problem> {
        let mut tx = app.store.read().await?;
        let tie = part_of(&mut tx, (case, person)).await?.ok_or_else(Problem::not_found)?;
        let statement = stmt!("SELECT erased_at FROM cases WHERE id = $1");
        let erased = fetch_optional!(&mut tx, (Option<i64>,), statement, case.uuid())?;
        if erased.is_none_or(|(at,)| at.is_some()) {
            return Err(Problem::gone("This report was erased: what you wrote, your files and our answers."));
        }
        let decides = tie == researcher::Part::Owner;
        let person = Some(person);
        Ok(Self { case, base: format!("/me/reports/{case}"), decides, in_account: true, person, whole: None })
    }

    /// A part of the report they hold, by its name: theirs as the report is.
    async fn part(self, app: &App, name: &str) -> Result<Self, Problem> {
        let mut tx = app.store.read().await?;
        for case in engine::of_kind(&mut tx, self.case, LinkKind::Part).await? {
            let found = parts::kin(&mut tx, &app.store, case).await?.filter(|part| part.name == name);
            if let Some(part) = found {
                let base = format!("{}/parts/{}", self.base, part.name);
                return Ok(Self { case, base, whole: Some(self.base), ..self });
            }
        }
        Err(Problem::not_found())
    }

    /// Where the pages of the report are that came.
    pub(crate) fn home(&self) -> &str {
        self.whole.as_deref().unwrap_or(&self.base)
    }

    /// Where one goes when something was sent.
    pub(crate) fn done(&self) -> String {
        format!("{}#conversation", self.base)
    }

    /// The page of the case after a refusal.
    pub(super) async fn show(&self, app: &App, view: &View, said: (StatusCode, Form, String)) -> Reply {
        if self.whole.is_some() {
            parts::draw(app, view, self, (said, Wanted::default())).await
        } else {
            pages::show(app, view, self, said).await
        }
    }
}

impl FromRequestParts<App> for Holder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Path(Named { id, part }) = Path::from_request_parts(parts, app).await?;
        let holder = if let Anyone(Caller::Reporter { .. }) = Anyone::from_request_parts(parts, app).await? {
            Self::by_code(Reporter::from_request_parts(parts, app).await?.case)
        } else {
            let who = Researcher::from_request_parts(parts, app).await?;
            Self::by_account(app, (who.person, id.ok_or_else(Problem::not_found)?)).await?
        };
        match part {
            Some(name) => holder.part(app, &name).await,
            None => Ok(holder),
        }
    }
}

impl FromRequestParts<App> for Decider {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let holder = Holder::from_request_parts(parts, app).await?;
        if holder.decides { Ok(Self(holder)) } else { Err(Problem::not_found()) }
    }
}
