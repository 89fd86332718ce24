//! Whom we believe: the authorities of the system, and one of the operator's.

use crate::answer::Failure;
use std::sync::Arc;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// TLS 1.2 and 1.3 with checked certificates; `authority` is PEM.
pub(crate) fn client(authority: Option<&[u8]>) -> Result<ClientConfig, Failure> {
    let wrong = |what: &dyn std::fmt::Display| Failure::Tls(format!("the certificates cannot be read: {what}"));
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() && authority.is_none() {
        tracing::warn!(errors = ?found.errors, "this system has no certificates of authorities: nobody is reached by https");
    }
    roots.add_parsable_certificates(found.certs);
    if let Some(pem) = authority {
        for certificate in CertificateDer::pem_slice_iter(pem) {
            roots.add(certificate.map_err(|e| wrong(&e))?).map_err(|e| wrong(&e))?;
        }
    }
    Ok(ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| wrong(&e))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
