//! The rows of endpoints. Who changes one says which version they saw, and their change is recorded in the log of the
//! house.

use crate::endpoint::{Endpoint, Held, Sealed, Standing, Wish};
use crate::secret::Secret;
use db::{Db, DbError, Tx, event, execute, fetch_all, fetch_optional, stmt};
use domain::{JobId, PersonId, ProgrammeId, Span, Ts};
use serde_json::json;
use uuid::Uuid;

/// How long an old secret goes on signing beside the new one.
const ROTATION: Span = Span::from_hours(24);
/// Secrets that sign at the same time, at most.
const SECRETS: usize = 4;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    programme: Option<Uuid>,
    kinds: i64,
    titles: bool,
    state: String,
    reason: Option<String>,
    version: i64,
    created_at: i64,
    failing_since: Option<i64>,
    not_before: Option<i64>,
    body: Vec<u8>,
}

/// Every endpoint, the oldest first; a house has at most 100.
pub async fn endpoints(tx: &mut Tx, db: &Db) -> Result<Vec<Endpoint>, DbError> {
    let rows = fetch_all!(
        tx,
        Row,
        stmt!(
            "SELECT id, programme, kinds, titles, state, reason, version, created_at, failing_since, not_before, body
             FROM webhooks ORDER BY id LIMIT 100"
        )
    )?;
    Ok(readable(db, &rows))
}

/// Those that open: one that does not must not take the others with it.
fn readable(db: &Db, rows: &[Row]) -> Vec<Endpoint> {
    let open_or_tell = |row: &Row| match open(db, row) {
        Ok((endpoint, _)) => Some(endpoint),
        Err(error) => {
            tracing::error!(webhook = %row.id, %error, "a webhook does not open");
            None
        }
    };
    rows.iter().filter_map(open_or_tell).collect()
}

/// One of them.
pub async fn endpoint(tx: &mut Tx, db: &Db, id: Uuid) -> Result<Option<Endpoint>, DbError> {
    Ok(load(tx, db, id).await?.map(|(endpoint, _)| endpoint))
}

pub(crate) async fn load(tx: &mut Tx, db: &Db, id: Uuid) -> Result<Option<(Endpoint, Sealed)>, DbError> {
    let row = fetch_optional!(
        tx,
        Row,
        stmt!(
            "SELECT id, programme, kinds, titles, state, reason, version, created_at, failing_since, not_before, body
             FROM webhooks WHERE id = $1"
        ),
        id
    )?;
    row.map(|row| open(db, &row)).transpose()
}

fn open(db: &Db, row: &Row) -> Result<(Endpoint, Sealed), DbError> {
    let sealed = Sealed::open(db, row.id, (row.version, &row.body))?;
    let now = db.ambient().now().micros();
    let until = sealed.secrets.iter().filter_map(|held| held.until).filter(|until| *until > now).max();
    let wish = Wish {
        label: sealed.label.clone(),
        url: sealed.url.clone(),
        programme: row.programme.map(ProgrammeId::from_uuid),
        kinds: row.kinds,
        titles: row.titles,
    };
    let endpoint = Endpoint {
        id: row.id,
        wish,
        standing: Standing::read(&row.state, row.reason.as_deref()),
        version: row.version,
        created_at: Ts::from_micros(row.created_at),
        failing_since: row.failing_since.map(Ts::from_micros),
        not_before: row.not_before.filter(|at| *at > now).map(Ts::from_micros),
        rotating_until: until.map(Ts::from_micros),
    };
    Ok((endpoint, sealed))
}

async fn record(tx: &mut Tx, db: &Db, kind: &'static str, (id, by): (Uuid, PersonId)) -> Result<(), DbError> {
    let data = json!({ "webhook": id.to_string() });
    event::append_house(tx, db.keys(), db.ambient(), kind, Some(by.uuid()), data).await.map(|_| ())
}

