//! The house in which the table is walked: the one that is served, with people, cases, files and tokens.

mod account;

use super::callers::{CALLERS, Caller, Reach};
use accounts::SetUpForm;
use accounts::person::{self, NewPerson, PersonState};
use accounts::token::{self, TokenWish};
use axum::http::Method;
use db::erase::Order;
use db::testing::TestDb;
use db::{Db, execute, stmt};
use desk::engine::{self, Act, EngineError, NewCase};
use desk::erasing::{self, CaseOrder};
use domain::case::{Party, find};
use domain::{CaseId, Grant, Permission, PersonId, ProgrammeId, ReturnCode, Role, Scope, Span};
use leeward::command::demo;
use leeward::config::{Config, Place};
use leeward::house::{self, House};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use web::testing::{Client, Site};

/// One case of the scene.
#[derive(Debug, Clone)]
pub struct Case {
    pub id: CaseId,
    pub name: String,
    pub code: ReturnCode,
    /// A file that the reporter may have, and one that only the team may.
    pub files: [String; 2],
    /// The name of a part of it, where it was split.
    pub part: String,
}

/// Everything a row can be walked with.
pub struct Scene {
    pub test: TestDb,
    pub house: House,
    pub site: Site,
    pub cases: BTreeMap<&'static str, Case>,
    people: BTreeMap<Caller, PersonId>,
    tokens: BTreeMap<Caller, String>,
    /// Cookies of reporters who came while their case was there.
    reporters: BTreeMap<&'static str, String>,
    other: ReturnCode,
    programme: ProgrammeId,
    /// In whose account the open and the erased case are.
    pub researcher: PersonId,
    /// The token of an invitation that nobody has used.
    pub link: String,
    sent: AtomicUsize,
    /// The address of the open case is kept once, whoever asks first.
    contact: tokio::sync::OnceCell<String>,
    /// The newest published size of the log.
    pub log_size: u64,
    /// A calendar that nobody removes.
    pub calendar: String,
    /// A webhook that nobody removes.
    pub webhook: String,
}

/// Cookie of a person's session.
const DESK: &str = "__Host-leeward-desk";
/// Cookie of a reporter's session.
const CASE: &str = "__Host-leeward-case";
/// Cookie of a researcher's session.
const ME: &str = "__Host-leeward-me";

pub fn config(folder: &std::path::Path) -> Config {
    let place = Place { data: Some(folder.to_owned()), ..Place::default() };
    let mut config = Config::load(&place, std::iter::empty()).unwrap();
    config.server.public_url = "https://trust.acme.example".into();
    config.server.rate_factor = 1_000_000;
    config.store.disk_floor_mb = 0;
    "acme".clone_into(&mut config.programme.slug);
    "security@acme.example".clone_into(&mut config.programme.contact);
    config
}

impl Scene {
    pub async fn new() -> Self {
        let test = TestDb::new().await.unwrap();
        let config = config(test.folder());
        let house = house::build(&config, test.db.clone(), (demo::routes(), None)).await.unwrap();
        let site = Site::new(house.router.clone()).await;
        let acme = bounty::programme::install(&test.db, config.programme.clone()).await.unwrap();
        let link = accounts::invite(&test.db, "new@acme.example", Role::Guest, Scope::House).await.unwrap();
        let mut scene = Self {
            test,
            house,
            site,
            cases: BTreeMap::new(),
            people: BTreeMap::new(),
            tokens: BTreeMap::new(),
            reporters: BTreeMap::new(),
            other: ReturnCode::from_bytes([99; 15]),
            programme: acme,
            researcher: PersonId::from_uuid(domain::Uuid::nil()),
            link: link.token().to_owned(),
            sent: AtomicUsize::new(0),
            contact: tokio::sync::OnceCell::new(),
            log_size: 0,
            calendar: String::new(),
            webhook: String::new(),
        };
        for (n, kind) in [(1, "@open"), (2, "@restricted"), (3, "@erased"), (99, "other")] {
            let case = scene.case(acme, ReturnCode::from_bytes([n; 15])).await;
            scene.cases.insert(kind, case);
        }
        let mut other = config.programme.clone();
        "other".clone_into(&mut other.slug);
        let other = bounty::programme::install(&scene.test.db, other).await.unwrap();
        for (name, caller) in CALLERS {
            scene.settle(name, caller, other).await;
        }
        scene.give_files().await;
        scene.researcher = scene.new_researcher().await;
        for kind in ["@open", "@restricted", "@erased"] {
            let part = scene.split(scene.cases[kind].id).await;
            if let Some(case) = scene.cases.get_mut(kind) {
                case.part = part;
            }
        }
        for kind in ["@open", "@restricted", "@erased"] {
            let code = scene.cases[kind].code;
            let token = scene.reporter(code).await;
            scene.reporters.insert(kind, token);
        }
        scene.shut(&config).await;
        scene.calendar = scene.new_calendar().await;
        scene.webhook = scene.new_webhook().await;
        scene
    }

