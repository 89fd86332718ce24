//! The components as they are drawn, and what a page may weigh.

use crate::site::house;
use askama::Template;
use domain::testing::START;
use domain::{ReporterText, Severity, Span, TeamText};
use web::layout::{Banner, BannerKind, Entry, FileRow, Ground, Moment, Receipt, SeverityBars, StateChip};
use web::testing::{house_rules, tags};
use web::{Page, View, get};

#[derive(Template)]
#[template(path = "gallery.html")]
pub struct Gallery {
    pub page: Page,
    pub rows: Vec<(StateChip, SeverityBars)>,
    pub banners: Vec<Banner>,
    pub file: FileRow,
    pub receipt: Receipt,
}

#[derive(Template)]
#[template(path = "receipt.html")]
pub struct ReceiptPage {
    pub page: Page,
    pub receipt: Receipt,
}

pub fn receipt() -> Receipt {
    Receipt {
        number: "REP-1042".into(),
        code: "7C1E-4KQ9-R2VM-X80D-A90F-3TNH".into(),
        received: Moment::from(START.plus(Span::from_minutes(41))),
        answer_by: "We answer by 25 Nov 2026.".into(),
        download: "/receipt".into(),
    }
}

pub fn gallery(page: Page) -> Gallery {
    let severities =
        [None, Some(Severity::Low), Some(Severity::Medium), Some(Severity::High), Some(Severity::Critical)];
    let chips = [StateChip::NEW, StateChip::CHECKING, StateChip::WAITING, StateChip::FIXED, StateChip::DUPLICATE];
    let banner = |kind, lead: &str, text: &str| Banner { kind, lead: lead.into(), text: text.into() };
    Gallery {
        page,
        rows: chips.into_iter().zip(severities.map(SeverityBars::from)).collect(),
        banners: vec![
            banner(BannerKind::Restricted, "Embargo.", "Nothing here leaves the desk before 4 Dec 2026, 17:00 UTC."),
            banner(BannerKind::Trouble, "Late.", "The first answer was due yesterday."),
        ],
        file: FileRow {
            name: "poc.zip".into(),
            size: "1.4 MB".into(),
            checksum: "9f86d081".into(),
            scan: "Not opened by us".into(),
            href: "/file".into(),
            has_page: false,
        },
        receipt: receipt(),
    }
}

/// A page as it comes through the whole kit.
pub fn routes() -> Vec<web::Route<web::Kit>> {
    vec![
        get("/look/desk", web::Access::Public, |view: View| async move { view.show(&gallery(view.page("Inbox"))) }),
        get("/look/receipt", web::Access::Public, |view: View| async move {
            view.show(&ReceiptPage { page: view.page("Sent"), receipt: receipt() })
        }),
    ]
}

async fn drawn(path: &str) -> String {
    let kit = house().await.kit;
    let site = web::testing::Site::new(web::router(kit, routes())).await;
    site.client().get(path).await.is(200).text
}

#[test]
fn the_ground_says_who_can_read() {
    let note = TeamText::new("Reproduced on staging.".into()).unwrap();
    let said = ReporterText::new("The old token still works.".into()).unwrap();
    let entries = [
        Entry::team(START, "Ines", &note),
        Entry::from_reporter(START, "quietharbour", &said),
        Entry::to_reporter(START, "Ines", &said),
        Entry::fact(START, "Receipt given, leaf 20 114."),
    ];
    let grounds = entries.map(|entry| (entry.ground(), entry.class()));
    let water = (Ground::Water, "entry water");
    assert_eq!(grounds, [(Ground::Land, "entry land"), water, water, (Ground::Fact, "entry fact")]);
}

#[tokio::test]
async fn the_receipt_breaks_three_and_three() {
    let html = drawn("/look/receipt").await;
    assert!(
        html.contains("<span class=\"half\">7C1E-4KQ9-R2VM-</span><wbr><span class=\"half\">X80D-A90F-3TNH</span>"),
        "{html}"
    );
}

#[tokio::test]
async fn components_as_drawn() {
    let html = drawn("/look/desk").await;
    assert!(house_rules(&html).is_empty());
    let start = html.find("<table>").unwrap();
    let end = html.find("<ul class=\"files").unwrap();
    let plain = without_hashes(&html[start..end]);
    insta::assert_snapshot!(plain);
}

/// Takes the content hashes out of asset addresses.
fn without_hashes(html: &str) -> String {
    let sprite = web::asset::url("sprite.svg");
    html.replace(&sprite, "/assets/sprite.svg")
}

#[tokio::test]
async fn a_first_visit_stays_light() {
    let house = house().await;
    let page = house.site.client().get("/report").await.text.len();
    let size = |name| web::asset::content(name).unwrap().len();
    let all: usize = ["leeward.css", "app.js", "sprite.svg", "next.woff2", "serif.woff2"].map(size).iter().sum();
    assert!(page + all <= 90_000, "{} bytes", page + all);
    assert!(page <= 15_000, "{page} bytes on the next visit");
    assert!(size("next-italic.woff2") <= 22_000, "the italic is narrowed");
}

#[tokio::test]
async fn every_asset_a_page_names_is_there() {
    let house = house().await;
    let client = house.site.client();
    let page = client.get("/report").await.text;
    let css = client.get(&web::asset::url("leeward.css")).await.text;
    let in_page =
        tags(&page).into_iter().flat_map(|t| t.attributes).map(|(_, v)| v).filter(|v| v.starts_with("/assets/"));
    let in_css = css.split("url(").skip(1).map(|rest| rest.split(')').next().unwrap().to_owned());
    for address in in_page.chain(in_css) {
        let answer = client.get(address.split('#').next().unwrap()).await.is(200);
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    }
    client.get("/assets/leeward.000000000000.css").await.is(404);
    client.get("/assets/..%2f..%2fetc%2fpasswd").await.is(404);
}
