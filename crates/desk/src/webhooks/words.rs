//! How an endpoint and its messages are doing, in words.

use domain::Ts;
use outbound::{Delivery, Endpoint, Standing, State, Why};
use web::layout::Moment;

/// Whether messages go there.
pub(super) fn standing(endpoint: &Endpoint) -> &'static str {
    match (endpoint.standing, endpoint.failing_since) {
        (Standing::Active, None) => "Works",
        (Standing::Active, Some(_)) => "Last try failed",
        (Standing::Paused, _) => "Paused",
        (Standing::Disabled(_), _) => "Stopped",
    }
}

/// What somebody should know of it, if anything.
pub(super) fn trouble(endpoint: &Endpoint) -> String {
    let since = endpoint.failing_since.map(|since| Moment::from(since).full).unwrap_or_default();
    match endpoint.standing {
        Standing::Disabled(Why::Gone) => {
            "The receiver said that nobody listens there any more (410), so we stopped. What happens meanwhile is kept, at most 10,000 messages. Mend the address and let it go on, or remove it.".to_owned()
        }
        Standing::Disabled(Why::Failing) => {
            format!("Since {since} it took nothing, so we stopped. What happens meanwhile is kept, at most 10,000 messages: let it go on, and send again what was given up.")
        }
        Standing::Active if endpoint.failing_since.is_some() => {
            let time = endpoint.not_before.map(|until| format!(" {}", asked_for_time(until))).unwrap_or_default();
            format!("Since {since} it has taken nothing. We go on trying; after five days we stop.{time}")
        }
        Standing::Active => endpoint.not_before.map_or(String::new(), asked_for_time),
        Standing::Paused => String::new(),
    }
}

fn asked_for_time(until: Ts) -> String {
    format!("It asked to be left alone until {}.", Moment::from(until).full)
}

/// Where a message is, with what the receiver said.
pub(super) fn state(delivery: &Delivery) -> String {
    let said = match (delivery.code, delivery.words.as_str()) {
        (Some(code), "") => code.to_string(),
        (Some(code), words) => format!("{code} {words}"),
        (None, words) => words.to_owned(),
    };
    match (delivery.state, said.is_empty()) {
        (State::Sent, true) => "Taken".to_owned(),
        (State::Sent, false) => format!("Taken: {said}"),
        (State::Failed, true) => "Given up".to_owned(),
        (State::Failed, false) => format!("Given up: {said}"),
        (State::Dropped, _) => "Not sent: nobody is to have it any more".to_owned(),
        (State::Waiting, true) => "Waits".to_owned(),
        (State::Waiting, false) => format!("Tried again; last answer: {said}"),
    }
}