    pub fn db(&self) -> &Db {
        &self.test.db
    }

    /// Makes a part of a case; gives its name.
    async fn split(&self, case: CaseId) -> String {
        let text = domain::ReporterText::new("It does that too.".to_owned()).unwrap();
        let parts = vec![engine::NewPart { title: "Part".to_owned(), text }];
        let splitting = engine::Splitting { case, seen: None, by: self.people[&Caller::Owner], parts };
        let db = self.db().clone();
        let done: Result<_, EngineError> =
            self.db().write(move |tx| Box::pin(async move { engine::split(tx, &db, splitting).await })).await;
        done.unwrap().remove(0).name
    }

    /// A new case that the team has taken these steps with, each without a word.
    pub async fn case_after(&self, steps: &[&str]) -> Case {
        let code = ReturnCode::from_bytes(self.db().ambient().bytes());
        let case = self.case(self.programme, code).await;
        for step in steps {
            let (db, by) = (self.db().clone(), Party::Team(self.people[&Caller::Owner]));
            let act = Act { case: case.id, seen: None, action: (*step).to_owned(), input: json!({}), by };
            let done: Result<_, EngineError> =
                self.db().write(move |tx| Box::pin(async move { engine::act(tx, &db, act).await })).await;
            done.unwrap();
        }
        case
    }

    async fn case(&self, programme: ProgrammeId, code: ReturnCode) -> Case {
        let input =
            json!({ "title": "Token", "summary": "The old token works.", "severity": "high", "source": "form" });
        let machine = find("vulnerability").unwrap();
        let title = "Token".to_owned();
        let new = NewCase { machine, programme, draft: None, input, title, code: Some(code), by: Party::Reporter };
        let db = self.db().clone();
        let opened: Result<_, EngineError> =
            self.db().write(move |tx| Box::pin(async move { engine::open(tx, &db, new).await })).await;
        let opened = opened.unwrap();
        Case { id: opened.id, name: opened.name, code, files: Default::default(), part: String::new() }
    }

    async fn settle(&mut self, name: &str, caller: Caller, other: ProgrammeId) {
        let Some((role, reach)) = caller.role() else { return };
        let scopes: Vec<Scope> = match reach {
            Reach::House => vec![Scope::House],
            Reach::Desk(desk) => vec![Scope::Desk(desk)],
            Reach::OtherProgramme => vec![Scope::Programme(other)],
            Reach::EachCase => {
                ["@open", "@restricted", "@erased"].iter().map(|kind| Scope::Case(self.cases[kind].id)).collect()
            }
        };
        let person = self.colleague(name, role, scopes).await;
        self.people.insert(caller, person);
        if caller.is_token() {
            let held = Permission::ALL.iter().copied().filter(|p| p.roles().contains(&role)).collect();
            let permissions = if caller == Caller::Narrow { vec![Permission::ReadCases] } else { held };
            let life = if caller == Caller::Expired { Span::from_minutes(1) } else { Span::from_days(1) };
            let wish = TokenWish { label: name.to_owned(), permissions, life };
            let db = self.db().clone();
            let made: Result<_, accounts::AccountError> = self
                .db()
                .write(move |tx| {
                    Box::pin(async move {
                        let made = token::create(tx, &db, person, wish).await?;
                        if caller == Caller::Revoked {
                            token::revoke(tx, &db, person, made.id, person).await?;
                        }
                        Ok(made)
                    })
                })
                .await;
            self.tokens.insert(caller, made.unwrap().text);
        }
    }

