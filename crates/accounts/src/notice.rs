//! Letters to people about their own account: what was changed, and tries that came half way (ASVS 6.3.5, 6.3.7). Queued in
//! the write of the change; where no mail is sent they are cleared away unsent.

use crate::credential::Holder;
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
    /// The right password, or a link out of their mailbox, came with a wrong code. Told once a day.
    HalfWay,
    /// A researcher has a second factor now.
    FactorSet,
    /// They have none any more.
    FactorOff,
}

impl Notice {
    /// A stable word, the subject, and what happened.
    const fn words(self, holder: Holder) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::HalfWay if matches!(holder, Holder::Researcher(_)) => (
                "half way",
                "Somebody used a link out of your mailbox",
                "Somebody opened the link in a letter of ours to you, and then typed a code that was not right or had been used. This try let nobody in. It happened",
            ),
            Self::FactorSet => (
                "factor set",
                "Your account has a second factor",
                "Signing in to your reports asks for a code of your authenticator app now, after the link. It was set up",
            ),
            Self::FactorOff => (
                "factor off",
                "Your second factor was taken off",
                "The link in a letter alone signs you in to your reports again; no code is asked for. The second factor was taken off",
            ),
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
pub(crate) async fn tell(tx: &mut Tx, db: &Db, (holder, notice): (Holder, Notice)) -> Result<(), DbError> {
    let (now, (word, subject, what)) = (db.ambient().now(), notice.words(holder));
    let day = Span::from_days(1).micros();
    let once = if notice == Notice::HalfWay { now.micros().div_euclid(day) } else { now.micros() };
    let help = match (holder, notice == Notice::HalfWay) {
        (Holder::Staff(_), true) => {
            "If it was you, there is nothing to do. If not: change your password now, on the page of your account."
        }
        (Holder::Staff(_), false) => {
            "If it was you, there is nothing to do. If not: tell whoever looks after people at your desk at once. They can shut the account out and give you a new link."
        }
        (Holder::Researcher(_), true) => {
            "If it was you, there is nothing to do. If not: somebody else reads your mail. Change the password of your mailbox now."
        }
        (Holder::Researcher(_), false) => {
            "If it was you, there is nothing to do. If not: sign in now, end your other sessions, and write to us on one of your reports or by the address of our programme page."
        }
    };
    let to = match holder {
        Holder::Staff(person) => To::Person(person),
        Holder::Researcher(person) => To::Researcher(person),
    };
    let letter = Letter {
        kind: Kind::Account,
        to,
        case: None,
        key: format!("account {} {word} {once}", holder.id()),
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
