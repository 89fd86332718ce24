//! What stands around the list: banners, numbers, views and programmes. It takes more questions than the list itself
//! and is the same from one moment to the next, so that it is kept for each person as long as this process writes
//! nothing, a second at most: another process of the same house may have written.

use super::counts::Counts;
use super::overview::{Overview, overview};
use super::views::{self, Kept};
use crate::Viewer;
use crate::engine::EngineError;
use crate::letters::health;
use crate::people::{Colleague, OF_TEAM, team};
use crate::programmes::{Programmes, Readable, readable};
use domain::{Grant, PersonId, Span, Ts};
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use web::App;
use web::layout::Banner;

/// So long an answer may stand while others may write.
const FRESH: Span = Span::from_micros(1_000_000);
/// People for whom something is kept.
const MOST: usize = 256;
/// So many programmes are called by their names in the filter; of more, only the address part stands there.
const NAMED: usize = 20;

/// So many colleagues can be picked as owners; in a larger house none, and the list stays one that can be read.
const COLLEAGUES: usize = 100;

/// What stands around the list.
pub(super) struct Around {
    pub(super) banners: Vec<Banner>,
    pub(super) numbers: Overview,
    pub(super) views: Vec<Kept>,
    pub(super) counts: Counts,
    pub(super) programmes: Vec<Readable>,
    /// Names of the programmes that were looked up so far.
    pub(super) names: Programmes,
    /// Colleagues whose cases can be asked for, by name; nobody for guests.
    pub(super) colleagues: Vec<Colleague>,
}

/// An answer, and what it holds for.
struct Made {
    at: Ts,
    commits: u64,
    grants: Vec<Grant>,
    around: Arc<Around>,
}

/// The answers of the last second: a part that the app carries.
#[derive(Clone, Default)]
pub struct Lately(Arc<Mutex<HashMap<PersonId, Made>>>);

impl Lately {
    fn get(&self, viewer: &Viewer, (now, commits): (Ts, u64)) -> Option<Arc<Around>> {
        let made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let made = made.get(&viewer.person)?;
        let fresh = made.at <= now && now.since(made.at) < FRESH;
        (fresh && made.commits == commits && made.grants == viewer.actor.grants).then(|| made.around.clone())
    }

    fn keep(&self, viewer: &Viewer, (at, commits): (Ts, u64), around: &Arc<Around>) {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if made.len() >= MOST {
            made.clear();
        }
        let grants = viewer.actor.grants.clone();
        made.insert(viewer.person, Made { at, commits, grants, around: around.clone() });
    }
}

/// What stands around the list of this viewer now.
pub(super) async fn around(app: &App, viewer: &Viewer) -> Result<Arc<Around>, EngineError> {
    // Before anything is read: what is written meanwhile makes the answer old.
    let state = (app.store.ambient().now(), app.store.figures().commits.load(Ordering::Acquire));
    let lately = app.carried::<Lately>();
    if let Some(around) = lately.and_then(|lately| lately.get(viewer, state)) {
        return Ok(around);
    }
    let around = Arc::new(asked(app, viewer, state.0).await?);
    if let Some(lately) = lately {
        lately.keep(viewer, state, &around);
    }
    Ok(around)
}

async fn asked(app: &App, viewer: &Viewer, now: Ts) -> Result<Around, EngineError> {
    let mut tx = app.store.read().await?;
    let programmes = readable(&mut tx, viewer).await?;
    let mut names = Programmes::default();
    if programmes.len() <= NAMED {
        for programme in &programmes {
            names.name(&mut tx, &app.store, programme.id).await?;
        }
    }
    let mut colleagues = if viewer.caller().holds(OF_TEAM) { team(&mut tx, &app.store).await? } else { Vec::new() };
    colleagues.retain(|colleague| colleague.id != viewer.person);
    colleagues.sort_by_key(|colleague| colleague.name.to_lowercase());
    if colleagues.len() > COLLEAGUES {
        colleagues.clear();
    }
    let views = views::of_person(&mut tx, &app.store, viewer.person).await?;
    Ok(Around {
        banners: health::banners(&mut tx, app, viewer).await?,
        numbers: overview(&mut tx, &viewer.caller(), (viewer.person, now)).await?,
        counts: Counts::of(&mut tx, &app.store, &viewer.caller(), &views).await?,
        views,
        programmes,
        names,
        colleagues,
    })
}

#[cfg(test)]
mod tests {
    use super::{Around, Counts, Lately};
    use crate::Viewer;
    use crate::inbox::Overview;
    use domain::testing::SeededRandom;
    use domain::{Actor, Ambient, Grant, PersonId, Role, Scope, Ts};
    use std::sync::Arc;
    use web::Token;

    fn viewer(person: PersonId, role: Role) -> Viewer {
        let grants = vec![Grant { role, scope: Scope::House }];
        Viewer::from(Token { person, actor: Actor::person(person, grants), scopes: Vec::new() })
    }

    #[test]
    fn an_answer_holds_until_a_write_a_second_or_another_right() {
        let ids = Ambient { random: Arc::new(SeededRandom::new(1)), ..Ambient::fixed(1) };
        let (ines, noor) = (viewer(ids.id(), Role::Triager), viewer(ids.id(), Role::Triager));
        let at = Ts::from_micros(5_000_000);
        let lately = Lately::default();
        let answer = Around {
            banners: Vec::new(),
            numbers: Overview::default(),
            views: Vec::new(),
            counts: Counts::default(),
            programmes: Vec::new(),
            names: crate::programmes::Programmes::default(),
            colleagues: Vec::new(),
        };
        lately.keep(&ines, (at, 7), &Arc::new(answer));
        let there = |viewer: &Viewer, micros, commits| lately.get(viewer, (Ts::from_micros(micros), commits)).is_some();
        assert!(there(&ines, 5_999_999, 7));
        assert!(!there(&ines, 6_000_000, 7), "another process may have written");
        assert!(!there(&ines, 4_999_999, 7), "a clock that was set back");
        assert!(!there(&ines, 5_000_000, 8), "this process wrote");
        assert!(!there(&noor, 5_000_000, 7), "somebody else");
        assert!(!there(&viewer(ines.person, Role::Auditor), 5_000_000, 7), "other rights");
    }
}