    /// Somebody with a password and a second factor.
    async fn colleague(&self, name: &str, role: Role, mut scopes: Vec<Scope>) -> PersonId {
        let email = format!("{name}@acme.example");
        let link = accounts::invite(self.db(), &email, role, scopes.remove(0)).await.unwrap();
        let accounts = &self.house.accounts;
        let code = accounts.offered_with(link.token(), "once").unwrap().code_at(self.db().ambient().now());
        let (name, showing) = (name.to_owned(), "once".to_owned());
        let form = SetUpForm { name, email, password: "a long enough password".into(), code, showing };
        let person = accounts.set_up(link.token(), form).await.unwrap().person;
        for scope in scopes {
            let db = self.db().clone();
            let given: Result<_, accounts::AccountError> = self
                .db()
                .write(move |tx| {
                    Box::pin(async move { person::grant(tx, &db, person, Grant { role, scope }, None).await })
                })
                .await;
            given.unwrap();
        }
        person
    }

    async fn person(&self, name: &str, grants: Vec<Grant>) -> PersonId {
        self.person_called(&format!("{name}@acme.example"), name, grants).await
    }

    /// Somebody who cannot sign in yet has a name, whatever it is.
    pub async fn person_called(&self, email: &str, name: &str, grants: Vec<Grant>) -> PersonId {
        let new = NewPerson { name: name.to_owned(), email: email.to_owned(), state: PersonState::Active, grants };
        let db = self.db().clone();
        let made: Result<_, accounts::AccountError> =
            self.db().write(move |tx| Box::pin(async move { person::create(tx, &db, new, None).await })).await;
        made.unwrap()
    }

    /// Somebody whom an action may hit: a new guest each time, shut out already if they are to be let in.
    pub async fn target(&self, path: &str) -> PersonId {
        let name = format!("target-{}", self.number());
        let person = self.person(&name, vec![Grant { role: Role::Guest, scope: Scope::House }]).await;
        if path.ends_with("/enable") {
            let db = self.db().clone();
            let done: Result<_, accounts::AccountError> =
                self.db().write(move |tx| Box::pin(async move { person::disable(tx, &db, person, None).await })).await;
            done.unwrap();
        }
        person
    }

    /// The id of a token that somebody made who is on no line.
    pub async fn new_token(&self) -> String {
        let (db, person) = (self.db().clone(), self.target("").await);
        let wish =
            TokenWish { label: "left".to_owned(), permissions: vec![Permission::ReadCases], life: Span::from_days(1) };
        let made: Result<_, accounts::AccountError> =
            self.db().write(move |tx| Box::pin(async move { token::create(tx, &db, person, wish).await })).await;
        made.unwrap().id.to_string()
    }

    /// The token of the address of the open case.
    pub async fn contact(&self) -> String {
        self.contact.get_or_init(|| self.keep_contact()).await.clone()
    }

    async fn keep_contact(&self) -> String {
        let (db, case) = (self.db().clone(), self.cases["@open"].id);
        let kept: Result<_, db::DbError> = self
            .db()
            .write(move |tx| {
                Box::pin(async move {
                    let key = db.keys().case(tx, case).await?.ok_or(db::DbError::Erased)?;
                    let address = "finder@there.example".parse().map_err(|_| db::DbError::Busy)?;
                    mail::contact::keep(tx, &db, &key, (case, &address)).await?;
                    mail::contact::of_case(tx, &db, case).await
                })
            })
            .await;
        kept.unwrap().expect("an address").token.to_string()
    }

