//! The people of a case, by name, as this viewer may know of them.

use crate::engine::{self, EngineError, Loaded};
use crate::oncall;
use crate::people::{Colleague, Names, colleagues};
use accounts::person;
use db::{Db, Tx, event};
use domain::case::Shares;
use domain::{Permission, PersonId};

/// Somebody, to be shown.
pub(super) struct Somebody {
    pub(super) id: PersonId,
    pub(super) name: String,
}

/// Everybody of a case.
pub(super) struct People {
    pub(super) owner: Option<Somebody>,
    /// `away until 2026-11-28; Ana stands in`, or nothing.
    pub(super) away: String,
    /// Who hears in place of the owner.
    pub(super) acting: Option<PersonId>,
    pub(super) watchers: Vec<Somebody>,
    pub(super) guests: Vec<Somebody>,
    /// Who is named on a restricted case.
    pub(super) named: Vec<Somebody>,
    /// Who could be named on it and is not.
    pub(super) could: Vec<Somebody>,
    /// How many can see it.
    pub(super) readers: usize,
    pub(super) shares: Shares,
    /// What merging offers while nobody has set any.
    pub(super) offered: Option<Shares>,
}

pub(super) async fn people(tx: &mut Tx, db: &Db, case: &Loaded) -> Result<People, EngineError> {
    let colleagues = colleagues(tx, db).await?;
    let sees = |id: PersonId| colleagues.iter().any(|c| c.id == id && c.may(Permission::ReadCases, &case.facts));
    let watching: Vec<PersonId> = engine::watchers(tx, case.id).await?.into_iter().filter(|id| sees(*id)).collect();
    let guests = engine::guests(tx, case.id).await?;
    let records = event::of_kinds(tx, &case.key, case.id, (&["shares_set"], true)).await?;
    let mut names = Names::default();
    let (away, acting) = away(tx, db, case, &mut names).await?;
    let owner = match case.assignee {
        Some(id) => Some(Somebody { id, name: names.get(tx, db, id).await? }),
        None => None,
    };
    let could = |c: &&Colleague| c.could_read(&case.facts) && !case.facts.members.contains(&c.id);
    let open = |c: &Colleague| Somebody { id: c.id, name: c.name.clone() };
    Ok(People {
        owner,
        away,
        acting,
        watchers: named(tx, db, (&mut names, watching)).await?,
        guests: invited(tx, db, guests).await?,
        named: named(tx, db, (&mut names, case.facts.members.iter().copied().collect())).await?,
        could: colleagues.iter().filter(could).map(open).collect(),
        readers: colleagues.iter().filter(|c| c.may(Permission::ReadCases, &case.facts)).count(),
        shares: engine::shares(&records),
        offered: engine::offered_shares(tx, db, (case, &records)).await?,
    })
}

async fn named(tx: &mut Tx, db: &Db, (names, ids): (&mut Names, Vec<PersonId>)) -> Result<Vec<Somebody>, EngineError> {
    let mut people = Vec::with_capacity(ids.len());
    for id in ids {
        people.push(Somebody { id, name: names.get(tx, db, id).await? });
    }
    Ok(people)
}

/// Guests by name, or by the address they were invited at while they have not come.
async fn invited(tx: &mut Tx, db: &Db, ids: Vec<PersonId>) -> Result<Vec<Somebody>, EngineError> {
    let mut people = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(found) = person::load(tx, db.keys(), id).await.map_err(EngineError::corrupt)? else { continue };
        people.push(Somebody { id, name: if found.name.is_empty() { found.email } else { found.name } });
    }
    Ok(people)
}

/// Whether the owner is away, in words, and who acts for them then.
pub(super) async fn away(
    tx: &mut Tx,
    db: &Db,
    case: &Loaded,
    names: &mut Names,
) -> Result<(String, Option<PersonId>), EngineError> {
    let Some(owner) = case.assignee else { return Ok((String::new(), None)) };
    let (_, rule) = oncall::store::read(tx, db).await?;
    let now = db.ambient().now();
    let Some(absence) = rule.duty.absence(owner, now) else { return Ok((String::new(), Some(owner))) };
    let until = absence.until;
    let acting = rule.duty.acting(owner, now);
    let cover = match acting {
        Some(cover) => format!("{} stands in", names.get(tx, db, cover).await?),
        None => "nobody stands in".to_owned(),
    };
    Ok((format!("away until {until}; {cover}"), acting))
}
