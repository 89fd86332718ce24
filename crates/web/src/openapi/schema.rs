//! A small language for JSON Schema 2020-12, to be written beside a handler.

use domain::Ts;
use serde_json::{Map, Value, json};

/// A schema. A named one becomes a component of the document and is referred to.
#[derive(Debug, Clone)]
pub struct Schema {
    name: Option<&'static str>,
    value: Value,
    inside: Vec<Schema>,
}

impl Schema {
    /// A schema written out as JSON.
    pub const fn raw(value: Value) -> Self {
        Self { name: None, value, inside: Vec::new() }
    }

    /// A string of `min` to `max` characters.
    pub fn text(min: usize, max: usize) -> Self {
        Self::raw(json!({ "type": "string", "minLength": min, "maxLength": max }))
    }

    /// Any string.
    pub fn string() -> Self {
        Self::raw(json!({ "type": "string" }))
    }

    /// A string of this regular expression.
    pub fn pattern(pattern: &str) -> Self {
        Self::raw(json!({ "type": "string", "pattern": pattern }))
    }

    /// A whole number.
    pub fn integer(min: i64, max: i64) -> Self {
        Self::raw(json!({ "type": "integer", "minimum": min, "maximum": max }))
    }

    /// A number.
    pub fn number() -> Self {
        Self::raw(json!({ "type": "number" }))
    }

    /// True or false.
    pub fn flag() -> Self {
        Self::raw(json!({ "type": "boolean" }))
    }

    /// An id of ours.
    pub fn id() -> Self {
        Self::raw(json!({ "type": "string", "format": "uuid" }))
    }

    /// An instant, RFC 3339 in UTC.
    pub fn instant() -> Self {
        Self::raw(json!({ "type": "string", "format": "date-time", "examples": [Ts::from_micros(0).to_string()] }))
    }

    /// One of these words.
    pub fn word<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let words: Vec<&str> = words.into_iter().collect();
        Self::raw(json!({ "type": "string", "enum": words }))
    }

    /// Any JSON object.
    pub fn anything() -> Self {
        Self::raw(json!({ "type": "object" }))
    }

    /// A list.
    pub fn list(of: Self) -> Self {
        let value = json!({ "type": "array", "items": of.reference() });
        Self { name: None, value, inside: vec![of] }
    }

    /// A page of a list: `items`, and `next`, the cursor of the next page or null.
    pub fn page(of: Self) -> Self {
        Self::inline_object().required("items", Self::list(of)).required("next", Self::string().or_null())
    }

    /// This or null.
    #[must_use]
    pub fn or_null(self) -> Self {
        let value = json!({ "anyOf": [self.reference(), { "type": "null" }] });
        Self { name: None, value, inside: vec![self] }
    }

    /// An object that becomes the component `name`. Members that are not declared are not allowed.
    pub fn object(name: &'static str) -> Self {
        Self { name: Some(name), ..Self::inline_object() }
    }

    /// An object without a name of its own.
    pub fn inline_object() -> Self {
        let value = json!({ "type": "object", "properties": {}, "required": [], "additionalProperties": false });
        Self::raw(value)
    }

    /// Adds a member that is always there.
    #[must_use]
    pub fn required(mut self, name: &'static str, schema: Self) -> Self {
        if let Some(list) = self.value["required"].as_array_mut() {
            list.push(name.into());
        }
        self.optional(name, schema)
    }

    /// Adds a member that may be missing.
    #[must_use]
    pub fn optional(mut self, name: &'static str, schema: Self) -> Self {
        self.value["properties"][name] = schema.reference();
        self.inside.push(schema);
        self
    }

    /// Says what it means.
    #[must_use]
    pub fn about(mut self, text: &str) -> Self {
        self.value["description"] = text.into();
        self
    }

    /// The schema where it is used: a reference when it has a name.
    pub(super) fn reference(&self) -> Value {
        match self.name {
            Some(name) => json!({ "$ref": format!("#/components/schemas/{name}") }),
            None => self.value.clone(),
        }
    }

    /// Puts this and every named schema inside into the components.
    pub(super) fn collect(&self, into: &mut Map<String, Value>) {
        if let Some(name) = self.name {
            into.insert(name.to_owned(), self.value.clone());
        }
        for schema in &self.inside {
            schema.collect(into);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Schema;
    use serde_json::{Map, json};

    #[test]
    fn named_schemas_are_collected_and_referred_to() {
        let inner = Schema::object("Inner").required("at", Schema::instant());
        let outer = Schema::object("Outer").required("list", Schema::list(inner)).optional("note", Schema::text(1, 9));
        let mut all = Map::new();
        outer.collect(&mut all);
        assert_eq!(all.keys().collect::<Vec<_>>(), ["Inner", "Outer"]);
        assert_eq!(all["Outer"]["properties"]["list"]["items"], json!({ "$ref": "#/components/schemas/Inner" }));
        assert_eq!(all["Outer"]["required"], json!(["list"]));
    }
}
