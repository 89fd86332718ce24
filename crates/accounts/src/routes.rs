//! Every row of this crate: who may call what.

use crate::{account, door, me, people, welcome};
use domain::Permission::{ManagePeople, ManageTokens};
use web::{Access, RateClass, Route, delete, get, post};

/// The rows, for `web::router`.
pub fn routes() -> Vec<Route> {
    let mut rows = doors();
    rows.extend(own_account());
    rows.extend(managing_people());
    rows.extend(me::routes());
    rows
}

fn doors() -> Vec<Route> {
    vec![
        get("/desk/sign-in", Access::Public, door::sign_in::show),
        post("/desk/sign-in", Access::Public, door::sign_in::enter).rate(RateClass::Secret),
        post("/desk/sign-out", Access::Public, door::sign_in::leave),
        get("/desk/step-up", Access::SignedIn, door::step_up::show),
        post("/desk/step-up", Access::SignedIn, door::step_up::prove).rate(RateClass::Secret),
        get("/desk/set-up", Access::Public, welcome::set_up::explain),
        get("/desk/set-up/{token}", Access::Public, welcome::set_up::show).rate(RateClass::Secret),
        post("/desk/set-up/{token}", Access::Public, welcome::set_up::spend).rate(RateClass::Secret),
        get("/desk/recovery", Access::Staff(domain::Permission::ManageKeys), welcome::words::explain).step_up(),
        post("/desk/recovery", Access::Staff(domain::Permission::ManageKeys), welcome::words::make).step_up(),
        post("/desk/recovery/confirm", Access::Staff(domain::Permission::ManageKeys), welcome::words::confirm)
            .rate(RateClass::Secret),
    ]
}

/// Pages that change credentials ask for both factors themselves, so the guard does not ask for one before.
fn own_account() -> Vec<Route> {
    vec![
        get("/desk/account", Access::SignedIn, account::overview::show),
        post("/desk/account/sessions/end", Access::SignedIn, account::overview::end_session).step_up(),
        post("/desk/account/sessions/end-all", Access::SignedIn, account::overview::end_all).step_up(),
        get("/desk/account/password", Access::SignedIn, account::credentials::password),
        post("/desk/account/password", Access::SignedIn, account::credentials::change_password).rate(RateClass::Secret),
        get("/desk/account/second-factor", Access::SignedIn, account::credentials::second_factor).shows_secret(),
        post("/desk/account/second-factor", Access::SignedIn, account::credentials::replace).rate(RateClass::Secret),
        get("/desk/account/recovery-codes", Access::SignedIn, account::credentials::codes),
        post("/desk/account/recovery-codes", Access::SignedIn, account::credentials::new_codes).rate(RateClass::Secret),
        get("/desk/account/tokens", Access::SignedIn, account::tokens::show),
        post("/desk/account/tokens", Access::SignedIn, account::tokens::make).rate(RateClass::Secret),
        post("/desk/account/tokens/revoke", Access::SignedIn, account::tokens::revoke),
    ]
}

fn managing_people() -> Vec<Route> {
    vec![
        get("/desk/people", Access::Staff(ManagePeople), people::list::show),
        get("/desk/people/invite", Access::Staff(ManagePeople), people::invite::show).step_up(),
        post("/desk/people/invite", Access::Staff(ManagePeople), people::invite::send).step_up(),
        get("/desk/people/{id}", Access::Staff(ManagePeople), people::one::show).step_up(),
        post("/desk/people/{id}/roles", Access::Staff(ManagePeople), people::one::give).step_up(),
        post("/desk/people/{id}/roles/remove", Access::Staff(ManagePeople), people::one::take).step_up(),
        post("/desk/people/{id}/disable", Access::Staff(ManagePeople), people::one::shut_out).step_up(),
        post("/desk/people/{id}/enable", Access::Staff(ManagePeople), people::one::let_in).step_up(),
        post("/desk/people/{id}/sign-out", Access::Staff(ManagePeople), people::one::sign_out).step_up(),
        post("/desk/people/{id}/tokens/revoke", Access::Staff(ManageTokens), people::one::revoke_token).step_up(),
        post("/desk/people/{id}/link", Access::Staff(ManagePeople), people::one::new_link).step_up(),
        get("/api/v1/tokens", Access::Token(ManageTokens), people::tokens::list).doc(people::tokens::list_doc()),
        delete("/api/v1/tokens/{token}", Access::Token(ManageTokens), people::tokens::revoke)
            .doc(people::tokens::revoke_doc()),
    ]
}
