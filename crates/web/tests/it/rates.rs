//! Allowances follow the real address.

use crate::site::{House, house_with};

async fn behind_a_proxy() -> House {
    house_with("https://security.acme.example", |settings| {
        settings.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    })
    .await
}

/// Sends bad forms until the allowance is used up; how many were looked at.
async fn tries(house: &House, peer: &str, forwarded: impl Fn(usize) -> String) -> usize {
    for n in 0..200 {
        let call = house.site.client().at(peer).call(axum::http::Method::POST, "/report");
        let answer = call.header("x-forwarded-for", &forwarded(n)).send().await;
        if answer.status.as_u16() == 429 {
            assert!(answer.header("retry-after").parse::<u32>().unwrap() > 0);
            return n;
        }
    }
    200
}

#[tokio::test]
async fn a_spoofed_header_buys_nothing() {
    let house = behind_a_proxy().await;
    assert_eq!(tries(&house, "203.0.113.9", |n| format!("198.51.100.{n}")).await, 30, "not from a proxy");
    assert_eq!(
        tries(&house, "10.0.0.1", |n| format!("198.51.100.{n}, 203.0.113.77")).await,
        30,
        "left of the real hop"
    );
}

#[tokio::test]
async fn callers_behind_the_proxy_are_told_apart() {
    let house = behind_a_proxy().await;
    assert_eq!(tries(&house, "10.0.0.1", |n| format!("203.0.113.{n}")).await, 200);
}

#[tokio::test]
async fn one_ipv6_home_is_one_caller() {
    let house = behind_a_proxy().await;
    assert_eq!(tries(&house, "10.0.0.1", |n| format!("2001:db8:1:2::{n:x}")).await, 30);
}
