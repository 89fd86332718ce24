//! Who may decide about a case that is about somebody's own deed, in words.

use crate::Viewer;
use crate::engine::{self, EngineError, Loaded};
use crate::problem::other_hands;
use db::{Db, Tx};
use domain::Permission;
use domain::case::{Party, Refused};
use serde_json::json;
use web::layout::{Banner, BannerKind};

/// As whom somebody acts on a case.
pub(crate) struct Hands {
    /// The side they act for.
    pub(crate) party: Party,
    /// What they are told about it.
    pub(crate) banner: Option<Banner>,
    /// Where they prove who they are before they may decide.
    pub(crate) prove: Option<String>,
}

impl Hands {
    /// For this viewer.
    pub(crate) async fn of(tx: &mut Tx, db: &Db, (viewer, case): (&Viewer, &Loaded)) -> Result<Self, EngineError> {
        let party = engine::party(tx, db, (case, viewer.person)).await?;
        let acts = case.summary().open && viewer.may(Permission::ActOnCases, &case.facts);
        let barred = acts && case.machine.barred(&case.state) == Some(viewer.person);
        let mut hands = Self { party, banner: None, prove: None };
        if !barred {
            return Ok(hands);
        }
        let who = engine::who_else(tx, db, (case, viewer.person)).await?;
        hands.banner =
            Some(Banner { kind: BannerKind::Notice, lead: "Your own close.".to_owned(), text: other_hands(&who) });
        if matches!(party, Party::Alone(_)) && !viewer.has_proved(db.ambient().now()) {
            hands.prove = Some(format!("/desk/step-up?next=/desk/cases/{}", case.name()));
        }
        Ok(hands)
    }

    /// Why this person cannot take the action, where that is because it is about their own deed.
    pub(crate) async fn refuse(
        tx: &mut Tx,
        db: &Db,
        (case, action, party): (&Loaded, &str, &Party),
    ) -> Result<Option<String>, EngineError> {
        let tried = case.machine.act(&case.state, action, json!({}), party, db.ambient().now());
        if !matches!(tried, Err(Refused::OtherHands { .. })) {
            return Ok(None);
        }
        let Some(person) = party.person() else { return Ok(None) };
        Ok(Some(other_hands(&engine::who_else(tx, db, (case, person)).await?)))
    }
}
