//! `[outbound]`: what may be reached over HTTP beyond public addresses by https. Only here: no page widens it.

use super::Config;
use ::outbound::{Allow, Only, Rules};
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// `[outbound]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outbound {
    /// Networks, addresses and hosts that are reached although they are private, and without TLS.
    pub allow: Vec<String>,
    /// The only hosts that are reached; empty: every public one.
    pub hosts: Vec<String>,
    /// Certificates of an authority of one's own.
    pub authority_file: PathBuf,
    /// Connections at the same time.
    pub connections: usize,
    /// Longest exchange.
    pub timeout_seconds: u64,
}

impl Outbound {
    /// Checks what can be checked without reading a file.
    pub(super) fn check(&self) -> Result<()> {
        ensure!((2..=64).contains(&self.connections), "outbound.connections: write a number from 2 to 64");
        ensure!((1..=60).contains(&self.timeout_seconds), "outbound.timeout_seconds: write a number from 1 to 60");
        self.allowed()?;
        self.listed().map(|_| ())
    }

    fn allowed(&self) -> Result<Vec<Allow>> {
        self.allow.iter().map(|text| text.parse().map_err(|why| anyhow::anyhow!("outbound.allow: {why}"))).collect()
    }

    fn listed(&self) -> Result<Vec<Only>> {
        self.hosts.iter().map(|text| text.parse().map_err(|why| anyhow::anyhow!("outbound.hosts: {why}"))).collect()
    }
}

impl Config {
    /// How far the HTTP client goes.
    pub fn outbound_rules(&self) -> Result<Rules> {
        let outbound = &self.outbound;
        let path = &outbound.authority_file;
        let authority = if path.as_os_str().is_empty() {
            None
        } else {
            Some(std::fs::read(path).with_context(|| format!("{}", path.display()))?)
        };
        let total = Duration::from_secs(outbound.timeout_seconds);
        let connect = total.min(Rules::default().connect);
        let (allow, only) = (outbound.allowed()?, outbound.listed()?);
        Ok(Rules { allow, only, connect, total, connections: outbound.connections, authority })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Place};

    fn load(pairs: &[(&str, &str)]) -> anyhow::Result<Config> {
        let named = pairs.iter().map(|(key, value)| (format!("LEEWARD__OUTBOUND__{key}"), (*value).to_owned()));
        Config::load(&Place::default(), named.collect::<Vec<_>>().into_iter())
    }

    #[test]
    fn nothing_private_is_reached_until_the_operator_names_it() {
        let rules = load(&[]).unwrap().outbound_rules().unwrap();
        assert!(rules.allow.is_empty() && rules.read("https://10.1.2.3/").is_err());
        let rules = load(&[("ALLOW", "10.1.2.0/24,hooks.internal")]).unwrap().outbound_rules().unwrap();
        assert!(rules.read("https://10.1.2.3/").is_ok() && rules.read("http://hooks.internal/").is_ok());
        assert!(rules.read("https://10.1.3.3/").is_err());
    }

    #[test]
    fn a_list_of_hosts_narrows_where_anything_goes() {
        let rules = load(&[("HOSTS", "hooks.example.com, *.chat.example")]).unwrap().outbound_rules().unwrap();
        assert!(rules.read("https://hooks.example.com/x").is_ok() && rules.read("https://a.chat.example/").is_ok());
        assert!(rules.read("https://elsewhere.example/").is_err());
    }

    #[test]
    fn settings_that_cannot_be_are_refused_by_name() {
        for (key, value) in
            [("ALLOW", "10.0.0.0/40"), ("HOSTS", "a.*.example"), ("CONNECTIONS", "1"), ("TIMEOUT_SECONDS", "0")]
        {
            let error = format!("{:#}", load(&[(key, value)]).unwrap_err());
            assert!(error.starts_with(&format!("outbound.{}: ", key.to_lowercase())), "{error}");
        }
    }
}
