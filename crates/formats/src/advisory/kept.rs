//! What a document says and the model does not: the differences between the document and what the writer makes of the
//! model, to be put back when the same format is written again.

use super::Format;
use crate::json::escape;
use serde_json::Value;

/// Stands for "no date" while differences are taken, so that they do not depend on the day.
pub(super) const NO_DATE: &str = "1970-01-01T00:00:00Z";

/// One difference.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    pointer: String,
    /// What the writer makes of the model.
    ours: Option<Value>,
    /// What the document says.
    theirs: Option<Value>,
}

/// What was kept of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    format: Format,
    steps: Vec<Step>,
}

impl Kept {
    /// Compares what the writer makes with the document.
    pub(super) fn between(format: Format, ours: &Value, theirs: &Value) -> Self {
        let mut steps = Vec::new();
        compare(String::new(), ours, theirs, &mut steps);
        Self { format, steps }
    }

    /// The format of the document.
    pub fn format(&self) -> Format {
        self.format
    }

    /// JSON pointers of what the model does not hold, or holds in another form.
    pub fn pointers(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().map(|step| step.pointer.as_str())
    }

    /// One line for each thing that only this format can say.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> + '_ {
        let told = self.steps.iter().filter(|step| step.theirs.is_some() && !is_empty(step.theirs.as_ref()));
        told.map(|step| format!("{} (only in the source's format)", step.pointer))
    }

    /// Puts everything back whose place is as it was when the document was read.
    pub(super) fn put_back(&self, value: &mut Value) {
        for step in &self.steps {
            if value.pointer(&step.pointer) != step.ours.as_ref() {
                continue;
            }
            match (&step.theirs, step.pointer.rsplit_once('/')) {
                (Some(theirs), None) => *value = theirs.clone(),
                (Some(theirs), Some((parent, key))) => {
                    if let Some(place) = value.pointer_mut(&step.pointer) {
                        *place = theirs.clone();
                    } else if let Some(Value::Object(map)) = value.pointer_mut(parent) {
                        map.insert(unescape(key), theirs.clone());
                    }
                }
                (None, Some((parent, key))) => {
                    if let Some(Value::Object(map)) = value.pointer_mut(parent) {
                        map.remove(&unescape(key));
                    }
                }
                (None, None) => {}
            }
        }
    }
}

fn unescape(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}

fn is_empty(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Array(list)) => list.is_empty(),
        Some(Value::Object(map)) => map.is_empty(),
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Null) | None => true,
        Some(_) => false,
    }
}

/// Lists of another length are a difference as a whole: which entry is new cannot be known.
fn compare(at: String, ours: &Value, theirs: &Value, steps: &mut Vec<Step>) {
    match (ours, theirs) {
        (Value::Object(left), Value::Object(right)) => {
            for (key, value) in left {
                let pointer = format!("{at}/{}", escape(key));
                match right.get(key) {
                    Some(other) => compare(pointer, value, other, steps),
                    None => steps.push(Step { pointer, ours: Some(value.clone()), theirs: None }),
                }
            }
            for (key, value) in right.iter().filter(|(key, _)| !left.contains_key(*key)) {
                let pointer = format!("{at}/{}", escape(key));
                steps.push(Step { pointer, ours: None, theirs: Some(value.clone()) });
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (index, (value, other)) in left.iter().zip(right).enumerate() {
                compare(format!("{at}/{index}"), value, other, steps);
            }
        }
        _ if ours == theirs => {}
        _ => steps.push(Step { pointer: at, ours: Some(ours.clone()), theirs: Some(theirs.clone()) }),
    }
}
