//! Blobs in a bucket of any S3 server.
//!
//! `<prefix>/blob/<name>` holds the blobs. One that fits into a part is put there in a single request. A
//! larger one is uploaded in parts to `<prefix>/upload/<uuid>`, because its name is known only at the end,
//! then copied by the server to its name, checked, and removed under the old one. That costs one copy
//! inside the server per large attachment and buys names that prove the content.
//!
//! An upload that breaks off is aborted; after a crash its parts lie unseen on the server, so the bucket
//! should have a life-cycle rule that aborts incomplete multipart uploads after a day.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::Ts;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{HttpClient, HttpConnector};
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig, WriteMultipart};
use uuid::Uuid;

use super::address::BucketPlace;
use super::{BlobError, BlobName, Listed};

/// Size of the parts of a large upload: the least that S3 takes; its 10,000 parts make 52 GB.
const PART: usize = 5 * 1024 * 1024;

/// Access to an S3 server. `Debug` shows the key id only.
#[derive(Clone)]
pub struct Credentials {
    /// `AWS_ACCESS_KEY_ID`.
    pub key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret: String,
    /// `AWS_SESSION_TOKEN`, for temporary credentials.
    pub token: Option<String>,
}

impl Credentials {
    /// Reads the variables every S3 tool knows; `None` when key id or secret is missing. No other source
    /// is asked, least of all a metadata service over the network.
    pub fn from_env() -> Option<Credentials> {
        let read = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
        Some(Credentials {
            key_id: read("AWS_ACCESS_KEY_ID")?,
            secret: read("AWS_SECRET_ACCESS_KEY")?,
            token: read("AWS_SESSION_TOKEN"),
        })
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({})", self.key_id)
    }
}

/// Makes the client of a bucket. Only the server that the address names is asked: a redirect is an answer like any other,
/// and an error, so that what is signed for one server goes to no other.
#[derive(Debug)]
struct Straight {
    plain_http: bool,
}

impl HttpConnector for Straight {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = reqwest::Client::builder()
            .user_agent("Leeward")
            .redirect(reqwest::redirect::Policy::none())
            .https_only(!self.plain_http)
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_mins(2))
            .build()
            .map_err(|source| object_store::Error::Generic { store: "S3", source: Box::new(source) })?;
        Ok(HttpClient::new(client))
    }
}

#[derive(Clone)]
pub(super) struct Bucket {
    store: Arc<AmazonS3>,
    blobs: Path,
    uploads: Path,
}

impl Bucket {
    pub(super) fn open(place: &BucketPlace, credentials: &Credentials) -> Result<Bucket, BlobError> {
        // The client takes the TLS provider of the process; ring, unless someone chose before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = ClientOptions::new().with_allow_http(place.plain_http());
        let retry = RetryConfig { max_retries: 4, retry_timeout: Duration::from_secs(30), ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&place.bucket)
            .with_region(&place.region)
            .with_access_key_id(&credentials.key_id)
            .with_secret_access_key(&credentials.secret)
            .with_client_options(client)
            .with_http_connector(Straight { plain_http: place.plain_http() })
            .with_retry(retry);
        if let Some(endpoint) = &place.endpoint {
            builder = builder.with_endpoint(endpoint.as_str().trim_end_matches('/'));
        }
        if let Some(token) = &credentials.token {
            builder = builder.with_token(token);
        }
        let store = Arc::new(builder.build().map_err(BlobError::bucket("configure"))?);
        let root = Path::from(place.prefix.as_str());
        Ok(Bucket { store, blobs: root.clone().join("blob"), uploads: root.join("upload") })
    }

    pub(super) fn begin(&self, id: Uuid) -> Upload {
        Upload { bucket: self.clone(), id, held: Vec::new(), size: 0, parts: None }
    }

    pub(super) async fn read(
        &self,
        blob: BlobName,
    ) -> Result<(u64, BoxStream<'static, Result<Bytes, BlobError>>), BlobError> {
        let got = self.store.get(&self.path(blob)).await.map_err(|error| match error {
            object_store::Error::NotFound { .. } => BlobError::NotFound(blob),
            error => BlobError::bucket("open a blob")(error),
        })?;
        Ok((got.meta.size, got.into_stream().map_err(BlobError::bucket("read a blob")).boxed()))
    }

