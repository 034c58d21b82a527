//! `kubectl rollout history`: the revisions of a workload.
//!
//! Models kubectl/pkg/cmd/rollout/rollout_history.go and polymorphichelpers/history.go.

use super::walk;
use crate::api::{Key, Object, Resource, quote};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::describe::{sheet::Sheet, template};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::Flag;
use crate::terminal::kubectl::output::{self, Format};
use crate::terminal::kubectl::script::{Ctx, Env, Flow, Next};
use crate::terminal::kubectl::task::Task;
use crate::terminal::kubectl::walk::Walk;
use crate::terminal::kubectl::{options, revisions};
use crate::terminal::text::Text;

/// The annotation that says why a revision was made.
pub const CAUSE: &str = "kubernetes.io/change-cause";

/// The command.
pub const COMMAND: Command = Command {
    path: "rollout history",
    usage: "(TYPE NAME | TYPE/NAME) [flags]",
    about: "Show the revisions of a workload",
    flags: &[
        options::FILES,
        options::SELECTOR,
        output::FLAGS,
        &[Flag::int("revision", "0", "Show the template of this revision.")],
    ],
    required: &[],
    start,
};

/// What `rollout history` still has to do.
#[derive(Clone, Debug)]
pub struct History {
    walk: Walk,
    revision: i64,
    format: Format,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let revision = invocation.flags.int("revision");
    if revision < 0 {
        return Err(Error::plain(
            "revision must be a positive integer: ".to_owned() + &revision.to_string(),
        ));
    }
    let format = Format::of(&invocation.flags, output::OPERATION_FORMATS)?;
    Ok(Task::from(History { walk: walk(invocation, env)?, revision, format }))
}

impl History {
    /// Shows the revisions of the next target.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let Some(object) = self.walk.object(ctx)? else { return Ok(Next::Exit(0)) };
        let (resource, key) = object?;
        self.show(ctx, resource, &key)?;
        Ok(Next::Again)
    }

    fn show(&self, ctx: &mut Ctx<'_>, resource: Resource, key: &Key) -> Flow<()> {
        let object = ctx.get(resource, key)??;
        if !revisions::are_kept(resource) {
            let kind = quote(resource.info().kind);
            let text = format!("no history viewer has been implemented for {kind}");
            return Err(Error::plain(text).into());
        }
        let mut sets = revisions::of(ctx, &object)??;
        sets.sort_by_key(revisions::number);
        if !self.format.is_human() {
            let set = self.of_revision(&sets)?;
            ctx.print(self.format.print(&[set.to_value()])?);
            return Ok(());
        }
        let mut text = output::named(resource, key);
        if self.revision > 0 {
            let set = self.of_revision(&sets)?;
            text.push_str(&format!(" with revision #{}\n", self.revision));
            ctx.print(text.with(template_of(set, true)));
        } else {
            ctx.print(text.with(" \n").with(table(&sets)));
        }
        // An empty line ends it.
        ctx.print("\n");
        Ok(())
    }

    fn of_revision<'a>(&self, sets: &'a [Object]) -> Result<&'a Object, Error> {
        let found = match self.revision {
            0 => sets.last(),
            wanted => sets.iter().find(|set| revisions::number(set) == wanted),
        };
        found.ok_or_else(|| Error::plain("unable to find the specified revision"))
    }
}

/// Each revision with why it was made.
fn table(sets: &[Object]) -> Text {
    let mut writer = crate::terminal::printers::tabwriter::TabWriter::description();
    writer.line(vec!["REVISION".into(), "CHANGE-CAUSE".into()]);
    for set in sets.iter().filter(|set| revisions::number(set) > 0) {
        let cause = set.meta().annotation(CAUSE).unwrap_or("<none>");
        writer.line(vec![revisions::number(set).to_string().into(), cause.into()]);
    }
    writer.take()
}

/// The template of a revision, with why it was made if that is wanted.
pub fn template_of(set: &Object, with_cause: bool) -> Text {
    let mut value = revisions::whole_template(set);
    if let Some(cause) = set.meta().annotation(CAUSE).filter(|_| with_cause) {
        *value.entry_path(&["metadata", "annotations", CAUSE]) = cause.into();
    }
    let mut sheet = Sheet::unaligned();
    template::describe(&value, &mut sheet);
    sheet.take()
}
