//! `leeward advisory convert`: an advisory from one format to another; what is lost on the way is said on stderr.

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use domain::Ambient;
use formats::advisory::{self, Format, Kind, Options};
use formats::json::{self, Limits};
use std::io::{Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

/// `leeward advisory convert …`
#[derive(Debug, Args)]
pub struct Convert {
    /// The format to write.
    #[arg(long, value_enum, value_name = "FORMAT")]
    to: To,
    /// The profile of a CSAF document; by itself that of the source, or what fits.
    #[arg(long, value_enum)]
    profile: Option<Profile>,
    /// A CSAF 2.0, CVE 5, OSV or OpenVEX document.
    file: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum To {
    Csaf,
    Cve,
    Osv,
    Openvex,
    Md,
    Html,
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum Profile {
    Base,
    Advisory,
    Vex,
}

/// The document goes to stdout.
pub fn run(args: &Convert) -> Result<ExitCode> {
    let format = match args.to {
        To::Csaf => Format::Csaf,
        To::Cve => Format::Cve,
        To::Osv => Format::Osv,
        To::Openvex => Format::OpenVex,
        To::Md => Format::Markdown,
        To::Html => Format::Html,
    };
    if args.profile.is_some() && format != Format::Csaf {
        bail!("--profile goes with --to csaf");
    }
    let profile = args.profile.map(|profile| match profile {
        Profile::Base => Kind::Base,
        Profile::Advisory => Kind::Advisory,
        Profile::Vex => Kind::Vex,
    });
    let name = args.file.display().to_string();
    let bytes = super::bytes(&args.file)?;
    let parsed = json::read(&bytes, Limits::default()).with_context(|| format!("{name}: not a JSON document"))?;
    let advisory = advisory::read(&parsed.value).with_context(|| name.clone())?;
    let options = Options { now: Ambient::system().now().to_string(), profile };
    let converted = advisory::convert(&advisory, format, &options);
    stdout().lock().write_all(converted.text.as_bytes())?;
    for line in converted.dropped {
        let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
        eprintln!("dropped: {line}");
    }
    Ok(ExitCode::SUCCESS)
}