    /// A letter that did not arrive.
    pub async fn failed_letter(&self) -> mail::LetterId {
        let (db, n) = (self.db().clone(), self.number());
        let letter = mail::Letter {
            kind: mail::Kind::Alert,
            to: mail::To::Person(self.people[&Caller::Owner]),
            case: None,
            key: format!("letter {n}"),
            after: None,
            words: mail::Words {
                subject: "x".into(),
                paragraphs: Vec::new(),
                action: None,
                foot: Vec::new(),
                stop: None,
            },
        };
        let queued: Result<_, db::DbError> = self
            .db()
            .write(move |tx| {
                Box::pin(async move {
                    let queued = mail::queue(tx, &db, &letter).await?;
                    if let mail::Queued::Waits(id) = queued {
                        db::execute!(tx, db::stmt!("UPDATE letters SET state = 'failed' WHERE id = $1"), id.uuid())?;
                    }
                    Ok(queued)
                })
            })
            .await;
        match queued.unwrap() {
            mail::Queued::Waits(id) => id,
            other => panic!("{other:?}"),
        }
    }

    /// An event of the house, by the id under which the record checks it.
    pub async fn entry(&self) -> String {
        let mut tx = self.db().read().await.unwrap();
        let newest = db::event::of_house(&mut tx, self.db().keys(), 1).await.unwrap();
        newest[0].id.to_string()
    }

    /// A new calendar that no programme uses.
    pub async fn new_calendar(&self) -> String {
        let plan = json!({ "zone": "Europe/Berlin", "week": { "monday": "09:00-17:00" } });
        let calendar = serde_json::from_value(plan).unwrap();
        let (db, by) = (self.db().clone(), self.people[&Caller::Owner]);
        let name = format!("Calendar {}", self.number());
        let made: Result<_, EngineError> = self
            .db()
            .write(move |tx| Box::pin(async move { desk::calendar::create(tx, &db, (by, &name, calendar)).await }))
            .await;
        made.unwrap().to_string()
    }

