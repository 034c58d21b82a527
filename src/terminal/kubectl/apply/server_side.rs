//! `kubectl apply --server-side`: the server merges, and knows who manages what.
//!
//! Models the server-side half of kubectl/pkg/cmd/apply/apply.go and client-go/util/csaupgrade.
//! An object that was applied by the client before is taken over, its annotation included.

use super::Apply;
use crate::api::rpc::{Call, Part, Patch};
use crate::api::{Value, managed};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::last_applied::LAST_APPLIED;
use crate::terminal::kubectl::manifests::Manifest;
use crate::terminal::kubectl::options::DryRun;
use crate::terminal::kubectl::script::{self, Ctx, Flow, How};

/// The manager of who applies without another name.
const MANAGER: &str = "kubectl";
/// The manager of the annotation that the client used to keep.
const ANNOTATION_MANAGER: &str = "kubectl-last-applied";
/// The manager of what the client used to apply.
const CLIENT_MANAGER: &str = "kubectl-client-side-apply";

const WAYS_OUT: &str = "Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts";

impl Apply {
    pub(super) fn apply_on_server(
        &mut self,
        ctx: &mut Ctx<'_>,
        manifest: &Manifest,
        forced: bool,
    ) -> Flow<Result<(), Error>> {
        let patch = Patch::Apply(manifest.value.clone(), forced);
        let applied = match self.send(ctx, manifest, patch.clone(), None)? {
            Ok(applied) => applied,
            Err(error) if error.is_conflict() => {
                return Ok(Err(Error::plain(format!("{}\n{WAYS_OUT}", error.message()))));
            }
            Err(error) => return Ok(Err(error)),
        };
        if ctx.env().manager == MANAGER && self.dry_run == DryRun::None {
            self.take_over(ctx, manifest, &applied, patch)?;
        }
        self.report(ctx, manifest, "serverside-applied", applied).map(Ok)
    }

    fn send(
        &self,
        ctx: &mut Ctx<'_>,
        manifest: &Manifest,
        patch: Patch,
        manager: Option<&'static str>,
    ) -> Flow<Result<Value, Error>> {
        let (resource, key) = (manifest.resource, manifest.key.clone());
        let call = Call::Patch { resource, key, part: Part::Main, patch };
        let answer = ctx.ask(call, How { manager, ..self.how() })?;
        Ok(answer.and_then(|answer| script::value(&answer)))
    }

    /// Takes over what the client applied before: the annotation gets a manager of its own, so
    /// that it stays, and everything else becomes ours. What fails is no failure of applying.
    fn take_over(
        &self,
        ctx: &mut Ctx<'_>,
        manifest: &Manifest,
        applied: &Value,
        patch: Patch,
    ) -> Flow<()> {
        let mut current = applied.clone();
        let annotation = applied.at_path(&["metadata", "annotations", LAST_APPLIED]);
        let managers = applied.at_path(&["metadata", "managedFields"]).items();
        let is_managed = managers.iter().any(|m| m.at("manager").text() == ANNOTATION_MANAGER);
        if !annotation.is_null() && !is_managed {
            let mut config = Value::default();
            for field in ["apiVersion", "kind"] {
                *config.entry(field) = manifest.value.at(field).clone();
            }
            for field in ["name", "namespace"] {
                let value = applied.at_path(&["metadata", field]).clone();
                *config.entry_path(&["metadata", field]) = value;
            }
            *config.entry_path(&["metadata", "annotations", LAST_APPLIED]) = annotation.clone();
            let patch = Patch::Apply(config, true);
            if let Ok(saved) = self.send(ctx, manifest, patch, Some(ANNOTATION_MANAGER))? {
                current = saved;
            }
        }
        let list = current.at_path(&["metadata", "managedFields"]);
        let Some(upgraded) = managed::upgraded(list, CLIENT_MANAGER, MANAGER) else {
            return Ok(());
        };
        let revision = current.at_path(&["metadata", "resourceVersion"]).clone();
        let replace = |path: &str, value: Value| {
            Value::map([("op", "replace".into()), ("path", path.into()), ("value", value)])
        };
        let change = vec![
            replace("/metadata/managedFields", upgraded),
            replace("/metadata/resourceVersion", revision),
        ];
        if self.send(ctx, manifest, Patch::Json(change.into()), Some(MANAGER))?.is_ok() {
            // Fields that are no longer in the file can go now.
            let _reapplied = self.send(ctx, manifest, patch, None)?;
        }
        Ok(())
    }
}
