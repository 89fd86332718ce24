//! A house with one programme, and what tests look into it with.
#![expect(clippy::unwrap_used, reason = "helpers of a test fail by panicking")]

use bounty::intake::DiskFloor;
use bounty::programme::{self, Brief};
use db::blob::{BlobUrl, Blobs};
use db::event::Record;
use db::testing::TestDb;
use domain::{Actor, CaseId, Grant, PersonId, ReturnCode, Role, Scope, SessionId, Who};
use futures::TryStreamExt;
use serde_json::Value;
use std::sync::Arc;
use web::testing::{Answer, Client, FixedCallers, FormWalk, Site, tags};
use web::{App, Caller, Kit, KitParts, PublicUrl, Settings};

/// Where the form is.
pub const FORM: &str = "/programs/main/report";
/// Where the API takes reports.
pub const REPORTS: &str = "/api/v1/programs/main/reports";

/// Where the check page sends it.
pub const SEND: &str = "/programs/main/report/send";
/// Where a saved report is opened.
pub const SAVED: &str = "/programs/main/saved";
/// Text fields and choices by page.
pub const PAGES: [&[&str]; 4] = [
    &["title", "target", "version"],
    &["summary", "weakness", "steps"],
    &["impact", "severity", "proof"],
    &["ai_assistance", "contact", "credit", "disclosure_wish"],
];
/// What must be there.
pub const LEAST: [(&str, &str); 2] =
    [("title", "Token survives a new password"), ("summary", "Old tokens still work.")];

/// Somebody who works here and may do everything.
fn staff() -> Caller {
    let grants = vec![Grant { role: Role::Owner, scope: Scope::House }];
    let actor = Actor { who: Who::Person(PersonId::from_uuid(uuid::Uuid::from_u128(1))), grants };
    Caller::Staff {
        actor,
        session: SessionId::from_uuid(uuid::Uuid::from_u128(2)),
        step_up_at: None,
        unseen: 0,
        keys_off: false,
    }
}

/// The form of this page of the report.
pub fn form(client: &Client, page: &Answer) -> FormWalk {
    client.form_in(FORM, page)
}

/// From the empty form to whatever the last Continue gives; a page that is refused ends the walk.
pub async fn walk(client: &Client, words: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
    let mut page = client.get(FORM).await.is(200);
    for (number, names) in (1..).zip(PAGES) {
        page = page.says(&format!("Page {number} of 4"));
        let mut walk = form(client, &page);
        for (name, value) in words.iter().filter(|(name, _)| names.contains(name)) {
            walk = walk.fill(name, value);
        }
        if number == 3 {
            for (name, bytes) in files {
                walk = walk.file(&upload(&page), name, bytes);
            }
        }
        page = walk.submit().await;
        if page.status != 200 {
            break;
        }
    }
    page
}

/// Presses Send on the check page.
pub async fn send(client: &Client, check: &Answer) -> Answer {
    form(client, check).submit().await
}

/// Presses Change beside a row of the check page.
pub async fn change(client: &Client, check: &Answer, field: &str) -> Answer {
    form(client, check).to(FORM).fill("change", field).submit().await
}

pub struct House {
    pub test: TestDb,
    pub blobs: Blobs,
    pub site: Site,
}

pub fn brief() -> Brief {
    Brief {
        slug: "main".into(),
        name: "Acme gateway".into(),
        brief: "Tell us about weaknesses in our gateway.".into(),
        in_scope: vec!["gateway.acme.example".into(), "github.com/acme/gateway".into()],
        out_of_scope: vec!["old.acme.example".into()],
        first_answer_days: 3,
        contact: "security@acme.example".into(),
        good_faith: "Keep to this page, and we see your work as welcome.".into(),
        draft_days: 7,
        ..Brief::named("", "")
    }
}

impl House {
    pub async fn new() -> Self {
        Self::with_floor(0).await
    }

    /// A house whose disk must keep so many bytes free.
    pub async fn with_floor(bytes: u64) -> Self {
        let test = TestDb::new().await.unwrap();
        let blobs = Blobs::open(&BlobUrl::Folder(test.folder().join("blobs"))).unwrap();
        programme::install(&test.db, brief()).await.unwrap();
        let site = Self::build((&test, &blobs), bytes, vec![("staff".to_owned(), staff())]).await;
        Self { test, blobs, site }
    }

    /// Another site over the same house, on which these cookies stand for these callers.
    pub async fn site_of(&self, callers: Vec<(String, Caller)>) -> Site {
        Self::build((&self.test, &self.blobs), 0, callers).await
    }

