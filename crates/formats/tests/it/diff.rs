//! What changed between two publications of programmes.

use formats::programme::{Change, Programme, What, diff, read};
use formats::scope::{Asset, Kind};
use proptest::prelude::*;
use serde_json::{Value, json};

fn acme(inside: &Value, outside: &Value) -> Vec<Programme> {
    let file = json!([{"name": "Acme", "handle": "acme", "targets": {"in_scope": inside, "out_of_scope": outside}}]);
    read(file.to_string().as_bytes(), None).expect("programmes")
}

fn told(changes: &[Change]) -> Vec<String> {
    changes.iter().map(ToString::to_string).collect()
}

#[test]
fn assets_come_go_move_and_are_renamed() {
    let old = acme(
        &json!(["*.acme.test", "shop.acme.test", "https://old.test/app", {"asset_identifier": "10.0.0.1", "asset_type": "CIDR",
            "instruction": "The one in the lobby", "max_severity": "low", "eligible_for_bounty": true}]),
        &json!(["pay.acme.test", "blog.acme.test"]),
    );
    let new = acme(
        &json!(["*.acme.test", "pay.acme.test/", "HTTPS://OLD.test:443/app/", {"asset_identifier": "10.0.0.2", "asset_type": "CIDR",
            "instruction": "The one in the lobby", "max_severity": "critical", "eligible_for_bounty": false}]),
        &json!(["admin.acme.test"]),
    );
    assert_eq!(
        told(&diff(&old, &new)),
        [
            "acme: admin.acme.test added, out of scope (was in scope, now out of scope)",
            "acme: blog.acme.test removed, was listed out of scope (was out of scope, now in scope)",
            "acme: shop.acme.test removed, was listed in scope",
            "acme: pay.acme.test/: out of scope -> in scope (was out of scope, now in scope)",
            "acme: renamed: 10.0.0.1 -> 10.0.0.2 (was not listed, now in scope)",
            "acme: renamed: https://old.test/app -> HTTPS://OLD.test:443/app/",
            "acme: pay.acme.test/, kind: domain -> url (was out of scope, now in scope)",
            "acme: 10.0.0.2, rewarded: yes -> no (was not listed, now in scope)",
            "acme: 10.0.0.2, highest severity: low -> critical (was not listed, now in scope)",
        ]
    );
}

#[test]
fn programmes_come_go_and_change() {
    let file = |text: &str| read(text.as_bytes(), None).expect("programmes");
    let old = file(
        r#"[{"name":"A","company_handle":"a","handle":"a","status":"open","max_bounty":{"value":500,"currency":"EUR"},"targets":{}},
        {"name":"B","handle":"b","targets":{}}]"#,
    );
    let new = file(
        r#"[{"name":"C","handle":"c","targets":{"in_scope":["c.test"]}},
        {"name":"A","company_handle":"a","handle":"a","status":"suspended","max_bounty":{"value":750,"currency":"EUR"},"targets":{}}]"#,
    );
    let expected = [
        "a: takes reports: open -> suspended",
        "a: most reward: 500.00 EUR -> 750.00 EUR",
        "b: programme is gone, had 0 assets",
        "c: new programme, 1 assets",
    ];
    assert_eq!(told(&diff(&old, &new)), expected);
}

#[test]
fn a_public_file_does_not_differ_from_itself() {
    let Some(file) = outside::data("programs/bugcrowd_data.json") else { return };
    let programmes = read(&std::fs::read(file).unwrap(), None).unwrap();
    assert_eq!(diff(&programmes, &programmes), []);
    let mut turned = programmes.clone();
    turned.reverse();
    for programme in &mut turned {
        programme.assets.reverse();
    }
    assert_eq!(diff(&programmes, &turned).iter().filter(|change| change.asset.is_none()).count(), 0);
}

fn asset() -> impl Strategy<Value = Asset> {
    let names =
        proptest::sample::select(&["a.test", "*.a.test", "A.test/", "https://a.test", "10.0.0.1", "API keys"][..]);
    (names, any::<bool>(), proptest::option::of(proptest::sample::select(&["Tier 1", "Tier 2"][..]))).prop_map(
        |(name, inside, tier)| {
            let mut asset = Asset::new(Kind::Other, name, inside);
            asset.tier = tier.map(str::to_owned);
            asset
        },
    )
}

fn programme() -> impl Strategy<Value = Vec<Programme>> {
    proptest::collection::vec(asset(), 0..8).prop_map(|assets| {
        let mut programme = acme(&json!([]), &json!([]));
        programme[0].assets = assets;
        programme
    })
}

proptest! {
    #[test]
    fn what_comes_one_way_goes_the_other(old in programme(), new in programme()) {
        let count = |changes: &[Change], what: What| changes.iter().filter(|change| change.what == what).count();
        let (there, back) = (diff(&old, &new), diff(&new, &old));
        prop_assert_eq!(count(&there, What::Added), count(&back, What::Removed));
        prop_assert_eq!(count(&there, What::Removed), count(&back, What::Added));
        prop_assert_eq!(count(&there, What::Moved), count(&back, What::Moved));
        prop_assert_eq!(diff(&old, &old), []);
        let grown = old[0].assets.len() + count(&there, What::Added);
        prop_assert_eq!(grown, new[0].assets.len() + count(&there, What::Removed));
    }
}

#[test]
fn very_many_programmes_of_one_name_are_compared() {
    let one = acme(&json!(["a.test"]), &json!([])).remove(0);
    let many = vec![one; 50_000];
    let changes = diff(&many[..2], &many);
    assert_eq!(changes.len(), 49_998);
    let named = |name: &str| changes.iter().any(|change| change.programme == name);
    assert!(named("acme (3)") && named("acme (50000)") && !named("acme (2)"), "{:?}", changes.last());
}
