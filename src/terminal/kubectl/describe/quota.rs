//! A ResourceQuota. Models kubectl/pkg/describe describeQuota.

use super::sheet::{Sheet, scalar};
use crate::api::{Object, Value};
use crate::terminal::kubectl::script::{Ctx, Flow};

/// Writes a quota down.
pub fn describe(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    sheet.heading(&value);
    scopes(&value, 0, sheet);
    sheet.line(0, "Resource\tUsed\tHard");
    sheet.line(0, "--------\t----\t----");
    for (name, used, hard) in amounts(&value) {
        sheet.line(0, format!("{name}\t{used}\t{hard}"));
    }
    Ok(())
}

/// Each resource with how much of it is used and how much may be.
pub fn amounts(quota: &Value) -> Vec<(String, String, String)> {
    let (hard, used) = (quota.at_path(&["status", "hard"]), quota.at_path(&["status", "used"]));
    let all = hard.as_map().into_iter().flat_map(|map| map.iter());
    all.map(|(name, amount)| {
        let used = scalar(used.at(name));
        let used = if used.is_empty() { "0".to_owned() } else { used };
        (name.to_string(), used, scalar(amount))
    })
    .collect()
}

/// What a quota is limited to.
pub fn scopes(quota: &Value, level: usize, sheet: &mut Sheet) {
    let mut scopes: Vec<&str> =
        quota.at_path(&["spec", "scopes"]).items().iter().map(Value::text).collect();
    if scopes.is_empty() {
        return;
    }
    scopes.sort_unstable();
    sheet.field(level, "Scopes", scopes.join(", "));
    for scope in scopes {
        let help = match scope {
            "Terminating" => "Matches all pods that have an active deadline.",
            "NotTerminating" => "Matches all pods that do not have an active deadline.",
            "BestEffort" => {
                "Matches all pods that do not have resource requirements set. These pods have a \
                 best effort quality of service."
            }
            "NotBestEffort" => {
                "Matches all pods that have at least one resource requirement set. These pods \
                 have a burstable or guaranteed quality of service."
            }
            _ => "",
        };
        if !help.is_empty() {
            sheet.line(level, format!(" * {help}"));
        }
    }
}
