//! Names that are made up: `generateName` and the hash of a pod template.

use super::Str;
use super::codec::Codec;
use super::types::PodTemplateSpec;
use crate::sim::Rng;

/// Letters and digits that form no words. Models apimachinery/pkg/util/rand alphanums.
const ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// How many of them are appended to a base.
const SUFFIX: usize = 5;

/// How long a base may be, so that the name is a label still.
const BASE_MAX: usize = 63 - SUFFIX;

/// A name that begins with `base` and goes on at random.
/// Models apiserver/pkg/storage/names/generate.go GenerateName.
pub fn generate(base: &str, rng: &mut Rng) -> Str {
    let mut cut = base.len().min(BASE_MAX);
    while !base.is_char_boundary(cut) {
        cut -= 1;
    }
    let suffix = (0..SUFFIX).map(|_| char::from(ALPHABET[rng.below(27) as usize]));
    base[..cut].chars().chain(suffix).collect()
}

/// The `pod-template-hash` of a template: equal for equal templates, different for another
/// `collisions`. The value is our own, since upstream hashes a dump of Go structs; its looks are
/// upstream's. Models pkg/controller/controller_utils.go ComputeHash.
pub fn pod_template_hash(template: &PodTemplateSpec, collisions: Option<i32>) -> Str {
    let mut hash = fnv1a(FNV_OFFSET, template.dump().to_json().as_bytes());
    if let Some(collisions) = collisions {
        hash = fnv1a(hash, &u64::from(collisions.cast_unsigned()).to_le_bytes());
    }
    hash.to_string().bytes().map(|b| char::from(ALPHABET[usize::from(b) % 27])).collect()
}

const FNV_OFFSET: u32 = 0x811c_9dc5;

fn fnv1a(hash: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::types::ObjectMeta;

    #[test]
    fn generated_names_are_labels() {
        let mut rng = Rng::new(1);
        let name = generate("web-", &mut rng);
        assert_eq!(name.len(), 9);
        assert!(name.starts_with("web-"));
        assert!(name[4..].bytes().all(|b| ALPHABET.contains(&b)), "{name}");
        assert_ne!(name, generate("web-", &mut rng));
        assert_eq!(generate(&"x".repeat(80), &mut rng).len(), 63);
        assert_eq!(generate(&"파".repeat(40), &mut rng).len(), 57 + 5);
    }

    #[test]
    fn hashes_depend_on_content_and_collisions() {
        let template = |name: &str| PodTemplateSpec {
            metadata: ObjectMeta { name: name.into(), ..ObjectMeta::default() },
            ..PodTemplateSpec::default()
        };
        let hash = pod_template_hash(&template("a"), None);
        assert_eq!(hash, pod_template_hash(&template("a"), None));
        assert_ne!(hash, pod_template_hash(&template("b"), None));
        assert_ne!(hash, pod_template_hash(&template("a"), Some(1)));
        assert!(hash.chars().all(|c| "bcdf456789".contains(c)), "{hash}");
        assert_eq!(fnv1a(FNV_OFFSET, b"foobar"), 0xbf9c_f968);
    }
}
