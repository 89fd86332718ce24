//! `leeward scope`: whether targets lie in the scope of programmes, one line each; and what changed in a scope.

use super::input;
use super::lines::{Busy, Lines, each_input, for_people, part};
use crate::config::{Config, Place};
use crate::house;
use anyhow::{Context, Result, anyhow, bail};
use bounty::programme::Brief;
use clap::{Args, Subcommand};
use db::Db;
use formats::programme::{Platform, Programme, ProgrammeError, diff, read};
use formats::scope::{Scopes, Verdict};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

/// Larger files are not read.
const MAX_FILE: u64 = 256 * 1024 * 1024;

/// What a line is about.
const EACH: &str = "Each programme of the file answers for itself: with several of them, a target has a line for each \
programme whose assets cover it, and one line without a programme where none does. \"unknown\" with a rule: the words of \
that row name the target; read them.";

/// `leeward scope …`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true, after_help = EACH)]
pub struct Scope {
    #[command(subcommand)]
    command: Option<Command>,
    /// A file of programmes, in the shape of bounty-targets-data or our own; - for standard input. Where there is no
    /// such file, the programme of this desk with that slug.
    #[arg(long, value_name = "FILE|SLUG", required = true)]
    program: Option<String>,
    /// Whose shape it is (hackerone, bugcrowd, intigriti, yeswehack, federacy, leeward); else its fields tell.
    #[arg(long, value_name = "PLATFORM")]
    format: Option<String>,
    /// Of several programmes in the file, only the one with this handle or name.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Print JSON (the default where the output is no terminal).
    #[arg(long)]
    json: bool,
    /// Addresses, hosts, networks, app ids, repositories, words. None: one a line from standard input.
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
    #[command(flatten)]
    place: Place,
}

/// `leeward scope diff`
#[derive(Debug, Subcommand)]
enum Command {
    /// Say what changed between two files of programmes, and what it means for a target.
    Diff(Diff),
}

/// `leeward scope diff …`
#[derive(Debug, Args)]
struct Diff {
    /// How it was.
    #[arg(value_name = "OLD")]
    old: String,
    /// How it is.
    #[arg(value_name = "NEW")]
    new: String,
    /// Targets to be judged by both.
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
    /// Whose shape they are; else their fields tell.
    #[arg(long, value_name = "PLATFORM")]
    format: Option<String>,
    /// Only the programme with this handle or name.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// One JSON line a change.
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub async fn run(command: &Scope) -> Result<ExitCode> {
    if let Some(Command::Diff(diff)) = &command.command {
        return changes(diff);
    }
    let file = command.program.as_deref().context("give --program FILE or SLUG")?;
    if file == "-" && command.targets.is_empty() {
        bail!("give the targets behind the options; standard input has the programmes");
    }
    let busy = Busy::new(&format!("reading {file}"));
    let asked = Asked::new(if is_file(file) {
        chosen(file, command.format.as_deref(), command.only.as_deref())?
    } else {
        let found = of_this_desk(file, &command.place).await?;
        anyhow::ensure!(
            command.format.is_none() && command.only.is_none(),
            "{file} is a programme of this desk; --format and --only go with a file"
        );
        vec![found]
    });
    drop(busy);
    let mut out = Lines::stdout();
    let people = for_people(command.json);
    each_input(&command.targets, |target| {
        asked.answers(target).into_iter().try_for_each(|(program, verdict)| {
            if people {
                return out.text(&words(target, program, verdict));
            }
            let rule = verdict.rule();
            let doubt = matches!(verdict, Verdict::Doubt(_)).then_some("the words of the rule name it; read them");
            out.write(&json!({
                "target": target,
                "program": program,
                "verdict": verdict.as_str(),
                "rule": rule.map(|asset| &asset.identifier),
                "kind": rule.map(|asset| asset.kind),
                "eligible": rule.and_then(|asset| asset.eligible),
                "why": doubt,
            }))
        })
    })?;
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// The verdict, and the row of the scope that it rests on.
fn words(target: &str, program: Option<&str>, verdict: Verdict<'_>) -> String {
    let rule = verdict.rule().map(|rule| format!("  by \"{}\" ({})", part(&rule.identifier), rule.kind.as_str()));
    let program = program.map(|program| format!("  of {}", part(program)));
    let end = match (verdict, verdict.rule().and_then(|rule| rule.eligible)) {
        (Verdict::Doubt(_), _) => ": the words of the rule name it; read them",
        (Verdict::In(_), Some(false)) => ", without a reward",
        _ => "",
    };
    let (rule, program) = (rule.unwrap_or_default(), program.unwrap_or_default());
    format!("{:<7}  {}{rule}{program}{end}", verdict.as_str(), part(target))
}

/// Programmes, each of which answers for itself.
struct Asked {
    names: Vec<String>,
    scopes: Scopes,
}

impl Asked {
    fn new(programmes: Vec<Programme>) -> Self {
        let names = programmes.iter().map(|one| one.handle.as_ref().unwrap_or(&one.name).clone()).collect();
        Self { names, scopes: Scopes::new(programmes.into_iter().map(|programme| programme.assets)) }
    }

    /// What each programme says that has something to say; one line where none has.
    fn answers(&self, target: &str) -> Vec<(Option<&str>, Verdict<'_>)> {
        let verdicts = self.scopes.verdicts(target).into_iter();
        let mut said: Vec<_> = verdicts.map(|(place, verdict)| (Some(self.names[place].as_str()), verdict)).collect();
        if said.is_empty() {
            let alone = self.names.first().filter(|_| self.names.len() == 1);
            said.push((alone.map(String::as_str), Verdict::Unknown));
        }
        said
    }
}

/// A file goes before a programme of this desk; a folder may have the name of one.
fn is_file(name: &str) -> bool {
    let path = Path::new(name);
    name == "-" || (path.exists() && (!path.is_dir() || name.contains(['/', '.'])))
}

/// A programme of the store, as it stands there.
async fn of_this_desk(slug: &str, place: &Place) -> Result<Programme> {
    let config = Config::load(place, std::env::vars())?;
    if !house::made(&config) {
        let data = config.store.data.display();
        bail!("{slug}: no such file. Give a file of programmes, or --data with the folder of a desk ({data} has none)");
    }
    let db = house::open_existing(&config).await?;
    let found = brief(&db, slug).await;
    db.close().await;
    let Brief { slug, name, in_scope, out_of_scope, .. } = found?;
    let targets = json!({"in_scope": in_scope, "out_of_scope": out_of_scope});
    let whole = json!({"name": name, "handle": slug, "targets": targets}).to_string();
    read(whole.as_bytes(), Some(Platform::Leeward))?.pop().context("it has no programme")
}

async fn brief(db: &Db, slug: &str) -> Result<Brief> {
    let mut tx = db.read().await?;
    if let Some(found) = bounty::programme::by_slug(&mut tx, db, slug).await? {
        return Ok(found.brief);
    }
    let there = bounty::programme::list(&mut tx, db).await?;
    let slugs: Vec<String> = there.into_iter().map(|programme| programme.brief.slug).collect();
    bail!("{slug}: no such file, and no programme of this desk, which has: {}", slugs.join(", "))
}

fn bytes(file: &str) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    if file == "-" {
        std::io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut text).context("standard input")?;
    } else {
        if Path::new(file).is_dir() {
            bail!("{file} is a folder; give a file of programmes");
        }
        let open = input::file(Path::new(file))?;
        open.take(MAX_FILE + 1).read_to_end(&mut text).with_context(|| file.to_owned())?;
    }
    anyhow::ensure!(text.len() as u64 <= MAX_FILE, "{file}: larger than {MAX_FILE} bytes");
    Ok(text)
}

