//! Leeward: a self-hosted trust desk in one binary. The command line.
#![expect(clippy::print_stderr, reason = "a command line talks by printing")]

use clap::{Parser, Subcommand};
use leeward::command;
use leeward::command::lines::clean;
use leeward::config::Place;
use std::process::ExitCode;

/// A self-hosted trust desk: reports come in, are sealed, proved, answered and closed.
#[derive(Debug, Parser)]
#[command(name = "leeward", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the desk. The first start prints a one-time set-up link.
    Serve(command::serve::Serve),
    /// Serve a believable organisation with temporary data.
    Demo(command::demo::Demo),
    /// Check the configuration and the store, and print what is in force.
    Check(Place),
    /// Bring the database to the schema of this release.
    Migrate(Place),
    /// Write a consistent copy of the store to a file.
    Backup(command::backup::Backup),
    /// Make a store from a backup, in an empty place.
    Restore(command::backup::Restore),
    /// Compare every event, entry and head with the log.
    Verify(command::verify::Verify),
    /// Erase a case or a person: their key is destroyed, the log stays.
    #[command(subcommand)]
    Erase(command::erase::Erase),
    /// Figures of the team: count every case again from its events.
    #[command(subcommand)]
    Figures(command::figures::Command),
    /// The keys of the store.
    #[command(subcommand)]
    Key(command::key::Key),
    /// The log of the store.
    #[command(subcommand)]
    Log(command::log::Log),
    /// Receipts.
    #[command(subcommand)]
    Receipt(command::receipt::Command),
    /// People.
    #[command(subcommand)]
    Admin(command::admin::Admin),
    /// Security advisories: check CSAF documents, convert between formats.
    #[command(subcommand)]
    Advisory(command::advisory::Command),
    /// Decode one picture, as the desk has it done.
    #[command(hide = true)]
    DrawPicture(command::draw_picture::DrawPicture),
    /// Cases: open one from a mail, check one that was exported.
    #[command(subcommand)]
    Case(command::case::Command),
    /// Score CVSS vectors: one line each.
    Cvss(command::cvss::Cvss),
    /// Look up weaknesses of the CWE catalogue.
    Cwe(command::cwe::Cwe),
    /// Exports of reports from other platforms.
    #[command(subcommand)]
    Reports(command::reports::Command),
    /// Say whether targets lie in a programme's scope: one line each.
    Scope(command::scope::Scope),
    /// security.txt: check files, write one.
    #[command(subcommand)]
    SecurityTxt(command::security_txt::Command),
    /// Decide by an SSVC table.
    Ssvc(command::ssvc::Ssvc),
    /// Show a node of Bugcrowd's taxonomy, or where a former one has gone.
    Vrt(command::vrt::Vrt),
}

/// 0 done, 1 a check failed, 2 wrong use or unreadable input.
fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Command::DrawPicture(args) = &cli.command {
        // Nobody reads its words: the desk sees how it ended.
        return command::draw_picture::run(args).unwrap_or(ExitCode::from(2));
    }
    if let Err(e) = leeward::memory::close() {
        eprintln!("leeward: the memory of this process cannot be closed to others: {e}");
        return ExitCode::from(2);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => {
            eprintln!("leeward: {e}");
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(run(cli.command)) {
        Ok(code) => code,
        Err(e) => {
            eprintln!("leeward: {}", clean(&format!("{e:#}")));
            ExitCode::from(2)
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(args) => command::serve::run(args).await,
        Command::Demo(args) => command::demo::run(args).await,
        Command::DrawPicture(args) => command::draw_picture::run(&args),
        Command::Check(place) => command::check::run(&place).await,
        Command::Migrate(place) => command::migrate::run(&place).await,
        Command::Backup(args) => command::backup::backup(args).await,
        Command::Restore(args) => command::backup::restore(args).await,
        Command::Verify(args) => command::verify::run(args).await,
        Command::Erase(erase) => command::erase::run(erase).await,
        Command::Figures(command) => command::figures::run(command).await,
        Command::Key(key) => command::key::run(key).await,
        Command::Log(log) => command::log::run(log).await,
        Command::Receipt(command) => command::receipt::run(command),
        Command::Admin(admin) => command::admin::run(admin).await,
        Command::Advisory(command) => command::advisory::run(command),
        Command::Case(command) => command::case::run(command).await,
        Command::Cvss(args) => command::cvss::run(&args),
        Command::Cwe(args) => command::cwe::run(&args),
        Command::Reports(command) => command::reports::run(command),
        Command::Scope(args) => command::scope::run(&args).await,
        Command::SecurityTxt(command) => command::security_txt::run(command),
        Command::Ssvc(args) => command::ssvc::run(&args),
        Command::Vrt(args) => command::vrt::run(&args),
    }
}
