//! TLS for what is not HTTP: databases, syslog receivers.

use std::io;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::model::error::{Error, ErrorKind};

/// What is asked of the other side's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verification {
    /// It is from a trusted authority, and for this host.
    Full,
    /// It is from a trusted authority.
    Authority,
    /// Nothing: the connection is encrypted, and may be with anybody.
    Nothing,
}

/// Which authorities are trusted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Authorities {
    /// Certificates, as PEM.
    pub pem: Option<Vec<u8>>,
    /// Whether those alone count, and not the system's.
    pub only: bool,
}

/// A client's certificate with its key, both as PEM.
pub(crate) struct Identity {
    /// The certificate, and those between it and its authority.
    pub certificates: Vec<u8>,
    /// Its key.
    pub key: Vec<u8>,
}

/// Makes TLS connections.
#[derive(Clone)]
pub(crate) struct Tls(TlsConnector);

impl Tls {
    /// Connections to a side whose certificate is verified like this.
    ///
    /// # Errors
    /// Usage: certificates or a key that cannot be read.
    pub(crate) fn new(
        verification: Verification,
        authorities: &Authorities,
        identity: Option<&Identity>,
    ) -> Result<Self, Error> {
        let provider = Arc::new(ring::default_provider());
        let lenient = |trusting| Lenient {
            trusting,
            provider: Arc::clone(&provider),
        };
        let verifier: Arc<dyn ServerCertVerifier> = match verification {
            Verification::Full => trusting(authorities, &provider)?,
            Verification::Authority => Arc::new(lenient(Some(trusting(authorities, &provider)?))),
            Verification::Nothing => Arc::new(lenient(None)),
        };
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let config = match identity {
            None => builder.with_no_client_auth(),
            Some(identity) => {
                let key = PrivateKeyDer::from_pem_slice(&identity.key).map_err(unusable)?;
                builder
                    .with_client_auth_cert(certificates(&identity.certificates)?, key)
                    .map_err(unusable)?
            }
        };
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    /// Makes a connection over a stream to this host.
    pub(crate) async fn connect<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        host: &str,
        stream: S,
    ) -> io::Result<TlsStream<S>> {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        self.0.connect(name, stream).await
    }
}

/// What it is that TLS came to grief over, if that is why a connection failed: it
/// will again.
pub(crate) fn refusal<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> Option<&'a rustls::Error> {
    let mut cause = Some(error);
    while let Some(one) = cause {
        if let Some(found) = one.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        let inner = one.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(found) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return Some(found);
        }
        cause = one.source();
    }
    None
}

fn trusting(
    authorities: &Authorities,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    let own = match &authorities.pem {
        Some(pem) => certificates(pem)?,
        None => Vec::new(),
    };
    if authorities.only {
        let mut roots = RootCertStore::empty();
        for certificate in own {
            roots.add(certificate).map_err(unusable)?;
        }
        let builder =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
        return Ok(builder.build().map_err(unusable)?);
    }
    let verifier =
        rustls_platform_verifier::Verifier::new_with_extra_roots(own, Arc::clone(provider));
    Ok(Arc::new(verifier.map_err(unusable)?))
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let found = found.map_err(unusable)?;
    if found.is_empty() {
        return Err(unusable("there is no certificate in it"));
    }
    Ok(found)
}

fn unusable(reason: impl std::fmt::Display) -> Error {
    Error::new(
        ErrorKind::Usage,
        format!("cannot set up TLS with these certificates: {reason}"),
    )
    .hint("certificates and keys are read from PEM files")
}

/// Asks less of a certificate than that it is trusted and for this host; that the other
/// side has its key is asked all the same.
#[derive(Debug)]
struct Lenient {
    /// Who says which certificates are trusted; none where any will do.
    trusting: Option<Arc<dyn ServerCertVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(trusting) = &self.trusting else {
            return Ok(ServerCertVerified::assertion());
        };
        match trusting.verify_server_cert(certificate, between, name, ocsp, now) {
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}
