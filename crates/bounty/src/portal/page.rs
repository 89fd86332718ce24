//! The pages of the front.

use crate::programme::{self, Drawn, Programme};
use askama::Template;
use axum::extract::State;
use web::{App, Page, Path, Problem, Reply, View};

#[derive(Template)]
#[template(path = "portal/templates/home.html")]
struct Home {
    page: Page,
    programmes: Vec<Programme>,
}

#[derive(Template)]
#[template(path = "portal/templates/list.html")]
struct List {
    page: Page,
    programmes: Vec<Programme>,
}

#[derive(Template)]
#[template(path = "portal/templates/brief.html")]
struct BriefPage {
    page: Page,
    drawn: Drawn,
}

#[derive(Template)]
#[template(path = "portal/templates/proof.html")]
struct Proof {
    page: Page,
    key: String,
}

/// `GET /`
pub(crate) async fn home(State(app): State<App>, view: View) -> Reply {
    let programmes = all(&app).await?;
    Ok(view.show(&Home { page: view.page("Tell us about a weakness"), programmes }))
}

/// `GET /programs`
pub(crate) async fn list(State(app): State<App>, view: View) -> Reply {
    let programmes = all(&app).await?;
    Ok(view.show(&List { page: view.page("Programmes"), programmes }))
}

/// `GET /programs/{slug}`
pub(crate) async fn brief(State(app): State<App>, Path(slug): Path<String>, view: View) -> Reply {
    let mut tx = app.store.glance().await?;
    let found = programme::by_slug(&mut tx, &app.store, &slug).await?.ok_or_else(Problem::not_found)?;
    Ok(view.show(&BriefPage { page: view.page(&found.brief.name), drawn: Drawn::live(found.brief) }))
}

/// `GET /how-we-prove`
pub(crate) async fn proof(State(app): State<App>, view: View) -> Reply {
    let key = app.settings.public_url.join("/api/v1/log/key");
    Ok(view.show(&Proof { page: view.page("How to check a receipt"), key }))
}

async fn all(app: &App) -> Result<Vec<Programme>, Problem> {
    let mut tx = app.store.glance().await?;
    Ok(programme::list(&mut tx, &app.store).await?)
}
