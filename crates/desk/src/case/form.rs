//! Forms of actions, drawn from what the machine says about them.

use domain::case::{ActionDoc, FieldKind};
use serde_json::{Map, Value};
use web::form::Field;
use web::{Fields, Form};

/// One action as a form. Names of its fields begin with the action, so that ids are unique on a page.
pub(super) struct ActionForm {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) fields: Vec<ActionField>,
    pub(super) open: bool,
    /// The step that takes the case on: the filled button.
    pub(super) primary: bool,
}

/// One field of it.
pub(super) struct ActionField {
    name: String,
    label: &'static str,
    kind: FieldKind,
    required: bool,
}

impl ActionForm {
    pub(super) fn of(doc: ActionDoc, open: Option<&str>) -> Self {
        let field = |f: domain::case::Field| ActionField {
            name: format!("{}.{}", doc.name, f.name),
            label: f.label,
            kind: f.kind,
            required: f.required,
        };
        Self {
            name: doc.name,
            label: doc.label,
            open: open == Some(doc.name),
            primary: false,
            fields: doc.fields.into_iter().map(field).collect(),
        }
    }

    /// Whether the duplicates of the case can follow.
    pub(super) fn asks_for_children(&self) -> bool {
        matches!(self.name, "close" | "reopen")
    }

    /// The field of the duplicates that follow.
    pub(super) fn children(&self) -> String {
        format!("{}.children", self.name)
    }

    /// The single key that opens it.
    pub(super) fn key(&self) -> Option<&'static str> {
        match self.name {
            "close" => Some("c"),
            "set-severity" => Some("s"),
            _ => None,
        }
    }

    /// Whether one press is enough.
    pub(super) fn is_plain(&self) -> bool {
        self.fields.is_empty()
    }
}

impl ActionField {
    pub(super) fn is_long(&self) -> bool {
        self.kind == FieldKind::LongText
    }

    pub(super) fn is_choice(&self) -> bool {
        matches!(self.kind, FieldKind::Choice(_))
    }

    pub(super) fn draw<'a>(&'a self, form: &'a Form) -> Field<'a> {
        let field = form.text(&self.name, self.label);
        let field = if self.required { field } else { field.optional() };
        match &self.kind {
            FieldKind::Text => field,
            FieldKind::LongText => field.rows(4),
            FieldKind::Reference => field.hint("Its name, such as REP-12").short(),
            FieldKind::Choice(choices) => {
                let mut pairs = vec![("", "Choose one")];
                pairs.extend(choices.iter().map(|c| (c.value, c.label)));
                field.choices(&pairs)
            }
        }
    }
}

/// What was typed into the form of this action, as the machine reads it, with the duplicates that were ticked.
pub(super) fn input(doc: &ActionDoc, fields: &Fields) -> Value {
    let value = |name: &str| Value::from(fields.get(&format!("{}.{name}", doc.name)));
    let mut input: Map<_, _> = doc.fields.iter().map(|f| (f.name.to_owned(), value(f.name))).collect();
    let ticked: Vec<Value> = fields.all(&format!("{}.children", doc.name)).map(Value::from).collect();
    if !ticked.is_empty() {
        input.insert("children".to_owned(), Value::Array(ticked));
    }
    Value::Object(input)
}

#[cfg(test)]
mod tests {
    use super::input;
    use domain::case::{ActionDoc, Field, FieldKind};
    use serde_json::json;
    use web::Fields;

    #[test]
    fn only_the_fields_of_the_action_are_read() {
        let doc =
            ActionDoc { name: "ask", label: "Ask", fields: vec![Field::required("text", "T", FieldKind::LongText)] };
        let fields: Fields = [("ask.text", "why?"), ("close.text", "no"), ("text", "no")].into_iter().collect();
        assert_eq!(input(&doc, &fields), json!({ "text": "why?" }));
    }
}
