//! Letters to people about their own account: what was changed, and tries that came half way (ASVS 6.3.5, 6.3.7). Queued in
//! the write of the change; where no mail is sent they are cleared away unsent.

use db::{Db, DbError, Tx, execute, stmt};
use domain::{PersonId, Span};
use mail::{Kind, Letter, To, Words, queue};
use web::layout::Moment;

/// What somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notice {
    /// Another password.
    Password,
    /// Another authenticator.
    Authenticator,
    /// Other recovery codes.
    RecoveryCodes,
    /// A recovery code stood in for the authenticator.
    RecoveryCodeUsed,
    /// The right password came with a wrong code. Told once a day.
    HalfWay,
}

impl Notice {
    /// A stable word, the subject, and what happened.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Password => ("password", "Your password was changed", "The password of your account was changed"),
            Self::Authenticator => (
                "authenticator",
                "Your authenticator was changed",
                "Your account has another authenticator app now; the codes of the one before count no more. It was changed",
            ),
            Self::RecoveryCodes => (
                "codes",
                "Your recovery codes were changed",
                "Your account has new recovery codes; the ones before count no more. They were made",
            ),
            Self::RecoveryCodeUsed => {
                ("code used", "A recovery code was used", "Somebody proved to be you with one of your recovery codes")
            }
            Self::HalfWay => (
                "half way",
                "Somebody knows your password",
                "Somebody typed your password at the sign-in page, and then a code that was not right or had been used. This try let nobody in. It happened",
            ),
        }
    }
}

/// Lets nobody else who counts letters into this mailbox go on before this write ends: of two who count at once
/// each would find room for itself.
pub(crate) async fn one_at_a_time(tx: &mut Tx, mailbox: &[u8]) -> Result<(), DbError> {
    let mut place = [0; 8];
    place.copy_from_slice(&mailbox[..8]);
    execute!(tx, stmt!(sqlite: "SELECT $1", pg: "SELECT pg_advisory_xact_lock($1)"), i64::from_be_bytes(place))?;
    Ok(())
}

/// Tells somebody, in the caller's write.
pub(crate) async fn tell(tx: &mut Tx, db: &Db, (person, notice): (PersonId, Notice)) -> Result<(), DbError> {
    let (now, (word, subject, what)) = (db.ambient().now(), notice.words());
    let day = Span::from_days(1).micros();
    let once = if notice == Notice::HalfWay { now.micros().div_euclid(day) } else { now.micros() };
    let help = if notice == Notice::HalfWay {
        "If it was you, there is nothing to do. If not: change your password now, on the page of your account."
    } else {
        "If it was you, there is nothing to do. If not: tell whoever looks after people at your desk at once. They can shut the account out and give you a new link."
    };
    let letter = Letter {
        kind: Kind::Account,
        to: To::Person(person),
        case: None,
        key: format!("account {person} {word} {once}"),
        after: None,
        words: Words {
            subject: subject.to_owned(),
            paragraphs: vec![format!("{what} on {} (UTC).", Moment::from(now).full), help.to_owned()],
            action: None,
            foot: vec!["You get this whenever it happens; it cannot be switched off.".to_owned()],
            stop: None,
        },
    };
    queue(tx, db, &letter).await.map(|_| ())
}

/// The letter with the link of an invitation, to somebody who cannot sign in yet.
pub(crate) fn invitation(organisation: &str, (person, token, address): (PersonId, &str, &str)) -> Letter {
    Letter {
        kind: Kind::Invitation,
        to: To::Invited(person),
        case: None,
        key: format!("invitation {token}"),
        after: None,
        words: Words {
            subject: format!("{organisation}: set up your account"),
            paragraphs: vec![
                format!(
                    "{organisation} invites you to its desk. The page below asks you for a password and an authenticator app."
                ),
                "It works once, and for three days. Give it to nobody: whoever uses it first becomes you.".to_owned(),
            ],
            action: Some(("Set up your account".to_owned(), address.to_owned())),
            foot: vec!["Sent once, because somebody at the desk typed this address.".to_owned()],
            stop: None,
        },
    }
}
