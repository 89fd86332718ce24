//! The shapes of CSAF 2.1 against the JSON Schema that they stand for, over the suite and over documents spoilt in every
//! place.

use crate::csaf_hostile::places;
use formats::csaf;
use formats::json::{Parsed, Tree};
use outside::data;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn load(path: &Path) -> Value {
    let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_slice(&bytes).expect("is JSON")
}

/// The committee's folder has the schemas that its own refers to.
struct Shelf(PathBuf);

impl jsonschema::Retrieve for Shelf {
    fn retrieve(&self, uri: &jsonschema::Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        let name = uri.path().as_str().rsplit('/').next().unwrap_or_default().to_owned();
        let folder = match uri.as_str() {
            uri if uri.contains("first.org") => "referenced_schema/first",
            uri if uri.contains("certcc") => "referenced_schema/certcc",
            _ => "json_schema",
        };
        Ok(load(&self.0.join(folder).join(name)))
    }
}

/// What our shapes say: nothing of the schema, or of the tests that stand for a part of it.
fn fits(value: &Value) -> bool {
    let verdict = csaf::judge(&Parsed { value: Tree::from(value), unsorted: None });
    !verdict.findings.iter().any(|f| matches!(f.test, "schema" | "6.1.8" | "6.1.46" | "6.1.60.1"))
}

#[test]
fn the_shapes_of_2_1_say_what_its_schema_says() {
    let Some(root) = data("csaf/csaf_2.1") else { return };
    let schema = jsonschema::options()
        .with_retriever(Shelf(root.clone()))
        .should_validate_formats(true)
        .build(&load(&root.join("json_schema/csaf.json")))
        .expect("a schema");
    let suite = root.join("test/validator/data");
    let mut wrong = Vec::new();
    let mut compare = |value: Value, what: String| {
        let theirs = schema.is_valid(&value);
        if fits(&value) != theirs {
            wrong.push(format!("{what}: the schema says {theirs}"));
        }
    };
    let (mut cases, mut spoilt) = (0, 0);
    for folder in ["mandatory", "recommended", "informative"] {
        let mut files: Vec<_> = std::fs::read_dir(suite.join(folder)).expect("a folder").flatten().collect();
        files.sort_by_key(std::fs::DirEntry::path);
        for file in files.iter().filter(|file| !file.file_name().to_string_lossy().contains(".result.")) {
            let whole = load(&file.path());
            compare(whole.clone(), file.path().display().to_string());
            cases += 1;
            // One file in forty is spoilt in every place.
            if cases % 40 != 0 {
                continue;
            }
            let mut all = Vec::new();
            places(&whole, "", &mut all);
            for place in all {
                for other in [json!(null), json!(7), json!("x"), json!(""), json!([]), json!({}), json!({"x": 1})] {
                    let mut value = whole.clone();
                    *value.pointer_mut(&place).expect("is there") = other.clone();
                    compare(value, format!("{} {place} {other}", file.path().display()));
                    spoilt += 1;
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} and {spoilt}\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(cases, 856);
}
