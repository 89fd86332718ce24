//! Letters as the page of a case shows them.

use crate::engine::EngineError;
use crate::people::Names;
use db::{Db, Tx};
use domain::CaseId;
use mail::{Listed, State};
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
