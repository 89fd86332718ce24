//! What the tests of safety put into a store: a programme, cases with reports, attachments, receipts.

use bytes::Bytes;
use db::blob::{BlobName, BlobUrl, Blobs};
use db::erase::{self, EraseError, Erasure, ErasureList, Order};
use db::event::{self, NewRecord};
use db::testing::TestDb;
use db::{DataKey, Db, DbError, KeyKind, execute, field, log, stmt};
use domain::{AttachmentId, CaseId, EventId, PersonId, ProgrammeId};
use serde_json::json;
use tlog::{KeyFile, Receipt};

/// A store with its blobs and its erasure list.
pub struct Stage {
    pub t: TestDb,
    pub blobs: Blobs,
    pub list: ErasureList,
}

/// A report that was stored.
#[derive(Debug, Clone, Copy)]
pub struct Report {
    pub case: CaseId,
    pub event: EventId,
    pub blob: Option<BlobName>,
}

pub fn order() -> Order {
    Order { by: None, reason: "the reporter asked".into() }
}

/// Erases as the desk does: in one write, acknowledged when the list has it.
pub async fn erase_case(db: &Db, list: &ErasureList, id: CaseId, order: Order) -> Result<Erasure, EraseError> {
    let store = db.clone();
    let done = db
        .write(move |tx| {
            Box::pin(async move { erase::erase_case(tx, store.keys(), store.ambient(), id, &order).await })
        })
        .await?;
    erase::acknowledged(db, list, done).await
}

/// The same for a person.
pub async fn erase_person(db: &Db, list: &ErasureList, id: PersonId, order: Order) -> Result<Erasure, EraseError> {
    let store = db.clone();
    let done = db
        .write(move |tx| {
            Box::pin(async move { erase::erase_person(tx, store.keys(), store.ambient(), id, &order).await })
        })
        .await?;
    erase::acknowledged(db, list, done).await
}

impl Stage {
    pub async fn new() -> Self {
        let t = TestDb::new().await.unwrap();
        let blobs = Blobs::open(&BlobUrl::Folder(t.folder().join("blobs"))).unwrap();
        let list = ErasureList::beside(t.folder());
        Self { t, blobs, list }
    }

    pub fn db(&self) -> &Db {
        &self.t.db
    }

    /// A report of a new case, with an attachment of `file` bytes.
    pub async fn report(&self, text: &str, file: usize) -> Report {
        report(self.db(), &self.blobs, text, file).await
    }

    pub async fn person(&self, name: &str) -> PersonId {
        let (id, db, name) = (self.db().ambient().id::<PersonId>(), self.db().clone(), name.to_owned());
        self.db()
            .write(move |tx| {
                Box::pin(async move {
                    let key = db.keys().create(tx, KeyKind::Person, id.uuid()).await?;
                    let random = db.ambient().random.clone();
                    let name = key.seal(field::PERSON_NAME, id.uuid(), 1, name.as_bytes(), random.as_ref());
                    execute!(
                        tx,
                        stmt!("INSERT INTO people (id, state, email_index, name, email, password, version, created_at) VALUES ($1, 'active', $2, $3, $3, $3, 1, 0)"),
                        id.uuid(),
                        id.uuid().as_bytes().to_vec(),
                        name
                    )?;
                    Ok::<_, DbError>(())
                })
            })
            .await
            .unwrap();
        id
    }

    pub async fn verify(&self) -> log::Report {
        log::settled(self.db()).await;
        log::verify(self.db()).await.unwrap()
    }
}

pub async fn report(db: &Db, blobs: &Blobs, text: &str, file: usize) -> Report {
    let case: CaseId = db.ambient().id();
    let programme = programme(db).await;
    let (store, text) = (db.clone(), text.to_owned());
    let (event, key) = db
        .write(move |tx| {
            Box::pin(async move {
                let (keys, ambient) = (store.keys(), store.ambient());
                let key = keys.create(tx, KeyKind::Case, case.uuid()).await?;
                let random = ambient.random.as_ref();
                let title = key.seal(field::CASE_TITLE, case.uuid(), 0, text.as_bytes(), random);
                let body = key.seal(field::CASE_STATE, case.uuid(), 1, b"{}", random);
                // Any number that is not taken: the low bits of the id.
                let number = i64::try_from(case.uuid().as_u128() & 0x7fff_ffff_ffff).unwrap_or_default();
                execute!(
                    tx,
                    stmt!(
                        "INSERT INTO cases (id, type, number, desk, programme, state, is_open, restricted, code_index,
                           version, received_at, updated_at, title, body)
                         VALUES ($1, 'vulnerability', $2, 'bounty', $3, 'new', TRUE, FALSE, $4, 1, 0, 0, $5, $6)"
                    ),
                    case.uuid(),
                    number,
                    programme.uuid(),
                    case.uuid().as_bytes().to_vec(),
                    title,
                    body
                )?;
                let event = append(tx, &store, &key, case, 1, &text).await?;
                Ok::<_, DbError>((event, key))
            })
        })
        .await
        .unwrap();
    let blob = if file > 0 { Some(attached(db, blobs, (&key, case), file).await) } else { None };
    Report { case, event, blob }
}

