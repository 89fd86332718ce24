//! `leeward cvss`: scores vectors, one JSON line each.

use super::lines::{Lines, each_input};
use anyhow::Result;
use clap::Args;
use formats::cvss::{Scores, Vector};
use serde::Serialize;
use std::process::ExitCode;

/// `leeward cvss …`
#[derive(Debug, Args)]
pub struct Cvss {
    /// Vectors of CVSS 2.0, 3.0, 3.1 or 4.0. None: one a line from standard input.
    #[arg(value_name = "VECTOR")]
    vectors: Vec<String>,
    /// Nothing else than without it: lines are JSON.
    #[arg(long, hide = true)]
    json: bool,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Line<'a> {
    Scored {
        vector: &'a str,
        version: &'static str,
        #[serde(flatten)]
        scores: Scores,
        #[serde(skip_serializing_if = "Option::is_none")]
        nomenclature: Option<&'static str>,
    },
    Refused {
        vector: &'a str,
        error: String,
    },
}

/// Runs it.
pub fn run(command: &Cvss) -> Result<ExitCode> {
    let mut out = Lines::stdout();
    let mut good = true;
    each_input(&command.vectors, |text| {
        // The NVD writes vectors of CVSS 2 in brackets.
        let bare = text.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
        let line = match bare.parse::<Vector>() {
            Ok(vector) => Line::Scored {
                vector: text,
                version: vector.version().as_str(),
                scores: vector.scores(),
                nomenclature: vector.nomenclature().map(formats::cvss::Nomenclature::as_str),
            },
            Err(error) => Line::Refused { vector: text, error: error.to_string() },
        };
        good &= matches!(line, Line::Scored { .. });
        out.write(&line)
    })?;
    out.finish()?;
    Ok(super::held(good))
}
