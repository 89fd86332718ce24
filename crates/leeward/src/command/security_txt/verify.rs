//! `leeward security-txt verify`: whether files are signed by the keys that are given.

use crate::command::held;
use crate::command::lines::{Lines, Progress, clean, for_people};
use anyhow::{Context as _, Result};
use clap::Args;
use domain::Ts;
use formats::security_txt::openpgp::{Checked, Keys, Standing, VerifyError, verify};
use formats::security_txt::{Code, Context, Finding, Limits, Served, lint, read};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// `leeward security-txt verify …`
#[derive(Debug, Args)]
pub struct Verify {
    /// A public OpenPGP key that counts, as gpg --export gives it. May stand several times.
    #[arg(long, required = true, value_name = "FILE")]
    key: Vec<PathBuf>,
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Judge as of this moment (RFC 3339) instead of now.
    #[arg(long, value_name = "DATE")]
    at: Option<String>,
    /// The address that the file was fetched from, which a Canonical field must name.
    #[arg(long, value_name = "URL")]
    url: Vec<String>,
    /// Print a JSON line for each file (the default where the output is no terminal).
    #[arg(long)]
    json: bool,
}

/// What a person should know beside the signature.
const TOLD: &[Code] = &[Code::NoCanonical, Code::NoCanonicalMatch, Code::Expired];

/// Status 0 where each file has a good signature and lies where it says, else 1.
pub fn run(args: &Verify) -> Result<ExitCode> {
    let mut keys = Keys::default();
    for path in &args.key {
        let bytes = super::key_bytes(path)?;
        keys.extend(Keys::read(&bytes).with_context(|| format!("{}", path.display()))?);
    }
    let urls: Vec<_> = args.url.iter().map(String::as_str).collect();
    let served = (!urls.is_empty()).then(|| Served { urls, ..Served::default() });
    let context = Context { now: super::now(args.at.as_deref())?, served };
    let people = for_people(args.json);
    let (mut good, mut unreadable) = (true, false);
    let mut out = Lines::stdout();
    let mut progress = Progress::new("files");
    for path in &args.files {
        progress.step();
        match judge(path, &keys, &context) {
            Ok(found) => {
                good &= found.good();
                if people {
                    out.text(&found.page(path))?;
                } else {
                    out.write(&found.line(path))?;
                }
            }
            Err(e) => {
                unreadable = true;
                eprintln!("leeward: {}", clean(&format!("{e:#}")));
            }
        }
    }
    out.finish()?;
    Ok(if unreadable { ExitCode::from(2) } else { held(good) })
}

struct Found {
    checked: Result<Vec<Checked>, VerifyError>,
    told: Vec<Finding>,
}

fn judge(path: &Path, keys: &Keys, context: &Context) -> Result<Found> {
    let bytes = super::bytes(path)?;
    let file = read(&bytes, Limits::default()).with_context(|| format!("{}", path.display()))?;
    let mut told = lint(&file, context).findings;
    told.retain(|finding| TOLD.contains(&finding.code));
    Ok(Found { checked: verify(&file, keys, context.now), told })
}

impl Found {
    fn good(&self) -> bool {
        self.verdict() == Standing::Good.as_str() && self.told.iter().all(|f| f.code != Code::NoCanonicalMatch)
    }

    /// The best of the signatures speaks for the file: one good one is enough.
    fn verdict(&self) -> &'static str {
        match &self.checked {
            Err(VerifyError::NotSigned) => "not-signed",
            Err(_) => "unreadable",
            Ok(all) => {
                let good = all.iter().find(|one| one.standing == Standing::Good);
                good.or(all.first()).map_or("unreadable", |one| one.standing.as_str())
            }
        }
    }

    fn line(&self, path: &Path) -> serde_json::Value {
        let one = |one: &Checked| {
            json!({
                "verdict": one.standing.as_str(), "issuer": one.issuer, "key": one.key, "created": one.created.map(day),
            })
        };
        let all = self.checked.as_deref().unwrap_or_default();
        let told = self.told.iter().map(|f| json!({"code": f.code.as_str(), "line": f.line, "message": f.message}));
        json!({
            "file": path.display().to_string(),
            "good": self.good(),
            "verdict": self.verdict(),
            "error": self.checked.as_ref().err().map(ToString::to_string),
            "signatures": all.iter().map(one).collect::<Vec<_>>(),
            "findings": told.collect::<Vec<_>>(),
        })
    }

    fn page(&self, path: &Path) -> String {
        let mut lines = Vec::new();
        match &self.checked {
            Err(e) => lines.push(format!("{}: NOT good: {e}", path.display())),
            Ok(all) => {
                let word = if self.good() { "good" } else { "NOT good" };
                lines.push(format!("{}: {word}", path.display()));
                for one in all {
                    let who = one.key.as_ref().or(one.issuer.as_ref()).map_or("an unnamed key", String::as_str);
                    let when = one.created.map(day).unwrap_or_default();
                    lines.push(format!("  signature by {who} {when}\n    {}", one.standing.explain()));
                }
            }
        }
        lines.extend(self.told.iter().map(|f| format!("  {} ({})", f.message, f.code.as_str())));
        lines.join("\n")
    }
}

fn day(seconds: i64) -> String {
    Ts::from_micros(seconds.saturating_mul(1_000_000)).to_string()
}
