//! `[output]`: where the lines of standard error go besides.

use super::Config;
use ::outbound::{Collector, Place};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// `[output]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// `tls://host:port` of a machine that gathers lines; empty for none.
    pub collector: String,
    /// Certificates of an authority of one's own.
    pub authority_file: PathBuf,
}

impl Output {
    /// Checks what can be checked without reading a file.
    pub(super) fn check(&self) -> Result<()> {
        self.place().map(|_| ())
    }

    fn place(&self) -> Result<Option<Place>> {
        if self.collector.is_empty() {
            return Ok(None);
        }
        self.collector.parse().map(Some).map_err(|why| anyhow::anyhow!("output.collector: {why}"))
    }
}

impl Config {
    /// Where lines go besides, if anywhere.
    pub fn collector(&self) -> Result<Option<Collector>> {
        let Some(place) = self.output.place()? else { return Ok(None) };
        let path = &self.output.authority_file;
        let authority = if path.as_os_str().is_empty() {
            None
        } else {
            Some(std::fs::read(path).with_context(|| format!("{}", path.display()))?)
        };
        let host = self.public_url()?.host().to_owned();
        Ok(Some(Collector { place, authority, host, pause: Duration::from_secs(1) }))
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Place};

    fn load(place: &str) -> anyhow::Result<Config> {
        let named = [("LEEWARD__OUTPUT__COLLECTOR".to_owned(), place.to_owned())];
        Config::load(&Place::default(), named.into_iter())
    }

    #[test]
    fn lines_go_elsewhere_when_somebody_says_where() {
        assert!(load("").unwrap().collector().unwrap().is_none());
        let collector = load("tls://logs.example.com:6514").unwrap().collector().unwrap().unwrap();
        assert_eq!(collector.host, "127.0.0.1");
        for bad in ["logs.example.com", "tcp://logs.example.com:601"] {
            let error = load(bad).unwrap_err().to_string();
            assert!(error.starts_with("output.collector: "), "{error}");
        }
    }
}
