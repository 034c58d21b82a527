//! Flags that several commands share, and what they mean.
//!
//! Models kubectl/pkg/cmd/util/helpers.go and cli-runtime/pkg/resource FilenameOptions.

use super::error::Error;
use super::flags::{Flag, Flags, Kind};
use super::script::How;
use crate::api::quote;
use crate::api::rpc::FieldValidation;

/// `-f` and what goes with it.
pub const FILES: &[Flag] = &[
    Flag::text("filename", "The files that describe the objects.").short('f').kind(Kind::List),
    Flag::text("kustomize", "A folder with a kustomization.").short('k'),
    Flag::switch("recursive", "Read the folders within a folder as well.").short('R'),
];

/// `-f` of commands that always read the folders within folders.
pub const FILES_RECURSIVE: &[Flag] = &[FILES[0], Flag { default: "true", ..FILES[2] }];

/// `-l`.
pub const SELECTOR: &[Flag] =
    &[Flag::text("selector", "Which objects are meant, by label.").short('l')];

/// `--field-selector`.
pub const FIELD_SELECTOR: &[Flag] =
    &[Flag::text("field-selector", "Which objects are meant, by field.")];

/// `-A`.
pub const ALL_NAMESPACES: &[Flag] =
    &[Flag::switch("all-namespaces", "Look in all namespaces.").short('A')];

/// `--dry-run`.
pub const DRY_RUN: &[Flag] = &[Flag::text(
    "dry-run",
    "client: only show what would be sent. server: send it, and let nothing be stored.",
)
.kind(Kind::Optional("unchanged"))
.default("none")];

/// `--validate`.
pub const VALIDATE: &[Flag] = &[Flag::text(
    "validate",
    "What to do about unknown fields: strict refuses them, warn drops them and says so, ignore \
     drops them.",
)
.kind(Kind::Optional("strict"))
.default("strict")];

/// `--field-manager`, and the name that a command goes by otherwise.
pub const fn field_manager(default: &'static str) -> Flag {
    Flag::text("field-manager", "Who is noted as the manager of the fields.").default(default)
}

/// `--chunk-size`.
pub const CHUNK_SIZE: &[Flag] =
    &[Flag::int("chunk-size", "500", "How many objects a server sends at once; 0 for all.")];

/// `--record`, which real kubectl still takes and no longer shows.
pub const RECORD: &[Flag] = &[Flag::switch("record", "Note the command in an annotation.")
    .deprecated("--record will be removed in the future")];

/// `--local`.
pub const LOCAL: Flag = Flag::switch("local", "Change what the files say, without the server.");

/// Whether the server is left alone.
pub fn is_local(flags: &Flags) -> Result<bool, Error> {
    let is_local = flags.is_on("local");
    if is_local && DryRun::of(flags)? == DryRun::Server {
        let text = "cannot specify --local and --dry-run=server - did you mean --dry-run=client?";
        return Err(Error::plain(text));
    }
    Ok(is_local)
}

/// How much of a command is only pretended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DryRun {
    /// Nothing.
    None,
    /// Nothing is sent.
    Client,
    /// Nothing is stored.
    Server,
}

impl DryRun {
    /// What `--dry-run` says.
    pub fn of(flags: &Flags) -> Result<Self, Error> {
        match flags.text("dry-run") {
            "none" | "false" => Ok(Self::None),
            "client" | "unchanged" | "true" => Ok(Self::Client),
            "server" => Ok(Self::Server),
            other => Err(Error::plain(format!(
                "Invalid dry-run value ({other}). Must be \"none\", \"server\", or \"client\"."
            ))),
        }
    }

    /// What stands behind the line about what was done.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Client => " (dry run)",
            Self::Server => " (server dry run)",
        }
    }

    /// A request of the command.
    pub fn how(self) -> How {
        How { dry_run: self == Self::Server, ..How::default() }
    }
}

/// What `--validate` says.
pub fn validation(flags: &Flags) -> Result<FieldValidation, Error> {
    match flags.text("validate") {
        "strict" | "true" => Ok(FieldValidation::Strict),
        "warn" => Ok(FieldValidation::Warn),
        "ignore" | "false" => Ok(FieldValidation::Ignore),
        other => Err(Error::plain(format!(
            "invalid - validate option {}; must be one of: strict (or true), warn, ignore (or \
             false)",
            quote(other)
        ))),
    }
}
