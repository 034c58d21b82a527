//! How an object came into the store: who asked, and what the stages of the request did to it.

use std::sync::Arc;

use crate::api::Object;
use crate::cluster::Record;
use crate::cluster::rooms::apiserver::{self, Stored};
use crate::cluster::rooms::etcd::mvcc::KeyValue;
use crate::sim::RecordId;
use crate::view::inspector::WriteView;

use super::Source;

/// Records looked through after the write at most: the answer follows it closely.
const SEARCH_MAX: u64 = 2_000;

/// The request that created `object`, while the record remembers it.
pub fn of(source: Source<'_>, kv: &Arc<KeyValue<Stored>>, object: &Object) -> Option<WriteView> {
    let records = source.session.timeline();
    let RecordId(written) = records.write(kv.create_revision)?;
    let answered = (written..written + SEARCH_MAX).map_while(|id| records.get(RecordId(id)));
    for record in answered {
        let Record::Apiserver(_, answered) = &record.payload else { continue };
        let apiserver::Record::Answered { user, what, code: 201, stages, .. } = answered else {
            continue;
        };
        // A name that the server makes up is not known when it is asked.
        let is_named = what.key.name().is_empty() || what.key == object.key();
        let is_it = what.resource.stored() == object.resource()
            && what.key.namespace() == object.namespace();
        if is_it && is_named {
            let changed_by = stages.iter().flat_map(|stages| stages.changed_by.iter());
            return Some(WriteView {
                user: user.clone(),
                changed_by: changed_by.map(|name| (*name).into()).collect(),
                revision: kv.create_revision,
            });
        }
    }
    None
}