/// Adds an endpoint whose wish was checked; gives it with its secret, which is shown once. None when there are 100.
pub async fn add(tx: &mut Tx, db: &Db, (by, wish): (PersonId, Wish)) -> Result<Option<(Uuid, Secret)>, DbError> {
    if endpoints(tx, db).await?.len() >= 100 {
        return Ok(None);
    }
    let (id, now, secret) = (db.ambient().id::<JobId>().uuid(), db.ambient().now(), Secret::generate(db.ambient()));
    let held = Held { secret: secret.text().to_string(), until: None };
    let sealed = Sealed { label: wish.label.trim().to_owned(), url: wish.url.trim().to_owned(), secrets: vec![held] };
    let body = sealed.seal(db, id, 1)?;
    execute!(
        tx,
        stmt!(
            "INSERT INTO webhooks (id, programme, kinds, titles, state, version, created_at, failures, body)
             VALUES ($1, $2, $3, $4, 'active', 1, $5, 0, $6)"
        ),
        id,
        wish.programme.map(ProgrammeId::uuid),
        wish.kinds,
        wish.titles,
        now.micros(),
        body
    )?;
    record(tx, db, "webhook_added", (id, by)).await?;
    Ok(Some((id, secret)))
}

/// Writes a checked wish over the endpoint of version `seen`, and pauses it or lets it go on where `active` says so; what
/// failed so far no longer counts then. One that we stopped stays stopped until somebody lets it go on: it goes on
/// collecting, which one that is paused does not. False when somebody else changed it since.
pub async fn change(
    tx: &mut Tx,
    db: &Db,
    (by, id, seen): (PersonId, Uuid, i64),
    (wish, active): (Wish, Option<bool>),
) -> Result<bool, DbError> {
    let Some((before, mut sealed)) = load(tx, db, id).await?.filter(|(there, _)| there.version == seen) else {
        return Ok(false);
    };
    let version = seen + 1;
    sealed.label = wish.label.trim().to_owned();
    sealed.url = wish.url.trim().to_owned();
    let body = sealed.seal(db, id, version)?;
    let was = before.standing;
    let is = match (active, was) {
        (Some(true), _) => Standing::Active,
        (Some(false), Standing::Active) => Standing::Paused,
        _ => was,
    };
    if is == Standing::Active && was != Standing::Active {
        due_now(tx, db, id).await?;
    }
    let changed = execute!(
        tx,
        stmt!(
            "UPDATE webhooks SET programme = $1, kinds = $2, titles = $3, state = $4, failures = 0, failing_since = NULL,
                    reason = CASE WHEN $4 = 'disabled' THEN reason END,
                    told_at = CASE WHEN $4 = 'disabled' THEN told_at END, not_before = NULL, version = $5, body = $6
             WHERE id = $7 AND version = $8"
        ),
        wish.programme.map(ProgrammeId::uuid),
        wish.kinds,
        wish.titles,
        is.as_str(),
        version,
        body,
        id,
        seen
    )?;
    if changed != 1 {
        return Ok(false);
    }
    let kind = match is {
        _ if is == was => "webhook_changed",
        Standing::Active => "webhook_resumed",
        _ => "webhook_paused",
    };
    record(tx, db, kind, (id, by)).await?;
    Ok(true)
}

/// What waited while nothing went there is due from now on: nobody was late with it. Messages before their endpoint, in
/// the order of their ids, as whoever settles them does.
async fn due_now(tx: &mut Tx, db: &Db, endpoint: Uuid) -> Result<(), DbError> {
    execute!(
        tx,
        stmt!(
            sqlite: "UPDATE webhook_deliveries SET due_at = $1 WHERE webhook = $2 AND state = 'waiting' AND due_at < $1",
            pg: "UPDATE webhook_deliveries SET due_at = $1 WHERE id IN (
                   SELECT id FROM webhook_deliveries WHERE webhook = $2 AND state = 'waiting' AND due_at < $1
                   ORDER BY id FOR UPDATE)",
        ),
        db.ambient().now().micros(),
        endpoint
    )
    .map(|_| ())
}

