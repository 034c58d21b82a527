//! Prefers nodes that have the pod's images already, the more so the fewer others have them.
//!
//! Models pkg/scheduler/framework/plugins/imagelocality/image_locality.go.

use crate::api::Str;
use crate::scheduler::framework::{Ctx, Plugin, PreScore, SCORE_MAX, Score};
use crate::scheduler::node_info::NodeInfo;

/// Images below this many bytes together do not count.
const LEAST: i64 = 23 << 20;

/// Images above this many bytes a container count no more.
const MOST_PER_CONTAINER: i64 = 1000 << 20;

/// See the module.
pub struct ImageLocality;

/// The images that any node has, each with what having it is worth, and where worth ends.
struct PreferPresent {
    images: Vec<(Str, i64)>,
    most: i64,
}

impl Plugin for ImageLocality {
    fn name(&self) -> &'static str {
        "ImageLocality"
    }

    fn as_pre_score(&self) -> Option<&dyn PreScore> {
        Some(self)
    }
}

impl PreScore for ImageLocality {
    fn pre_score<'a>(&self, ctx: &Ctx<'a>, _: &[&'a NodeInfo]) -> Option<Box<dyn Score + 'a>> {
        let spec = ctx.pod.spec();
        let containers = spec.init_containers.iter().chain(spec.containers.iter());
        let volumes = spec.volumes.iter().map(|volume| volume.at_path(&["image", "reference"]));
        let named = containers
            .map(|container| container.image.as_str())
            .chain(volumes.filter_map(|reference| reference.as_str()));
        let worth = |image| {
            let name = with_tag(image);
            let state = ctx.cache.image(&name)?;
            let share = f64::from(state.nodes) / ctx.cache.len() as f64;
            Some((name, (state.size as f64 * share) as i64))
        };
        let count = spec.init_containers.len() + spec.containers.len();
        let most = MOST_PER_CONTAINER * count.max(1) as i64;
        Some(Box::new(PreferPresent { images: named.filter_map(worth).collect(), most }))
    }
}

impl Score for PreferPresent {
    fn score(&self, node: &NodeInfo) -> i64 {
        let has = |name: &Str| node.images().binary_search(name).is_ok();
        let present = self.images.iter().filter(|(name, _)| has(name));
        let sum: i64 = present.map(|(_, worth)| worth).sum();
        SCORE_MAX * (sum.clamp(LEAST, self.most) - LEAST) / (self.most - LEAST)
    }
}

/// The name of an image as nodes list it: one without a tag means `latest`.
/// Models image_locality.go normalizedImageName.
fn with_tag(image: &str) -> Str {
    if image.rfind(':') > image.rfind('/') {
        return image.into();
    }
    [image, ":latest"].concat().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::plugins::testing::score;

    #[test]
    fn larger_and_rarer_images_count_more() {
        let has = |images: &str| format!("}}, status: {{images: [{images}]");
        let (big, small) = (
            "{names: [big:1], sizeBytes: 1048576000}",
            "{names: [r/s:latest], sizeBytes: 41943040}",
        );
        let both = has(&format!("{big}, {small}"));
        let nodes = [both.as_str(), &has(small), "", ""];
        let check = |pod: &str, expected: &[i64]| {
            score(&ImageLocality, pod, &nodes, Some((expected, expected)));
        };
        check("containers: [{image: big:1}]", &[23, 0, 0, 0]);
        check("containers: [{image: big:2}]", &[0, 0, 0, 0]);
        // 40 MiB on half of the nodes are 20 MiB: too little to count.
        check("containers: [{image: r/s}]", &[0, 0, 0, 0]);
        check("containers: [{image: big:1}, {image: r/s}]", &[12, 0, 0, 0]);
        check("containers: [{image: big:1}], initContainers: [{image: big:1}]", &[24, 0, 0, 0]);
    }

    #[test]
    fn a_missing_tag_means_latest() {
        for (image, name) in [
            ("nginx", "nginx:latest"),
            ("nginx:1", "nginx:1"),
            ("localhost:5000/nginx", "localhost:5000/nginx:latest"),
            ("localhost:5000/nginx:1", "localhost:5000/nginx:1"),
        ] {
            assert_eq!(with_tag(image), name);
        }
    }
}
