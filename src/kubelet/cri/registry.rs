//! The pretend registries: what an image is made of, and which images there are not.
//!
//! Docker Hub's official images exist, in the versions that have been released; every other
//! repository is taken to exist with every tag. What a pull says when there is no such image is
//! worded as containerd and the registry word it.

use super::Reference;
use super::catalog::{self, ALPINE_KILOBYTES, DEBIAN_KILOBYTES, Known};
use crate::api::Str;
use crate::sim::Fingerprint;

/// An image as a registry describes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Image {
    /// What its digest is made of; equal for equal images.
    pub digest: u64,
    /// What has to be on the node, the base first.
    pub layers: Vec<Layer>,
}

/// A part of an image that images share.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Layer {
    /// What its digest is made of.
    pub digest: u64,
    /// How many bytes it is to pull.
    pub bytes: u64,
}

/// Why an image could not be pulled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PullError(
    /// The runtime's words.
    pub Str,
);

/// Asks the registry for the image of this name.
pub fn resolve(reference: &Reference) -> Result<Image, PullError> {
    let known = Known::find(reference);
    if let Some(name) = reference.official() {
        if !catalog::is_official(name) {
            return Err(access_denied(reference));
        }
        if reference.tag.as_deref().is_some_and(|tag| !catalog::has_tag(known, tag)) {
            return Err(not_found(reference));
        }
    }
    Ok(describe(reference, known))
}

impl Image {
    /// How many bytes the image is, compressed: what the kubelet calls its size.
    pub fn bytes(&self) -> u64 {
        self.layers.iter().map(|layer| layer.bytes).sum()
    }
}

/// The text of a digest.
pub fn digest_text(seed: u64) -> String {
    let mut hash = Fingerprint::resume(seed);
    let mut text = String::from("sha256:");
    for word in 0..4 {
        hash.u64(word);
        text.push_str(&format!("{:016x}", hash.finish()));
    }
    text
}

fn describe(reference: &Reference, known: Option<&Known>) -> Image {
    let tag = reference.tag.as_deref().unwrap_or_default();
    let is_alpine = tag.contains("alpine");
    let total = total_kilobytes(reference, known, is_alpine);
    // Small images are their own base.
    let (base, base_size) = match is_alpine {
        true => ("alpine", ALPINE_KILOBYTES),
        false if total > 2 * u64::from(DEBIAN_KILOBYTES) => ("debian", DEBIAN_KILOBYTES),
        false => ("scratch", 0),
    };
    let digest = Fingerprint::of_str(&reference.full());
    // The last bytes differ from tag to tag, as real sizes do.
    let bytes = total * 1000 + digest % 1000;
    let base_bytes = u64::from(base_size) * 1000;
    let own = Layer { digest, bytes: bytes.saturating_sub(base_bytes) };
    let base = Layer { digest: Fingerprint::of_str(base), bytes: base_bytes.min(bytes) };
    let layers = if base.bytes == 0 { vec![own] } else { vec![base, own] };
    Image { digest, layers }
}

fn total_kilobytes(reference: &Reference, known: Option<&Known>, is_alpine: bool) -> u64 {
    match known {
        Some(known) if is_alpine && known.alpine_kilobytes != 0 => known.alpine_kilobytes.into(),
        Some(known) => known.kilobytes.into(),
        // Between 20 and 200 MB: what most services people build come to.
        None => 20_000 + Fingerprint::of_str(&reference.repository()) % 180_001,
    }
}

/// Docker Hub does not tell a repository that is not there from one that is not for everyone.
fn access_denied(reference: &Reference) -> PullError {
    let full = reference.full();
    PullError(
        format!(
            "failed to pull and unpack image \"{full}\": failed to resolve reference \"{full}\": \
             pull access denied, repository does not exist or may require authorization: \
             server message: insufficient_scope: authorization failed"
        )
        .into(),
    )
}

fn not_found(reference: &Reference) -> PullError {
    let full = reference.full();
    PullError(
        format!(
            "rpc error: code = NotFound desc = failed to pull and unpack image \"{full}\": \
             failed to resolve reference \"{full}\": {full}: not found"
        )
        .into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(name: &str) -> Result<Image, PullError> {
        resolve(&Reference::parse(name).unwrap())
    }

    #[test]
    fn misspelt_official_images_are_refused_as_docker_hub_does() {
        assert_eq!(
            image("ngnix").unwrap_err().0,
            "failed to pull and unpack image \"docker.io/library/ngnix:latest\": failed to resolve \
             reference \"docker.io/library/ngnix:latest\": pull access denied, repository does not \
             exist or may require authorization: server message: insufficient_scope: \
             authorization failed"
        );
        assert_eq!(
            image("nginx:1.161").unwrap_err().0,
            "rpc error: code = NotFound desc = failed to pull and unpack image \
             \"docker.io/library/nginx:1.161\": failed to resolve reference \
             \"docker.io/library/nginx:1.161\": docker.io/library/nginx:1.161: not found"
        );
        assert!(image("example.com/team/app:v1").is_ok());
    }

    #[test]
    fn sizes_are_those_of_the_catalog_and_bases_are_shared() {
        let bytes = |name| image(name).unwrap().bytes() / 1000;
        assert_eq!(bytes("nginx"), 72_230);
        assert_eq!(bytes("httpd:2.4-alpine"), 20_440);
        assert_eq!(bytes("registry.k8s.io/pause:3.10.2"), 320);
        assert!((20_000..=200_001).contains(&bytes("example.com/team/app")));
        let base = |name| image(name).unwrap().layers[0];
        assert_eq!(base("nginx:1.25"), base("nginx:1.26"));
        assert_eq!(base("redis:8-alpine"), base("httpd:2.4-alpine"));
        assert_ne!(image("nginx:1.25").unwrap().digest, image("nginx:1.26").unwrap().digest);
    }
}
