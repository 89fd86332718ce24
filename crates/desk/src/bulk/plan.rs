//! What would happen to each case that was ticked: the machine is asked with the very input, and nothing changes.

use super::deed::{Action, Deed, Kind};
use crate::Viewer;
use crate::engine::{self, EngineError, Loaded};
use crate::people::Colleague;
use db::{Db, Tx};
use domain::case::{ActionDoc, Choice, FieldKind, Party, Refused};
use domain::{CaseId, Permission};
use web::Fields;

/// A ticked row: which case, and the version that the list showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ticked {
    /// `REP-12`.
    pub(crate) name: String,
    pub(crate) seen: i64,
}

impl Ticked {
    /// The value of a row's box: short, since there is one in each row of the inbox.
    pub(crate) fn value(&self) -> String {
        format!("{}.{}", self.name, self.seen)
    }

    /// Those of a form, each once, at most `most`; odd ones are left out.
    pub(super) fn of(fields: &Fields, most: usize) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for value in fields.all("case") {
            let Some((name, seen)) = value.rsplit_once('.') else { continue };
            if let Ok(seen) = seen.parse()
                && all.len() < most
                && name.len() < 40
                && !all.iter().any(|ticked| ticked.name == name)
            {
                all.push(Self { name: name.to_owned(), seen });
            }
        }
        all
    }
}

/// What would happen to one case.
pub(super) struct Planned {
    pub(super) id: CaseId,
    pub(super) seen: i64,
    pub(super) name: String,
    pub(super) title: String,
    /// What cannot be undone, or why nothing happens.
    pub(super) fate: Result<&'static str, Unfit>,
}

/// Why nothing happens to a case.
#[derive(Default)]
pub(super) struct Unfit {
    /// As the end of a sentence.
    pub(super) why: String,
    /// The field to blame where what was filled in is the reason.
    pub(super) field: String,
}

impl Unfit {
    /// Whether what was filled in is the reason.
    pub(super) fn is_of_field(&self) -> bool {
        !self.field.is_empty()
    }
}

impl From<&str> for Unfit {
    fn from(why: &str) -> Self {
        Self { why: why.to_owned(), field: String::new() }
    }
}

impl From<&Refused> for Unfit {
    fn from(refused: &Refused) -> Self {
        let field = if let Refused::Invalid { field, .. } = refused { field.clone() } else { String::new() };
        Self { why: why(refused), field }
    }
}

/// What the plan is about.
pub(super) struct About<'a> {
    pub(super) kind: Kind,
    /// Nothing while the form is not filled in: then only the state of each case is asked.
    pub(super) deed: Option<&'a Deed>,
    pub(super) colleagues: &'a [Colleague],
}