    /// Something of which the person of the token `all` was told, and nobody else.
    pub async fn new_alert(&self, case: CaseId) -> String {
        let id = self.db().ambient().id::<domain::JobId>().uuid();
        let (person, round) = (self.people[&Caller::All], i64::try_from(self.number()).unwrap());
        let made: Result<u64, db::DbError> = self
            .db()
            .write(move |tx| {
                Box::pin(async move {
                    execute!(
                        tx,
                        stmt!(
                            "INSERT INTO alerts (id, case_id, kind, clock, round, person, step, since, raised_at, slept,
                                                 mail_at)
                             VALUES ($1, $2, 'critical', '', $3, $4, 1, 0, 0, $5, 0)"
                        ),
                        id,
                        case.uuid(),
                        round,
                        person.uuid(),
                        false
                    )
                })
            })
            .await;
        made.unwrap();
        id.to_string()
    }

    /// An issue of the tracker that the case links to.
    pub async fn new_issue(&self, case: CaseId) -> String {
        let (db, by) = (self.db().clone(), self.people[&Caller::All]);
        let url = format!("https://git.acme.example/issues/{}", self.number());
        let made: Result<domain::EventId, EngineError> = self
            .db()
            .write(move |tx| {
                Box::pin(async move {
                    let what = desk::engine::Tracking { case, seen: None, by };
                    desk::engine::add_issue(tx, &db, what, &url).await.map(|(id, _)| id)
                })
            })
            .await;
        made.unwrap().to_string()
    }

    /// Somebody who is a guest of this case, and of nothing else.
    pub async fn guest_of(&self, case: CaseId) -> String {
        let grant = Grant { role: Role::Guest, scope: Scope::Case(case) };
        self.person(&format!("guest-{}", self.number()), vec![grant]).await.to_string()
    }

    /// A new webhook.
    pub async fn new_webhook(&self) -> String {
        let wish = outbound::Wish {
            label: format!("Webhook {}", self.number()),
            url: "https://hooks.example.com/".to_owned(),
            programme: None,
            kinds: outbound::Kind::every(),
            titles: false,
        };
        let (db, by) = (self.db().clone(), self.people[&Caller::Owner]);
        let made: Result<_, db::DbError> =
            self.db().write(move |tx| Box::pin(async move { outbound::add(tx, &db, (by, wish)).await })).await;
        made.unwrap().unwrap().0.to_string()
    }

    /// A stock answer that nobody has touched.
    pub async fn new_answer(&self) -> String {
        let program = self.site.client().token(&self.tokens[&Caller::All]);
        let body = json!({ "name": format!("Answer {}", self.number()), "text": "{case}" });
        let call = program.json(Method::POST, "/api/v1/answers", &body);
        let made = call.header("idempotency-key", &format!("answer-{}", self.number())).send().await.is(201).json();
        made["id"].as_str().unwrap().to_owned()
    }

    /// A number that was not used before.
    pub fn number(&self) -> usize {
        self.sent.fetch_add(1, Ordering::Relaxed)
    }

    /// What a page's form needs in it for the handler to find what it is about; most need nothing.
    pub async fn fields(&self, path: &str, of: &str, caller: Caller) -> String {
        if path == "/mail/{token}" {
            return "&answer=yes".to_owned();
        }
        if path == "/me/account/sessions/end" && caller == Caller::Researcher {
            return format!("&session={}", self.researcher_session().await.id);
        }
        if ["/desk/cases/{id}/reporters/remove", "/desk/cases/{id}/reporters/return"].contains(&path) {
            // Somebody who does not follow it: nothing is to be done.
            return format!("&person={}", self.people[&Caller::Owner]);
        }
        if path == "/desk/recovery/confirm" {
            return format!("&place-1=1&place-2=2&first=one&second=two&tag={}", "00".repeat(32));
        }
        let Some(person) = self.people.get(&caller).copied() else { return String::new() };
        let db = self.db().clone();
        match path {
            // What was restricted stays so, and what was open stays open.
            "/desk/cases/{id}/restriction" if of == "@restricted" => format!("&member={}", self.people[&Caller::Named]),
            "/desk/cases/{id}/restriction" => "&do=lift".to_owned(),
            "/desk/account/sessions/end" => {
                let made: Result<_, accounts::AccountError> = self
                    .db()
                    .write(move |tx| Box::pin(async move { accounts::open_staff_session(tx, &db, person).await }))
                    .await;
                format!("&session={}", made.unwrap().id)
            }
            "/desk/account/tokens/revoke" => {
                let wish = TokenWish {
                    label: "short".to_owned(),
                    permissions: vec![Permission::ReadCases],
                    life: Span::from_days(1),
                };
                let made: Result<_, accounts::AccountError> = self
                    .db()
                    .write(move |tx| Box::pin(async move { token::create(tx, &db, person, wish).await }))
                    .await;
                format!("&token={}", made.unwrap().id)
            }
            _ => String::new(),
        }
    }

    async fn give_files(&mut self) {
        let program = self.site.client().token(&self.tokens[&Caller::All]);
        for kind in ["@open", "@restricted", "@erased"] {
            let path = format!("/api/v1/cases/{}/attachments", self.cases[kind].id);
            let mut files = [String::new(), String::new()];
            for (file, audience) in files.iter_mut().zip(["reporter", "team"]) {
                let call = program.call(Method::POST, &path).header("idempotency-key", &format!("{kind}{audience}"));
                let call = call.header("content-type", "multipart/form-data; boundary=b").body(upload(audience));
                let made = call.send().await.is(201).json();
                made["items"][0]["id"].as_str().unwrap().clone_into(file);
            }
            self.cases.get_mut(kind).unwrap().files = files;
        }
    }

    /// What happens to the cases after their reporters came.
    async fn shut(&mut self, config: &Config) {
        let (db, case, by) = (self.db().clone(), self.cases["@restricted"].id, self.people[&Caller::Member]);
        let members = BTreeSet::from([by, self.people[&Caller::Named]]);
        let done: Result<_, EngineError> = self
            .db()
            .write(move |tx| Box::pin(async move { engine::restrict(tx, &db, case, (by, members)).await }))
            .await;
        done.unwrap();
        let order = Order { by: None, reason: "The table of routes".to_owned() };
        let wanted = CaseOrder { case: self.cases["@erased"].id, seen: None, quiet: None, order };
        erasing::case(self.db(), &house::erasures(config), wanted).await.unwrap();
        db::log::settled(self.db()).await;
        self.log_size = db::log::publish(self.db()).await.unwrap().head.size;
        self.test.clock.advance(Span::from_minutes(2));
    }

    /// The token of a caller who has one.
    pub fn token(&self, caller: Caller) -> &str {
        &self.tokens[&caller]
    }

    /// A browser of the reporter with this code.
    pub async fn reporter_of(&self, code: ReturnCode) -> Client {
        let client = self.site.client();
        client.set_cookie(CASE, &self.reporter(code).await);
        client
    }

    async fn reporter(&self, code: ReturnCode) -> String {
        let db = self.db().clone();
        let session: Result<_, accounts::AccountError> = self
            .db()
            .write(move |tx| Box::pin(async move { accounts::open_reporter_session(tx, &db, &code).await }))
            .await;
        session.unwrap().expect("a case").0.token
    }

    async fn session(&self, caller: Caller) -> String {
        let (db, person) = (self.db().clone(), self.people[&caller]);
        let session: Result<_, accounts::AccountError> = self
            .db()
            .write(move |tx| {
                Box::pin(async move {
                    let session = accounts::open_staff_session(tx, &db, person).await?;
                    let id = session.id.uuid();
                    match caller {
                        Caller::Unproved => {
                            let long_ago = db.ambient().now().minus(Span::from_minutes(11)).micros();
                            let old = stmt!("UPDATE sessions SET step_up_at = $1 WHERE public_id = $2");
                            execute!(tx, old, long_ago, id)?;
                        }
                        Caller::Ended => accounts::session::end(tx, person, session.id).await?,
                        _ => {}
                    }
                    Ok(session)
                })
            })
            .await;
        session.unwrap().token
    }

    /// A new browser or program of this caller; `of` says whose reporter comes.
    pub async fn client(&self, caller: Caller, of: &str) -> Client {
        let client = self.site.client();
        match caller {
            Caller::Nobody => {}
            // The reporter of an erased case came before it was erased.
            Caller::Reporter if of == "@erased" => client.set_cookie(CASE, &self.reporters["@erased"]),
            Caller::Reporter => {
                let case = self.cases.get(of).unwrap_or(&self.cases["@open"]);
                client.set_cookie(CASE, &self.reporter(case.code).await);
            }
            Caller::Other => client.set_cookie(CASE, &self.reporter(self.other).await),
            Caller::Researcher => client.set_cookie(ME, &self.researcher_session().await.token),
            _ if caller.is_token() => return client.token(&self.tokens[&caller]),
            _ => client.set_cookie(DESK, &self.session(caller).await),
        }
        client
    }
}

/// A small file for this audience.
pub fn upload(audience: &str) -> String {
    format!(
        "--b\r\nContent-Disposition: form-data; name=\"audience\"\r\n\r\n{audience}\r\n--b\r\nContent-Disposition: \
         form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhello\r\n--b--\r\n"
    )
}
