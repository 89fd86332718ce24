//! The page on which somebody of the team chooses what they hear of by mail.

use super::choice::{self, Choice, KINDS, Pace};
use askama::Template;
use axum::extract::State;
use mail::Post;
use web::{App, Form, FormData, Page, Reply, Staff, View, see_other};

struct Kind {
    value: i64,
    words: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "letters/templates/choice.html")]
struct ChoicePage {
    page: Page,
    form: Form,
    paces: Vec<(&'static str, &'static str)>,
    pace: &'static str,
    kinds: Vec<Kind>,
    on: bool,
    digest_hour: i64,
}

pub(super) async fn show(State(app): State<App>, who: Staff, view: View) -> Reply {
    let mut tx = app.store.read().await?;
    let choice = choice::one(&mut tx, who.person).await?;
    drop(tx);
    Ok(view.show(&page(&app, &view, (choice, Form::empty()))))
}

pub(super) async fn save(State(app): State<App>, who: Staff, view: View, form: FormData) -> Reply {
    let fields = form.fields().await?;
    let ticked: Vec<i64> = fields.all("kind").filter_map(|value| value.parse().ok()).collect();
    let kinds = KINDS.iter().map(|(_, bit, _)| bit).filter(|bit| ticked.contains(bit)).sum();
    let mut form = Form::of(fields);
    let Some(pace) = Pace::of(form.value("pace")) else {
        form.refuse("pace", "Pick how often");
        return Ok(view.show_again(&page(&app, &view, (Choice { pace: Pace::Now, kinds }, form))));
    };
    let person = who.person;
    app.store.write(move |tx| Box::pin(async move { choice::keep(tx, person, Choice { pace, kinds }).await })).await?;
    Ok(see_other("/desk/account"))
}

fn page(app: &App, view: &View, (choice, form): (Choice, Form)) -> ChoicePage {
    let post = app.carried::<Post>();
    ChoicePage {
        page: view.page("What we mail you").with_errors(!form.ok()),
        form,
        paces: Pace::ALL.iter().map(|(_, word, words)| (*word, *words)).collect(),
        pace: choice.pace.as_str(),
        kinds: KINDS
            .iter()
            .map(|(_, bit, words)| Kind { value: *bit, words, chosen: choice.kinds & bit != 0 })
            .collect(),
        on: post.is_some_and(Post::is_on),
        digest_hour: post.map_or(7, |post| post.settings().digest_hour),
    }
}
