//! `leeward demo`: a believable organisation with temporary data, in one command.

mod clock;
mod earlier;
mod entrance;
mod office;
mod seed;
mod story;

pub use entrance::routes;

use super::serve::until_stopped;
use crate::config::{Config, Place};
use crate::house::{self, House};
use accounts::SetUpForm;
use anyhow::{Context, Result};
use clock::ShiftedClock;
use domain::{PersonId, ProgrammeId, Span};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::net::TcpListener;

const OWNER: &str = "ines@acme.example";
const PASSWORD: &str = "a harbour in the lee";
/// How long the demo's desk is there.
const SINCE: Span = Span::from_hours(90 * 24);

/// `leeward demo`
#[derive(Debug, clap::Args)]
pub struct Demo {
    /// Address to listen on: loopback only, since everybody may sign in.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Keep the data here; temporary and removed at the end by default.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Runs it.
pub async fn run(args: Demo) -> Result<ExitCode> {
    crate::log_lines::start(None);
    anyhow::ensure!(
        args.listen.ip().is_loopback(),
        "the demo lets everybody in: it listens on loopback addresses only"
    );
    let listener = TcpListener::bind(args.listen).await.with_context(|| format!("cannot listen on {}", args.listen))?;
    let temporary = tempfile::Builder::new().prefix("leeward-demo-").tempdir()?;
    let place = Place { data: Some(args.data.unwrap_or_else(|| temporary.path().to_owned())), ..Place::default() };
    let mut config = Config::load(&place, std::env::vars())?;
    config.server.listen = listener.local_addr()?;
    dress(&mut config);
    let fresh = !house::made(&config);
    let clock = ShiftedClock::new();
    let db = house::open_with(&config, clock.ambient()).await?;
    let house = house::build(&config, db, (routes(), Some(house::painter()?))).await?;
    if fresh {
        let programme = bounty::programme::install(&house.db, config.programme.clone()).await?;
        fill(&house, &clock, programme).await?;
    }
    announce(&config, &house).await?;
    until_stopped(listener, house, &config.public_url()?).await
}

/// The organisation of the demo.
fn dress(config: &mut Config) {
    config.organisation.name = "Acme".to_owned();
    config.log.origin = "trust.acme.example".to_owned();
    config.log.checkpoint_seconds = 10;
    // Its data are gone when it ends.
    config.store.backup_days = 0;
    let lines = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect();
    let programme = &mut config.programme;
    "acme".clone_into(&mut programme.slug);
    "Acme security reports".clone_into(&mut programme.name);
    "Acme makes an assistant, an API and the accounts they run on. If you found a way to make them do what they should not, we want to hear it.".clone_into(&mut programme.brief);
    programme.in_scope = lines(&[
        "Assistant: web, iOS and Android apps",
        "api.acme.example and its client libraries",
        "auth.acme.example: sign-in, sessions, single sign-on",
        "API keys of our customers found in public places",
    ]);
    programme.out_of_scope = lines(&[
        "What the assistant says, unless it can do harm that can be checked",
        "old.acme.example, which is switched off in December",
        "Tests that slow the service down for others",
    ]);
    "security@acme.example".clone_into(&mut programme.contact);
}

async fn fill(house: &House, clock: &ShiftedClock, programme: ProgrammeId) -> Result<()> {
    clock.stand_back(SINCE);
    let owner = owner(house).await?;
    let judges = office::team(&house.db, owner).await?;
    office::rules(&house.db, programme, &judges).await?;
    let (name, code) = seed::fill(&house.db, clock, programme, &judges).await?;
    println!("Come back as the reporter of {name} with the code {code}");
    Ok(())
}

/// Somebody to sign in as, set up through the same link and form as a first owner.
async fn owner(house: &House) -> Result<PersonId> {
    let link = accounts::first_owner_link(&house.db).await?.context("the demo has an owner already")?;
    let form = SetUpForm {
        name: "Ines Okafor".into(),
        email: OWNER.into(),
        password: PASSWORD.into(),
        ..SetUpForm::default()
    };
    let code = house.accounts.offered_with(link.token(), &form.showing)?.code_at(house.db.ambient().now());
    let form = SetUpForm { code, ..form };
    Ok(house.accounts.set_up(link.token(), form).await?.person)
}

async fn announce(config: &Config, house: &House) -> Result<()> {
    let url = config.public_url()?;
    let ticket = entrance::open(&house.db).await?;
    println!("The public page:      {}", url.join("/"));
    println!("Report something:     {}", url.join(&format!("/programs/{}/report", config.programme.slug)));
    println!("Come back with code:  {}", url.join("/case"));
    println!("Sign in as Ines once: {}", url.join(&format!("/demo/enter/{ticket}")));
    println!("When asked for the password again: {PASSWORD}");
    println!("Stop with Ctrl-C.");
    Ok(())
}
