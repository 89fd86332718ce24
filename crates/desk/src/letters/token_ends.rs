//! The letter to whoever has an API token that ends within a week: one for each token.

use super::Letterhead;
use crate::engine::EngineError;
use accounts::token::{Ending, ending};
use db::Db;
use mail::{Kind, Letter, To, Words, queue, was_queued};
use web::layout::day;

/// Queues the letters that nobody was sent yet; gives how many.
pub async fn tell_of_tokens(db: &Db, house: &Letterhead) -> Result<usize, EngineError> {
    let mut tx = db.read().await?;
    let mut untold = Vec::new();
    for token in ending(&mut tx, db.ambient().now()).await? {
        let letter = letter(house, token);
        if !was_queued(&mut tx, db, (letter.kind, &letter.key)).await? {
            untold.push(letter);
        }
    }
    drop(tx);
    let count = untold.len();
    if count > 0 {
        let store = db.clone();
        db.write(move |tx| {
            Box::pin(async move {
                for letter in &untold {
                    queue(tx, &store, letter).await?;
                }
                Ok::<_, EngineError>(())
            })
        })
        .await?;
    }
    Ok(count)
}

fn letter(house: &Letterhead, token: Ending) -> Letter {
    let text = format!(
        "A token that you made for a program ends on {}. What uses it stops then. Make another on the page below, give it to \
         the program, then revoke the old one. If nothing needs it any more, let it end.",
        day(token.at)
    );
    Letter {
        kind: Kind::Alert,
        to: To::Person(token.person),
        case: None,
        key: format!("token {} ends {}", token.id, token.at.micros()),
        after: None,
        words: Words {
            subject: format!("{}: an API token of yours ends soon", house.organisation),
            paragraphs: vec![text],
            action: Some(("Look at your tokens".to_owned(), house.url.join("/desk/account/tokens"))),
            foot: vec!["You get this once for each token that you made.".to_owned()],
            stop: None,
        },
    }
}
