//! Waiting until one object is as it is wanted.
//!
//! Models client-go/tools/watch UntilWithSync as kubectl uses it: list, watch, and again if the
//! watch ends. Invariant: a change between list and watch is not missed.

use super::error::Error;
use super::script::{Ctx, Flow, Heard, How};
use crate::api::labels::FieldSelector;
use crate::api::rpc::{Selection, WatchEvent};
use crate::api::{Key, Object, Resource};
use crate::sim::Time;

/// Waits until `is_met` says so of the object, or of its absence; no longer than until `until`.
/// Says whether it came to be.
pub fn wait(
    ctx: &mut Ctx<'_>,
    resource: Resource,
    key: &Key,
    until: Time,
    is_met: &dyn Fn(Option<&Object>) -> bool,
) -> Flow<Result<bool, Error>> {
    let selection = Selection {
        namespace: key.namespace().into(),
        fields: FieldSelector::equal("metadata.name", key.name()),
        ..Selection::all(resource)
    };
    loop {
        let (objects, revision) = match ctx.list(selection.clone())? {
            Ok(listed) => listed,
            Err(error) => return Ok(Err(error)),
        };
        if is_met(objects.iter().next()) {
            return Ok(Ok(true));
        }
        if let Err(error) = ctx.watch(selection.clone(), revision, How::default())? {
            return Ok(Err(error));
        }
        loop {
            match ctx.events(Some(until))? {
                Heard::Events(events) => {
                    let met = |event: &WatchEvent| match event {
                        WatchEvent::Deleted(_) => is_met(None),
                        WatchEvent::Bookmark(_) => false,
                        other => is_met(other.change().map(|change| change.object())),
                    };
                    if events.iter().any(met) {
                        return Ok(Ok(true));
                    }
                }
                Heard::Closed => break,
                Heard::Nothing => return Ok(Ok(false)),
            }
        }
    }
}