/// A new secret. Those before sign beside it, each for a day, or no more at all when they are known to others.
pub async fn rotate(
    tx: &mut Tx,
    db: &Db,
    (by, id, at_once): (PersonId, Uuid, bool),
) -> Result<Option<Secret>, DbError> {
    // Two who press at once get one secret after the other.
    fetch_optional!(
        tx,
        (Uuid,),
        stmt!(
            sqlite: "SELECT id FROM webhooks WHERE id = $1",
            pg: "SELECT id FROM webhooks WHERE id = $1 FOR NO KEY UPDATE",
        ),
        id
    )?;
    let Some((endpoint, mut sealed)) = load(tx, db, id).await? else { return Ok(None) };
    let (now, secret) = (db.ambient().now(), Secret::generate(db.ambient()));
    let until = now.plus(ROTATION).micros();
    // Who replaces twice in a day, since the new one was not copied in time, still has a receiver that holds the first.
    sealed.secrets.retain(|held| !at_once && held.until.is_none_or(|until| now.micros() < until));
    for held in &mut sealed.secrets {
        held.until.get_or_insert(until);
    }
    sealed.secrets.truncate(SECRETS - 1);
    sealed.secrets.insert(0, Held { secret: secret.text().to_string(), until: None });
    let version = endpoint.version + 1;
    let body = sealed.seal(db, id, version)?;
    let changed = execute!(
        tx,
        stmt!("UPDATE webhooks SET version = $1, body = $2 WHERE id = $3 AND version = $4"),
        version,
        body,
        id,
        endpoint.version
    )?;
    if changed != 1 {
        return Err(DbError::Inconsistent(format!("webhook {id} changed under its lock")));
    }
    record(tx, db, "webhook_secret_replaced", (id, by)).await?;
    Ok(Some(secret))
}

/// Removes an endpoint of version `seen` with everything that was on its way there; false when somebody else changed it.
pub async fn remove(tx: &mut Tx, db: &Db, (by, id, seen): (PersonId, Uuid, i64)) -> Result<bool, DbError> {
    // Messages first, in the order of their ids, then the endpoint: as whoever settles a message does.
    execute!(
        tx,
        stmt!(
            sqlite: "DELETE FROM webhook_deliveries WHERE webhook = $1",
            pg: "DELETE FROM webhook_deliveries WHERE id IN (
                   SELECT id FROM webhook_deliveries WHERE webhook = $1 ORDER BY id FOR UPDATE)",
        ),
        id
    )?;
    let removed = execute!(tx, stmt!("DELETE FROM webhooks WHERE id = $1 AND version = $2"), id, seen)?;
    if removed == 1 {
        record(tx, db, "webhook_removed", (id, by)).await?;
    }
    Ok(removed == 1)
}

/// Endpoints that we stopped and that nobody was told of, with the name they have here.
pub async fn untold(tx: &mut Tx, db: &Db) -> Result<Vec<Endpoint>, DbError> {
    let rows = fetch_all!(
        tx,
        Row,
        stmt!(
            "SELECT id, programme, kinds, titles, state, reason, version, created_at, failing_since, not_before, body
             FROM webhooks WHERE state = 'disabled' AND told_at IS NULL ORDER BY id LIMIT 100"
        )
    )?;
    Ok(readable(db, &rows))
}

/// Notes that somebody was told; false when another process was faster.
pub async fn say_told(tx: &mut Tx, db: &Db, id: Uuid) -> Result<bool, DbError> {
    let told = execute!(
        tx,
        stmt!("UPDATE webhooks SET told_at = $1 WHERE id = $2 AND state = 'disabled' AND told_at IS NULL"),
        db.ambient().now().micros(),
        id
    )?;
    Ok(told == 1)
}
