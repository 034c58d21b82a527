//! `kubectl top`: what nodes and pods use, which takes an API of metrics that is not served.
//!
//! Models kubectl/pkg/cmd/top.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::Flag;
use super::options;
use super::script::Env;
use super::task::Task;

/// `top node`.
pub const NODE: Command = Command {
    path: "top node",
    usage: "[NAME | -l label]",
    about: "Show what nodes use",
    flags: &[
        options::SELECTOR,
        &[
            Flag::switch("no-headers", "Leave the headings out."),
            Flag::switch("show-capacity", "Show how much there is, not how much can be used."),
            Flag::switch("show-swap", "Show the swap."),
            Flag::text("sort-by", "The order: cpu or memory."),
            Flag::switch("use-protocol-buffers", "Ask in another form.").default("true"),
        ],
    ],
    required: &[],
    start,
};

/// `top pod`.
pub const POD: Command = Command {
    path: "top pod",
    usage: "[NAME | -l label]",
    about: "Show what pods use",
    flags: &[
        options::SELECTOR,
        options::FIELD_SELECTOR,
        options::ALL_NAMESPACES,
        &[
            Flag::switch("containers", "Show each container."),
            Flag::switch("no-headers", "Leave the headings out."),
            Flag::switch("show-swap", "Show the swap."),
            Flag::text("sort-by", "The order: cpu or memory."),
            Flag::switch("sum", "Show the sum."),
            Flag::switch("use-protocol-buffers", "Ask in another form.").default("true"),
        ],
    ],
    required: &[],
    start,
};

fn start(invocation: &Invocation, _: &Env) -> Result<Task, Error> {
    let is_node = invocation.command.path == NODE.path;
    let (kind, selector) = if is_node { ("node", "--selector") } else { ("pod", "selector") };
    if invocation.args.len() > 1 {
        return Err(invocation.usage(format!("{kind} [NAME | -l label]")));
    }
    if !invocation.args.is_empty() && !invocation.flags.text("selector").is_empty() {
        return Err(Error::plain(format!("only one of NAME or {selector} can be provided")));
    }
    let sort = invocation.flags.text("sort-by");
    if !matches!(sort, "" | "cpu" | "memory") {
        return Err(Error::plain("--sort-by accepts only cpu or memory"));
    }
    Err(Error::plain("Metrics API not available"))
}
