//! The hash by which a Deployment tells its ReplicaSets apart.
//!
//! Equal templates have equal hashes, in every run and on every machine. The value is our own,
//! since upstream hashes a dump of Go structs; its looks are upstream's.

use super::Str;
use super::codec::Codec;
use super::types::PodTemplateSpec;

/// Letters and digits that form no words. Models apimachinery/pkg/util/rand/rand.go alphanums.
const ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

const FNV_OFFSET: u32 = 0x811c_9dc5;
const FNV_PRIME: u32 = 0x0100_0193;

/// The `pod-template-hash` of a template: equal for equal templates, another for each number of
/// `collisions`. Models pkg/controller/controller_utils.go ComputeHash.
pub fn pod_template_hash(template: &PodTemplateSpec, collisions: Option<i32>) -> Str {
    let mut hash = fnv1a(FNV_OFFSET, template.dump().to_json().as_bytes());
    if let Some(collisions) = collisions {
        hash = fnv1a(hash, &u64::from(collisions.cast_unsigned()).to_le_bytes());
    }
    let digits = hash.to_string();
    digits.bytes().map(|digit| char::from(ALPHABET[usize::from(digit) % 27])).collect()
}

/// The 32-bit hash of Fowler, Noll and Vo, which upstream uses here.
fn fnv1a(hash: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(FNV_PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::codec::StrMap;
    use crate::api::types::ObjectMeta;

    #[test]
    fn depends_on_template_and_collisions_alone() {
        let template = |app: &'static str| PodTemplateSpec {
            metadata: ObjectMeta { labels: StrMap::from([("app", app)]), ..ObjectMeta::default() },
            ..PodTemplateSpec::default()
        };
        let hash = |app, collisions| pod_template_hash(&template(app), collisions);
        assert_eq!(hash("web", None), hash("web", None));
        assert_ne!(hash("web", None), hash("db", None));
        assert_ne!(hash("web", None), hash("web", Some(1)));
        assert_ne!(hash("web", Some(1)), hash("web", Some(2)));
        assert!(hash("web", None).bytes().all(|b| b"456789bcdf".contains(&b)));
    }

    #[test]
    fn is_fowler_noll_and_vo() {
        assert_eq!(fnv1a(FNV_OFFSET, b"foobar"), 0xbf9c_f968);
    }
}
