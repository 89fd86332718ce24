//! The schema: the same on both engines, copied before it changes, refused when it is newer.

use crate::stage::{Stage, erase_case, order, receipt, report, tamper};
use db::testing::{MASTER, PG, TestDb};
use db::{Address, Db, DbError, Masters, Opening, migrate};
use seal::MasterKey;
use std::collections::BTreeMap;
use std::path::Path;

/// Column by table and name: type on SQLite, and whether it may be null.
type Shape = BTreeMap<(String, String), (String, bool)>;

async fn open(address: Address, stage: &Stage) -> Result<Db, DbError> {
    let opening = Opening {
        address,
        masters: Masters::one(MasterKey::parse(MASTER).unwrap()),
        ambient: stage.db().ambient().clone(),
        origin: "leeward.test".into(),
        backups: stage.t.backups(),
    };
    Db::open(opening).await
}

async fn sqlite_shape(path: &Path) -> Shape {
    let pool = db::sqlx::SqlitePool::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    let rows: Vec<(String, String, String, i64)> = db::sqlx::query_as(
        "SELECT m.name, c.name, c.type, c.\"notnull\" FROM sqlite_schema m, pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    rows.into_iter().map(|(table, column, kind, not_null)| ((table, column), (kind, not_null == 0))).collect()
}

async fn postgres_shape(url: &str) -> Shape {
    let pool = db::sqlx::PgPool::connect(url).await.unwrap();
    let rows: Vec<(String, String, String, String)> = db::sqlx::query_as(
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text
         FROM information_schema.columns WHERE table_schema = current_schema()",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let sqlite = |kind: &str| match kind {
        "uuid" | "bytea" => "BLOB".to_owned(),
        "bigint" | "boolean" => "INTEGER".to_owned(),
        "text" => "TEXT".to_owned(),
        other => other.to_owned(),
    };
    rows.into_iter().map(|(table, column, kind, null)| ((table, column), (sqlite(&kind), null == "YES"))).collect()
}

#[tokio::test]
async fn both_engines_have_the_same_tables() {
    let stage = Stage::new().await;
    let Address::Postgres(url) = &stage.t.address else {
        assert!(std::env::var(PG).is_err());
        return;
    };
    let path = stage.t.folder().join("other.sqlite");
    let db = open(Address::Sqlite(path.clone()), &stage).await.unwrap();
    let (mut sqlite, postgres) = (sqlite_shape(&path).await, postgres_shape(url).await);
    db.close().await;
    // PostgreSQL counts cases with a sequence.
    sqlite.retain(|(table, _), _| table != "counters");
    assert_eq!(sqlite, postgres);
}

#[test]
fn numbers_have_no_gaps() {
    let numbers: Vec<i64> = migrate::MIGRATIONS.iter().map(|m| m.number).collect();
    assert!(numbers.iter().copied().eq(1..=migrate::latest()), "{numbers:?}");
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let stage = Stage::new().await;
    tamper(&stage.t.address, "INSERT INTO schema_migrations (number, name, at) VALUES (9000, 'later', 0)").await;
    stage.db().close().await;
    let refused = open(stage.t.address.clone(), &stage).await.err().unwrap();
    assert!(matches!(refused, DbError::NewerSchema { found: 9000, known } if known == migrate::latest()));
    assert!(!stage.t.backups().exists(), "nothing is copied for a refusal");
}

/// What docs/backup-and-erasure.md says: one role migrates, another serves and owns nothing but the keys.
#[tokio::test]
async fn a_role_that_owns_only_the_keys_serves_and_changes_no_table() {
    let stage = Stage::new().await;
    let Address::Postgres(url) = &stage.t.address else {
        assert!(std::env::var(PG).is_err());
        return;
    };
    let admin = db::sqlx::PgPool::connect(url).await.unwrap();
    let say = |text: String| {
        let admin = admin.clone();
        async move { db::sqlx::raw_sql(db::sqlx::AssertSqlSafe(text)).execute(&admin).await.map(drop) }
    };
    let (front, name) = url.split('?').next().unwrap().rsplit_once('/').unwrap();
    let role = format!("{name}_desk");
    for text in [
        format!("CREATE ROLE {role} LOGIN"),
        format!("GRANT USAGE ON SCHEMA public TO {role}"),
        format!("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"),
        format!("ALTER TABLE keys OWNER TO {role}"),
    ] {
        say(text).await.unwrap();
    }
    let host = front.rsplit_once('@').map_or_else(|| front.trim_start_matches("postgres://"), |(_, host)| host);
    let desk: Address = format!("postgres://{role}@{host}/{name}").parse().unwrap();
    let db = open(desk.clone(), &stage).await.unwrap();
    let (kept, gone) = (report(&db, &stage.blobs, "kept", 0).await, report(&db, &stage.blobs, "gone", 0).await);
    let later = report(&db, &stage.blobs, "gone later", 0).await;
    erase_case(&db, &stage.list, gone.case, order()).await.unwrap();
    db::sweep::sweep(&db, &stage.blobs, &stage.list).await.unwrap();
    assert!(receipt(&db, kept).await.is_some());
    let Address::Postgres(own) = &desk else { panic!() };
    let pool = db::sqlx::PgPool::connect(own).await.unwrap();
    for text in ["CREATE TABLE more (id BIGINT)", "DROP TABLE events", "ALTER TABLE events ADD COLUMN more BIGINT"] {
        assert!(db::sqlx::raw_sql(text).execute(&pool).await.is_err(), "{text}");
    }
    // Where the keys are somebody else's, an erasure is not said to be done.
    say(format!("ALTER TABLE keys OWNER TO CURRENT_USER; GRANT SELECT, INSERT, UPDATE, DELETE ON keys TO {role}"))
        .await
        .unwrap();
    erase_case(&db, &stage.list, later.case, order()).await.unwrap();
    let refused = db::sweep::sweep(&db, &stage.blobs, &stage.list).await.unwrap_err();
    assert!(refused.to_string().contains("does not own the table of keys"), "{refused}");
    pool.close().await;
    db.close().await;
    say(format!("DROP OWNED BY {role}; DROP ROLE {role}")).await.unwrap();
}

#[tokio::test]
async fn an_older_store_is_copied_before_it_is_changed() {
    let stage = Stage::new().await;
    let report = stage.report("before the migration", 0).await;
    assert!(receipt(stage.db(), report).await.is_some());
    // The first attempt breaks in its second statement: nothing of it stays, but its copy.
    let broken = "CREATE TABLE later (id BIGINT NOT NULL PRIMARY KEY); SELECT no_such_function()";
    assert!(stage.t.migrate_with((broken, broken)).await.is_err());
    assert!(stage.t.reopens().await, "the older program still opens it");
    let texts = (
        "CREATE TABLE later (id INTEGER NOT NULL PRIMARY KEY) STRICT; UPDATE events SET body = NULL",
        "CREATE TABLE later (id BIGINT NOT NULL PRIMARY KEY); UPDATE events SET body = NULL",
    );
    assert_eq!(stage.t.migrate_with(texts).await.unwrap(), [migrate::latest() + 1]);
    assert_eq!(stage.t.migrate_with(texts).await.unwrap(), Vec::<i64>::new(), "once only");
    let copy = std::fs::read_dir(stage.t.backups()).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    assert_eq!(copy.len(), 1, "{copy:?}");
    let address = match &stage.t.address {
        Address::Sqlite(_) => Address::Sqlite(copy[0].clone()),
        Address::Postgres(_) => load(&stage.t, &copy[0]).await,
    };
    let db = open(address, &stage).await.unwrap();
    assert!(receipt(&db, report).await.is_some(), "the copy is the whole store as it was");
    assert_eq!(db::log::verify(&db).await.unwrap().faults, []);
    db.close().await;
}

async fn load(t: &TestDb, dump: &Path) -> Address {
    let address = db::testing::empty_database(t.db.ambient()).await.unwrap();
    let Address::Postgres(url) = &address else { panic!("not PostgreSQL") };
    let done = std::process::Command::new("pg_restore").arg("--dbname").arg(url).arg("--no-owner").arg(dump).output();
    let done = done.unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    address
}
