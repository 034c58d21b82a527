//! Binds a pod by asking the apiserver to.
//!
//! Models pkg/scheduler/framework/plugins/defaultbinder/default_binder.go.

use crate::api::Str;
use crate::api::rpc::Call;
use crate::scheduler::framework::{Bind, Plugin};
use crate::scheduler::pod::PodInfo;

/// See the module.
pub struct DefaultBinder;

impl Plugin for DefaultBinder {
    fn name(&self) -> &'static str {
        "DefaultBinder"
    }

    fn as_bind(&self) -> Option<&dyn Bind> {
        Some(self)
    }
}

impl Bind for DefaultBinder {
    fn bind(&self, pod: &PodInfo, node: &Str) -> Call {
        Call::Bind { key: pod.key.clone(), uid: pod.uid(), node: node.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::testing::pod;

    #[test]
    fn names_the_very_pod() {
        let pod = PodInfo::new(pod("{metadata: {name: p}}"));
        let call = DefaultBinder.bind(&pod, &"n".into());
        let Call::Bind { key, uid, node } = call else { panic!("{call:?}") };
        assert_eq!((key.as_str(), uid, node.as_str()), ("default/p", pod.uid(), "n"));
    }
}