    async fn build((test, blobs): (&TestDb, &Blobs), floor: u64, callers: Vec<(String, Caller)>) -> Site {
        let public_url = PublicUrl::parse("https://trust.acme.example").unwrap();
        let mut settings = Settings::new(public_url, "Acme security");
        settings.limits.rate_factor = 100_000;
        let kit = Kit::new(KitParts {
            ambient: test.db.ambient().clone(),
            settings,
            authenticator: Arc::new(FixedCallers(callers.into_iter().collect())),
            csrf_key: [7; 32],
            nav: Vec::new(),
        });
        let floor = DiskFloor::new(test.folder(), floor);
        let app = App::new(test.db.clone(), kit).carry(blobs.clone()).carry(floor).carry(bounty::SavedCodes::default());
        let app = app.carry(accounts::Accounts::new(test.db.clone()));
        Site::new(web::router(app, bounty::routes())).await
    }

    pub async fn count(&self, table: &'static str) -> i64 {
        let mut tx = self.test.db.read().await.unwrap();
        let statement = match table {
            "cases" => db::stmt!("SELECT COUNT(*) FROM cases"),
            "drafts" => db::stmt!("SELECT COUNT(*) FROM drafts"),
            "attachments" => db::stmt!("SELECT COUNT(*) FROM attachments"),
            _ => panic!("count what?"),
        };
        let (rows,) = db::fetch_one!(&mut tx, (i64,), statement).unwrap();
        rows
    }

    pub async fn blob_count(&self) -> usize {
        self.blobs.list().try_collect::<Vec<_>>().await.unwrap().len()
    }

    /// The newest case.
    pub async fn last_case(&self) -> CaseId {
        let mut tx = self.test.db.read().await.unwrap();
        let statement = db::stmt!("SELECT id FROM cases ORDER BY number DESC LIMIT 1");
        let (id,) = db::fetch_one!(&mut tx, (uuid::Uuid,), statement).unwrap();
        CaseId::from_uuid(id)
    }

    /// The report of a case as it was stored.
    pub async fn report(&self, case: CaseId) -> Value {
        self.events(case).await.remove(0).data["report"].clone()
    }

    pub async fn events(&self, case: CaseId) -> Vec<Record> {
        let mut tx = self.test.db.read().await.unwrap();
        let key = self.test.db.keys().case(&mut tx, case).await.unwrap().unwrap();
        db::event::of_case(&mut tx, &key, case).await.unwrap()
    }

    /// The files of a case by name: those of one millisecond have no order of their own.
    pub async fn files(&self, case: CaseId) -> Vec<desk::attachment::Attachment> {
        let mut tx = self.test.db.read().await.unwrap();
        let key = self.test.db.keys().case(&mut tx, case).await.unwrap().unwrap();
        let mut files = desk::attachment::of_owner(&mut tx, &key, case).await.unwrap();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        files
    }

    /// The bytes of a stored file, opened.
    pub async fn bytes(&self, case: CaseId, file: &desk::attachment::Attachment) -> Vec<u8> {
        let mut tx = self.test.db.read().await.unwrap();
        let key = self.test.db.keys().case(&mut tx, case).await.unwrap().unwrap();
        let opened = self.blobs.get(&key, file.id.uuid(), file.blob.parse().unwrap()).await.unwrap();
        opened.chunks.try_collect::<Vec<_>>().await.unwrap().concat()
    }
}

/// The words of a page's content, one line for each piece between tags.
pub fn words(page: &Answer) -> String {
    let all = tags(&page.text);
    let start = all.iter().position(|t| t.name == "main").unwrap();
    let end = all.iter().position(|t| t.name == "/main").unwrap();
    let lines = all[start..end].iter().map(|t| t.text.trim()).filter(|t| !t.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// The return code of a confirmation page.
pub fn code(page: &Answer) -> ReturnCode {
    let all = tags(&page.text);
    let code = all.iter().find_map(|t| t.attribute("data-code")).unwrap_or_else(|| panic!("no code in\n{}", page.text));
    code.parse().unwrap()
}

/// The value of the control with this name, as a browser would send it.
pub fn control(page: &Answer, name: &str) -> String {
    let all = tags(&page.text);
    let tag =
        all.iter().find(|t| t.attribute("name") == Some(name)).unwrap_or_else(|| panic!("no {name} in\n{}", page.text));
    match tag.attribute("value") {
        Some(value) => value.to_owned(),
        None => tag.text.strip_prefix('\n').unwrap_or(&tag.text).to_owned(),
    }
}

/// The name of the upload field.
pub fn upload(page: &Answer) -> String {
    let all = tags(&page.text);
    let tag = all.iter().find(|t| t.attribute("type") == Some("file")).unwrap();
    tag.attribute("name").unwrap().to_owned()
}
