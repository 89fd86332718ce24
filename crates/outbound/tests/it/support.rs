//! A store with endpoints in it, and somebody who is in charge of them.

use db::testing::TestDb;
use db::{Db, DbError, KeyKind, execute, stmt};
use domain::{CaseId, JobId, PersonId, ProgrammeId, Uuid};
use outbound::{Client, Delivery, Filter, Kind, Message, Queued, Rules, Secret, Sender, Wish, queue};
use serde_json::{Value, json};
use std::time::Duration;

/// The tests' receivers are on loopback, which only the operator's list opens.
pub fn rules() -> Rules {
    Rules { allow: vec!["127.0.0.0/8".parse().unwrap()], ..Rules::default() }
}

/// Rules under which one who hangs is given up soon.
pub fn hasty() -> Rules {
    Rules { total: Duration::from_millis(400), ..rules() }
}

pub fn sender(db: &Db, rules: Rules) -> Sender {
    Sender::new(db.clone(), Client::new(rules).unwrap())
}

pub async fn store() -> TestDb {
    TestDb::new().await.unwrap()
}

pub fn by(db: &Db) -> PersonId {
    db.ambient().id()
}

/// Adds an endpoint that hears of everything.
pub async fn add(db: &Db, url: &str) -> (Uuid, Secret) {
    let wish = Wish { label: "Chat".into(), url: url.into(), programme: None, kinds: Kind::every(), titles: false };
    let (store, by) = (db.clone(), by(db));
    let added: Result<_, DbError> =
        db.write(move |tx| Box::pin(async move { outbound::add(tx, &store, (by, wish)).await })).await;
    added.unwrap().unwrap()
}

/// A case with a key, restricted or not.
pub async fn case(db: &Db, restricted: bool) -> CaseId {
    let (store, id) = (db.clone(), db.ambient().id::<CaseId>());
    let (programme, number): (ProgrammeId, [u8; 2]) = (db.ambient().id(), db.ambient().bytes());
    let made: Result<(), DbError> = db
        .write(move |tx| {
            Box::pin(async move {
                store.keys().create(tx, KeyKind::Case, id.uuid()).await?;
                execute!(
                    tx,
                    stmt!(
                        "INSERT INTO programmes (id, slug, desk, intake, body, version, created_at)
                         VALUES ($1, $2, 'bounty', 'open', $3, 1, 0)"
                    ),
                    programme.uuid(),
                    format!("p{}", programme.uuid().simple()),
                    Vec::<u8>::new()
                )?;
                execute!(
                    tx,
                    stmt!(
                        "INSERT INTO cases (id, type, number, desk, programme, state, is_open, restricted, version,
                                            received_at, updated_at, title, body)
                         VALUES ($1, 'vulnerability', $2, 'bounty', $3, 'new', $4, $5, 1, 0, 0, $6, $6)"
                    ),
                    id.uuid(),
                    i64::from(u16::from_be_bytes(number)),
                    programme.uuid(),
                    true,
                    restricted,
                    Vec::<u8>::new()
                )
                .map(|_| ())
            })
        })
        .await;
    made.unwrap();
    id
}

/// Queues a message with this text in it.
pub async fn put(db: &Db, endpoint: Uuid, (case, text): (Option<CaseId>, &str)) -> Queued {
    let id = db.ambient().id::<JobId>().uuid();
    let message = Message { endpoint, id, kind: Kind::Test, case, body: document(text) };
    put_message(db, message).await
}

pub async fn put_message(db: &Db, message: Message) -> Queued {
    let store = db.clone();
    let queued: Result<Queued, DbError> =
        db.write(move |tx| Box::pin(async move { queue(tx, &store, &message).await })).await;
    queued.unwrap()
}

pub fn document(text: &str) -> Value {
    json!({ "type": "webhook.test", "timestamp": "2026-11-22T00:00:00Z", "data": { "text": text } })
}

/// What is listed of an endpoint, the oldest first.
pub async fn listed(db: &Db, endpoint: Uuid) -> Vec<Delivery> {
    let mut tx = db.read().await.unwrap();
    let (mut listed, _) = outbound::deliveries(&mut tx, db, endpoint, (Filter::All, None)).await.unwrap();
    listed.reverse();
    listed
}

pub async fn endpoint(db: &Db, id: Uuid) -> outbound::Endpoint {
    let mut tx = db.read().await.unwrap();
    outbound::endpoint(&mut tx, db, id).await.unwrap().unwrap()
}
