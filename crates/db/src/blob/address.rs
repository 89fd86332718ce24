//! Where blobs lie: a path, or `s3://bucket/prefix?endpoint=…&region=…`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use url::{Host, Url};

use super::BlobError;

/// Address of a blob store. Never holds credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlobUrl {
    /// A folder: a path as such, or a `file:///` URL.
    Folder(PathBuf),
    /// A bucket of an S3 server.
    Bucket(BucketPlace),
}

/// A bucket, and where its server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketPlace {
    pub(super) bucket: String,
    /// Without slashes at either end; may be empty.
    pub(super) prefix: String,
    /// Own server; without it, AWS by region.
    pub(super) endpoint: Option<Url>,
    pub(super) region: String,
}

impl BucketPlace {
    /// Plain HTTP is spoken on this machine only.
    pub(super) fn plain_http(&self) -> bool {
        self.endpoint.as_ref().is_some_and(|url| url.scheme() == "http")
    }
}

impl FromStr for BlobUrl {
    type Err = BlobError;

    fn from_str(text: &str) -> Result<BlobUrl, BlobError> {
        if text.is_empty() {
            return Err(BlobError::Address("it is empty"));
        }
        if !text.contains("://") {
            return Ok(BlobUrl::Folder(PathBuf::from(text)));
        }
        let url = Url::parse(text).map_err(|_| BlobError::Address("not a URL"))?;
        match url.scheme() {
            "file" => url.to_file_path().map(BlobUrl::Folder).map_err(|()| BlobError::Address("not an absolute path")),
            "s3" => bucket(&url).map(BlobUrl::Bucket),
            _ => Err(BlobError::Address("neither a path nor file:// nor s3://")),
        }
    }
}

fn bucket(url: &Url) -> Result<BucketPlace, BlobError> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BlobError::Address("credentials belong into the environment, not into the URL"));
    }
    let bucket = url.host_str().filter(|host| !host.is_empty()).ok_or(BlobError::Address("no bucket"))?;
    let mut place = BucketPlace {
        bucket: bucket.to_owned(),
        prefix: url.path().trim_matches('/').to_owned(),
        endpoint: None,
        region: "us-east-1".to_owned(),
    };
    if place.prefix.split('/').any(|part| matches!(part, "." | "..")) || place.prefix.contains(['%', '#']) {
        return Err(BlobError::Address("the prefix may hold plain segments only"));
    }
    for (name, value) in url.query_pairs() {
        match name.as_ref() {
            "endpoint" => place.endpoint = Some(endpoint(&value)?),
            "region" => place.region = value.into_owned(),
            _ => return Err(BlobError::Address("knows endpoint and region only")),
        }
    }
    Ok(place)
}

fn endpoint(text: &str) -> Result<Url, BlobError> {
    let url = Url::parse(text).map_err(|_| BlobError::Address("the endpoint is no URL"))?;
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        _ if !url.username().is_empty() || url.password().is_some() => {
            Err(BlobError::Address("credentials belong into the environment, not into the URL"))
        }
        _ if url.path() != "/" || url.query().is_some() => Err(BlobError::Address("the endpoint has no path")),
        "https" => Ok(url),
        "http" if loopback => Ok(url),
        "http" => Err(BlobError::Address("plain http only to this machine itself")),
        _ => Err(BlobError::Address("the endpoint is neither http nor https")),
    }
}

impl fmt::Display for BlobUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BlobUrl::Folder(path) => write!(f, "{}", path.display()),
            BlobUrl::Bucket(place) => {
                write!(f, "s3://{}", place.bucket)?;
                if !place.prefix.is_empty() {
                    write!(f, "/{}", place.prefix)?;
                }
                write!(f, "?region={}", place.region)?;
                place.endpoint.as_ref().map_or(Ok(()), |url| write!(f, "&endpoint={url}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BlobUrl;

    fn read(text: &str) -> Result<String, String> {
        text.parse::<BlobUrl>().map(|url| url.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn addresses_are_read() {
        assert_eq!(read("data/blobs"), Ok("data/blobs".to_owned()));
        assert_eq!(read("file:///srv/blobs"), Ok("/srv/blobs".to_owned()));
        assert_eq!(read("s3://desk"), Ok("s3://desk?region=us-east-1".to_owned()));
        assert_eq!(
            read("s3://desk/a/b/?region=eu-west-3&endpoint=https://s3.example.org"),
            Ok("s3://desk/a/b?region=eu-west-3&endpoint=https://s3.example.org/".to_owned())
        );
        for local in ["http://127.0.0.1:9000", "http://[::1]:9000", "http://localhost:9000"] {
            assert!(read(&format!("s3://desk?endpoint={local}")).is_ok(), "{local}");
        }
    }

    #[test]
    fn what_is_unsafe_or_unknown_is_refused() {
        for text in [
            "",
            "ftp://desk",
            "s3://",
            "s3:///prefix",
            "s3://key:secret@desk",
            "s3://desk?endpoint=http://192.168.1.9:9000",
            "s3://desk?endpoint=http://localhost.example.org",
            "s3://desk?endpoint=https://key:secret@s3.example.org",
            "s3://desk?endpoint=https://s3.example.org/path",
            "s3://desk?endpoint=ftp://127.0.0.1",
            "s3://desk?access_key=abc",
            "s3://desk/a%2fb",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
