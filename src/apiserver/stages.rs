//! The stages a request passes, and what they did to it.
//!
//! Models the filters and the admission chain of apiserver/pkg/server/config.go, outermost first.
//! What every write passes without leaving a trace takes no room.

use std::sync::Arc;

use crate::api::List;

/// A stage.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Stage {
    /// Who asks.
    #[default]
    Authentication,
    /// The line in the audit log.
    Audit,
    /// Whether there are not too many requests.
    Fairness,
    /// Whether who asks may.
    Authorization,
    /// What the cluster adds to an object.
    MutatingAdmission,
    /// Whether the object is what its kind must be.
    Validation,
    /// Whether the cluster lets it in.
    ValidatingAdmission,
    /// Writing it, if nobody else has written it in the meantime.
    Storage,
}

/// What the stages did to a request.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Stages {
    /// How far it came.
    pub reached: Stage,
    /// The plugins of mutating admission that changed the object, in their order.
    pub changed_by: List<&'static str>,
}

impl Stage {
    /// Every stage, in their order.
    pub const ALL: [Self; 8] = [
        Self::Authentication,
        Self::Audit,
        Self::Fairness,
        Self::Authorization,
        Self::MutatingAdmission,
        Self::Validation,
        Self::ValidatingAdmission,
        Self::Storage,
    ];
}

impl Stages {
    /// What is worth keeping: nothing of what passed everything unchanged.
    pub fn trace(&self, refused: bool) -> Option<Arc<Self>> {
        (refused || !self.changed_by.is_empty()).then(|| Arc::new(self.clone()))
    }
}