/// Plans every ticked case that the viewer can see, each once, in the order they were ticked, with the outcomes that
/// a close could have.
pub(super) async fn plan(
    tx: &mut Tx,
    db: &Db,
    viewer: &Viewer,
    (ticked, about): (&[Ticked], &About<'_>),
) -> Result<(Vec<Planned>, Vec<Choice>), EngineError> {
    let (mut plan, mut outcomes) = (Vec::with_capacity(ticked.len()), Vec::new());
    for one in ticked {
        let case = match viewer.case(tx, db, (&one.name, Permission::ReadCases)).await {
            Ok(case) => case,
            Err(EngineError::NotFound) => continue,
            Err(error) => return Err(error),
        };
        // Ticked once by its name and once by its id.
        if plan.iter().any(|planned: &Planned| planned.id == case.id) {
            continue;
        }
        let legal = case.machine.legal(&case.state, &Party::Team(viewer.person));
        add_outcomes(&mut outcomes, &legal);
        let fate = if engine::is_as_seen(tx, &case, (one.seen, Some(viewer.person))).await? {
            fate(db, viewer, (&case, &legal), about)
        } else {
            Err("somebody changed it since the list was made".into())
        };
        plan.push(Planned { id: case.id, seen: one.seen, name: case.name(), title: case.title, fate });
    }
    Ok((plan, outcomes))
}

/// Outcomes that need nothing but a reason: a duplicate needs its original, case by case.
fn add_outcomes(outcomes: &mut Vec<Choice>, legal: &[ActionDoc]) {
    let close = legal.iter().find(|doc| doc.name == Action::Close.name());
    let field = close.and_then(|doc| doc.fields.iter().find(|field| field.name == "outcome"));
    let Some(FieldKind::Choice(choices)) = field.map(|field| &field.kind) else { return };
    for choice in choices.iter().filter(|choice| choice.value != "duplicate") {
        if !outcomes.contains(choice) {
            outcomes.push(*choice);
        }
    }
}

fn fate(
    db: &Db,
    viewer: &Viewer,
    (case, legal): (&Loaded, &[ActionDoc]),
    about: &About<'_>,
) -> Result<&'static str, Unfit> {
    let (action, permission) = match about.kind {
        Kind::Take | Kind::Assign => (None, Permission::AssignCases),
        Kind::Severity => (Some(Action::SetSeverity), Permission::ActOnCases),
        Kind::Close => (Some(Action::Close), Permission::ActOnCases),
        Kind::StopWaiting => (Some(Action::StopWaiting), Permission::ActOnCases),
        Kind::Watch | Kind::Unwatch => (None, Permission::ReadCases),
    };
    if !viewer.may(permission, &case.facts) {
        return Err("this is not yours to do on this case".into());
    }
    if let Some(action) = action
        && !legal.iter().any(|doc| doc.name == action.name())
    {
        return Err(format!("not possible while it is {}", state_words(case)).as_str().into());
    }
    match about.deed {
        Some(Deed::Assign(to)) if case.assignee == *to => return Err("it is so already".into()),
        None | Some(Deed::Assign(None) | Deed::Watch(_)) => {}
        Some(Deed::Assign(Some(person))) => {
            let fits = |c: &&Colleague| c.id == *person && c.may(Permission::ReadCases, &case.facts);
            about.colleagues.iter().find(fits).ok_or("this colleague cannot see the case")?;
        }
        Some(Deed::Act { action, input }) => {
            let now = db.ambient().now().max(case.updated_at);
            let by = Party::Team(viewer.person);
            case.machine
                .act(&case.state, action.name(), input.clone(), &by, now)
                .map_err(|refused| Unfit::from(&refused))?;
        }
    }
    Ok(lasting(about.kind, case))
}

fn state_words(case: &Loaded) -> &'static str {
    let summary = case.summary();
    match (summary.waiting_since, summary.state) {
        (_, "closed") => "closed",
        (None, _) => "open and waits for nobody",
        (Some(_), state) => state,
    }
}

/// Why the machine refuses, as the end of a sentence.
pub(super) fn why(refused: &Refused) -> String {
    match refused {
        Refused::Illegal { state, .. } => format!("not possible while it is {state}"),
        Refused::TooEarly { from, .. } => format!("possible from {}", web::layout::Moment::from(*from).full),
        Refused::Invalid { message, .. } => message.trim_end_matches('.').to_owned(),
        _ => "not possible on this case".to_owned(),
    }
}

/// What stays after it is undone, or that it cannot be.
fn lasting(kind: Kind, case: &Loaded) -> &'static str {
    match kind {
        Kind::Take | Kind::Assign | Kind::Watch | Kind::Unwatch => "",
        Kind::Severity if case.summary().severity_decided.is_none() => {
            "cannot be undone: no severity was decided before"
        }
        Kind::Severity => "the reporter sees it; undoing sets it back, which they see too",
        Kind::Close => "the reporter is told; undoing puts it back as it was before, which they hear too",
        Kind::StopWaiting => "cannot be undone: the reporter would have to be asked again",
    }
}
