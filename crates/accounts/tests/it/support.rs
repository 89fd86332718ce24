//! A house with people in it, and a site over it.

use accounts::credential::TotpSecret;
use accounts::link::{self, OneTimeLink, Purpose};
use accounts::{Accounts, HouseAuthenticator, NewSession, SetUpForm};
use db::testing::TestDb;
use domain::{PersonId, Role, Scope, Span};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use web::testing::{Client, Site};
use web::{App, Cookies, Kit, KitParts, PublicUrl, Scheme, Settings};

pub const PASSWORD: &str = "a long enough password";
/// One showing of the page of a link.
pub const SHOWING: &str = "one showing";
pub const IP: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

pub struct House {
    pub t: TestDb,
    pub accounts: Accounts,
}

/// Somebody who has set up an account, with their authenticator in hand.
pub struct Someone {
    pub id: PersonId,
    pub email: String,
    pub secret: TotpSecret,
    pub codes: Vec<String>,
    pub session: NewSession,
}

impl House {
    pub async fn new() -> Self {
        let t = TestDb::new().await.unwrap();
        let accounts = Accounts::new(t.db.clone()).of_house("Lighthouse GmbH");
        Self { t, accounts }
    }

    pub fn wait(&self, span: Span) {
        self.t.clock.advance(span);
    }

    pub async fn owner(&self) -> Someone {
        let link = accounts::first_owner_link(&self.t.db).await.unwrap().expect("no owner yet");
        self.follow(link.token(), "ana@acme.example").await
    }

    pub async fn staff(&self, email: &str, role: Role, scope: Scope) -> Someone {
        let link = accounts::invite(&self.t.db, email, role, scope).await.unwrap();
        self.follow(link.token(), email).await
    }

    /// Who has this address.
    pub async fn person_at(&self, email: &str) -> PersonId {
        let mut tx = self.t.db.read().await.unwrap();
        link::person_of(&mut tx, &self.t.db, email).await.unwrap().unwrap()
    }

    /// A link for somebody who lost something, as somebody who looks after people makes it.
    pub async fn link(&self, of: &Someone, lost: Purpose) -> OneTimeLink {
        let (db, id) = (self.t.db.clone(), of.id);
        let made = self.t.db.write(move |tx| {
            Box::pin(async move {
                match lost {
                    Purpose::RecoverPassword => link::password_link(tx, &db, id, None).await,
                    Purpose::RecoverSecondFactor => link::recovery_link(tx, &db, id, None).await,
                    Purpose::SetUp | Purpose::Invite => panic!("nothing is lost"),
                }
            })
        });
        made.await.unwrap()
    }

    /// The authenticator that one showing of the page of a link offers.
    pub fn offer(&self, token: &str) -> TotpSecret {
        self.accounts.offered_with(token, SHOWING).unwrap()
    }

    pub async fn follow(&self, token: &str, email: &str) -> Someone {
        let secret = self.offer(token);
        let form = SetUpForm {
            name: "Ana".into(),
            email: email.into(),
            password: PASSWORD.into(),
            code: secret.code_at(self.t.db.ambient().now()),
            showing: SHOWING.into(),
        };
        let done = self.accounts.set_up(token, form).await.unwrap();
        // The code of this moment is spent.
        self.wait(Span::from_seconds(31));
        Someone { id: done.person, email: email.into(), secret, codes: done.recovery_codes, session: done.session }
    }

    /// Waits until so many passwords wait for their turn to be checked.
    pub async fn checking(&self, so_many: usize) {
        while self.accounts.passwords().waiting() < so_many {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }

    pub fn code(&self, someone: &Someone) -> String {
        someone.secret.code_at(self.t.db.ambient().now())
    }

    pub async fn sign_in(&self, someone: &Someone) -> Result<NewSession, accounts::AccountError> {
        let code = self.code(someone);
        let (person, session) = self.accounts.sign_in(IP, &someone.email, PASSWORD, &code).await?;
        assert_eq!(person, someone.id);
        self.wait(Span::from_seconds(31));
        Ok(session)
    }

    pub async fn site(&self) -> Site {
        self.site_with(&mail::Post::new(mail::MailSettings::off("desk@acme.example".parse().unwrap()))).await
    }

    /// The same with a post office.
    pub async fn site_with(&self, post: &mail::Post) -> Site {
        self.site_of(post, None).await
    }

    /// The same with a list of erasures.
    pub async fn site_carrying(&self, list: db::erase::ErasureList) -> Site {
        self.site_of(&mail::Post::new(mail::MailSettings::off("desk@acme.example".parse().unwrap())), Some(list)).await
    }

    async fn site_of(&self, post: &mail::Post, list: Option<db::erase::ErasureList>) -> Site {
        let cookies = Cookies::new(Scheme::Https);
        let mut settings = Settings::new(PublicUrl::parse("https://desk.acme.example").unwrap(), "Acme security");
        settings.limits.rate_factor = 100;
        let kit = Kit::new(KitParts {
            ambient: self.t.db.ambient().clone(),
            settings,
            authenticator: Arc::new(HouseAuthenticator::new(self.accounts.clone(), cookies)),
            csrf_key: [7; 32],
            nav: Vec::new(),
        });
        let mut app = App::new(self.t.db.clone(), kit).carry(self.accounts.clone()).carry(post.clone());
        if let Some(list) = list {
            app = app.carry(list);
        }
        Site::new(web::router(app, accounts::routes())).await
    }

    pub async fn events(&self, kind: &str) -> usize {
        let mut tx = self.t.db.read().await.unwrap();
        let all = db::event::of_house(&mut tx, self.t.db.keys(), 1000).await.unwrap();
        all.iter().filter(|e| e.kind == kind).count()
    }
}

/// A browser that holds this session.
pub fn browser(site: &Site, session: &NewSession) -> Client {
    let client = site.client();
    client.set_cookie("__Host-leeward-desk", &session.token);
    client
}

/// Whether the session still opens the account page.
pub async fn is_in(site: &Site, session: &NewSession) -> bool {
    browser(site, session).get("/desk/account").await.status.as_u16() == 200
}
