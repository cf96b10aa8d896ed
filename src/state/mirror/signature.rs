//! Signatures of exported mirrors: Ed25519, with keys as OpenSSL writes them.

use std::io;
use std::path::{Path, PathBuf};

use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};

/// Bytes of a signature.
pub(super) const LENGTH: usize = 64;

/// What a public key of this kind begins with, before its 32 bytes.
const ED25519_KEY: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// The largest file that is read as a key.
const LARGEST: u64 = 64 * 1024;

/// Why a file is no key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyError {
    /// It cannot be read.
    #[error("cannot read the key `{path}`: {source}")]
    Unread {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is something else.
    #[error("`{path}` is not {wanted}")]
    Other {
        /// The file.
        path: PathBuf,
        /// What is wanted.
        wanted: &'static str,
    },
}

/// Signs what is exported.
pub(crate) struct SigningKey(Ed25519KeyPair);

/// Tells what it has signed.
pub(crate) struct VerifyingKey([u8; 32]);

impl SigningKey {
    /// Reads a key that `openssl genpkey -algorithm ed25519` has written.
    ///
    /// # Errors
    /// [`KeyError`].
    pub(crate) fn read(path: &Path) -> Result<Self, KeyError> {
        let other = || KeyError::Other {
            path: path.to_owned(),
            wanted: "an Ed25519 private key in PEM",
        };
        let text = text(path)?;
        let key = PrivatePkcs8KeyDer::from_pem_slice(&text).map_err(|_| other())?;
        // OpenSSL's form has no public key beside the private one.
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(key.secret_pkcs8_der());
        Ok(Self(pair.map_err(|_| other())?))
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; LENGTH] {
        let signature = self.0.sign(message);
        signature.as_ref().try_into().expect("64 bytes")
    }
}

impl VerifyingKey {
    /// Reads the key that `openssl pkey -pubout` makes of a private one.
    ///
    /// # Errors
    /// [`KeyError`].
    pub(crate) fn read(path: &Path) -> Result<Self, KeyError> {
        let other = || KeyError::Other {
            path: path.to_owned(),
            wanted: "an Ed25519 public key in PEM",
        };
        let text = text(path)?;
        let key = SubjectPublicKeyInfoDer::from_pem_slice(&text).map_err(|_| other())?;
        let bytes = key.strip_prefix(&ED25519_KEY).ok_or_else(other)?;
        Ok(Self(bytes.try_into().map_err(|_| other())?))
    }

    /// Whether the key has signed this.
    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, &self.0);
        key.verify(message, signature).is_ok()
    }
}

fn text(path: &Path) -> Result<Vec<u8>, KeyError> {
    let unread = |source| KeyError::Unread {
        path: path.to_owned(),
        source,
    };
    let length = path.metadata().map_err(unread)?.len();
    if length > LARGEST {
        return Err(unread(io::Error::other("it is too large for a key")));
    }
    std::fs::read(path).map_err(unread)
}
