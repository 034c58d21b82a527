//! `/healthz`, `/livez` and `/readyz`: whether the server is well, check by check.
//!
//! Models apiserver/pkg/server/healthz. What it checks is what can fail in the simulation: the
//! store behind it, and the cache that has to be filled.

use super::parameters::{self, Parameters};
use crate::api::HttpResponse;

/// What is checked, and whether it holds.
pub type Checks = [(&'static str, bool)];

/// The page at `segments`, such as `readyz` or `livez/ping`; `None` if there is none.
pub fn page(segments: &[&str], checks: &Checks, parameters: &Parameters) -> Option<HttpResponse> {
    let (name, rest) = segments.split_first()?;
    if !matches!(*name, "healthz" | "livez" | "readyz") {
        return None;
    }
    let one = rest.join("/");
    if !one.is_empty() {
        let (_, holds) = checks.iter().find(|(check, _)| *check == one)?;
        return Some(match holds {
            true => plain(200, "ok".to_owned()),
            false => plain(500, "internal server error: reason withheld\n".to_owned()),
        });
    }
    let excluded =
        |check: &str| parameters.iter().any(|(name, value)| name == "exclude" && value == check);
    let mut lines = String::new();
    for (check, holds) in checks {
        lines += &match (excluded(check), holds) {
            (true, _) => format!("[+]{check} excluded: ok\n"),
            (false, true) => format!("[+]{check} ok\n"),
            (false, false) => format!("[-]{check} failed: reason withheld\n"),
        };
    }
    if checks.iter().any(|(check, holds)| !holds && !excluded(check)) {
        return Some(plain(500, lines + &format!("{name} check failed\n")));
    }
    Some(match parameters::is_on(parameters, "verbose") {
        true => plain(200, lines + &format!("{name} check passed\n")),
        false => plain(200, "ok".to_owned()),
    })
}

fn plain(code: u16, text: String) -> HttpResponse {
    HttpResponse::new(code, "text/plain; charset=utf-8", text)
}
