//! Names of images: `nginx`, `httpd:2.4-alpine`, `registry.k8s.io/pause:3.10.2`, with or without a
//! digest.
//!
//! Models github.com/distribution/reference (normalize.go, regexp.go) and
//! pkg/util/parsers/parsers.go ParseImageName.

use crate::api::{Str, quote};

/// The registry that names without one mean.
const DEFAULT_DOMAIN: &str = "docker.io";
/// The tag that names without one mean.
const DEFAULT_TAG: &str = "latest";
/// The longest tag there may be.
const TAG_MAX: usize = 128;

/// A name of an image, taken apart. Names without a tag and a digest mean `latest`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Reference {
    /// The registry, such as `docker.io`.
    pub domain: Str,
    /// The repository within it, such as `library/nginx`.
    pub path: Str,
    /// The tag; absent when the name has a digest and no tag.
    pub tag: Option<Str>,
    /// The digest, `sha256:…`.
    pub digest: Option<Str>,
}

impl Reference {
    /// Reads a name as a person writes it. The error is the text Kubernetes gives.
    pub fn parse(image: &str) -> Result<Self, String> {
        let fail = |why: &str| format!("couldn't parse image name {}: {why}", quote(image));
        let malformed = || fail("invalid reference format");
        let (name, digest) = match image.split_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (image, None),
        };
        if digest.is_some_and(|digest| !is_digest(digest)) {
            return Err(malformed());
        }
        // A colon before the last slash belongs to the port of a registry.
        let tag_at = name.rfind(':').filter(|&at| !name[at..].contains('/'));
        let (name, tag) = match tag_at {
            Some(at) => (&name[..at], Some(&name[at + 1..])),
            None => (name, None),
        };
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return Err(malformed());
        }
        let (domain, path) = split_domain(name);
        if path.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(fail(&format!(
                "invalid reference format: repository name ({path}) must be lowercase"
            )));
        }
        if !is_domain(domain) || !path.split('/').all(is_path_component) {
            return Err(malformed());
        }
        let tag = tag.or(digest.is_none().then_some(DEFAULT_TAG));
        let (domain, tag, digest) = (domain.into(), tag.map(Str::from), digest.map(Str::from));
        Ok(Self { domain, path, tag, digest })
    }

    /// The repository with its registry, such as `docker.io/library/nginx`.
    pub fn repository(&self) -> String {
        format!("{}/{}", self.domain, self.path)
    }

    /// The whole name, such as `docker.io/library/nginx:latest`.
    pub fn full(&self) -> String {
        let mut full = self.repository();
        for (mark, part) in [(':', &self.tag), ('@', &self.digest)] {
            if let Some(part) = part {
                full.push(mark);
                full.push_str(part);
            }
        }
        full
    }

    /// The name by which Docker Hub's official images go, if this would be one of them.
    pub fn official(&self) -> Option<&str> {
        let path = self.path.strip_prefix("library/")?;
        (self.domain == DEFAULT_DOMAIN).then_some(path)
    }
}

/// Models splitDockerDomain.
fn split_domain(name: &str) -> (&str, Str) {
    match name.split_once('/') {
        Some((first, rest)) if looks_like_domain(first) => match first {
            // The old name of the same registry.
            "index.docker.io" => (DEFAULT_DOMAIN, official_path(rest)),
            DEFAULT_DOMAIN => (DEFAULT_DOMAIN, official_path(rest)),
            _ => (first, rest.into()),
        },
        _ => (DEFAULT_DOMAIN, official_path(name)),
    }
}

fn official_path(path: &str) -> Str {
    if path.contains('/') { path.into() } else { ["library/", path].concat().into() }
}

fn looks_like_domain(first: &str) -> bool {
    first.contains(['.', ':']) || first == "localhost" || first.to_ascii_lowercase() != first
}

fn is_domain(domain: &str) -> bool {
    let (host, port) = domain.split_once(':').unwrap_or((domain, "0"));
    let is_label = |label: &str| {
        let inner = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        !label.is_empty() && inner && !label.starts_with('-') && !label.ends_with('-')
    };
    host.split('.').all(is_label) && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())
}

/// Lower-case letters and digits, in between one dot, one or two underscores, or any dashes.
fn is_path_component(component: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = component.as_bytes();
    let ends_fit =
        bytes.first().copied().is_some_and(is_word) && bytes.last().copied().is_some_and(is_word);
    let separators = component.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    let separator_fits = |separator: &str| {
        matches!(separator, "" | "." | "_" | "__") || separator.bytes().all(|b| b == b'-')
    };
    ends_fit && separators.into_iter().all(separator_fits)
}

fn is_tag(tag: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let begins = |c: char| c.is_ascii_alphanumeric() || c == '_';
    tag.starts_with(begins) && tag.len() <= TAG_MAX && tag.chars().all(fits)
}

fn is_digest(digest: &str) -> bool {
    digest.strip_prefix("sha256:").is_some_and(|hex| {
        hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(image: &str, expected: Result<&str, &str>) {
        let parsed = Reference::parse(image);
        let full = parsed.as_ref().map(Reference::full);
        assert_eq!(full.as_deref().map_err(|e| e.as_str()), expected, "{image}");
    }

    #[test]
    fn names_are_normalised() {
        check("nginx", Ok("docker.io/library/nginx:latest"));
        check("httpd:2.4-alpine", Ok("docker.io/library/httpd:2.4-alpine"));
        check("bitnami/redis:7", Ok("docker.io/bitnami/redis:7"));
        check("docker.io/nginx", Ok("docker.io/library/nginx:latest"));
        check("registry.k8s.io/pause:3.10.2", Ok("registry.k8s.io/pause:3.10.2"));
        check("localhost:5000/a/b", Ok("localhost:5000/a/b:latest"));
        let digest = format!("nginx@sha256:{}", "ab".repeat(32));
        check(&digest, Ok(&format!("docker.io/library/{digest}")));
        assert_eq!(Reference::parse("nginx:1").unwrap().official(), Some("nginx"));
        assert_eq!(Reference::parse("a/nginx:1").unwrap().official(), None);
    }

    #[test]
    fn malformed_names_are_refused_in_kubernetes_words() {
        for image in
            ["nginx:", "nginx:a b", "-nginx", "a//b", "", "nginx@sha256:1", "a..b", "x.io:p/a"]
        {
            let text = format!("couldn't parse image name \"{image}\": invalid reference format");
            check(image, Err(&text));
        }
        check(
            "Nginx",
            Err("couldn't parse image name \"Nginx\": invalid reference format: repository name \
                 (library/Nginx) must be lowercase"),
        );
    }
}
