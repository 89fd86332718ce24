//! Every text field of every form of the desk, of the accounts and of the return door.

use super::strings::{strings, unescaped};
use crate::access::callers::Caller;
use crate::access::scene::{Case, Scene};
use crate::access::table::Line;
use crate::access::{address, routes};
use axum::http::Method;
use std::collections::BTreeSet;
use web::Access;
use web::testing::{Answer, Client, FormWalk, Typed};

/// Requests of one form: over them every string stands in every field of several lines.
const ROUNDS: usize = 24;
/// The same for a form that tries a secret, since each try costs what a password's hash costs.
const SECRET_ROUNDS: usize = 4;

/// How far a case is, by what the team did: each offers other actions.
const STAGES: [&[&str]; 5] = [
    &[],
    &["triage"],
    &["triage", "accept"],
    &["triage", "accept", "claim-fixed"],
    &["triage", "accept", "claim-fixed", "start-retest"],
];

/// What has been sent, and what was wrong with the answers.
struct Walk {
    strings: Vec<String>,
    /// Where the next line begins in the list.
    next: usize,
    done: BTreeSet<String>,
    requests: usize,
    faults: Vec<String>,
}

/// A page and who looks at it; where it is of a case, how far that case is.
struct Place<'s> {
    scene: &'s Scene,
    caller: Caller,
    /// The page with `{id}` for the case.
    template: String,
    stage: Option<&'static [&'static str]>,
    path: String,
    client: Client,
    case: Option<Case>,
}

impl<'s> Place<'s> {
    /// The page of a new case at this stage.
    async fn of_case(scene: &'s Scene, caller: Caller, template: String, stage: &'static [&'static str]) -> Self {
        let case = scene.case_after(stage).await;
        let client = match caller {
            Caller::Reporter => scene.reporter_of(case.code).await,
            staff => scene.client(staff, "").await,
        };
        let path = template.replace("{id}", &case.name);
        Self { scene, caller, template, stage: Some(stage), path, client, case: Some(case) }
    }

    /// An address of the page with the case's own names taken out.
    fn plain(&self, text: &str) -> String {
        let Some(case) = &self.case else { return text.to_owned() };
        text.replace(&case.id.to_string(), "CASE").replace(&case.name, "CASE")
    }

    /// The form that goes where this one goes, in the page as it is now; with a new case when this one offers it no more.
    async fn again(&mut self, form: &FormWalk) -> Option<FormWalk> {
        let wanted = self.plain(form.action());
        for _ in 0..2 {
            let page = self.client.get(&self.path).await;
            let forms = self.client.forms_in(&self.path, &page);
            if let Some(found) = forms.into_iter().find(|f| self.plain(f.action()) == wanted) {
                return Some(found);
            }
            *self = Self::of_case(self.scene, self.caller, self.template.clone(), self.stage?).await;
        }
        None
    }
}

impl Walk {
    async fn page(&mut self, mut place: Place<'_>) {
        let page = place.client.get(&place.path).await;
        if page.status != 200 || !page.header("content-type").starts_with("text/html") {
            return;
        }
        for form in place.client.forms_in(&place.path, &page) {
            let names: Vec<&str> = form.typed().iter().map(|(name, _)| name.as_str()).collect();
            let name = format!("{} {names:?}", place.plain(form.action()));
            if !names.is_empty() && self.done.insert(name.clone()) {
                self.form(&mut place, form, &name).await;
            }
        }
    }

    async fn form(&mut self, place: &mut Place<'_>, form: FormWalk, name: &str) {
        let secret =
            form.typed().iter().any(|(field, t)| *t == Typed::Secret || field == "code" || field == "current-code");
        let rounds = if secret { SECRET_ROUNDS } else { ROUNDS };
        let mut form = form;
        for round in 0..rounds {
            let (filled, typed) = self.fill(&form, round, rounds);
            let answer = filled.submit().await;
            self.requests += 1;
            self.check(name, &answer, &typed);
            if answer.status == 422 {
                self.kept(name, place, &form, &answer, &typed);
            } else {
                // Something happened: what was written is on the page now, which has new versions and keys.
                let page = place.client.get(&place.path).await;
                for text in unescaped(&page.text, typed.iter().flat_map(|(_, strings)| strings)) {
                    self.faults.push(format!("{name}: afterwards the page holds {text:?} unescaped"));
                }
                let Some(found) = place.again(&form).await else { break };
                form = found;
            }
        }
    }

