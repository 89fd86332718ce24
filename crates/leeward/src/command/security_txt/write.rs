//! `leeward security-txt write`: a file from what is given, or an existing one made fresh.

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use domain::{Ambient, Span};
use formats::security_txt::{Context, Limits, Publication, Unfit, read};
use std::io::{Write as _, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

/// `leeward security-txt write …`
#[derive(Debug, Args)]
pub struct Write {
    /// Begin with what this file says; each field given here takes its place there.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Where findings go, the preferred one first: https:, mailto: or tel:.
    #[arg(long, value_name = "URI")]
    contact: Vec<String>,
    /// Until when the file is right (RFC 3339).
    #[arg(long, value_name = "DATE", conflicts_with = "days")]
    expires: Option<String>,
    /// The same as a number of days from now.
    #[arg(long, value_name = "DAYS", default_value_t = 180, value_parser = clap::value_parser!(i64).range(1..=365))]
    days: i64,
    /// A key to write with.
    #[arg(long, value_name = "URI")]
    encryption: Vec<String>,
    /// A page that thanks reporters.
    #[arg(long, value_name = "URI")]
    acknowledgments: Vec<String>,
    /// A language that is read: en, pt-BR.
    #[arg(long, value_name = "TAG")]
    language: Vec<String>,
    /// The address of the file itself.
    #[arg(long, value_name = "URI")]
    canonical: Vec<String>,
    /// The rules for reporters.
    #[arg(long, value_name = "URI")]
    policy: Vec<String>,
    /// Open positions.
    #[arg(long, value_name = "URI")]
    hiring: Vec<String>,
    /// The provider-metadata.json of a CSAF provider.
    #[arg(long, value_name = "URI")]
    csaf: Vec<String>,
    /// Any other field.
    #[arg(long, value_name = "NAME=VALUE")]
    field: Vec<String>,
    /// A line of comment at the top.
    #[arg(long, value_name = "TEXT")]
    comment: Vec<String>,
}

/// Prints the file; status 2 where it would not be valid.
pub fn run(args: &Write) -> Result<ExitCode> {
    let context = Context { now: super::now(None)?, served: None };
    let text = publication(args)?.write(&context).map_err(|unfit| refused(&unfit))?;
    stdout().lock().write_all(text.as_bytes()).context("standard output")?;
    Ok(ExitCode::SUCCESS)
}

fn refused(unfit: &Unfit) -> anyhow::Error {
    let Unfit::Findings(findings) = unfit else { return anyhow!("{unfit}") };
    let lines: Vec<_> = findings.iter().map(|finding| finding.message.as_str()).collect();
    anyhow!("nothing was written, because the file would not be valid:\n  {}", lines.join("\n  "))
}

fn publication(args: &Write) -> Result<Publication> {
    let mut said = match &args.from {
        Some(path) => {
            let bytes = super::bytes(path)?;
            let file = read(&bytes, Limits::default()).with_context(|| format!("{}", path.display()))?;
            if file.frame.is_some() {
                eprintln!("leeward: the signature of {} is left out; sign the new file", path.display());
            }
            Publication::of(&file)
        }
        None => Publication::default(),
    };
    said.expires = match &args.expires {
        Some(date) => date.clone(),
        None => day(args.days),
    };
    for (list, given) in [
        (&mut said.contacts, &args.contact),
        (&mut said.encryption, &args.encryption),
        (&mut said.acknowledgments, &args.acknowledgments),
        (&mut said.languages, &args.language),
        (&mut said.canonical, &args.canonical),
        (&mut said.policies, &args.policy),
        (&mut said.hiring, &args.hiring),
        (&mut said.csaf, &args.csaf),
        (&mut said.comments, &args.comment),
    ] {
        if !given.is_empty() {
            *list = given.clone();
        }
    }
    for field in &args.field {
        let Some((name, value)) = field.split_once('=') else { bail!("--field {field}: write it as NAME=VALUE") };
        said.others.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        said.others.push((name.to_owned(), value.to_owned()));
    }
    Ok(said)
}

/// Whole seconds: fractions only make the line longer.
fn day(days: i64) -> String {
    let at = Ambient::system().now().plus(Span::from_seconds(days * 86_400)).to_string();
    format!("{}Z", at.get(..19).unwrap_or(&at))
}
