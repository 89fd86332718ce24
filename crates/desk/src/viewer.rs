//! Who looks at a case from the desk's side, with a browser or with a token.

use crate::engine::{EngineError, Loaded, load};
use db::{Db, Tx, fetch_optional, stmt};
use domain::{Actor, CaseFacts, CaseId, Permission, PersonId, Ts, may, may_house};
use uuid::Uuid;
use web::{Caller, Staff, Token};

/// Somebody of the desk's side. A token may do only what it was narrowed to.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// Person and grants.
    pub actor: Actor,
    /// The person.
    pub person: PersonId,
    scopes: Option<Vec<Permission>>,
    /// When they last proved in a browser who they are.
    proved_at: Option<Ts>,
}

impl From<Staff> for Viewer {
    fn from(staff: Staff) -> Self {
        Self { actor: staff.actor, person: staff.person, scopes: None, proved_at: staff.step_up_at }
    }
}

impl From<Token> for Viewer {
    fn from(token: Token) -> Self {
        Self { actor: token.actor, person: token.person, scopes: Some(token.scopes), proved_at: None }
    }
}

impl Viewer {
    fn narrowed(&self, permission: Permission) -> bool {
        self.scopes.as_ref().is_some_and(|scopes| !scopes.contains(&permission))
    }

    /// Whether they may do this to the case.
    pub fn may(&self, permission: Permission, case: &CaseFacts) -> bool {
        !self.narrowed(permission) && may(&self.actor, permission, case)
    }

    /// Whether they may do this to the whole house.
    pub fn may_house(&self, permission: Permission) -> bool {
        !self.narrowed(permission) && may_house(&self.actor, permission)
    }

    /// Whether they proved just now who they are, as rows with a step-up ask for it.
    pub fn has_proved(&self, now: Ts) -> bool {
        self.proved_at.is_some_and(|at| now < at.plus(web::STEP_UP_LASTS))
    }

    /// The caller as lists ask for it.
    pub fn caller(&self) -> Caller {
        let actor = self.actor.clone();
        let scopes = self.scopes.clone().unwrap_or_else(|| Permission::ALL.to_vec());
        Caller::Token { actor, scopes }
    }

    /// Reads the case of this id or name (`REP-12`) if they may do `permission` to it; else, and when
    /// it is missing, `NotFound`.
    pub async fn case(
        &self,
        tx: &mut Tx,
        db: &Db,
        (reference, permission): (&str, Permission),
    ) -> Result<Loaded, EngineError> {
        let id = find(tx, reference).await?.ok_or(EngineError::NotFound)?;
        let case = load(tx, db, id).await?;
        let named = reference.parse::<CaseId>().is_ok() || case.name().eq_ignore_ascii_case(reference.trim());
        let seen = self.may(Permission::ReadCases, &case.facts) && self.may(permission, &case.facts);
        if named && seen { Ok(case) } else { Err(EngineError::NotFound) }
    }
}

/// The id behind an id or a name such as `REP-12`.
async fn find(tx: &mut Tx, reference: &str) -> Result<Option<CaseId>, EngineError> {
    let reference = reference.trim();
    if let Ok(id) = reference.parse::<CaseId>() {
        return Ok(Some(id));
    }
    let number = reference.rsplit_once('-').and_then(|(_, number)| number.parse::<i64>().ok());
    let Some(number) = number else { return Ok(None) };
    let row = fetch_optional!(tx, (Uuid,), stmt!("SELECT id FROM cases WHERE number = $1"), number)?;
    Ok(row.map(|(id,)| CaseId::from_uuid(id)))
}
