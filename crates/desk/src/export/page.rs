//! The page on which a case is taken out.

use super::order::{Contents, Form as As, answer, seen};
use crate::Viewer;
use crate::attachment::Scanner;
use crate::engine::Loaded;
use askama::Template;
use axum::extract::State;
use web::{App, Form, FormData, Page, Path, Reply, Staff, View};

#[derive(Template)]
#[template(path = "export/templates/export.html")]
struct ExportPage {
    page: Page,
    form: Form,
    href: String,
    name: String,
    title: String,
    contents: Vec<(&'static str, &'static str)>,
    forms: Vec<(&'static str, &'static str)>,
    restricted: bool,
    /// Whether a virus scanner may hold files back.
    scanned: bool,
}

pub(super) async fn ask(State(app): State<App>, staff: Staff, view: View, Path(reference): Path<String>) -> Reply {
    let viewer = Viewer::from(staff);
    let case = seen(&app, &viewer, &reference).await?;
    Ok(show((&app, &view), &viewer, (case, Form::empty())))
}

pub(super) async fn export(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(reference): Path<String>,
    form: FormData,
) -> Reply {
    let viewer = Viewer::from(staff);
    let mut form = Form::of(form.fields().await?);
    let case = seen(&app, &viewer, &reference).await?;
    let contents = Contents::parse(form.value("contents")).filter(|one| Contents::of(&viewer, &case).contains(one));
    let wanted = As::parse(form.value("as")).filter(|one| As::of(&viewer, &case).contains(one));
    if contents.is_none() {
        form.refuse("contents", "Choose what goes in");
    }
    if wanted.is_none() {
        form.refuse("as", "Choose a form");
    }
    let nonetheless = form.value("nonetheless") == "yes";
    match (contents, wanted) {
        (Some(contents), Some(wanted)) if form.ok() => {
            answer(&app, &viewer, (case, contents, wanted), (None, nonetheless)).await
        }
        _ => Ok(show((&app, &view), &viewer, (case, form))),
    }
}

fn show((app, view): (&App, &View), viewer: &Viewer, (case, form): (Loaded, Form)) -> axum::response::Response {
    let name = case.name();
    let ok = form.ok();
    let contents = Contents::of(viewer, &case).into_iter().map(|one| match one {
        Contents::Everything => ("everything", "Everything, notes of the team included"),
        Contents::Reporter => ("reporter", "What the reporter may read, without names of the team"),
    });
    let forms = As::of(viewer, &case).into_iter().map(|one| match one {
        As::Json => ("json", "JSON with proofs"),
        As::Pdf => ("pdf", "PDF, a printed dossier"),
        As::Zip => ("zip", "JSON with proofs, PDF and every file, in one zip"),
    });
    let shown = ExportPage {
        page: view.page(&format!("Export {name}")).with_errors(!ok),
        form,
        href: format!("/desk/cases/{name}"),
        contents: contents.collect(),
        forms: forms.collect(),
        restricted: case.facts.restricted,
        scanned: app.carried::<Scanner>().is_some(),
        title: case.title,
        name,
    };
    if ok { view.show(&shown) } else { view.show_again(&shown) }
}
