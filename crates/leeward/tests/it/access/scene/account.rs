//! The account of a researcher in the scene: made, signed in to, and a link that nobody has used.

use super::Scene;
use accounts::researcher::{self, Spent};
use domain::PersonId;

fn letterhead() -> researcher::Letterhead {
    let url = web::PublicUrl::parse("https://trust.acme.example").expect("an address");
    researcher::Letterhead { organisation: "Acme".into(), url }
}

impl Scene {
    /// The account of a researcher, with the cases that are in it.
    pub(super) async fn new_researcher(&self) -> PersonId {
        let (db, house) = (self.db().clone(), letterhead());
        let token = self.researcher_link().await;
        let cases = [self.cases["@open"].id, self.cases["@erased"].id];
        let made: Result<_, accounts::AccountError> = self
            .db()
            .write(move |tx| {
                Box::pin(async move {
                    let spent = researcher::spend(tx, &db, &house, (&token, "")).await?;
                    let Spent::Session(person, _) = spent else { panic!("a link to sign in") };
                    for case in cases {
                        researcher::own(tx, (case, person), db.ambient().now()).await?;
                    }
                    Ok(person)
                })
            })
            .await;
        made.unwrap()
    }

    /// A link by mail that nobody has used.
    pub async fn researcher_link(&self) -> String {
        let db = self.db().clone();
        let made: Result<_, accounts::AccountError> = self
            .db()
            .write(move |tx| {
                let address = "finder@there.example".parse().expect("an address");
                Box::pin(async move { researcher::hand_link(tx, &db, address).await })
            })
            .await;
        made.unwrap()
    }

    pub(super) async fn researcher_session(&self) -> accounts::NewSession {
        let (db, house, token) = (self.db().clone(), letterhead(), self.researcher_link().await);
        let spent: Result<_, accounts::AccountError> = self
            .db()
            .write(move |tx| Box::pin(async move { researcher::spend(tx, &db, &house, (&token, "")).await }))
            .await;
        let Spent::Session(_, session) = spent.unwrap() else { panic!("a link to sign in") };
        session
    }
}
