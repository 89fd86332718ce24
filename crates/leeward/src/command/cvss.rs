//! `leeward cvss`: scores vectors, one line each.

use super::lines::{Lines, each_input, for_people, part};
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
    /// Print JSON (the default where the output is no terminal).
    #[arg(long)]
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

impl Line<'_> {
    /// The score first: it is what a person looks for.
    fn text(&self) -> String {
        match self {
            Line::Scored { vector, scores, nomenclature, .. } => {
                let further = [("with threats", scores.temporal), ("with environment", scores.environmental)];
                let further = further.into_iter().filter_map(|(name, score)| Some(format!(", {name} {}", score?)));
                let further = further.collect::<String>();
                let base =
                    if further.is_empty() { String::new() } else { format!("  (base {}{further})", scores.base) };
                let name = nomenclature.map(|name| format!("  {name}")).unwrap_or_default();
                let score = format!("{} {}", scores.score, scores.severity.as_str());
                format!("{score:<13} {}{base}{name}", part(vector))
            }
            Line::Refused { vector, error } => format!("{:<13} {}: {}", "no score", part(vector), part(error)),
        }
    }
}

/// Runs it: 1 where a vector has no score.
pub fn run(command: &Cvss) -> Result<ExitCode> {
    let mut out = Lines::stdout();
    let people = for_people(command.json);
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
        if people { out.text(&line.text()) } else { out.write(&line) }
    })?;
    out.finish()?;
    Ok(super::held(good))
}
