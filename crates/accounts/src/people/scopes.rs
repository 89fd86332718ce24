//! Roles and scopes in words, and in the choices of a form.

use crate::{AccountError, scope};
use db::{Tx, fetch_all, stmt};
use domain::{Desk, Grant, Role, Scope};
use uuid::Uuid;
use web::Form;

/// A grant as it stands on a page.
pub(crate) struct RoleWords {
    /// `triager, bounty desk`.
    pub(crate) words: String,
    /// Value of the role's field.
    pub(crate) role: &'static str,
    /// Value of the scope's field; empty where the role is not taken away here.
    pub(crate) scope: String,
}

/// Values and words of the scope choices.
pub(crate) struct ScopeChoices(Vec<(String, String)>);

impl ScopeChoices {
    /// The house, the desks and the programmes there are.
    pub(crate) async fn load(tx: &mut Tx) -> Result<Self, AccountError> {
        let mut choices = vec![("house".to_owned(), "The whole house".to_owned())];
        choices.extend(Desk::ALL.iter().map(|d| (format!("desk:{d}"), format!("The {d} desk"))));
        choices.extend(
            programmes(tx)
                .await?
                .into_iter()
                .map(|(id, slug)| (format!("programme:{id}"), format!("Programme {slug}"))),
        );
        Ok(Self(choices))
    }

    pub(crate) fn pairs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(value, words)| (value.as_str(), words.as_str())).collect()
    }
}

/// The choices of roles.
pub(crate) const ROLES: &[(&str, &str)] = &[
    ("triager", "Triager: works on cases and proposes rewards"),
    ("finance", "Finance: awards and approves money"),
    ("auditor", "Auditor: reads everything, changes nothing"),
    ("guest", "Guest: reads and talks to the reporter"),
    ("admin", "Admin: people, settings, tokens and all case work"),
    ("owner", "Owner: everything, keys and erasure included"),
];

/// Role and scope from the fields `role` and `scope`.
pub(crate) fn read_grant(form: &mut Form) -> Option<Grant> {
    let role: Option<Role> = form.parsed("role", "Choose a role.");
    let scope = read_scope(form.value("scope"));
    if scope.is_none() {
        form.refuse("scope", "Choose where the role holds.");
    }
    Some(Grant { role: role?, scope: scope? })
}

fn read_scope(value: &str) -> Option<Scope> {
    let with_id = ["programme", "case"].into_iter().find_map(|kind| {
        let id = value.strip_prefix(kind)?.strip_prefix(':')?;
        scope::read(kind, id.parse().ok()?)
    });
    with_id.or_else(|| scope::read(value, Uuid::nil()).filter(|s| matches!(s, Scope::House | Scope::Desk(_))))
}

/// Grants in words, with the values a form needs to take them away.
pub(crate) async fn role_words(tx: &mut Tx, grants: &[Grant]) -> Result<Vec<RoleWords>, AccountError> {
    let programmes = programmes(tx).await?;
    let in_words = |grant: &Grant| {
        let (column, id) = scope::columns(grant.scope);
        let (place, value) = match grant.scope {
            Scope::House => ("whole house".to_owned(), column.to_owned()),
            Scope::Desk(desk) => (format!("{desk} desk"), column.to_owned()),
            Scope::Programme(_) => {
                let slug = programmes.iter().find(|(p, _)| *p == id).map_or("erased", |(_, slug)| slug);
                (format!("programme {slug}"), format!("programme:{id}"))
            }
            // Which one is for those to know who see it; guests are sent away on its page.
            Scope::Case(_) => ("one case".to_owned(), String::new()),
        };
        RoleWords { words: format!("{}, {place}", grant.role), role: grant.role.as_str(), scope: value }
    };
    Ok(grants.iter().map(in_words).collect())
}

async fn programmes(tx: &mut Tx) -> Result<Vec<(Uuid, String)>, AccountError> {
    Ok(fetch_all!(tx, (Uuid, String), stmt!("SELECT id, slug FROM programmes ORDER BY slug LIMIT 500"))?)
}