    pub(super) async fn delete(&self, blob: BlobName) -> Result<(), BlobError> {
        self.remove(&self.path(blob)).await
    }

    pub(super) fn list(&self) -> BoxStream<'static, Result<Listed, BlobError>> {
        let listed = self.store.list(Some(&self.blobs)).map_err(BlobError::bucket("list blobs"));
        let blobs = listed.try_filter_map(|meta| async move {
            let blob = meta.location.filename().and_then(|name| name.parse().ok());
            let modified = Ts::from_micros(meta.last_modified.timestamp_micros());
            Ok(blob.map(|blob| Listed { blob, sealed_size: meta.size, modified }))
        });
        blobs.boxed()
    }

    pub(super) async fn sweep(&self, before: Ts) -> Result<u64, BlobError> {
        let mut left = self.store.list(Some(&self.uploads));
        let mut swept = 0;
        while let Some(meta) = left.try_next().await.map_err(BlobError::bucket("list uploads"))? {
            if Ts::from_micros(meta.last_modified.timestamp_micros()) < before {
                self.remove(&meta.location).await?;
                swept += 1;
            }
        }
        Ok(swept)
    }

    async fn remove(&self, path: &Path) -> Result<(), BlobError> {
        match self.store.delete(path).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            done => done.map_err(BlobError::bucket("delete")),
        }
    }

    fn path(&self, blob: BlobName) -> Path {
        self.blobs.clone().join(blob.to_string())
    }
}

/// An upload: held back until it outgrows one part, then sent part by part.
pub(super) struct Upload {
    bucket: Bucket,
    id: Uuid,
    held: Vec<Bytes>,
    /// Sealed bytes so far.
    size: u64,
    parts: Option<WriteMultipart>,
}

impl Upload {
    pub(super) async fn write(&mut self, sealed: Bytes) -> Result<(), BlobError> {
        let parts_before = self.size / PART as u64;
        self.size += sealed.len() as u64;
        let part_full = self.size / PART as u64 > parts_before;
        if self.parts.is_none() && part_full {
            let begun = self.bucket.store.put_multipart(&self.path()).await;
            let begun = begun.map_err(BlobError::bucket("begin an upload"))?;
            self.parts = Some(WriteMultipart::new_with_chunk_size(begun, PART));
        }
        let Some(parts) = &mut self.parts else {
            self.held.push(sealed);
            return Ok(());
        };
        // One part on its way while the next one fills; when that is full too, the source must wait.
        if part_full {
            parts.wait_for_capacity(1).await.map_err(BlobError::bucket("upload a part"))?;
        }
        self.held.drain(..).chain([sealed]).for_each(|bytes| parts.put(bytes));
        Ok(())
    }

    pub(super) async fn commit(mut self, blob: BlobName) -> Result<(), BlobError> {
        let to = self.bucket.path(blob);
        let store = self.bucket.store.clone();
        match self.parts.take() {
            None => {
                let payload: PutPayload = self.held.drain(..).collect();
                store.put(&to, payload).await.map_err(BlobError::bucket("put a blob"))?;
            }
            Some(parts) => {
                let from = self.path();
                parts.finish().await.map_err(BlobError::bucket("complete an upload"))?;
                store.copy(&from, &to).await.map_err(BlobError::bucket("name a blob"))?;
                self.bucket.remove(&from).await?;
            }
        }
        let held = store.head(&to).await.map_err(BlobError::bucket("check a blob"))?;
        if held.size == self.size { Ok(()) } else { Err(BlobError::Lost(blob)) }
    }

    fn path(&self) -> Path {
        self.bucket.uploads.clone().join(self.id.to_string())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // Best effort: what the server keeps after a crash, its life-cycle rule removes.
        if let (Some(mut parts), Ok(runtime)) = (self.parts.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move {
                // A part still on its way could arrive after the abort and stay.
                let _ = parts.wait_for_capacity(1).await;
                parts.abort().await
            });
        }
    }
}
