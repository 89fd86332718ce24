//! A house with a programme, people, cases, and a site over it.

use accounts::person::{self, NewPerson, PersonState};
use accounts::researcher;
use accounts::token::{self, TokenWish};
use accounts::{Accounts, HouseAuthenticator};
use db::blob::{BlobUrl, Blobs};
use db::erase::ErasureList;
use db::search::Search;
use db::testing::TestDb;
use db::{Db, execute, jobs, stmt};
use desk::engine::{self, Act, EngineError, NewCase, Opened};
use domain::case::{Party, find};
use domain::{Grant, PersonId, ProgrammeId, ReturnCode, Role, Scope, Span};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use web::testing::{Client, Site};
use web::{App, Cookies, Kit, KitParts, PublicUrl, Scheme, Settings};

pub struct House {
    pub t: TestDb,
    pub accounts: Accounts,
    pub programme: ProgrammeId,
}

impl House {
    pub async fn new() -> Self {
        let t = TestDb::new().await.unwrap();
        let accounts = Accounts::new(t.db.clone());
        let programme: ProgrammeId = t.db.ambient().id();
        let house = Self { t, accounts, programme };
        house.programme(programme, "acme").await;
        house
    }

    pub fn db(&self) -> &Db {
        &self.t.db
    }

    async fn programme(&self, id: ProgrammeId, slug: &'static str) {
        let text = br#"{"name":"Acme reports"}"#;
        let random = self.db().ambient().random.clone();
        let body = self.db().keys().house().seal(db::field::PROGRAMME, id.uuid(), 1, text, random.as_ref());
        let done: Result<u64, db::DbError> = self
            .db()
            .write(move |tx| {
                Box::pin(async move {
                    execute!(
                        tx,
                        stmt!(
                            "INSERT INTO programmes (id, slug, desk, intake, body, version, created_at)
                             VALUES ($1, $2, 'bounty', 'open', $3, 1, 0)"
                        ),
                        id.uuid(),
                        slug,
                        body
                    )
                })
            })
            .await;
        done.unwrap();
    }

    pub async fn person(&self, name: &str, role: Role) -> PersonId {
        self.person_of(name, Grant { role, scope: Scope::House }).await
    }

    /// Somebody with this one grant.
    pub async fn person_of(&self, name: &str, grant: Grant) -> PersonId {
        let new = NewPerson {
            name: name.to_owned(),
            email: format!("{}@acme.example", name.to_lowercase()),
            state: PersonState::Active,
            grants: vec![grant],
        };
        let db = self.db().clone();
        let made: Result<PersonId, accounts::AccountError> =
            self.db().write(move |tx| Box::pin(async move { person::create(tx, &db, new, None).await })).await;
        made.unwrap()
    }

