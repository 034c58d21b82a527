//! Going through the objects a command is about, one after another.
//!
//! Models the visitors of cli-runtime/pkg/resource: what cannot be found is noted, and the rest is
//! done all the same. Invariant: every target is taken once, in the order it was given.

use super::error::Error;
use super::resources::{Keys, Target, Targets};
use super::script::{Ctx, Flow};
use crate::api::{Key, Resource};

/// The objects a command is about, as far as they have not been dealt with.
#[derive(Clone, Debug)]
pub struct Walk {
    /// What the command is about.
    pub targets: Targets,
    /// What went wrong so far.
    pub errors: Vec<Error>,
    /// How many objects have been found.
    pub count: usize,
    /// How many targets have been taken.
    taken: usize,
    /// The objects of the target that was taken last, the next one last.
    found: Keys,
}

impl Walk {
    /// A walk through `targets`.
    pub fn of(targets: Targets) -> Self {
        Self { targets, errors: Vec::new(), count: 0, taken: 0, found: Keys::new() }
    }

    /// The next target.
    pub fn target(&mut self) -> Option<Result<Target, Error>> {
        let target = self.targets.list.get(self.taken).cloned()?;
        self.taken += 1;
        Some(target)
    }

    /// The next object, or why the next target cannot be found; `None` at the end.
    pub fn object(&mut self, ctx: &mut Ctx<'_>) -> Flow<Option<Result<(Resource, Key), Error>>> {
        loop {
            if let Some(object) = self.found.pop() {
                self.count += 1;
                return Ok(Some(Ok(object)));
            }
            let keys = match self.target() {
                Some(Ok(target)) => self.targets.keys(ctx, &target)?,
                Some(Err(error)) => Err(error),
                None => return Ok(None),
            };
            match keys {
                Ok(keys) => self.found = keys,
                Err(error) => return Ok(Some(Err(error))),
            }
        }
    }

    /// All objects that are left, in order, up to the first that cannot be found.
    pub fn objects(&mut self, ctx: &mut Ctx<'_>) -> Flow<Result<Keys, Error>> {
        let mut all = Keys::new();
        while let Some(object) = self.object(ctx)? {
            match object {
                Ok(object) => all.push(object),
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(all))
    }

    /// Notes what went wrong, if something did.
    pub fn note(&mut self, outcome: Result<(), Error>) {
        self.errors.extend(outcome.err());
    }

    /// Everything that went wrong, as what the command ends with.
    pub fn end(&mut self) -> Result<(), Error> {
        Error::all(std::mem::take(&mut self.errors)).map_or(Ok(()), Err)
    }
}
