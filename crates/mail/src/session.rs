//! One connection to the server that takes our letters: opened, greeted, protected, signed in, and used
//! for one letter after the other. Every step has its own time-out, and each failure says whose it is:
//! of this letter, or of the server for all of them.

use crate::answer::Answer;
use crate::settings::{MailSettings, Server, Tls};
use crate::{MailAddress, Trouble};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters, TlsVersion};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use std::time::Duration;

/// An open connection that takes letters.
pub(crate) struct Session {
    wire: AsyncSmtpConnection,
    from: MailAddress,
    timeout: Duration,
    /// A letter went before: the next one begins with a clean sheet.
    used: bool,
}

/// What became of one letter.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The server took it over.
    Taken,
    /// The server will never take this letter.
    Refused(Answer),
    /// It may take this letter later.
    Later(Answer),
    /// Nobody knows: the connection broke while this letter was under way. It is sent again, under the
    /// same `Message-ID`.
    Broken(Trouble),
    /// The server takes no letter of ours just now; this one was not tried.
    Untried(Trouble),
}

type Step<T> = Result<T, Answer>;

impl Session {
    /// Connects, protects the connection and signs in.
    pub(crate) async fn open(server: &Server, settings: &MailSettings) -> Result<Self, Trouble> {
        let hello = ClientId::Domain(settings.from.domain().to_owned());
        let timeout = settings.timeout;
        let tls =
            parameters(server).map_err(|e| Answer::of(&e).when("The certificates cannot be read")).map_err(Trouble)?;
        let implicit = (server.tls == Tls::Implicit).then(|| tls.clone());
        let place = (server.host.as_str(), server.port);
        let connect = AsyncSmtpConnection::connect_tokio1(place, Some(timeout), &hello, implicit, None);
        let mut wire = within(timeout, connect).await.map_err(|a| Trouble(a.when("The server cannot be reached")))?;
        if server.tls == Tls::Required && !wire.can_starttls() {
            wire.abort().await;
            return Err(Trouble(Answer::new(None, "The server offers no STARTTLS, so nothing was sent")));
        }
        if server.tls != Tls::Implicit && wire.can_starttls() {
            within(timeout, wire.starttls(tls, &hello))
                .await
                .map_err(|a| Trouble(a.when("The connection cannot be protected")))?;
        }
        if let Some((user, password)) = &server.credentials {
            let credentials = Credentials::new(user.clone(), password.as_str().to_owned());
            within(timeout, wire.auth(&[Mechanism::Plain, Mechanism::Login], &credentials))
                .await
                .map_err(|a| Trouble(Answer { words: "The server refuses our user or password".to_owned(), ..a }))?;
        }
        Ok(Self { wire, from: settings.from.clone(), timeout, used: false })
    }

    /// Sends one letter.
    pub(crate) async fn send(&mut self, to: &MailAddress, bytes: &[u8]) -> Outcome {
        if std::mem::replace(&mut self.used, true)
            && let Err(answer) = within(self.timeout, self.wire.command(Rset)).await
        {
            return Outcome::Untried(Trouble(answer));
        }
        let utf8 = self.wire.server_info().supports_feature(Extension::SmtpUtfEight);
        if !to.is_ascii() && !utf8 {
            let words = "The mail server cannot send to an address with letters beyond ASCII";
            return Outcome::Refused(Answer::new(None, words));
        }
        let mut options = Vec::new();
        let odd = utf8 && !(to.is_ascii() && self.from.is_ascii());
        if odd {
            options.push(MailParameter::SmtpUtfEight);
        }
        if !bytes.is_ascii() {
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let sender = Mail::new(Some(self.from.lettre()), options);
        if let Err(answer) = within(self.timeout, self.wire.command(sender)).await {
            return match answer {
                // It may be only what we ask for this address that the server does not do, though it says so.
                answer if odd && self.from.is_ascii() && answer.is_final() => Outcome::Refused(answer),
                answer => of_sender(answer),
            };
        }
        if let Err(answer) = within(self.timeout, self.wire.command(Rcpt::new(to.lettre(), Vec::new()))).await {
            return of_letter(answer);
        }
        if let Err(answer) = within(self.timeout, self.wire.command(Data)).await {
            return of_letter(answer);
        }
        // The server may look at the whole letter before it answers.
        match within(self.timeout * 2, self.wire.message(bytes)).await {
            Ok(_) => Outcome::Taken,
            Err(answer) => of_letter(answer),
        }
    }

    /// Says goodbye, if the server still listens.
    pub(crate) async fn close(mut self) {
        let _ = within(Duration::from_secs(2), self.wire.quit()).await;
    }
}

/// A refusal of the sender concerns all letters: it is the operator who has to mend it.
fn of_sender(answer: Answer) -> Outcome {
    if answer.code.is_none() { Outcome::Broken(Trouble(answer)) } else { Outcome::Untried(Trouble(answer)) }
}

fn of_letter(answer: Answer) -> Outcome {
    match answer {
        // RFC 5321 section 3.8: the server closes the channel.
        answer if answer.code == Some(421) => Outcome::Broken(Trouble(answer)),
        answer if answer.is_final() => Outcome::Refused(answer),
        answer if answer.is_temporary() => Outcome::Later(answer),
        answer => Outcome::Broken(Trouble(answer)),
    }
}

fn parameters(server: &Server) -> Result<TlsParameters, Error> {
    let mut builder = TlsParameters::builder(server.host.clone()).set_min_tls_version(TlsVersion::Tlsv12);
    if let Some(pem) = &server.authority {
        builder = builder.add_root_certificate(Certificate::from_pem(pem)?);
    }
    builder.build_rustls()
}

async fn within<T>(time: Duration, step: impl Future<Output = Result<T, Error>>) -> Step<T> {
    match tokio::time::timeout(time, step).await {
        Ok(done) => done.map_err(|error| Answer::of(&error)),
        Err(_) => Err(Answer::new(None, &format!("The server did not answer within {} seconds", time.as_secs()))),
    }
}