    /// So many open cases of another programme, all late, with nothing in them that can be opened.
    pub async fn crowd(&self, cases: i64) {
        let other: ProgrammeId = self.db().ambient().id();
        self.programme(other, "other").await;
        let done: Result<u64, db::DbError> = self
            .db()
            .write(move |tx| {
                Box::pin(async move {
                    execute!(
                        tx,
                        stmt!(
                            sqlite: "INSERT INTO cases (id, type, number, desk, programme, state, is_open, severity_claimed,
                                       restricted, version, received_at, updated_at, due_at, title, body)
                                     WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < $1)
                                     SELECT randomblob(16), 'vulnerability', 1000 + n, 'bounty', $2, 'new', TRUE, 1,
                                       FALSE, 1, n, n + 4000000000000000, n, x'', x'' FROM s",
                            pg: "INSERT INTO cases (id, type, number, desk, programme, state, is_open, severity_claimed,
                                   restricted, version, received_at, updated_at, due_at, title, body)
                                 WITH RECURSIVE s (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM s WHERE n < $1)
                                 SELECT gen_random_uuid(), 'vulnerability', 1000 + n, 'bounty', $2, 'new', TRUE, 1,
                                   FALSE, 1, n, n + 4000000000000000, n, CAST('' AS BYTEA), CAST('' AS BYTEA) FROM s",
                        ),
                        cases,
                        other.uuid()
                    )
                })
            })
            .await;
        assert_eq!(done.unwrap(), u64::try_from(cases).unwrap());
    }

    /// A researcher who has come by a link, and their session.
    pub async fn researcher(&self, address: &'static str) -> (PersonId, accounts::NewSession) {
        let db = self.db().clone();
        let url = PublicUrl::parse("https://desk.acme.example").unwrap();
        let head = researcher::Letterhead { organisation: "Acme security".into(), url };
        let spent: Result<_, accounts::AccountError> = self
            .db()
            .write(move |tx| {
                Box::pin(async move {
                    let token = researcher::hand_link(tx, &db, address.parse().unwrap()).await?;
                    researcher::spend(tx, &db, &head, (&token, "")).await
                })
            })
            .await;
        let researcher::Spent::Session(person, session) = spent.unwrap() else { panic!("a link to sign in") };
        (person, session)
    }

    /// Puts a case into an account.
    pub async fn own(&self, case: domain::CaseId, person: PersonId) {
        let now = self.db().ambient().now();
        let done: Result<(), accounts::AccountError> =
            self.db().write(move |tx| Box::pin(async move { researcher::own(tx, (case, person), now).await })).await;
        done.unwrap();
    }

    /// Erases a case.
    pub async fn erase(&self, case: domain::CaseId) {
        let order = db::erase::Order { by: None, reason: "asked for".into() };
        desk::erasing::case(self.db(), &self.list(), desk::erasing::CaseOrder { case, seen: None, quiet: None, order })
            .await
            .unwrap();
    }

    pub async fn report(&self, title: &str, code: Option<ReturnCode>) -> Opened {
        let input = json!({
            "title": title, "summary": "The old token still works.", "steps": "1. Change the password",
            "target": "gateway.acme.example", "severity": "high", "source": "form",
        });
        self.open(input, code).await
    }

    pub async fn open(&self, input: Value, code: Option<ReturnCode>) -> Opened {
        let new = NewCase {
            machine: find("vulnerability").unwrap(),
            programme: self.programme,
            draft: None,
            title: input["title"].as_str().unwrap().to_owned(),
            input,
            code,
            by: Party::Reporter,
        };
        let db = self.db().clone();
        let opened: Result<Opened, EngineError> =
            self.db().write(move |tx| Box::pin(async move { engine::open(tx, &db, new).await })).await;
        opened.unwrap()
    }

    pub async fn act(&self, act: Act) -> Result<i64, EngineError> {
        let db = self.db().clone();
        self.db().write(move |tx| Box::pin(async move { engine::act(tx, &db, act).await })).await
    }

    /// The id behind a name such as `REP-1`, its state and its owner.
    async fn row(&self, name: &str) -> (domain::CaseId, String, Option<PersonId>) {
        let number: i64 = name.trim_start_matches("REP-").parse().unwrap();
        let mut tx = self.db().read().await.unwrap();
        let row = db::fetch_one!(
            &mut tx,
            (domain::Uuid, String, Option<domain::Uuid>),
            stmt!("SELECT id, state, assignee FROM cases WHERE number = $1"),
            number
        )
        .unwrap();
        (domain::CaseId::from_uuid(row.0), row.1, row.2.map(PersonId::from_uuid))
    }

    pub async fn find(&self, name: &str) -> domain::CaseId {
        self.row(name).await.0
    }

    pub async fn state(&self, name: &str) -> String {
        self.row(name).await.1
    }

    pub async fn owner(&self, name: &str) -> Option<PersonId> {
        self.row(name).await.2
    }

    /// Gives a case to somebody.
    pub async fn give(&self, case: domain::CaseId, to: PersonId) {
        let db = self.db().clone();
        let done: Result<i64, EngineError> = self
            .db()
            .write(move |tx| Box::pin(async move { engine::assign(tx, &db, case, (to, Some(to))).await }))
            .await;
        done.unwrap();
    }

    pub async fn site(&self) -> Site {
        self.site_with(|app| app).await
    }

    /// The same with more in its app.
    pub async fn site_with(&self, more: impl FnOnce(App) -> App) -> Site {
        let mut settings = Settings::new(PublicUrl::parse("https://desk.acme.example").unwrap(), "Acme security");
        settings.limits.rate_factor = 1000;
        let kit = Kit::new(KitParts {
            ambient: self.db().ambient().clone(),
            settings,
            authenticator: Arc::new(HouseAuthenticator::new(self.accounts.clone(), Cookies::new(Scheme::Https))),
            csrf_key: [7; 32],
            nav: desk::nav(),
        });
        let app = App::new(self.db().clone(), kit)
            .carry(self.accounts.clone())
            .carry(self.blobs())
            .carry(self.list())
            .carry(Self::post())
            .carry(Self::client())
            .carry(desk::inbox::Lately::default())
            .carry(Search::new(self.db()));
        Site::new(web::router(more(app), desk::routes())).await
    }

    /// A post office with a server that nobody asks.
    pub fn post() -> mail::Post {
        let mut settings = mail::MailSettings::off("desk@acme.example".parse().unwrap());
        settings.server = mail::Server::parse("smtp://127.0.0.1:9", false).ok();
        mail::Post::new(settings)
    }

    /// A client that reaches loopback, where the receivers of the tests are.
    pub fn client() -> outbound::Client {
        let allow = vec!["127.0.0.0/8".parse().unwrap()];
        outbound::Client::new(outbound::Rules { allow, ..outbound::Rules::default() }).unwrap()
    }

    /// Decides who is told of what happened, and gathers digests that are due.
    pub async fn tell(&self) {
        let url = PublicUrl::parse("https://desk.acme.example").unwrap();
        let head = desk::letters::Letterhead::new("Acme security", url, Self::post().settings());
        let mut handlers: BTreeMap<&'static str, jobs::Handler> = BTreeMap::new();
        handlers.insert(desk::letters::NOTICE_JOB, desk::letters::notice_jobs(Self::post(), head.clone()));
        handlers.insert(desk::letters::DIGEST_JOB, desk::letters::digest_jobs(Self::post(), head));
        let url = PublicUrl::parse("https://desk.acme.example").unwrap();
        handlers.insert(engine::SEND_JOB, engine::send_jobs());
        handlers.insert(outbound::JOB, desk::webhooks::webhook_jobs(url));
        handlers.insert(engine::INDEX_JOB, engine::index_jobs());
        handlers.insert(engine::CLOCK_JOB, engine::due_jobs());
        handlers.insert(db::search::MERGE_JOB, db::search::merge_handler());
        let (_, failed) = jobs::run_due(self.db(), &handlers).await.unwrap();
        assert_eq!(failed, 0);
    }

    /// A browser in which this person is signed in.
    pub async fn browser(&self, site: &Site, person: PersonId) -> Client {
        let db = self.db().clone();
        let session: Result<_, accounts::AccountError> = self
            .db()
            .write(move |tx| Box::pin(async move { accounts::open_staff_session(tx, &db, person).await }))
            .await;
        let client = site.client();
        client.set_cookie("__Host-leeward-desk", &session.unwrap().token);
        client
    }

    /// A program with a token of this person that may do all they may.
    pub async fn program(&self, site: &Site, person: PersonId, role: Role) -> Client {
        let permissions = domain::Permission::ALL.iter().copied().filter(|p| p.roles().contains(&role)).collect();
        self.narrow(site, person, permissions).await
    }

    /// A program whose token may do just this.
    pub async fn narrow(&self, site: &Site, person: PersonId, permissions: Vec<domain::Permission>) -> Client {
        let wish = TokenWish { label: "test".into(), permissions, life: Span::from_days(1) };
        let db = self.db().clone();
        let made: Result<_, accounts::AccountError> =
            self.db().write(move |tx| Box::pin(async move { token::create(tx, &db, person, wish).await })).await;
        site.client().token(&made.unwrap().text)
    }

    /// A browser that came in by the return door.
    pub async fn reporter(&self, site: &Site, code: &ReturnCode) -> Client {
        let client = site.client();
        client.form("/case").await.fill("code", &code.to_string()).submit().await.leads_to("/case/mine");
        client
    }

    pub fn blobs(&self) -> Blobs {
        let url: BlobUrl = format!("{}", self.t.folder().join("blobs").display()).parse().unwrap();
        Blobs::open(&url).unwrap()
    }

    pub fn list(&self) -> ErasureList {
        ErasureList::beside(self.t.folder())
    }

    /// Removes what erasures left on the disk.
    pub async fn sweep(&self) {
        db::sweep::sweep(self.db(), &self.blobs(), &self.list()).await.unwrap();
    }

    /// Fails unless every event agrees with the log; gives how many were erased.
    pub async fn verify(&self) -> u64 {
        db::log::settled(self.db()).await;
        let report = db::log::verify(self.db()).await.unwrap();
        assert_eq!(report.faults, []);
        report.erased
    }

    pub async fn run_jobs(&self) {
        let mut handlers = BTreeMap::new();
        handlers.insert(engine::CLOCK_JOB, engine::due_jobs());
        handlers.insert(engine::INDEX_JOB, engine::index_jobs());
        handlers.insert(engine::REINDEX_JOB, engine::reindex_jobs());
        handlers.insert(db::search::MERGE_JOB, db::search::merge_handler());
        handlers.insert(engine::SEND_JOB, engine::send_jobs());
        handlers.insert(desk::clock::RECOMPUTE_JOB, desk::clock::recompute_jobs());
        handlers.insert(desk::figures::COUNT_JOB, desk::figures::count_jobs());
        handlers.insert(db::erase::SWEEP, db::sweep::handler(self.blobs(), self.list()));
        let off = mail::Post::new(mail::MailSettings::off("desk@acme.example".parse().unwrap()));
        let url = PublicUrl::parse("https://desk.acme.example").unwrap();
        let head = desk::letters::Letterhead::new("Acme security", url, off.settings());
        handlers.insert(desk::letters::NOTICE_JOB, desk::letters::notice_jobs(off, head));
        let (_, failed) = jobs::run_due(self.db(), &handlers).await.unwrap();
        assert_eq!(failed, 0);
    }
}

