//! `leeward advisory convert`: an advisory from one format to another; what is lost or altered on the way is said on stderr.

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
    /// The version of CSAF to write.
    #[arg(long, value_enum, value_name = "VERSION", default_value = "2.0")]
    csaf_version: CsafVersion,
    /// A CSAF 2.0 or 2.1, CVE 5, OSV or OpenVEX document.
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
enum CsafVersion {
    #[value(name = "2.0")]
    V20,
    #[value(name = "2.1")]
    V21,
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
        To::Csaf if args.csaf_version == CsafVersion::V21 => Format::Csaf21,
        To::Csaf => Format::Csaf,
        To::Cve => Format::Cve,
        To::Osv => Format::Osv,
        To::Openvex => Format::OpenVex,
        To::Md => Format::Markdown,
        To::Html => Format::Html,
    };
    let is_csaf = matches!(format, Format::Csaf | Format::Csaf21);
    if args.profile.is_some() && !is_csaf {
        bail!("--profile goes with --to csaf");
    }
    if args.csaf_version != CsafVersion::V20 && !is_csaf {
        bail!("--csaf-version goes with --to csaf");
    }
    let profile = args.profile.map(|profile| match profile {
        Profile::Base => Kind::Base,
        Profile::Advisory => Kind::Advisory,
        Profile::Vex => Kind::Vex,
    });
    let name = args.file.display().to_string();
    let bytes = super::bytes(&args.file)?;
    let parsed = json::read(&bytes, Limits::default()).with_context(|| format!("{name}: cannot be read"))?;
    let advisory = advisory::read(&parsed.value).with_context(|| name.clone())?;
    // A large document is not held twice while the other one is made.
    drop((bytes, parsed));
    let options = Options { now: Ambient::system().now().to_string(), profile };
    let converted = advisory::convert(&advisory, format, &options).with_context(|| name.clone())?;
    stdout().lock().write_all(converted.text.as_bytes())?;
    for (what, lines) in [("dropped", converted.dropped), ("changed", converted.changed)] {
        for line in lines {
            let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
            eprintln!("{what}: {line}");
        }
    }
    Ok(ExitCode::SUCCESS)
}
