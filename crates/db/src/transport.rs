//! The way to a PostgreSQL server: encrypted, and to the server that was meant, unless it leads no further than this
//! machine or the operator said otherwise. The driver's own default would fall back to plain text in silence.

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::net::IpAddr;
use std::str::FromStr;

/// The options of an address, with TLS asked for where the address says nothing about it.
pub(crate) fn options(address: &str) -> Result<PgConnectOptions, sqlx::Error> {
    let options = PgConnectOptions::from_str(address)?;
    Ok(if falls_back(&options, address) { options.ssl_mode(PgSslMode::VerifyFull) } else { options })
}

/// What to tell the programs of PostgreSQL: `require` where the address says nothing. They do not know the certificates
/// of the system everywhere, so an operator who wants them to check names `sslmode` and `sslrootcert`.
pub(crate) fn mode_for_tools(address: &str) -> Option<&'static str> {
    PgConnectOptions::from_str(address).is_ok_and(|options| falls_back(&options, address)).then_some("require")
}

fn falls_back(options: &PgConnectOptions, address: &str) -> bool {
    let named = ["sslmode=", "ssl-mode="].iter().any(|name| address.contains(name));
    let host = options.get_host();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let here = options.get_socket().is_some()
        || host.is_empty()
        || host.starts_with('/')
        || host == "localhost"
        || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    !named && !here && std::env::var_os("PGSSLMODE").is_none()
}

#[cfg(test)]
mod tests {
    use super::{mode_for_tools, options};
    use sqlx::postgres::PgSslMode;

    #[test]
    fn other_machines_are_reached_by_tls_or_not_at_all() {
        for there in ["postgres://me:p@db.acme.example/leeward", "postgres://10.0.0.7/leeward"] {
            assert!(matches!(options(there).unwrap().get_ssl_mode(), PgSslMode::VerifyFull), "{there}");
            assert_eq!(mode_for_tools(there), Some("require"), "{there}");
        }
        for here in ["postgres://me@localhost/x", "postgres://127.0.0.1:5433/x", "postgres:///x?host=/run/postgresql"] {
            assert!(matches!(options(here).unwrap().get_ssl_mode(), PgSslMode::Prefer), "{here}");
            assert_eq!(mode_for_tools(here), None, "{here}");
        }
    }

    #[test]
    fn what_the_operator_says_stands() {
        let plain = "postgres://db.acme.example/x?sslmode=disable";
        assert!(matches!(options(plain).unwrap().get_ssl_mode(), PgSslMode::Disable));
        assert_eq!(mode_for_tools(plain), None);
    }
}