pub fn code(n: u8) -> ReturnCode {
    ReturnCode::from_bytes([n; 15])
}

/// A team action with input.
pub fn act(case: domain::CaseId, by: PersonId, (action, input): (&str, Value)) -> Act {
    Act { case, seen: None, action: action.to_owned(), input, by: Party::Team(by) }
}

/// A page without what differs from run to run: tokens, ids, hashes of assets.
pub fn steady(html: &str) -> String {
    let main = html.split_once("<main").map_or(html, |(_, rest)| rest);
    let main = main.split_once("</main>").map_or(main, |(main, _)| main);
    let mut out = String::new();
    let mut rest = main;
    while let Some(at) = rest.find(['"', '/', '#', '-']) {
        let (before, after) = rest.split_at(at + 1);
        out.push_str(before);
        let word: String = after.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
        let is_id = word.len() == 36 && word.matches('-').count() == 4;
        let is_token = word.len() >= 32 && !is_id;
        if is_id || is_token {
            out.push_str(if is_id { "<id>" } else { "<token>" });
            rest = &after[word.len()..];
        } else {
            rest = after;
        }
    }
    out.push_str(rest);
    let mut cut = String::new();
    let mut parts = out.split("/assets/sprite.");
    cut.push_str(parts.next().unwrap_or(""));
    for part in parts {
        cut.push_str("/assets/sprite.");
        cut.push_str(part.split_once('.').map_or(part, |(_, end)| end));
    }
    cut
}
