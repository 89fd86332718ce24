//! TLS of our own, for a listener that other machines reach: a proxy elsewhere, or browsers. TLS 1.2 and 1.3 with the
//! ciphers of `ring`; HTTP/1.1 and nothing else is offered.

use std::fmt;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A certificate with its key, ready to serve. Cheap to clone; `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Certificate(TlsAcceptor);

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Certificate")
    }
}

/// Why a certificate cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// No certificate in it, or one that cannot be read.
    #[error("there is no certificate (PEM) in it that can be read")]
    Chain,
    /// No private key in it, or one that cannot be read.
    #[error("there is no private key (PEM) in it that can be read")]
    Key,
    /// They do not fit each other, or the key is of a kind that is not spoken.
    #[error("certificate and key cannot be used: {0}")]
    Unfit(String),
}

impl Certificate {
    /// Reads a chain (own certificate first) and its key, both PEM.
    pub fn read(chain: &[u8], key: &[u8]) -> Result<Self, CertificateError> {
        let chain: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(chain).collect::<Result<_, _>>().map_err(|_| CertificateError::Chain)?;
        if chain.is_empty() {
            return Err(CertificateError::Chain);
        }
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| CertificateError::Key)?;
        let unfit = |error: tokio_rustls::rustls::Error| CertificateError::Unfit(error.to_string());
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(unfit)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(unfit)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    pub(super) fn acceptor(&self) -> &TlsAcceptor {
        &self.0
    }
}