    /// The form with strings in its fields; choices are odd in every third request only.
    fn fill(&mut self, form: &FormWalk, round: usize, rounds: usize) -> (FormWalk, Vec<(String, Vec<String>)>) {
        let mut filled = form.clone().at(&format!("10.1.{}.{}", self.requests / 250 % 250, self.requests % 250 + 1));
        if !form.value("idempotency").is_empty() {
            filled = filled.forge("idempotency", &format!("{:032x}", self.requests));
        }
        let mut typed = Vec::new();
        for (field, kind) in form.typed() {
            let strings: Vec<String> = match kind {
                Typed::Choice if !round.is_multiple_of(3) => continue,
                // One with a control character would have the rest refused: it stands alone, now and then.
                Typed::Long if round % 6 != 5 => {
                    let some = self.strings.iter().skip(round).step_by(rounds);
                    some.filter(|text| !super::strings::has_controls(text)).cloned().collect()
                }
                _ => {
                    self.next = (self.next + 1) % self.strings.len();
                    vec![self.strings[self.next].clone()]
                }
            };
            filled = filled.fill(field, &strings.join("\n"));
            typed.push((field.clone(), strings));
        }
        (filled, typed)
    }

    fn check(&mut self, name: &str, answer: &Answer, typed: &[(String, Vec<String>)]) {
        if !matches!(answer.status.as_u16(), 200 | 303 | 400 | 404 | 409 | 410 | 412 | 413 | 422 | 429) {
            self.faults.push(format!("{name}: {} to {typed:?}", answer.status));
        }
        for text in unescaped(&answer.text, typed.iter().flat_map(|(_, strings)| strings)) {
            self.faults.push(format!("{name}: {text:?} came back unescaped"));
        }
    }

    /// A form that is shown again holds what was typed.
    fn kept(
        &mut self,
        name: &str,
        place: &Place<'_>,
        form: &FormWalk,
        answer: &Answer,
        typed: &[(String, Vec<String>)],
    ) {
        // Several forms of a page may go to one address: it is the one that has these fields.
        let same = |other: &FormWalk| {
            let has = |name: &String| other.typed().iter().any(|(field, _)| field == name);
            place.plain(other.action()) == place.plain(form.action()) && form.typed().iter().all(|(name, _)| has(name))
        };
        let Some(again) = place.client.forms_in(&place.path, answer).into_iter().find(same) else {
            self.faults.push(format!("{name}: refused, and the form is not shown again"));
            return;
        };
        for (field, kind) in form.typed() {
            let Some((_, strings)) = typed.iter().find(|(name, _)| name == field) else { continue };
            let wanted = strings.join("\n").replace("\r\n", "\n");
            let secret = matches!(field.as_str(), "code" | "current-code") || *kind == Typed::Secret;
            if !secret && *kind != Typed::Choice && again.value(field) != wanted {
                let got = again.value(field);
                self.faults.push(format!("{name}: {field} was {wanted:?} and came back as {got:?}"));
            }
        }
    }
}

fn caller(access: Access) -> Caller {
    match access {
        Access::Reporter => Caller::Reporter,
        Access::Researcher => Caller::Researcher,
        Access::Staff(_) | Access::SignedIn => Caller::Owner,
        _ => Caller::Nobody,
    }
}

#[tokio::test]
async fn every_field_of_every_page_takes_them_as_words() {
    let Some(strings) = strings() else { return };
    let scene = Scene::new().await;
    let mut walk = Walk { strings, next: 0, done: BTreeSet::new(), requests: 0, faults: Vec::new() };
    let pages = routes().into_iter().filter(|r| r.method == Method::GET && !r.is_api());
    // The report form has its own walk, in its own crate.
    for route in pages.filter(|r| !r.path.starts_with("/programs/")) {
        if route.path.starts_with("/desk/cases/{id}") || route.path.starts_with("/case/mine") {
            let to_reporter = route.path == "/desk/cases/{id}";
            for query in ["", "?write=team", "?write=outside"].into_iter().take(if to_reporter { 3 } else { 1 }) {
                for stage in STAGES {
                    let template = format!("{}{query}", route.path);
                    walk.page(Place::of_case(&scene, caller(route.access), template, stage).await).await;
                }
            }
            continue;
        }
        let line = Line { method: "GET".into(), path: route.path.into(), of: String::new(), words: Vec::new() };
        let path = address(&scene, &line).await.there;
        let caller = caller(route.access);
        let client = scene.client(caller, "").await;
        let template = path.clone();
        walk.page(Place { scene: &scene, caller, template, stage: None, path, client, case: None }).await;
    }
    scene.house.close().await;
    let forms: Vec<&str> = walk.done.iter().map(String::as_str).collect();
    assert!(walk.faults.is_empty(), "\n{}", walk.faults.join("\n"));
    // Sign-in, step-up, set-up, password, token, invitation, roles, code, message, withdrawal, note, reply, close and more.
    assert!(forms.len() > 20 && walk.requests > 350, "{} requests of\n{}", walk.requests, forms.join("\n"));
}
