//! Words of the letters to researchers about their account. None says anything of a report.

use super::Researcher;
use super::link::Letterhead;
use crate::AccountError;
use domain::{PersonId, Ts};
use mail::{Kind, Letter, MailAddress, To, Words};
use web::layout::Moment;

/// The link to sign in. `barred_until` stands in it for somebody whose new reports are not taken.
pub(super) fn sign_in(
    house: &Letterhead,
    (to, key, token): (MailAddress, String, &str),
    barred_until: Option<Ts>,
) -> Letter {
    let us = &house.organisation;
    let mut paragraphs = vec![
        format!("Somebody, we hope you, asked to sign in to the reports of this address at {us}."),
        "The page below has a button. It works once, and for 30 minutes. If it was not you, do nothing: nobody comes in without this letter."
            .to_owned(),
    ];
    if let Some(until) = barred_until {
        paragraphs.push(format!(
            "We take no new reports from you until {}. You can read what you sent and write to us there; the reason, and how to object, stand on your page.",
            Moment::from(until).day
        ));
    }
    let action = Some(("Go on to sign in".to_owned(), house.url.join(&format!("/me/link/{token}"))));
    let foot = vec![format!("Sent by {us} because this address was typed into its sign-in page.")];
    let words = Words { subject: format!("{us}: your link to sign in"), paragraphs, action, foot, stop: None };
    Letter { kind: Kind::SignIn, to: To::Address(to), case: None, key, after: None, words }
}

/// The link that confirms a new address.
pub(super) fn confirm_address(house: &Letterhead, (to, key, token): (MailAddress, String, &str)) -> Letter {
    let us = &house.organisation;
    let words = Words {
        subject: format!("{us}: is this your new address?"),
        paragraphs: vec![
            format!("Somebody, we hope you, wants to use this address for their account at {us}."),
            "The page below has a button. It works once, and for 30 minutes. If it was not you, do nothing.".to_owned(),
        ],
        action: Some(("Confirm the address".to_owned(), house.url.join(&format!("/me/link/{token}")))),
        foot: vec![format!("Sent by {us} because this address was typed into an account.")],
        stop: None,
    };
    Letter { kind: Kind::SignIn, to: To::Address(to), case: None, key, after: None, words }
}

/// To the address before: somebody asks for a change.
pub(super) fn change_asked(house: &Letterhead, (to, key): (MailAddress, String), at: Ts) -> Letter {
    let text = format!(
        "On {} (UTC) somebody who is signed in to your account asked to use another address for it. The new address has a link to confirm that.",
        Moment::from(at).full
    );
    let help = "If it was you, there is nothing to do here. If not: sign in now and end your other sessions.";
    let action = Some(("Sign in".to_owned(), house.url.join("/me/sign-in")));
    about_account(house, (to, key), "a new address was asked for", (vec![text, help.to_owned()], action))
}

/// To the address before: it was changed.
pub(super) fn changed(house: &Letterhead, (to, key): (MailAddress, String), at: Ts) -> Letter {
    let text = format!(
        "Since {} (UTC) your account has another address. Links go there, and no longer here.",
        Moment::from(at).full
    );
    let help = "If it was not you: write to us by the address of our programme page.";
    about_account(house, (to, key), "your address was changed", (vec![text, help.to_owned()], None))
}

/// The desk erased the account. Goes to the address that went with it.
pub fn erased(house: &Letterhead, whom: &Researcher, at: Ts) -> Result<Letter, AccountError> {
    let text = format!(
        "On {} (UTC) we erased your account: your address, what you said of yourself, and every way in. Your reports stay, and nothing in them tells any more that they are yours.",
        Moment::from(at).full
    );
    let help = "A report whose code you have still opens with it. If you think that this is wrong, write to us by the address of our programme page.";
    let to = (whom.address()?, format!("researcher {} erased", whom.id));
    Ok(about_account(house, to, "your account was erased", (vec![text, help.to_owned()], None)))
}

fn about_account(
    house: &Letterhead,
    (to, key): (MailAddress, String),
    subject: &str,
    (paragraphs, action): (Vec<String>, Option<(String, String)>),
) -> Letter {
    let subject = format!("{}: {subject}", house.organisation);
    let foot = vec!["You get this whenever it happens; it cannot be switched off.".to_owned()];
    let words = Words { subject, paragraphs, action, foot, stop: None };
    Letter { kind: Kind::Account, to: To::Address(to), case: None, key, after: None, words }
}

/// New reports are not taken for a time. Why stands on their page, not in a letter.
pub(super) fn barred(person: PersonId, at: Ts, until: Ts) -> Letter {
    let text = format!(
        "Until {} we take no new reports from you. You can still sign in, read what you sent, and write to us there.",
        Moment::from(until).day
    );
    let help = "The reason stands on the page of your reports, with how to object: a person reads it.";
    to_researcher(
        (person, format!("barred {person} {}", at.micros())),
        "we take no new reports from you for a time",
        vec![text, help.to_owned()],
    )
}

/// The bar ended before its day.
pub(super) fn let_in(person: PersonId, at: Ts) -> Letter {
    let text = "We take new reports from you again.".to_owned();
    to_researcher(
        (person, format!("let in {person} {}", at.micros())),
        "we take new reports from you again",
        vec![text],
    )
}

fn to_researcher((person, key): (PersonId, String), subject: &str, paragraphs: Vec<String>) -> Letter {
    let mut letters = subject.chars();
    let subject =
        letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), letters.as_str()));
    let foot = vec!["You get this whenever it happens; it cannot be switched off.".to_owned()];
    let words = Words { subject, paragraphs, action: None, foot, stop: None };
    Letter { kind: Kind::Account, to: To::Researcher(person), case: None, key, after: None, words }
}
