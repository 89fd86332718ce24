//! Whether what works behind the pages works: mail, webhooks, jobs and backups. Said on the inbox, since silence looks
//! like peace: that letters or jobs lie to everybody of the team, whose cases wait for them; the rest to those in charge,
//! who alone can mend it and may know of every programme; nothing to guests.

use crate::engine::EngineError;
use crate::heartbeat::BackupsDue;
use crate::people::OF_TEAM;
use crate::system::Machine;
use crate::{Viewer, retention};
use db::{Tx, jobs};
use domain::{Permission, Span, Ts};
use mail::{Post, STALLED, tally};
use web::App;
use web::layout::{Banner, BannerKind, Moment, span_words};

/// Background work that waits longer than this stands still.
pub(crate) const JOBS_STALLED: Span = Span::from_minutes(10);

/// Whoever holds one of these over the house is in charge of it.
pub(crate) const IN_CHARGE: [Permission; 2] = [Permission::ReadSystem, Permission::ManageSettings];

/// What to say to this viewer on top of the inbox; nothing while all is well.
pub(crate) async fn banners(tx: &mut Tx, app: &App, viewer: &Viewer) -> Result<Vec<Banner>, EngineError> {
    let mut texts = Vec::new();
    if viewer.caller().holds(OF_TEAM) {
        texts.extend(for_team(tx, app).await?);
    }
    if IN_CHARGE.iter().any(|permission| viewer.may_house(*permission)) {
        texts.extend(for_those_in_charge(tx, app).await?);
    }
    let banner = |(lead, text): Said| Banner { kind: BannerKind::Trouble, lead: lead.to_owned(), text };
    Ok(texts.into_iter().map(banner).collect())
}

/// A lead and what follows it.
type Said = (&'static str, String);

/// That letters and background work lie.
async fn for_team(tx: &mut Tx, app: &App) -> Result<Vec<Said>, EngineError> {
    let now = app.store.ambient().now();
    let mut texts = Vec::new();
    if let Some(post) = app.carried::<Post>().filter(|post| post.is_on()) {
        texts.extend(mail_words(post, tally(tx, now).await?, now));
    }
    let (due, oldest) = jobs::backlog(tx, now).await?;
    if Span::from_micros(oldest) > JOBS_STALLED {
        let age = span_words(Span::from_micros(oldest));
        texts.push((
            "Background work stands still.",
            format!("{due} jobs wait, the oldest for {age}. Clocks and search lag behind until it goes on."),
        ));
    }
    Ok(texts)
}

/// What only they can mend, or keep from happening.
async fn for_those_in_charge(tx: &mut Tx, app: &App) -> Result<Vec<Said>, EngineError> {
    let now = app.store.ambient().now();
    let mut texts = Vec::new();
    let hooks = outbound::tally(tx, now).await?;
    if Span::from_micros(hooks.oldest) > outbound::STALLED {
        let age = span_words(Span::from_micros(hooks.oldest));
        texts.push((
            "Webhooks do not go out.",
            format!("{} messages wait, the oldest for {age}. Nothing is lost. See Settings, Webhooks.", hooks.due),
        ));
    } else if hooks.disabled > 0 {
        let count = if hooks.disabled == 1 { "1 webhook".to_owned() } else { format!("{} webhooks", hooks.disabled) };
        texts.push((
            "A receiver is away.",
            format!(
                "We stopped {count}, since nothing was taken for days or nobody listens there. See Settings, Webhooks."
            ),
        ));
    }
    if let Some(BackupsDue(most)) = app.carried::<Machine>().and_then(|machine| machine.backups)
        && let Some(age) = db::backup::overdue(tx, now, most).await?
    {
        let text =
            format!("For {}. Whoever looks after the house makes one with leeward backup FILE.", span_words(age));
        texts.push(("No backup was made.", text));
    }
    for notice in retention::notices(tx, &app.store).await?.iter().filter(|notice| notice.count > 0) {
        let text = format!("{}. A hold keeps one; see Settings, Retention.", retention::notice(notice));
        texts.push(("Cases will be erased.", text));
    }
    Ok(texts)
}

/// How a banner about mail that stands still begins.
const LEAD: &str = "Mail does not go out.";

fn mail_words(post: &Post, waiting: mail::Tally, now: Ts) -> Option<(&'static str, String)> {
    let letters = match waiting.waiting {
        1 => "1 letter waits".to_owned(),
        n => format!("{n} letters wait"),
    };
    if post.is_silent(now) {
        return Some((LEAD, format!("The sender has stopped; {letters}. Restart the desk and look at its log.")));
    }
    if let Some((since, _)) = post.trouble().filter(|(since, _)| now.since(*since) > Span::from_minutes(5)) {
        let since = Moment::from(since).full;
        return Some((
            LEAD,
            format!("The mail server takes none since {since}; {letters}. Nothing is lost. See Mail."),
        ));
    }
    (Span::from_micros(waiting.oldest) > STALLED).then(|| {
        let age = span_words(Span::from_micros(waiting.oldest));
        ("Mail is late.", format!("{letters}, the oldest for {age}. See Mail."))
    })
}
