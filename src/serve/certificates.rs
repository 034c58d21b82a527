//! Papers: an authority, the server's certificate, and the administrator's.
//!
//! Models what `kubeadm init` leaves in /etc/kubernetes/pki, made anew for every run. Whom a client
//! certificate names is known by the certificate itself, as there is only one.

use std::net::IpAddr;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// The user that the administrator's certificate names.
pub const ADMIN: &str = "kubernetes-admin";
/// Whoever shows no certificate.
pub const ANONYMOUS: &str = "system:anonymous";

/// What is issued for one run.
pub struct Papers {
    /// How TLS is spoken.
    pub server: Arc<ServerConfig>,
    /// The authority's certificate, in PEM.
    pub authority: String,
    /// The administrator's certificate and key, in PEM.
    pub admin: (String, String),
    admin_certificate: CertificateDer<'static>,
}

impl Papers {
    /// Who shows these certificates, which have been verified.
    pub fn user(&self, shown: Option<&[CertificateDer<'_>]>) -> &'static str {
        let first = shown.and_then(|shown| shown.first());
        match first.is_some_and(|shown| *shown == self.admin_certificate) {
            true => ADMIN,
            false => ANONYMOUS,
        }
    }
}

/// Issues everything for a server that is found at `address`.
pub fn issue(address: IpAddr) -> Result<Papers, String> {
    let told = |error: &dyn std::fmt::Display| format!("cannot make certificates: {error}");
    let told_rcgen = |error: rcgen::Error| told(&error);
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "orrery");
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    let key = KeyPair::generate().map_err(told_rcgen)?;
    let authority = params.self_signed(&key).map_err(told_rcgen)?;
    let issuer = Issuer::new(params, key);

    let names = vec!["localhost".into(), "127.0.0.1".into(), "::1".into(), address.to_string()];
    let mut params = CertificateParams::new(names).map_err(told_rcgen)?;
    params.distinguished_name.push(DnType::CommonName, "kube-apiserver");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let server_key = KeyPair::generate().map_err(told_rcgen)?;
    let server = params.signed_by(&server_key, &issuer).map_err(told_rcgen)?;

    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, ADMIN);
    params.distinguished_name.push(DnType::OrganizationName, "system:masters");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let admin_key = KeyPair::generate().map_err(told_rcgen)?;
    let admin = params.signed_by(&admin_key, &issuer).map_err(told_rcgen)?;

    let provider = Arc::new(ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).map_err(|error| told(&error))?;
    let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone())
        .allow_unauthenticated()
        .build()
        .map_err(|error| told(&error))?;
    let key = PrivateKeyDer::try_from(server_key.serialize_der()).map_err(|error| told(&error))?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| told(&error))?
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![server.der().clone()], key)
        .map_err(|error| told(&error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Papers {
        server: Arc::new(config),
        authority: authority.pem(),
        admin: (admin.pem(), admin_key.serialize_pem()),
        admin_certificate: admin.der().clone(),
    })
}
