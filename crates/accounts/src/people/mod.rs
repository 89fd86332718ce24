//! `/desk/people`: who is here and what they may do, for whoever manages people.

mod barred;
pub(crate) mod invite;
pub(crate) mod list;
pub(crate) mod one;
mod scopes;
pub(crate) mod tokens;

pub(crate) use scopes::{ScopeChoices, read_grant, role_words};

use domain::{Actor, Permission, may_house};
use web::Problem;

/// People belong to the house: a grant for one desk does not reach them.
fn whole_house(actor: &Actor) -> Result<(), Problem> {
    if may_house(actor, Permission::ManagePeople) { Ok(()) } else { Err(Problem::not_found()) }
}
