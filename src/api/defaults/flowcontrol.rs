//! Defaults of FlowSchemas and PriorityLevelConfigurations.
//! Models pkg/apis/flowcontrol/v1/defaults.go.

use super::{Value, empty, unset, within};

/// SetDefaults_FlowSchemaSpec.
pub(super) fn schema(schema: &mut Value) {
    empty(schema.entry("spec"), "matchingPrecedence", 1000);
}

/// SetDefaults_LimitedPriorityLevelConfiguration and its neighbours.
pub(super) fn level(level: &mut Value) {
    let spec = level.entry("spec");
    within(spec, "limited", |limited| {
        unset(limited, "nominalConcurrencyShares", 30);
        unset(limited, "lendablePercent", 0);
        within(limited, "limitResponse", |response| {
            within(response, "queuing", |queuing| {
                empty(queuing, "handSize", 8);
                empty(queuing, "queues", 64);
                empty(queuing, "queueLengthLimit", 50);
            });
        });
    });
    within(spec, "exempt", |exempt| {
        unset(exempt, "nominalConcurrencyShares", 0);
        unset(exempt, "lendablePercent", 0);
    });
}