fn chosen(file: &str, format: Option<&str>, only: Option<&str>) -> Result<Vec<Programme>> {
    let platform: Option<Platform> = format.map(str::parse).transpose().map_err(|e: String| anyhow!(e))?;
    let mut programmes = read(&bytes(file)?, platform).map_err(|error| match error {
        ProgrammeError::UnknownShape { .. } => anyhow!("{file}: {error} with --format"),
        error => anyhow!("{file}: {error}"),
    })?;
    let Some(only) = only else { return Ok(programmes) };
    programmes.retain(|programme| programme.handle.as_deref() == Some(only) || programme.name == only);
    if programmes.is_empty() {
        bail!("{file}: no programme has the handle or name \"{only}\"");
    }
    Ok(programmes)
}

fn changes(command: &Diff) -> Result<ExitCode> {
    let read = |file: &str| chosen(file, command.format.as_deref(), command.only.as_deref());
    let busy = Busy::new(&format!("comparing {} and {}", command.old, command.new));
    let (old, new) = (read(&command.old)?, read(&command.new)?);
    let people = for_people(command.json);
    let mut out = Lines::stdout();
    let found = diff(&old, &new);
    drop(busy);
    for change in &found {
        if people {
            out.text(&change.to_string())?;
        } else {
            out.write(&json!({"change": change, "consequence": change.consequence(), "text": change.to_string()}))?;
        }
    }
    if people && found.is_empty() {
        out.text("Nothing changed.")?;
    }
    let (old, new) = (Asked::new(old), Asked::new(new));
    for target in &command.targets {
        for (program, (before, after)) in before_and_after(&old, &new, target) {
            if people {
                let rule = after.rule().map_or_else(String::new, |asset| format!(", by {}", asset.identifier));
                let program = program.map_or_else(String::new, |program| format!("{program}: "));
                out.text(&format!("{program}{target}: was {}, is {}{rule}", before.as_str(), after.as_str()))?;
            } else {
                let rule = |verdict: Verdict<'_>| verdict.rule().map(|asset| asset.identifier.clone());
                out.write(&json!({
                    "target": target,
                    "program": program,
                    "before": {"verdict": before.as_str(), "rule": rule(before)},
                    "after": {"verdict": after.as_str(), "rule": rule(after)},
                }))?;
            }
        }
    }
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// What each programme said and says; those that say nothing on either side only where none does.
fn before_and_after<'a>(
    old: &'a Asked,
    new: &'a Asked,
    target: &str,
) -> BTreeMap<Option<&'a str>, (Verdict<'a>, Verdict<'a>)> {
    let mut found: BTreeMap<_, (Verdict<'_>, Verdict<'_>)> = BTreeMap::new();
    for (program, verdict) in old.answers(target) {
        found.insert(program, (verdict, Verdict::Unknown));
    }
    for (program, verdict) in new.answers(target) {
        found.entry(program).or_insert((Verdict::Unknown, Verdict::Unknown)).1 = verdict;
    }
    if found.len() > 1 {
        found.remove(&None);
    }
    found
}
