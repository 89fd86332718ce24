//! One entry of the log, checked while somebody waits: what the store says of the event against its commitment,
//! and the commitment against the head.

use crate::Viewer;
use accounts::ReadKind;
use askama::Template;
use axum::extract::State;
use db::log::{Place, Placed, Standing, standing_of_house};
use domain::{EventId, Permission};
use web::layout::{Banner, BannerKind, Moment};
use web::{App, Page, Path, Problem, Reply, Staff, View};

#[derive(Template)]
#[template(path = "audit/templates/entry.html")]
struct EntryPage {
    page: Page,
    banner: Banner,
    what: String,
    at: Moment,
    id: String,
    standing: Standing,
}

impl EntryPage {
    fn place(&self) -> Option<&Place> {
        if let Placed::At(place) = &self.standing.place { Some(place) } else { None }
    }
}

pub(super) async fn show(State(app): State<App>, staff: Staff, view: View, Path(id): Path<EventId>) -> Reply {
    let viewer = Viewer::from(staff);
    if !viewer.may_house(Permission::ReadAudit) {
        return Err(Problem::not_found());
    }
    let mut tx = app.store.read().await?;
    let found = standing_of_house(&mut tx, app.store.keys(), id).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    super::note(&app, viewer.person, ReadKind::Audit, None).await?;
    let what = crate::words::fact(&found.kind, &serde_json::Value::Null).unwrap_or_default();
    Ok(view.show(&EntryPage {
        page: view.page("Entry of the log"),
        banner: verdict(&found),
        what,
        at: Moment::from(found.at),
        id: id.to_string(),
        standing: found,
    }))
}

fn verdict(found: &Standing) -> Banner {
    let banner = |kind, lead: &str, text: &str| Banner { kind, lead: lead.to_owned(), text: text.to_owned() };
    let trouble = |text| banner(BannerKind::Trouble, "This entry does not hold.", text);
    match (found.opens, &found.place) {
        (_, Placed::Missing) => {
            trouble("The log has no entry of this event: somebody took it out. Run leeward verify and keep a copy.")
        }
        (false, _) => trouble(
            "What the store says of this event is not what was committed to. Run leeward verify and keep a copy.",
        ),
        (true, Placed::Lost) => {
            trouble("What the log keeps of this entry is damaged. Run leeward verify and keep a copy.")
        }
        (true, Placed::At(place)) if !place.holds => {
            trouble("The hashes do not lead from this entry to the head. Run leeward verify and keep a copy.")
        }
        (true, Placed::Waiting) => banner(
            BannerKind::Notice,
            "The entry waits for its place.",
            "It opens as it should; look again in a few seconds.",
        ),
        (true, Placed::At(_)) => banner(
            BannerKind::Done,
            "This entry holds.",
            "The store says what was committed to, and the log has it in this place. Checked just now.",
        ),
    }
}
