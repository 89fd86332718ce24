//! The configuration as `check` prints it: secrets masked.

use super::Config;
use anyhow::Result;

/// TOML of what is in force, without passwords.
pub fn masked(config: &Config) -> Result<String> {
    let mut shown = config.clone();
    shown.store.database = without_password(&shown.store.database);
    shown.store.blobs = without_password(&shown.store.blobs);
    if !shown.keys.master_command.is_empty() {
        // A command line may carry a token.
        shown.keys.master_command = "(set, not shown)".to_owned();
    }
    Ok(toml::to_string_pretty(&shown)?)
}

/// `scheme://user:***@host/…`; also masks a `password=` parameter.
fn without_password(url: &str) -> String {
    let mut out = url.to_owned();
    if let Some((scheme, rest)) = url.split_once("://") {
        let (authority, tail) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        if let Some((user, host)) = authority.rsplit_once('@') {
            let name = user.split(':').next().unwrap_or_default();
            let mask = if user.contains(':') { ":***" } else { "" };
            out = format!("{scheme}://{name}{mask}@{host}{tail}");
        }
    }
    match out.find("password=") {
        Some(at) => {
            let start = at + "password=".len();
            let end = out[start..].find('&').map_or(out.len(), |n| start + n);
            format!("{}***{}", &out[..start], &out[end..])
        }
        None => out,
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn passwords_are_masked() {
        for (url, shown) in [
            ("postgres://me:s3cret@db.example/leeward", "postgres://me:***@db.example/leeward"),
            ("postgres://me:p@ss@db.example/leeward", "postgres://me:***@db.example/leeward"),
            ("postgres://me@db.example/leeward", "postgres://me@db.example/leeward"),
            ("postgres://db/x?user=a&password=b&c=d", "postgres://db/x?user=a&password=***&c=d"),
            ("", ""),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
