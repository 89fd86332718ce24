//! `[server]`: whether what is said to the listener can be read on the way. Other machines reach it by TLS: that of a proxy on
//! this machine, or our own; anything else somebody has to write down.

use super::{Config, Server};
use anyhow::{Context, Result, ensure};
use web::server::Certificate;

impl Server {
    /// Whether a certificate is named.
    pub(super) fn speaks_tls(&self) -> bool {
        !self.certificate_file.as_os_str().is_empty()
    }

    /// Checks what can be checked without reading a file.
    pub(super) fn check(&self) -> Result<()> {
        ensure!(
            self.speaks_tls() != self.certificate_key_file.as_os_str().is_empty(),
            "server.certificate_file: name the certificate and server.certificate_key_file, or neither"
        );
        Ok(())
    }
}

impl Config {
    /// Refuses a listener whose callers would send cookies and reports in the clear.
    pub fn check_listener(&self) -> Result<()> {
        let server = &self.server;
        ensure!(
            server.listen.ip().is_loopback() || server.speaks_tls() || server.allow_plain,
            "server.listen: other machines would reach {} without TLS, and whoever is on the way would read cookies and \
             reports. Listen on a loopback address, with a proxy on this machine that ends TLS; or name \
             server.certificate_file and server.certificate_key_file; or, where the way from your proxy is protected \
             otherwise (one host's containers, a tunnel), set server.allow_plain = true",
            server.listen
        );
        Ok(())
    }

    /// The certificate of the listener, read from its files.
    pub fn certificate(&self) -> Result<Option<Certificate>> {
        if !self.server.speaks_tls() {
            return Ok(None);
        }
        let (chain, key) = (&self.server.certificate_file, &self.server.certificate_key_file);
        let read = |path: &std::path::Path| std::fs::read(path).with_context(|| format!("{}", path.display()));
        let key_bytes = zeroize::Zeroizing::new(read(key)?);
        let certificate = Certificate::read(&read(chain)?, &key_bytes);
        Ok(Some(certificate.with_context(|| format!("{} and {}", chain.display(), key.display()))?))
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Place};

    fn load(pairs: &[(&str, &str)]) -> anyhow::Result<Config> {
        let named = pairs.iter().map(|(key, value)| (format!("LEEWARD__SERVER__{key}"), (*value).to_owned()));
        Config::load(&Place::default(), named.collect::<Vec<_>>().into_iter())
    }

    #[test]
    fn other_machines_are_served_by_tls_or_somebody_says_why_not() {
        for here in ["127.0.0.1:8080", "127.3.2.1:80", "[::1]:8080"] {
            assert!(load(&[("LISTEN", here)]).unwrap().check_listener().is_ok(), "{here}");
        }
        for there in ["0.0.0.0:8080", "[::]:8080", "10.0.0.7:80", "[2001:db8::1]:80"] {
            let refused = load(&[("LISTEN", there)]).unwrap().check_listener().unwrap_err().to_string();
            assert!(refused.starts_with("server.listen: ") && refused.contains("server.allow_plain"), "{refused}");
            let files = [("LISTEN", there), ("CERTIFICATE_FILE", "a.pem"), ("CERTIFICATE_KEY_FILE", "b.pem")];
            assert!(load(&files).unwrap().check_listener().is_ok(), "{there}");
            assert!(load(&[("LISTEN", there), ("ALLOW_PLAIN", "true")]).unwrap().check_listener().is_ok());
        }
    }

    #[test]
    fn a_certificate_and_its_key_come_together_and_are_read() {
        for alone in ["CERTIFICATE_FILE", "CERTIFICATE_KEY_FILE"] {
            let error = load(&[(alone, "a.pem")]).unwrap_err().to_string();
            assert!(error.starts_with("server.certificate_file: "), "{error}");
        }
        assert!(load(&[]).unwrap().certificate().unwrap().is_none());
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(file("a.pem"), "no certificate").unwrap();
        std::fs::write(file("b.pem"), "no key").unwrap();
        let named = [("CERTIFICATE_FILE", file("a.pem")), ("CERTIFICATE_KEY_FILE", file("b.pem"))];
        let named: Vec<(&str, &str)> = named.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let config = load(&named).unwrap();
        assert!(config.public_url().unwrap().origin().starts_with("https://"));
        let error = format!("{:#}", config.certificate().unwrap_err());
        assert!(error.contains("a.pem") && error.contains("no certificate"), "{error}");
    }
}
