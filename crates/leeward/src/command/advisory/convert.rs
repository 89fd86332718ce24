//! `leeward advisory convert`: an advisory from one format to another; what is lost or altered on the way is said on
//! stderr, and whether the result is valid in its format.

use crate::command::held;
use crate::command::input;
use crate::command::lines::{Busy, Lines, part};
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use domain::Ambient;
use formats::advisory::{self, Format, Kind, Options};
use formats::json::{self, Limits};
use serde::Serialize;
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
    /// Say what was dropped, changed and is not valid as one JSON line on stderr.
    #[arg(long)]
    json: bool,
    /// A CSAF 2.0 or 2.1, CVE 5, OSV or OpenVEX document; - for standard input.
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

/// The document goes to stdout. Status 1 where it is not valid in its format.
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
    let name = input::name(&args.file);
    let busy = Busy::new(&format!("writing {name} anew"));
    let bytes = super::bytes(&args.file)?;
    let parsed = json::read(&bytes, Limits::default()).with_context(|| format!("{name}: cannot be read"))?;
    let advisory = advisory::read(&parsed.value).with_context(|| name.clone())?;
    // A large document is not held twice while the other one is made.
    drop((bytes, parsed));
    let options = Options { now: Ambient::system().now().to_string(), profile };
    let converted = advisory::convert(&advisory, format, &options).with_context(|| name.clone())?;
    drop(advisory);
    let faults = serde_json::from_str(&converted.text).map(|document| advisory::faults(format, &document));
    drop(busy);
    let told = Told {
        valid: true,
        dropped: converted.dropped,
        changed: converted.changed,
        faults: faults.unwrap_or_default(),
    };
    told.print(args.json, &converted.text)
}

/// What is said about a document beside itself.
#[derive(Serialize)]
struct Told {
    valid: bool,
    dropped: Vec<String>,
    changed: Vec<String>,
    /// What is wrong with it by the rules of its format.
    faults: Vec<String>,
}

impl Told {
    /// Status 1 where the document is not valid in its format.
    fn print(mut self, json: bool, text: &str) -> Result<ExitCode> {
        self.valid = self.faults.is_empty();
        let mut out = Lines::stdout();
        out.raw(text)?;
        out.finish()?;
        if json {
            eprintln!("{}", serde_json::to_string(&self)?);
            return Ok(held(self.valid));
        }
        for (what, lines) in [("dropped", &self.dropped), ("changed", &self.changed), ("not valid", &self.faults)] {
            for line in lines {
                eprintln!("{what}: {}", cut(&part(line)));
            }
        }
        Ok(held(self.valid))
    }
}

/// Characters of a line.
const WIDTH: usize = 200;

/// At most one line's worth, marked where it is cut; `--json` has all of it.
fn cut(line: &str) -> String {
    let end = line.char_indices().nth(WIDTH).map(|(end, _)| end);
    end.map_or_else(|| line.to_owned(), |end| format!("{}… (--json shows all)", line.get(..end).unwrap_or_default()))
}
