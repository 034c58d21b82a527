//! The images on one node. Models containerd's image store and pkg/kubelet/images as far as it
//! asks what is there.

use std::sync::Arc;

use super::Reference;
use super::registry::{self, Image, PullError};
use crate::api::Str;
use crate::api::types::ContainerImage;
use crate::sim::{Duration, Map, Set};

/// How many images a node lists in its status. Models nodeStatusMaxImages.
const LISTED_MAX: usize = 50;

/// The images on a node, and the layers they are made of.
#[derive(Clone, Default, Debug)]
pub struct ImageStore {
    /// By full name, such as `docker.io/library/nginx:latest`.
    images: Map<Str, Arc<StoredImage>>,
    layers: Set<u64>,
    /// Counts changes.
    version: u32,
}

/// An image on a node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredImage {
    /// Its full name.
    pub name: Str,
    /// Its repository with its digest: what `imageID` shows.
    pub id: Str,
    /// How many bytes it is, compressed.
    pub bytes: u64,
}

/// A pull that has been planned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pull {
    /// How long it takes.
    pub takes: Duration,
    /// What it will bring, or why it will fail.
    pub result: Result<Arc<Image>, PullError>,
}

impl ImageStore {
    /// The image of this name, if it is here.
    pub fn get(&self, reference: &Reference) -> Option<&Arc<StoredImage>> {
        self.images.get(reference.full().as_str())
    }

    /// Plans a pull: what is missing at `bytes_per_second`, after `latency` for asking the
    /// registry what the image is made of.
    pub fn plan(&self, reference: &Reference, latency: Duration, bytes_per_second: u64) -> Pull {
        let result = registry::resolve(reference).map(Arc::new);
        let is_missing = |digest: &u64| !self.layers.contains_key(digest);
        let layers = result.iter().flat_map(|image| image.layers.iter());
        let missing: u64 =
            layers.filter(|layer| is_missing(&layer.digest)).map(|layer| layer.bytes).sum();
        let transfer = missing.saturating_mul(1_000_000) / bytes_per_second.max(1);
        Pull { takes: latency + Duration::from_micros(transfer), result }
    }

    /// Takes in what a pull brought.
    pub fn store(&mut self, reference: &Reference, image: &Image) -> Arc<StoredImage> {
        for layer in &image.layers {
            self.layers.add(layer.digest);
        }
        let digest = registry::digest_text(image.digest);
        let name = Str::from(reference.full());
        let stored = Arc::new(StoredImage {
            name: name.clone(),
            id: format!("{}@{digest}", reference.repository()).into(),
            bytes: image.bytes(),
        });
        if self.images.insert(name, stored.clone()).as_deref() != Some(&*stored) {
            self.version += 1;
        }
        stored
    }

    /// Puts an image in without pulling it, as an installer does. Names that no registry knows are
    /// left out.
    pub fn preload(&mut self, name: &str) {
        if let Ok(reference) = Reference::parse(name)
            && let Ok(image) = registry::resolve(&reference)
        {
            self.store(&reference, &image);
        }
    }

    /// A number that changes with the contents.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The images as a node lists them in its status, the biggest first.
    /// Models pkg/kubelet/nodestatus/setters.go Images.
    pub fn list(&self) -> Vec<ContainerImage> {
        let mut images: Vec<_> = self.images.values().collect();
        images.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.name.cmp(&b.name)));
        let listed = |image: &Arc<StoredImage>| ContainerImage {
            names: [image.id.clone(), image.name.clone()].into(),
            size_bytes: image.bytes as i64,
            ..ContainerImage::default()
        };
        images.into_iter().take(LISTED_MAX).map(listed).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pulls_only_what_is_missing() {
        let mut store = ImageStore::default();
        let latency = Duration::from_millis(500);
        let mut pull = |name: &str| {
            let reference = Reference::parse(name).unwrap();
            let pull = store.plan(&reference, latency, 10_000_000);
            store.store(&reference, pull.result.as_ref().unwrap());
            pull.takes.as_millis()
        };
        let (first, again, sibling) = (pull("nginx:1.25"), pull("nginx:1.25"), pull("nginx:1.26"));
        assert_eq!((first, again), (7_723, 500));
        assert_eq!(sibling, first - 2_823, "the base is there already");
        assert_eq!(store.list().len(), 2);
    }

    #[test]
    fn a_failing_pull_takes_the_time_of_asking() {
        let store = ImageStore::default();
        let reference = Reference::parse("ngnix").unwrap();
        let pull = store.plan(&reference, Duration::from_millis(500), 1);
        assert_eq!(pull.takes, Duration::from_millis(500));
        assert!(pull.result.is_err());
    }

    #[test]
    fn lists_the_biggest_first_by_digest_and_tag() {
        let mut store = ImageStore::default();
        for name in ["registry.k8s.io/pause:3.10.2", "nginx", "nonsense"] {
            store.preload(name);
        }
        let version = store.version();
        store.preload("nginx");
        assert_eq!(store.version(), version, "nothing changed");
        let list = store.list();
        let names: Vec<_> = list.iter().map(|image| image.names[1].as_str()).collect();
        assert_eq!(names, ["docker.io/library/nginx:latest", "registry.k8s.io/pause:3.10.2"]);
        assert!(list[0].names[0].starts_with("docker.io/library/nginx@sha256:"));
        assert_eq!(list[0].names[0].len(), "docker.io/library/nginx@sha256:".len() + 64);
    }
}
