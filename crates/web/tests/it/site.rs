//! The site under test: one page or resource for each thing the kit promises.

use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::testing::{ManualClock, fixed_with_clock};
use domain::{Actor, Ambient, CaseId, Grant, Permission, Role, Scope, Who};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use web::openapi::{Param, Schema};
use web::testing::{FixedCallers, Site};
use web::{
    Access, Allowed, Anyone, ApiDoc, Caller, FileChunks, FileHead, FileSink, Form, FormData, IdempotencyKey, IfMatch,
    Json, Kit, KitParts, NavItem, Page, Path, Problem, PublicUrl, Query, RateClass, Reply, Reporter, Route, Settings,
    Staff, View, get, post, rights, router, see_other,
};

/// What the handlers did, so that a test can tell that nothing was done.
#[derive(Clone, Default)]
pub struct Deeds(pub Arc<AtomicUsize>);

impl Deeds {
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn one(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

pub struct House {
    pub site: Site,
    pub kit: Kit,
    pub router: axum::Router,
    pub deeds: Deeds,
    pub clock: Arc<ManualClock>,
}

pub async fn house() -> House {
    house_with("https://security.acme.example", |_| ()).await
}

pub async fn house_with(url: &str, change: impl FnOnce(&mut Settings)) -> House {
    let (ambient, clock) = fixed_with_clock(7);
    let mut settings = Settings::new(PublicUrl::parse(url).unwrap(), "Acme security");
    change(&mut settings);
    let authenticator = Arc::new(FixedCallers(callers(&ambient)));
    let nav = vec![
        NavItem { label: "Inbox", href: "/desk", permission: Some(Permission::ReadCases) },
        NavItem { label: "Keys", href: "/desk/keys", permission: Some(Permission::ManageKeys) },
    ];
    let kit = Kit::new(KitParts { ambient, settings, authenticator, csrf_key: [9; 32], nav });
    let deeds = Deeds::default();
    let router = router(kit.clone(), routes(&deeds));
    let site = Site::new(router.clone()).await;
    House { site, kit, router, deeds, clock }
}

fn callers(ambient: &Ambient) -> BTreeMap<String, Caller> {
    let staff = |role| {
        let grants = vec![Grant { role, scope: Scope::House }];
        let actor = Actor { who: Who::Person(ambient.id()), grants };
        Caller::Staff { actor, session: ambient.id(), step_up_at: None, unseen: 0, keys_off: false }
    };
    let token = |scopes: &[Permission]| {
        let grants = vec![Grant { role: Role::Triager, scope: Scope::House }];
        let actor = Actor { who: Who::Person(ambient.id()), grants };
        Caller::Token { actor, scopes: scopes.to_vec() }
    };
    let mut owner = staff(Role::Owner);
    if let Caller::Staff { step_up_at, .. } = &mut owner {
        *step_up_at = Some(ambient.now());
    }
    let reporter = Caller::Reporter { case: ambient.id(), session: ambient.id() };
    let list = [
        ("triager", staff(Role::Triager)),
        ("guest", staff(Role::Guest)),
        ("owner", owner),
        ("reporter", reporter),
        ("reader-token", token(&[Permission::ReadCases])),
        ("empty-token", token(&[])),
    ];
    list.into_iter().map(|(name, caller)| (name.to_owned(), caller)).collect()
}

fn routes(deeds: &Deeds) -> Vec<Route<Kit>> {
    let deeds = deeds.clone();
    let with = |route: Route<Kit>| Route { handler: route.handler.layer(Extension(deeds.clone())), ..route };
    [
        get("/", Access::Public, front),
        get("/report", Access::Public, show_report),
        post("/report", Access::Public, send_report).rate(RateClass::Intake).body_limit(8 << 20),
        get("/case/mine", Access::Reporter, mine),
        get("/desk", Access::Staff(Permission::ReadCases), desk),
        get("/desk/keys", Access::Staff(Permission::ManageKeys), keys).step_up(),
        get("/desk/note", Access::SignedIn, show_note),
        post("/desk/note", Access::SignedIn, save_note),
        get("/greedy", Access::SignedIn, greedy),
        get("/codes", Access::Public, front).shows_secret(),
        get("/panic", Access::Public, panics),
        get("/fails", Access::Public, fails),
        get("/fails/later", Access::Public, fails_for_now),
        get("/api/v1/cases/{id}", Access::Token(Permission::ReadCases), read_case).doc(read_case_doc()),
        post("/api/v1/things", Access::PublicOrToken, make_thing).doc(make_thing_doc()),
        post("/api/v1/files", Access::Token(Permission::ReadCases), take_file).doc(take_file_doc()).body_limit(8 << 20),
    ]
    .into_iter()
    .map(with)
    .collect()
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage<'a> {
    page: Page,
    form: &'a Form,
}

#[derive(Template)]
#[template(path = "note.html")]
struct NotePage<'a> {
    page: Page,
    form: &'a Form,
}

async fn front(view: View) -> Reply {
    Ok(view.show(&ReportPage { page: view.page("Report"), form: &Form::empty() }))
}

async fn show_report(view: View) -> Reply {
    front(view).await
}

/// Counts bytes and keeps heads.
#[derive(Default)]
struct Counting(Vec<(FileHead, usize)>);

impl FileSink for Counting {
    async fn file(&mut self, head: FileHead, chunks: &mut FileChunks<'_>) -> Result<(), Problem> {
        let mut size = 0;
        while let Some(chunk) = chunks.next().await? {
            size += chunk.len();
        }
        self.0.push((head, size));
        Ok(())
    }
}

async fn send_report(Extension(deeds): Extension<Deeds>, view: View, _: Anyone, form: FormData) -> Reply {
    let mut sink = Counting::default();
    let mut form = Form::of(form.receive(&mut sink).await?);
    form.required("title", "Say in one line what this is");
    if !form.ok() {
        return Ok(view.show_again(&ReportPage { page: view.page("Report").with_errors(true), form: &form }));
    }
    deeds.one();
    let files = sink.0.iter().map(|(head, size)| format!("{}:{size}", head.name));
    Ok((StatusCode::OK, format!("kept {}", files.collect::<Vec<_>>().join(","))).into_response())
}

async fn mine(Reporter { case, .. }: Reporter) -> Reply {
    Ok(case.to_string().into_response())
}

async fn desk(view: View, _: Allowed<rights::ReadCases>) -> Reply {
    Ok(view.show(&NotePage { page: view.page("Inbox"), form: &Form::empty() }))
}

async fn keys(_: Allowed<rights::ManageKeys>) -> Reply {
    Ok("keys".into_response())
}

async fn show_note(view: View, _: Staff) -> Reply {
    Ok(view.show(&NotePage { page: view.page("Note"), form: &Form::empty() }))
}

/// Does its deed before it looks at the form: the guard must have looked already.
async fn save_note(Extension(deeds): Extension<Deeds>, _: Staff) -> Reply {
    deeds.one();
    Ok(see_other("/desk"))
}

/// Its row lets in anybody who is signed in; it asks for more.
async fn greedy(_: Allowed<rights::ReadCases>) -> Reply {
    Ok("never".into_response())
}

async fn panics() -> Reply {
    panic!("the secret of the house")
}

async fn fails() -> Reply {
    Err(Problem::internal("the secret of the house"))
}

async fn fails_for_now() -> Reply {
    Err(Problem::unavailable("Come back in a minute.").because("the secret of the house"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseQuery {
    state: Option<String>,
}

async fn read_case(
    who: Allowed<rights::ReadCases>,
    Path(id): Path<CaseId>,
    Query(query): Query<CaseQuery>,
    version: IfMatch,
) -> Reply {
    if version != IfMatch(3) {
        return Err(Problem::changed_meanwhile("The case is at another version."));
    }
    let by = who.session.is_none();
    Ok(Json(serde_json::json!({ "id": id, "state": query.state, "by_token": by })).into_response())
}

fn read_case_doc() -> ApiDoc {
    let reply = Schema::object("Case")
        .required("id", Schema::id())
        .required("state", Schema::string().or_null())
        .required("by_token", Schema::flag());
    ApiDoc::new("cases", "Read a case")
        .param(Param::path("id", "The case.", Schema::id()))
        .param(Param::query("state", "Only in this state.", Schema::string()))
        .if_match()
        .gives_version(200, "The case.", reply)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewThing {
    title: String,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Serialize)]
struct Thing {
    title: String,
    tags: usize,
    key: String,
}

async fn make_thing(Extension(deeds): Extension<Deeds>, key: IdempotencyKey, Json(new): Json<NewThing>) -> Reply {
    if new.title.is_empty() {
        return Err(Problem::invalid_field("/title", "Give it a title"));
    }
    deeds.one();
    let thing = Thing { title: new.title, tags: new.tags.len(), key: key.as_str().to_owned() };
    Ok((StatusCode::CREATED, Json(thing)).into_response())
}

fn make_thing_doc() -> ApiDoc {
    let request = Schema::object("NewThing")
        .required("title", Schema::text(1, 200))
        .optional("tags", Schema::list(Schema::string()));
    let reply = Schema::object("Thing")
        .required("title", Schema::string())
        .required("tags", Schema::integer(0, 100_000))
        .required("key", Schema::string());
    ApiDoc::new("things", "Make a thing").idempotent().takes(request).gives(201, "Made.", reply)
}

async fn take_file(form: FormData) -> Reply {
    let mut sink = Counting::default();
    form.receive(&mut sink).await?;
    let sizes: Vec<usize> = sink.0.iter().map(|(_, size)| *size).collect();
    Ok((StatusCode::CREATED, Json(serde_json::json!({ "sizes": sizes }))).into_response())
}

fn take_file_doc() -> ApiDoc {
    let reply = Schema::object("Files").required("sizes", Schema::list(Schema::integer(0, i64::MAX)));
    ApiDoc::new("things", "Send files").takes_files().gives(201, "Kept.", reply)
}
