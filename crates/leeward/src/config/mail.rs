//! `[mail]`: where letters go out, and the password for it, which never stands in the settings themselves.

use super::Config;
use anyhow::{Context, Result, bail, ensure};
use mail::{MailAddress, MailSettings, Server};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;
use zeroize::Zeroizing;

/// Environment variable with the password of the mail server.
const VARIABLE: &str = "LEEWARD_MAIL_PASSWORD";

/// `[mail]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Address of the server; empty for no mail.
    pub smtp: String,
    /// Who signs in there.
    pub user: String,
    /// Holds the password.
    pub password_file: PathBuf,
    /// Certificates of an authority of one's own.
    pub authority_file: PathBuf,
    /// Lets mail go out without TLS.
    pub allow_plain: bool,
    /// Sender address.
    pub from: String,
    /// Sender name.
    pub name: String,
    /// Where answers go.
    pub reply_to: String,
    /// Whether letters may say what a case is about.
    pub detail: bool,
    /// Connections at the same time.
    pub connections: usize,
    /// Letters a minute.
    pub per_minute: u32,
    /// Longest wait for one answer.
    pub timeout_seconds: u64,
    /// How long a server may say "later".
    pub give_up_hours: i64,
    /// When daily digests go out.
    pub digest_hour: i64,
}

impl Mail {
    /// Checks what can be checked without reading a file.
    pub(super) fn check(&self) -> Result<()> {
        ensure!((1..=16).contains(&self.connections), "mail.connections: write a number from 1 to 16");
        ensure!(self.per_minute > 0, "mail.per_minute: write 1 or more");
        // A letter is locked for ten minutes: all waits for one have to fit.
        ensure!((1..=60).contains(&self.timeout_seconds), "mail.timeout_seconds: write a number from 1 to 60");
        let between = 60 * self.connections / usize::try_from(self.per_minute).unwrap_or(usize::MAX);
        ensure!(
            between <= 120,
            "mail.per_minute: with {} connections each would wait {between} seconds between two letters, 120 are the most; \
             write a larger number, or fewer mail.connections",
            self.connections
        );
        ensure!((1..=720).contains(&self.give_up_hours), "mail.give_up_hours: write a number from 1 to 720");
        ensure!((0..=23).contains(&self.digest_hour), "mail.digest_hour: write a number from 0 to 23");
        address("reply_to", &self.reply_to)?;
        let from = address("from", &self.from)?;
        if self.smtp.is_empty() {
            return Ok(());
        }
        Server::parse(&self.smtp, self.allow_plain).map_err(|e| anyhow::anyhow!("mail.{e}"))?;
        ensure!(from.is_some(), "mail.from: say in whose name letters go, such as desk@example.com");
        Ok(())
    }

    fn password(&self) -> Result<Zeroizing<String>> {
        if let Ok(password) = std::env::var(VARIABLE) {
            return Ok(Zeroizing::new(password));
        }
        let path = &self.password_file;
        if path.as_os_str().is_empty() {
            bail!(
                "mail.user is set: put the password into a file and name it in mail.password_file, or set {VARIABLE}"
            );
        }
        let text = Zeroizing::new(std::fs::read_to_string(path).with_context(|| format!("{}", path.display()))?);
        Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
    }

    fn server(&self) -> Result<Option<Server>> {
        if self.smtp.is_empty() {
            return Ok(None);
        }
        let mut server = Server::parse(&self.smtp, self.allow_plain).map_err(|e| anyhow::anyhow!("mail.{e}"))?;
        let path = &self.authority_file;
        if !path.as_os_str().is_empty() {
            server.authority = Some(std::fs::read(path).with_context(|| format!("{}", path.display()))?);
        }
        if !self.user.is_empty() {
            server.credentials = Some((self.user.clone(), self.password()?));
        }
        Ok(Some(server))
    }
}

impl Config {
    /// Everything about mail, the password read from its place.
    pub fn mail_settings(&self) -> Result<MailSettings> {
        let mail = &self.mail;
        let nobody = || "nobody@localhost".parse::<MailAddress>();
        let from = match address("from", &mail.from)? {
            Some(from) => from,
            None => nobody()?,
        };
        let name = if mail.name.is_empty() { &self.organisation.name } else { &mail.name };
        Ok(MailSettings {
            server: mail.server()?,
            from,
            name: name.clone(),
            reply_to: address("reply_to", &mail.reply_to)?,
            detail: mail.detail,
            connections: mail.connections,
            per_minute: mail.per_minute,
            timeout: Duration::from_secs(mail.timeout_seconds),
            give_up_hours: mail.give_up_hours,
            digest_hour: mail.digest_hour,
        })
    }
}

fn address(setting: &str, text: &str) -> Result<Option<MailAddress>> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|e| anyhow::anyhow!("mail.{setting}: {e}"))
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Place};

    fn load(pairs: &[(&str, &str)]) -> anyhow::Result<Config> {
        let named = pairs.iter().map(|(key, value)| (format!("LEEWARD__MAIL__{key}"), (*value).to_owned()));
        Config::load(&Place::default(), named.collect::<Vec<_>>().into_iter())
    }

    #[test]
    fn mail_is_off_until_a_server_and_a_sender_are_named() {
        assert!(load(&[]).unwrap().mail_settings().unwrap().server.is_none());
        let error = load(&[("SMTP", "smtps://mail.example")]).unwrap_err().to_string();
        assert!(error.starts_with("mail.from: "), "{error}");
        let config = load(&[("SMTP", "smtps://mail.example"), ("FROM", "desk@acme.example")]).unwrap();
        let settings = config.mail_settings().unwrap();
        assert_eq!((settings.name.as_str(), settings.server.unwrap().port), ("Our organisation", 465));
    }

    #[test]
    fn settings_that_cannot_be_are_refused_by_name() {
        for (key, value) in [
            ("SMTP", "http://mail.example"),
            ("SMTP", "smtp://user:secret@mail.example"),
            ("FROM", "nobody"),
            ("REPLY_TO", "a@b.example, c@d.example"),
            ("CONNECTIONS", "0"),
            ("PER_MINUTE", "0"),
            ("TIMEOUT_SECONDS", "0"),
            ("TIMEOUT_SECONDS", "61"),
            ("GIVE_UP_HOURS", "0"),
            ("DIGEST_HOUR", "24"),
        ] {
            let error = format!("{:#}", load(&[(key, value)]).unwrap_err());
            assert!(error.starts_with(&format!("mail.{}: ", key.to_lowercase())), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
        let error = format!("{:#}", load(&[("PER_MINUTE", "1"), ("CONNECTIONS", "3")]).unwrap_err());
        assert!(error.starts_with("mail.per_minute: "), "{error}");
        assert!(load(&[("PER_MINUTE", "1"), ("CONNECTIONS", "2"), ("TIMEOUT_SECONDS", "60")]).is_ok());
    }
}
