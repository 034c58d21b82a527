//! Flags that several commands take, and those that all do.
//!
//! Models etcdctl/ctlv3/ctl.go and command/global.go.

use crate::terminal::kubectl::flags::{Flag, Kind};

/// The flags every command takes. Those about certificates, users and logs are taken and change
/// nothing: the simulation has none of these.
pub const GLOBALS: &[Flag] = &[
    Flag::text("endpoints", "The members to talk to.").default("127.0.0.1:2379"),
    Flag::text("write-out", "Output format: fields, json, simple or table.")
        .short('w')
        .default("simple"),
    Flag::text("command-timeout", "How long to wait for an answer.")
        .kind(Kind::Duration)
        .default("5s"),
    Flag::text("dial-timeout", "How long to wait for a connection.")
        .kind(Kind::Duration)
        .default("2s"),
    Flag::text("keepalive-time", "How often connections are checked.")
        .kind(Kind::Duration)
        .default("2s"),
    Flag::text("keepalive-timeout", "How long a check may take.")
        .kind(Kind::Duration)
        .default("6s"),
    Flag::switch("hex", "Print byte strings as hex encoded strings."),
    Flag::switch("insecure-skip-tls-verify", "Do not check the server's certificate."),
    Flag::switch("insecure-transport", "Do without transport security."),
    Flag::text("cacert", "The certificate of the authority."),
    Flag::text("cert", "The certificate of the client."),
    Flag::text("key", "The key of the client."),
    Flag::text("user", "The user to authenticate as."),
    Flag::text("password", "The user's password."),
    Flag::switch("debug", "Log more."),
    Flag::switch("help", "Show help.").short('h'),
];

/// Whether the key is the beginning of keys.
pub const PREFIX: Flag = Flag::switch("prefix", "All keys that begin with the key.");
/// Whether the key is the first of keys.
pub const FROM_KEY: Flag = Flag::switch("from-key", "All keys from the key on.");
/// Whether what was there before is printed.
pub const PREV_KV: Flag = Flag::switch("prev-kv", "Return the previous key-value pairs.");
/// A revision.
pub const REV: Flag = Flag::int("rev", "0", "The revision that is meant.");
/// Whether all members are meant.
pub const CLUSTER: Flag =
    Flag::switch("cluster", "Use all endpoints from the cluster member list.");
/// Whether only values are printed.
pub const VALUE_ONLY: Flag = Flag::switch("print-value-only", "Only print values.");
