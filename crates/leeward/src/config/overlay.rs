//! One table over another, and the environment over both.

use anyhow::{Result, bail};
use toml::{Table, Value};

const PREFIX: &str = "LEEWARD__";

/// Puts `over` on `base`. Keys that `base` does not have are errors.
pub(super) fn merge(base: &mut Table, over: Table) -> Result<()> {
    for (section, value) in over {
        let Some(Value::Table(into)) = base.get_mut(&section) else { bail!("there is no section [{section}]") };
        let Value::Table(values) = value else { bail!("{section} is a section: write [{section}]") };
        for (key, value) in values {
            if !into.contains_key(&key) {
                bail!("there is no setting {section}.{key}");
            }
            into.insert(key, value);
        }
    }
    Ok(())
}

/// `LEEWARD__SECTION__KEY=value`, read as the type the default has.
pub(super) fn from_environment(base: &mut Table, environment: impl Iterator<Item = (String, String)>) -> Result<()> {
    for (name, text) in environment {
        let Some(path) = name.strip_prefix(PREFIX) else { continue };
        let path = path.to_ascii_lowercase();
        let place =
            path.split_once("__").and_then(|(section, key)| base.get_mut(section)?.as_table_mut()?.get_mut(key));
        let Some(place) = place else { bail!("{name}: there is no such setting") };
        *place = read(place, &text).ok_or_else(|| anyhow::anyhow!("{name}: {text:?} is not {}", place.type_str()))?;
    }
    Ok(())
}

fn read(like: &Value, text: &str) -> Option<Value> {
    Some(match like {
        Value::Integer(_) => Value::Integer(text.parse().ok()?),
        Value::Boolean(_) => Value::Boolean(text.parse().ok()?),
        Value::Array(_) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Value::Array(parts.map(|part| Value::String(part.to_owned())).collect())
        }
        _ => Value::String(text.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::{from_environment, merge};
    use toml::Table;

    fn base() -> Table {
        "[a]\nn = 1\ns = \"x\"\nl = []".parse().unwrap()
    }

    fn env(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn the_file_goes_over_the_defaults() {
        let mut table = base();
        merge(&mut table, "[a]\nn = 2".parse().unwrap()).unwrap();
        assert_eq!(table, "[a]\nn = 2\ns = \"x\"\nl = []".parse().unwrap());
    }

    #[test]
    fn unknown_keys_are_errors() {
        for text in ["[a]\nm = 1", "[b]\nn = 1", "a = 1"] {
            assert!(merge(&mut base(), text.parse().unwrap()).is_err(), "{text}");
        }
        for name in ["LEEWARD__A__M", "LEEWARD__B__N", "LEEWARD__A"] {
            assert!(from_environment(&mut base(), env(&[(name, "1")]).into_iter()).is_err(), "{name}");
        }
    }

    #[test]
    fn the_environment_is_read_as_the_type_of_the_default() {
        let mut table = base();
        let pairs = env(&[("LEEWARD__A__N", "7"), ("LEEWARD__A__S", "7"), ("LEEWARD__A__L", "p, q"), ("PATH", "/")]);
        from_environment(&mut table, pairs.into_iter()).unwrap();
        assert_eq!(table, "[a]\nn = 7\ns = \"7\"\nl = [\"p\", \"q\"]".parse().unwrap());
        let refused = from_environment(&mut base(), env(&[("LEEWARD__A__N", "seven")]).into_iter());
        assert!(refused.unwrap_err().to_string().contains("LEEWARD__A__N"));
    }
}
