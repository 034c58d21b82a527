//! How answers about keys are printed.
//!
//! Models etcdctl/ctlv3/command/printer.go and util.go printKV.

use super::command::Format;
use super::script::{Ctx, Flow, Stop, exit};
use crate::api::Stored;
use crate::etcd::mvcc::{KeyValue, StoredValue};

/// What of a key is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Parts {
    /// Not its value: its line stays empty.
    pub keys_only: bool,
    /// Not the key.
    pub value_only: bool,
    /// Bytes as hexadecimal numbers.
    pub hex: bool,
}

/// A key and its value, a line each.
pub fn kv(kv: &KeyValue<Stored>, parts: Parts) -> String {
    let value = if parts.keys_only { String::new() } else { kv.value.text() };
    let shown = |text: &str| if parts.hex { hex(text) } else { text.to_owned() };
    match parts.value_only {
        true => format!("{}\n", shown(&value)),
        false => format!("{}\n{}\n", shown(&kv.key), shown(&value)),
    }
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
}

/// Refuses the formats that are made for lists of members.
pub fn no_table(ctx: &Ctx<'_>) -> Flow<()> {
    match ctx.env.format {
        Format::Table => {
            let text = "table is not supported as output format";
            Err(Stop::Failed(text.to_owned(), exit::BAD_FEATURE))
        }
        _ => Ok(()),
    }
}
