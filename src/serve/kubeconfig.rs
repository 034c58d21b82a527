//! The kubeconfig by which kubectl and client libraries find the cluster.

use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use super::certificates::{ADMIN, Papers};
use crate::api::base64;

/// Writes it to `path`, which nobody else may read.
pub fn write(path: &Path, server: SocketAddr, papers: &Papers) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(told)?;
    }
    // One that others could read is not written over but replaced.
    if path.exists() {
        fs::remove_file(path).map_err(told)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(told)?;
    file.write_all(text(server, papers).as_bytes()).map_err(told)
}

fn text(server: SocketAddr, papers: &Papers) -> String {
    // Who listens everywhere is found here as well.
    let host = if server.ip().is_unspecified() { "127.0.0.1".into() } else { host(server) };
    let port = server.port();
    let [authority, certificate, key] = [&papers.authority, &papers.admin.0, &papers.admin.1]
        .map(|pem| base64::encode(pem.as_bytes()));
    format!(
        "\
apiVersion: v1
kind: Config
clusters:
- name: orrery
  cluster:
    certificate-authority-data: {authority}
    server: https://{host}:{port}
users:
- name: {ADMIN}
  user:
    client-certificate-data: {certificate}
    client-key-data: {key}
contexts:
- name: {ADMIN}@orrery
  context:
    cluster: orrery
    user: {ADMIN}
current-context: {ADMIN}@orrery
"
    )
}

fn host(server: SocketAddr) -> String {
    match server {
        SocketAddr::V4(server) => server.ip().to_string(),
        SocketAddr::V6(server) => format!("[{}]", server.ip()),
    }
}