/// A file of so many bytes on this case; gives its blob.
async fn attached(db: &Db, blobs: &Blobs, (key, case): (&DataKey, CaseId), file: usize) -> BlobName {
    let attachment: AttachmentId = db.ambient().id();
    let source = futures::stream::iter([Ok::<_, std::io::Error>(Bytes::from(vec![7_u8; file]))]);
    let random = db.ambient().random.as_ref();
    let stored = blobs.put(key, attachment.uuid(), source, 1 << 30, random).await.unwrap();
    db.write(move |tx| {
        Box::pin(async move {
            execute!(
                tx,
                stmt!(
                    "INSERT INTO attachments (id, owner, audience, name, meta, size, blob, created_at)
                     VALUES ($1, $2, 'team', $3, $3, 1, $4, 0)"
                ),
                attachment.uuid(),
                case.uuid(),
                vec![0_u8; 40],
                stored.blob.to_string()
            )
            .map(|_| ())
        })
    })
    .await
    .unwrap();
    stored.blob
}

pub async fn append(
    tx: &mut db::Tx,
    db: &Db,
    key: &db::DataKey,
    case: CaseId,
    seq: i64,
    text: &str,
) -> Result<EventId, DbError> {
    let record = NewRecord {
        case: Some(case),
        seq,
        kind: "report_received".into(),
        audience: "reporter",
        party: "reporter",
        actor: None,
        at: db.ambient().now(),
        data: json!({ "text": text }),
    };
    event::append(tx, key, db.ambient(), record).await
}

async fn programme(db: &Db) -> ProgrammeId {
    let id: ProgrammeId = db.ambient().id();
    db.write(move |tx| {
        Box::pin(async move {
            execute!(
                tx,
                stmt!(
                    "INSERT INTO programmes (id, slug, desk, intake, body, version, created_at)
                     VALUES ($1, $2, 'bounty', 'open', $3, 1, 0)"
                ),
                id.uuid(),
                id.to_string(),
                vec![0_u8; 40]
            )
            .map(|_| ())
        })
    })
    .await
    .unwrap();
    id
}

/// The receipt of a report; `None` when it was erased.
pub async fn receipt(db: &Db, report: Report) -> Option<Receipt> {
    log::settled(db).await;
    let mut tx = db.read().await.unwrap();
    log::receipt(&mut tx, db.keys(), report.case, report.event).await.unwrap()
}

pub async fn key_file(db: &Db) -> KeyFile {
    let mut tx = db.read().await.unwrap();
    log::key_file(&mut tx).await.unwrap()
}

/// Statements that only somebody with the database file at hand could run.
pub async fn tamper(address: &db::Address, sql: &str) {
    let sql = db::sqlx::AssertSqlSafe(sql.to_owned());
    match address {
        db::Address::Sqlite(path) => {
            let options = db::sqlx::sqlite::SqliteConnectOptions::new().filename(path).foreign_keys(false);
            let pool = db::sqlx::SqlitePool::connect_with(options).await.unwrap();
            db::sqlx::raw_sql(sql).execute(&pool).await.unwrap();
            pool.close().await;
        }
        db::Address::Postgres(url) => {
            let pool = db::sqlx::PgPool::connect(url).await.unwrap();
            let mut c = pool.acquire().await.unwrap();
            db::sqlx::raw_sql("SET session_replication_role = replica").execute(&mut *c).await.unwrap();
            db::sqlx::raw_sql(sql).execute(&mut *c).await.unwrap();
            drop(c);
            pool.close().await;
        }
    }
}
