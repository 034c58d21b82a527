//! Which colour a workload wears.
//!
//! There are eight owner colours. A workload keeps its colour as long as it lives, and a new one
//! takes the colour that the fewest others wear, so neighbours differ while there are enough.

use std::collections::BTreeMap;

use super::pod::OwnerSlot;
use super::subject::ObjectId;

/// How many owner colours `style/tokens.css` has.
pub const OWNER_COLOURS: u8 = 8;

/// Who wears what.
#[derive(Clone, Debug, Default)]
pub struct Owners {
    slots: BTreeMap<ObjectId, OwnerSlot>,
}

impl Owners {
    /// The colour of `owner`, chosen now when it has none yet.
    pub fn slot(&mut self, owner: &ObjectId) -> OwnerSlot {
        if let Some(&slot) = self.slots.get(owner) {
            return slot;
        }
        let worn = |slot: u8| self.slots.values().filter(|&&worn| worn == slot).count();
        let slot = (0..OWNER_COLOURS).min_by_key(|&slot| (worn(slot), slot)).unwrap_or(0);
        self.slots.insert(owner.clone(), slot);
        slot
    }

    /// Frees the colour of a workload that is gone.
    pub fn release(&mut self, owner: &ObjectId) {
        self.slots.remove(owner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_kept_and_spread() {
        let mut owners = Owners::default();
        let id = |n: u8| ObjectId::new("Deployment", "default", &format!("web-{n}"));
        for n in 0..OWNER_COLOURS {
            assert_eq!(owners.slot(&id(n)), n);
        }
        assert_eq!(owners.slot(&id(3)), 3);
        owners.release(&id(5));
        assert_eq!(owners.slot(&id(20)), 5);
        assert_eq!(owners.slot(&id(21)), 0);
    }
}
