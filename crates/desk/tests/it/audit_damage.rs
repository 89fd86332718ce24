//! What was altered behind our back: the page of an entry says so, and the record shows the rest.

use crate::support::House;
use db::{Stmt, execute, stmt};
use domain::Role;

/// Alterations of the newest sign-in, each by itself.
const ALTERED: [Stmt; 9] = [
    stmt!("UPDATE events SET kind = 'signed_out_everywhere' WHERE id = $1"),
    stmt!("UPDATE events SET actor = id WHERE id = $1"),
    stmt!("UPDATE events SET at = at - 86400000000 WHERE id = $1"),
    stmt!("UPDATE events SET party = 'system' WHERE id = $1"),
    stmt!("UPDATE events SET body = NULL WHERE id = $1"),
    stmt!("UPDATE events SET body = salt WHERE id = $1"),
    stmt!("UPDATE log_entries SET commitment = SUBSTR(commitment, 1, 7) WHERE event = $1"),
    stmt!("UPDATE log_entries SET idx = 4000 WHERE event = $1"),
    stmt!("DELETE FROM log_entries WHERE event = $1"),
];

#[tokio::test]
async fn each_altered_part_is_found_and_hides_nothing_else() {
    for (which, altered) in ALTERED.into_iter().enumerate() {
        let house = House::new().await;
        let auditor = house.person("Ada", Role::Auditor).await;
        house.person("Tomas", Role::Triager).await;
        let site = house.site().await;
        let ada = house.browser(&site, auditor).await;
        db::log::settled(house.db()).await;
        let page = ada.get("/desk/audit?show=house&kind=signed_in").await.is(200);
        let at = page.text.find("/desk/audit/entries/").expect("no entry to check");
        let path = page.text[at..].split('"').next().unwrap().to_owned();
        ada.get(&path).await.is(200).says("This entry holds.");
        let id: domain::EventId = path.rsplit('/').next().unwrap().parse().unwrap();
        let changed: Result<u64, db::DbError> =
            house.db().write(move |tx| Box::pin(async move { execute!(tx, altered, id.uuid()) })).await;
        assert_eq!(changed.unwrap(), 1);
        let seen = ada.get(&path).await.is(200).says("This entry does not hold.");
        assert!(!seen.text.contains("This entry holds"), "{which}");
        let record = ada.get("/desk/audit?show=house").await.is(200).says("Person created: Tomas");
        let unread = matches!(which, 4 | 5);
        assert_eq!(record.text.contains("what it says cannot be read"), unread, "{which}");
        assert_eq!(record.text.contains("the log has no entry of it"), which == 8, "{which}");
        let export = ada.form("/desk/audit/export?show=house").await.fill("format", "csv").submit().await;
        export.is(200).says("Person created");
    }
}
