//! Filling in a form of a real page and sending it.

use super::answer::Answer;
use super::client::Client;
use super::html::{Tag, tags};
use super::multipart::encode;
use axum::http::Method;

/// What a person does with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// Writes one line.
    Line,
    /// Writes one line that no page may show again.
    Secret,
    /// Writes as much as they like.
    Long,
    /// Chooses or ticks.
    Choice,
}

impl Typed {
    fn of(tag: &Tag) -> Option<Self> {
        match (tag.name.as_str(), tag.attribute("type")) {
            ("textarea", _) => Some(Self::Long),
            ("select", _) | ("input", Some("radio" | "checkbox")) => Some(Self::Choice),
            ("input", Some("password")) => Some(Self::Secret),
            ("input", kind) if !matches!(kind, Some("hidden" | "file" | "submit")) => Some(Self::Line),
            _ => None,
        }
    }
}

/// A form as a browser would send it: hidden fields and defaults are in already.
#[derive(Clone)]
pub struct FormWalk {
    client: Client,
    action: String,
    multipart: bool,
    names: Vec<String>,
    typed: Vec<(String, Typed)>,
    fields: Vec<(String, String)>,
    files: Vec<(String, String, Vec<u8>)>,
}

/// Where the layout's own forms go.
const LAYOUT: [&str; 2] = ["/appearance", "/desk/sign-out"];

impl FormWalk {
    /// Every form of a page that acts, the layout's own left out.
    pub(super) fn every(client: &Client, path: &str, html: &str) -> Vec<Self> {
        let all = tags(html);
        let post = |tag: &Tag| tag.attribute("method").is_some_and(|m| m.eq_ignore_ascii_case("post"));
        let starts = all.iter().enumerate().filter(|(_, tag)| tag.name == "form" && post(tag));
        let ours = starts.filter(|(_, tag)| !tag.attribute("action").is_some_and(|to| LAYOUT.contains(&to)));
        ours.map(|(start, tag)| {
            let end = all[start..].iter().position(|tag| tag.name == "/form").map_or(all.len(), |n| start + n);
            Self::read(client.clone(), path, tag, &all[start + 1..end])
        })
        .collect()
    }

    /// The fields in which people type or choose; hidden ones and files are left out.
    pub fn typed(&self) -> &[(String, Typed)] {
        &self.typed
    }

    /// The same form sent from another address.
    #[must_use]
    pub fn at(self, ip: &str) -> Self {
        Self { client: self.client.at(ip), ..self }
    }

    pub(super) fn find(client: &Client, path: &str, html: &str, action: Option<&str>) -> Self {
        let all = tags(html);
        let starts = all.iter().enumerate().filter(|(_, tag)| tag.name == "form");
        let fits = |tag: &Tag| {
            let to = tag.attribute("action").unwrap_or(path);
            let post = tag.attribute("method").is_some_and(|m| m.eq_ignore_ascii_case("post"));
            post && action.map_or_else(|| path == to || !LAYOUT.contains(&to), |wanted| wanted == to)
        };
        let found: Vec<usize> = starts.filter(|(_, tag)| fits(tag)).map(|(at, _)| at).collect();
        assert_eq!(found.len(), 1, "{path} has {} fitting forms:\n{html}", found.len());
        let start = found[0];
        let end = all[start..].iter().position(|tag| tag.name == "/form").map_or(all.len(), |n| start + n);
        Self::read(client.clone(), path, &all[start], &all[start + 1..end])
    }

    fn read(client: Client, path: &str, form: &Tag, inside: &[Tag]) -> Self {
        let mut walk = Self {
            client,
            action: form.attribute("action").unwrap_or(path).to_owned(),
            multipart: form.attribute("enctype") == Some("multipart/form-data"),
            names: Vec::new(),
            typed: Vec::new(),
            fields: Vec::new(),
            files: Vec::new(),
        };
        let mut select: Option<String> = None;
        for tag in inside {
            let name = tag.attribute("name").unwrap_or("").to_owned();
            walk.typed.extend(Typed::of(tag).map(|typed| (name.clone(), typed)));
            match tag.name.as_str() {
                "input" => walk.input(tag, name),
                // A line break right after the start tag is not part of the value.
                "textarea" => walk.add(name, tag.text.strip_prefix('\n').unwrap_or(&tag.text)),
                "select" => {
                    walk.names.push(name.clone());
                    select = Some(name);
                }
                "/select" => select = None,
                "option" => walk.option(tag, select.as_deref()),
                "button" => walk.names.push(name),
                _ => {}
            }
        }
        walk
    }

    fn input(&mut self, tag: &Tag, name: String) {
        let value = tag.attribute("value").unwrap_or("");
        match tag.attribute("type") {
            Some("radio" | "checkbox") if tag.attribute("checked").is_none() => self.names.push(name),
            Some("file") => self.names.push(name),
            _ => self.add(name, value),
        }
    }

    fn option(&mut self, tag: &Tag, select: Option<&str>) {
        let Some(name) = select else { return };
        let value = tag.attribute("value").unwrap_or(&tag.text).to_owned();
        let first = !self.fields.iter().any(|(n, _)| n == name);
        if first || tag.attribute("selected").is_some() {
            self.fields.retain(|(n, _)| n != name);
            self.fields.push((name.to_owned(), value));
        }
    }

    fn add(&mut self, name: String, value: &str) {
        self.names.push(name.clone());
        self.fields.push((name, value.to_owned()));
    }

    /// Types into a field, ticks a box or chooses; fails when the form has no such field.
    #[must_use]
    #[track_caller]
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        assert!(self.names.iter().any(|n| n == name), "the form has no field {name:?}, only {:?}", self.names);
        self.fields.retain(|(n, _)| n != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes the tick out of a box; fails when it has none.
    #[must_use]
    #[track_caller]
    pub fn untick(mut self, name: &str) -> Self {
        assert!(self.fields.iter().any(|(n, _)| n == name), "{name:?} is not ticked");
        self.fields.retain(|(n, _)| n != name);
        self
    }

    /// Ticks one more box of this name.
    #[must_use]
    pub fn also(mut self, name: &str, value: &str) -> Self {
        assert!(self.names.iter().any(|n| n == name), "the form has no field {name:?}, only {:?}", self.names);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends a field that the form does not have, or changes a hidden one, as an attacker would.
    #[must_use]
    pub fn forge(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(n, _)| n != name);
        // The form's own token comes first, or it counts as none.
        let at = usize::from(self.fields.first().is_some_and(|(n, _)| n == "csrf"));
        self.fields.insert(at, (name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a file.
    #[must_use]
    pub fn file(mut self, name: &str, file_name: &str, bytes: &[u8]) -> Self {
        self.files.push((name.to_owned(), file_name.to_owned(), bytes.to_vec()));
        self
    }

    /// Sends it to another address: what the `formaction` of a button does.
    #[must_use]
    pub fn to(mut self, action: &str) -> Self {
        action.clone_into(&mut self.action);
        self
    }

    /// What a field holds now.
    pub fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// Where it goes.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// Sends it.
    pub async fn submit(self) -> Answer {
        let call = self.client.call(Method::POST, &self.action);
        let call = call.header("accept", "text/html").header("origin", "null").header("sec-fetch-site", "same-origin");
        if self.multipart {
            let (media, body) = encode(&self.fields, &self.files);
            return call.header("content-type", &media).body(body).send().await;
        }
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(&self.fields);
        call.header("content-type", "application/x-www-form-urlencoded").body(body.finish()).send().await
    }
}
