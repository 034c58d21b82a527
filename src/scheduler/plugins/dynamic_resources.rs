//! Devices that pods claim. No pod of the simulation claims any, so all that is left of the
//! plugin is what it says about pods without claims.
//!
//! Models pkg/scheduler/framework/plugins/dynamicresources/dynamicresources.go.

use crate::api::Str;
use crate::scheduler::framework::{Ctx, Help, Plugin, PostFilter, PostFiltered, PreScore, Score};
use crate::scheduler::node_info::NodeInfo;

/// See the module.
pub struct DynamicResources;

struct NoPreference;

impl Plugin for DynamicResources {
    fn name(&self) -> &'static str {
        "DynamicResources"
    }

    fn as_post_filter(&self) -> Option<&dyn PostFilter> {
        Some(self)
    }

    fn as_pre_score(&self) -> Option<&dyn PreScore> {
        Some(self)
    }
}

impl PostFilter for DynamicResources {
    fn post_filter(&self, help: &mut Help<'_>) -> PostFiltered {
        // What upstream looks for was to be written by its PreFilter, which is not asked when an
        // earlier plugin has refused the pod by then.
        if help.diagnosis.pre_filter.is_some() {
            return PostFiltered::Failed(Str::new_static("not found"));
        }
        PostFiltered::Refused(Str::new_static("no new claims to deallocate"))
    }
}

impl PreScore for DynamicResources {
    fn pre_score<'a>(&self, _: &Ctx<'a>, _: &[&'a NodeInfo]) -> Option<Box<dyn Score + 'a>> {
        Some(Box::new(NoPreference))
    }
}

impl Score for NoPreference {
    fn score(&self, _node: &NodeInfo) -> i64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::plugins::testing::score;

    #[test]
    fn has_no_preference_but_says_so() {
        score(&DynamicResources, "", &["", ""], Some((&[0, 0], &[0, 0])));
    }
}
