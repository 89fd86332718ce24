//! The same for programs, such as whatever watches the watchers.

use super::seen::{Key, Queue, gather};
use crate::Viewer;
use axum::extract::State;
use axum::response::IntoResponse;
use domain::{Permission, Ts};
use serde_json::{Value, json};
use web::openapi::Schema;
use web::{ApiDoc, App, Json, Problem, Reply, Token};

pub(super) async fn show(State(app): State<App>, token: Token) -> Reply {
    if !Viewer::from(token).may_house(Permission::ReadSystem) {
        return Err(Problem::not_found());
    }
    let seen = gather(&app).await?;
    let instant = |at: Option<Ts>| json!(at.map(|at| at.to_string()));
    let queue = |queue: &Queue| json!({ "queue": queue.word, "waiting": queue.waiting, "oldest_seconds": queue.oldest.seconds(), "failed": queue.failed });
    let key = |key: &Key| json!({ "id": key.id.to_string(), "of": key.kind, "made_at": key.made_at.to_string() });
    let jumps: Vec<Value> =
        seen.jumps.1.iter().map(|j| json!({ "at": j.at.to_string(), "seconds": j.by.seconds() })).collect();
    let log = &seen.log;
    let body = json!({
        "at": seen.now.to_string(),
        "queues": seen.queues.iter().map(queue).collect::<Vec<_>>(),
        "indexed_again": seen.again.map(|again| json!({ "done": again.done, "of": again.all })),
        "disk": seen.disk.map(|disk| json!({ "free_bytes": disk.free, "floor_bytes": disk.floor })),
        "versions": { "program": seen.program, "schema": seen.schema, "engine": seen.engine },
        "clock": { "watched_since": instant(seen.watched_since), "jumps": seen.jumps.0, "last": jumps },
        "backup_tried": seen.tried.map(|tried| json!({ "of": tried.of.to_string(), "at": tried.at.to_string(), "faults": tried.faults })),
        "backup": seen.backup.map(|last| json!({ "at": last.at.to_string(), "damaged": last.damaged })),
        "keys": {
            "master": seen.master, "under_older_master": seen.under_older,
            "house": seen.keys.iter().map(key).collect::<Vec<_>>(), "cases": seen.cases, "people": seen.people,
        },
        "log": {
            "origin": log.origin, "size": log.size, "pending": log.pending, "newest_at": instant(log.newest_at),
            "checkpoint": log.checkpoint.map(|(size, at)| json!({ "size": size, "at": at.to_string() })),
        },
    });
    Ok(Json(body).into_response())
}

fn schema() -> Schema {
    let count = || Schema::integer(0, i64::MAX);
    let object = Schema::inline_object;
    let queue = object()
        .required("queue", Schema::string())
        .required("waiting", count())
        .required("oldest_seconds", count())
        .required("failed", count().or_null());
    let again = object().required("done", count()).required("of", count());
    let disk = object().required("free_bytes", count().or_null()).required("floor_bytes", count());
    let versions = object()
        .required("program", Schema::string().or_null())
        .required("schema", count())
        .required("engine", Schema::string());
    let jump = object().required("at", Schema::instant()).required("seconds", Schema::integer(i64::MIN, i64::MAX));
    let clock = object()
        .required("watched_since", Schema::instant().or_null())
        .required("jumps", count())
        .required("last", Schema::list(jump));
    let backup = object().required("at", Schema::instant()).required("damaged", count());
    let tried = object()
        .required("of", Schema::instant().about("The moment that the backup shows."))
        .required("at", Schema::instant())
        .required("faults", count());
    let key =
        object().required("id", Schema::id()).required("of", Schema::string()).required("made_at", Schema::instant());
    let keys = object()
        .required("master", Schema::string().about("Fingerprint"))
        .required("under_older_master", count())
        .required("house", Schema::list(key))
        .required("cases", count())
        .required("people", count());
    let checkpoint = object().required("size", count()).required("at", Schema::instant());
    let log = object()
        .required("origin", Schema::string())
        .required("size", count())
        .required("pending", count())
        .required("newest_at", Schema::instant().or_null())
        .required("checkpoint", checkpoint.or_null());
    Schema::object("System")
        .required("at", Schema::instant())
        .required("queues", Schema::list(queue))
        .required("indexed_again", again.or_null().about("How many cases, after an upgrade that finds more words."))
        .required("disk", disk.or_null())
        .required("versions", versions)
        .required("clock", clock)
        .required("backup", backup.or_null())
        .required("backup_tried", tried.or_null())
        .required("keys", keys)
        .required("log", log)
}

pub(super) fn show_doc() -> ApiDoc {
    ApiDoc::new("system", "Read how the house is doing").gives(200, "As it is now.", schema())
}
