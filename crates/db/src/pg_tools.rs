//! PostgreSQL's own programs. The password reaches them by their environment, which other users of the
//! machine cannot read, never by their arguments, which everybody can.

use crate::{DbError, transport};
use std::process::Stdio;
use tokio::process::Command;
use url::Url;

/// Parameters of the address that are for the PostgreSQL library too; others are for our driver alone.
const SHARED: &[&str] = &[
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "hostaddr",
    "port",
    "user",
    "dbname",
    "application_name",
    "options",
];

/// A program of the PostgreSQL client, told which database and which password.
pub(crate) fn command(program: &'static str, address: &str) -> Result<Command, DbError> {
    let ssl = transport::mode_for_tools(address);
    let (address, password) = without_password(address)?;
    let mut command = Command::new(program);
    command.arg("--no-password").arg("--dbname").arg(address).stdin(Stdio::null()).kill_on_drop(true);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    if let Some(mode) = ssl {
        command.env("PGSSLMODE", mode);
    }
    Ok(command)
}

/// Runs it to its end; an error carries what it said.
pub(crate) async fn run(mut command: Command) -> Result<(), DbError> {
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    let ran = command.output().await.map_err(|e| {
        DbError::Tool(format!("{program} could not be started ({e}); install PostgreSQL's client programs"))
    })?;
    if ran.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&ran.stderr);
    Err(DbError::Tool(format!("{program}: {}", said.trim())))
}

/// The address as libpq reads it, and the password apart.
fn without_password(address: &str) -> Result<(String, Option<String>), DbError> {
    let unreadable = || DbError::Address("the address of the PostgreSQL server cannot be read".into());
    let mut url = Url::parse(address).map_err(|_| unreadable())?;
    let mut password = url.password().map(decoded).transpose()?;
    if password.is_some() {
        url.set_password(None).map_err(|()| unreadable())?;
    }
    let mut kept = Vec::new();
    for (name, value) in url.query_pairs() {
        match name.as_ref() {
            "password" => password = Some(value.into_owned()),
            known if SHARED.contains(&known) => kept.push((name.into_owned(), value.into_owned())),
            _ => {}
        }
    }
    url.set_query(None);
    if !kept.is_empty() {
        let pairs = kept.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
        url.set_query(Some(&pairs.collect::<Vec<_>>().join("&")));
    }
    Ok((url.into(), password))
}

/// libpq reads `%20` but not `+`.
fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

fn decoded(text: &str) -> Result<String, DbError> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let pair = [rest.next().unwrap_or(b'?'), rest.next().unwrap_or(b'?')];
            let value = data_encoding::HEXUPPER_PERMISSIVE.decode(&pair);
            bytes.extend(value.map_err(|_| DbError::Address("the password in the address is not encoded".into()))?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).map_err(|_| DbError::Address("the password in the address is not UTF-8".into()))
}

#[cfg(test)]
mod tests {
    use super::{command, without_password};

    #[test]
    fn passwords_stay_out_of_the_arguments() {
        for (address, plain, password) in [
            ("postgres://a@h/d", "postgres://a@h/d", None),
            ("postgres://a:s%40cret@h:5/d", "postgres://a@h:5/d", Some("s@cret")),
            (
                "postgres:///d?host=/run/pg&password=x&statement-cache-capacity=3",
                "postgres:///d?host=%2Frun%2Fpg",
                Some("x"),
            ),
        ] {
            let (url, found) = without_password(address).unwrap();
            assert_eq!((url.as_str(), found.as_deref()), (plain, password), "{address}");
        }
        let made = command("pg_dump", "postgres://a:secret@h/d").unwrap();
        assert!(made.as_std().get_args().all(|arg| !arg.to_string_lossy().contains("secret")));
    }
}
