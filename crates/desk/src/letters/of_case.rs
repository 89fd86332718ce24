//! Letters as the page of a case shows them.

use super::house::Letterhead;
use super::to_researcher::Followers;
use super::told::ToReporter;
use super::words::{Case, to_reporter, to_researcher};
use crate::engine::{self, EngineError, Loaded};
use crate::people::Names;
use accounts::researcher::Pace;
use db::{Db, Tx};
use domain::CaseId;
use mail::contact::{self, Standing};
use mail::{Kind, Listed, Post, State};
use web::App;
use web::layout::{Banner, BannerKind, Moment};

/// One letter in the list beside a case.
pub(crate) struct LetterLine {
    pub(crate) label: &'static str,
    pub(crate) to: String,
    pub(crate) words: String,
    pub(crate) at: Moment,
    pub(crate) bad: bool,
}

/// The letters about a case, newest first.
pub(crate) async fn lines(
    tx: &mut Tx,
    db: &Db,
    names: &mut Names,
    case: CaseId,
) -> Result<Vec<LetterLine>, EngineError> {
    let mut lines = Vec::new();
    for letter in mail::of_case(tx, db, case).await? {
        let to = match letter.person {
            Some(person) => names.get(tx, db, person).await?,
            None => "the reporter".to_owned(),
        };
        lines.push(LetterLine {
            label: letter.kind.label(),
            to,
            words: state_words(&letter),
            at: letter.ended_at.unwrap_or(letter.created_at).into(),
            bad: letter.state == State::Failed,
        });
    }
    Ok(lines)
}

/// What a banner says when letters did not arrive.
pub(crate) fn banner(lines: &[LetterLine]) -> Option<Banner> {
    let bad = lines.iter().find(|line| line.bad)?;
    let text = format!("“{}” to {}: {}.", bad.label, bad.to, bad.words.trim_end_matches('.'));
    Some(Banner { kind: BannerKind::Trouble, lead: "A letter did not arrive.".to_owned(), text })
}

/// What stands in place of the token of a reporter's own page: it is theirs alone.
const THEIRS: &str = "…";

/// A letter as it will go out.
#[derive(Debug, Clone)]
pub(crate) struct LetterOut {
    pub(crate) subject: String,
    pub(crate) paragraphs: Vec<String>,
}

/// The letter that would tell the reporter of this message, or why none would.
pub(crate) async fn of_message(
    tx: &mut Tx,
    app: &App,
    case: &Loaded,
    text: &str,
) -> Result<Result<LetterOut, &'static str>, EngineError> {
    let Some(post) = app.carried::<Post>().filter(|post| post.is_on()) else {
        return Ok(Err("No letter tells of it: this desk sends no mail. They read it when they come back."));
    };
    let home = engine::home(tx, case.id).await?;
    let followers = Followers::of(tx, &app.store, home).await?;
    let left = contact::of_case(tx, &app.store, home).await?.filter(|left| !followers.cover(&left.address));
    let standing = left.map(|left| left.standing);
    let to_account = followers.wish(Pace::Each);
    if !to_account && standing != Some(Standing::Confirmed) {
        return Ok(Err(why_none(&followers, standing)));
    }
    let head = Letterhead::new(&app.settings.organisation, app.settings.public_url.clone(), post.settings());
    let said = Some(text.to_owned());
    let told = ToReporter { kind: Kind::Message, event: "message_sent".to_owned(), seq: 0, said };
    let name = case.name();
    let about = Case { name: &name, title: &case.title };
    let words = if to_account {
        to_researcher(&head, &about, (&told, &super::to_researcher::page(home)))
    } else {
        to_reporter(&head, &about, &told, THEIRS)
    };
    let action = words.action.map(|(what, to)| format!("{what}: {to}"));
    let paragraphs = words.paragraphs.into_iter().chain(action).chain(words.foot).collect();
    Ok(Ok(LetterOut { subject: words.subject, paragraphs }))
}

fn why_none(followers: &Followers, standing: Option<Standing>) -> &'static str {
    match standing {
        _ if followers.wish(Pace::Daily) => {
            "No letter of its own tells of it: they get one a day when there is something."
        }
        _ if followers.wish(Pace::Never) => {
            "No letter tells of it: they asked for none. They read it when they come back."
        }
        None => "No letter tells of it: they gave no address. They read it when they come back.",
        Some(_) => "No letter tells of it: they have not said yes to mail. They read it when they come back.",
    }
}

/// Where a letter is, with what the server said.
pub(crate) fn state_words(letter: &Listed) -> String {
    let said = letter.answer.as_ref().map(|answer| match answer.code {
        Some(code) => format!("{code} {}", answer.words),
        None => answer.words.clone(),
    });
    match (letter.state, said) {
        (State::Sent, _) => "sent".to_owned(),
        (State::Dropped, _) => "not sent: nobody to send it to any more".to_owned(),
        (State::Failed, said) => said.unwrap_or_else(|| "given up".to_owned()),
        (State::Waiting, None) => "waits".to_owned(),
        (State::Waiting, Some(said)) => format!("waits for another try; last answer: {said}"),
    }
}
