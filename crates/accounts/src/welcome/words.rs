//! `/desk/recovery`: the 24 words that bring a lost master key back.

use crate::pages::{accounts, beside};
use crate::recovery_words::{self, RecoveryState, WordCheck};
use askama::Template;
use axum::extract::State;
use data_encoding::HEXLOWER;
use domain::{Actor, Permission, may_house};
use web::{Allowed, App, Form, FormData, Page, Problem, Reply, View, rights, see_other};

#[derive(Template)]
#[template(path = "welcome/templates/words_explain.html")]
struct ExplainPage {
    page: Page,
    state: RecoveryState,
}

#[derive(Template)]
#[template(path = "welcome/templates/words.html")]
struct WordsPage<'a> {
    page: Page,
    form: &'a Form,
    words: Vec<&'static str>,
    labels: [String; 2],
    places: [usize; 2],
    tag: String,
}

impl<'a> WordsPage<'a> {
    fn new(page: Page, form: &'a Form, words: Vec<&'static str>, check: &WordCheck) -> Self {
        let labels = check.places.map(|place| format!("Word {place}"));
        Self { page, form, words, labels, places: check.places, tag: HEXLOWER.encode(&check.tag) }
    }
}

/// The master key is the house's: a grant for one desk does not reach it.
fn whole_house(actor: &Actor) -> Result<(), Problem> {
    if may_house(actor, Permission::ManageKeys) { Ok(()) } else { Err(Problem::not_found()) }
}

pub(crate) async fn explain(State(app): State<App>, who: Allowed<rights::ManageKeys>, view: View) -> Reply {
    whole_house(&who.actor)?;
    let mut tx = app.store.read().await?;
    let state = recovery_words::state(&mut tx).await?;
    Ok(view.show(&ExplainPage { page: view.page("Recovery words"), state }))
}

pub(crate) async fn make(
    State(app): State<App>,
    who: Allowed<rights::ManageKeys>,
    view: View,
    form: FormData,
) -> Reply {
    whole_house(&who.actor)?;
    form.fields().await?;
    let (db, person) = (app.store.clone(), who.person);
    let made =
        app.store.write(move |tx| Box::pin(async move { recovery_words::make_words(tx, &db, person).await })).await?;
    let page = view.page("Recovery words");
    Ok(view.show(&WordsPage::new(page, &Form::empty(), made.words, &made.check)))
}

pub(crate) async fn confirm(
    State(app): State<App>,
    who: Allowed<rights::ManageKeys>,
    view: View,
    form: FormData,
) -> Reply {
    whole_house(&who.actor)?;
    let accounts = accounts(&app)?;
    let mut form = Form::of(form.fields().await?);
    let check = read_check(&form)?;
    let first = form.required("first", "Write the word that has this number on your paper.");
    let second = form.required("second", "Write the word that has this number on your paper.");
    if form.ok() {
        let (db, person, asked) = (accounts.db().clone(), who.person, check.clone());
        let confirmed = accounts.db().write(move |tx| {
            Box::pin(async move { recovery_words::confirm_words(tx, &db, person, &asked, [&first, &second]).await })
        });
        match confirmed.await {
            Ok(()) => return Ok(see_other("/desk")),
            Err(error) => beside(&mut form, error)?,
        }
    }
    let page = view.page("Recovery words").with_errors(true);
    Ok(view.show_again(&WordsPage::new(page, &form, Vec::new(), &check)))
}

fn read_check(form: &Form) -> Result<WordCheck, Problem> {
    let bad = || Problem::bad_request("This form is not complete. Make new words and try again.");
    let place = |name| form.value(name).parse::<usize>().ok().filter(|p| (1..=24).contains(p)).ok_or_else(bad);
    let tag = HEXLOWER.decode(form.value("tag").as_bytes()).ok().and_then(|t| t.try_into().ok()).ok_or_else(bad)?;
    Ok(WordCheck { places: [place("place-1")?, place("place-2")?], tag })
}
