//! Rules of CronJobs. Models pkg/apis/batch/validation/validation.go ValidateCronJob, and the
//! complaints of github.com/robfig/cron about schedules.

use super::common::one_of;
use super::meta::not_negative;
use super::{Errors, Field, Rules, job, meta, text};

pub(super) const RULES: Rules = Rules { create, update, status };

/// The jobs' names have eleven characters more, and labels have 63 at most.
const NAME_MAX: usize = 52;

fn create(cron: &Field, errors: &mut Errors) {
    let metadata = cron.at("metadata");
    meta::create(&metadata, true, text::name_is_subdomain, errors);
    spec(&cron.at("spec"), errors);
    let name = metadata.at("name");
    if name.text().len() > NAME_MAX {
        let detail = format!("must be no more than {NAME_MAX} characters");
        errors.invalid(&name, name.text(), detail);
    }
}

fn update(cron: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&cron.at("metadata"), &old.at("metadata"), errors);
    spec(&cron.at("spec"), errors);
}

fn status(cron: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&cron.at("metadata"), &old.at("metadata"), errors);
}

/// Models validateCronJobSpec.
fn spec(spec: &Field, errors: &mut Errors) {
    schedule(&spec.at("schedule"), spec.at("timeZone").is_set(), errors);
    not_negative(&spec.at("startingDeadlineSeconds"), errors);
    let zone = spec.at("timeZone");
    if zone.is_set() {
        time_zone(&zone, errors);
    }
    let policy = spec.at("concurrencyPolicy");
    match policy.is_empty() {
        true => errors.required(&policy, ""),
        false => one_of(&policy, &["Allow", "Forbid", "Replace"], errors),
    }
    job::template(&spec.at("jobTemplate"), errors);
    not_negative(&spec.at("successfulJobsHistoryLimit"), errors);
    not_negative(&spec.at("failedJobsHistoryLimit"), errors);
}

fn schedule(schedule: &Field, has_zone: bool, errors: &mut Errors) {
    let text = schedule.text();
    if text.is_empty() {
        return errors.required(schedule, "");
    }
    if let Err(why) = parse(text) {
        errors.invalid(schedule, text, why);
    }
    if text.contains("TZ") {
        let detail = match has_zone {
            true => "cannot use both timeZone field and TZ or CRON_TZ in schedule",
            false => "cannot use TZ or CRON_TZ in schedule, use timeZone field instead",
        };
        errors.invalid(schedule, text, detail);
    }
}

/// A field of a schedule: the least and greatest number it may hold, and names for numbers.
struct Part {
    min: u32,
    max: u32,
    names: &'static [&'static str],
}

const fn part(min: u32, max: u32) -> Part {
    Part { min, max, names: &[] }
}

/// Minute, hour, day of the month, month, day of the week.
const PARTS: [Part; 5] = [
    part(0, 59),
    part(0, 23),
    part(1, 31),
    Part {
        names: &[
            "", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ],
        ..part(1, 12)
    },
    Part { names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"], ..part(0, 6) },
];

/// Says what is wrong with a schedule. Models cron.ParseStandard.
fn parse(text: &str) -> Result<(), String> {
    let mut rest = text;
    if let Some(zoned) = text.strip_prefix("TZ=").or(text.strip_prefix("CRON_TZ=")) {
        let (zone, schedule) = zoned.split_once(' ').unwrap_or((zoned, ""));
        if !is_time_zone(zone) {
            return Err(format!("provided bad location {zone}: unknown time zone {zone}"));
        }
        rest = schedule.trim();
    }
    if rest.starts_with('@') {
        let known =
            ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
        return match known.contains(&rest) || rest.starts_with("@every ") {
            true => Ok(()),
            false => Err(format!("unrecognized descriptor: {rest}")),
        };
    }
    let fields: Vec<&str> = rest.split_whitespace().collect();
    if fields.len() != PARTS.len() {
        let (count, fields) = (fields.len(), fields.join(" "));
        return Err(format!("expected exactly 5 fields, found {count}: [{fields}]"));
    }
    let all = fields.into_iter().zip(&PARTS);
    let mut ranges = all.flat_map(|(field, part)| field.split(',').map(move |range| (range, part)));
    ranges.try_for_each(|(text, part)| range(text, part))
}

/// Models getRange.
fn range(text: &str, part: &Part) -> Result<(), String> {
    let steps: Vec<&str> = text.split('/').collect();
    let ends: Vec<&str> = steps[0].split('-').collect();
    let is_star = matches!(ends[0], "*" | "?");
    let (start, mut end) = match ends.as_slice() {
        _ if is_star => (part.min, part.max),
        [one] => (number(one, part)?, number(one, part)?),
        [first, last] => (number(first, part)?, number(last, part)?),
        _ => return Err(format!("too many hyphens: {text}")),
    };
    let step = match steps.as_slice() {
        [_] => 1,
        [_, step] => {
            if ends.len() == 1 {
                end = part.max;
            }
            integer(step)?
        }
        _ => return Err(format!("too many slashes: {text}")),
    };
    if start < part.min {
        return Err(format!("beginning of range ({start}) below minimum ({}): {text}", part.min));
    }
    if end > part.max {
        return Err(format!("end of range ({end}) above maximum ({}): {text}", part.max));
    }
    if start > end {
        return Err(format!("beginning of range ({start}) beyond end of range ({end}): {text}"));
    }
    match step {
        0 => Err(format!("step of range should be a positive number: {text}")),
        _ => Ok(()),
    }
}

fn number(text: &str, part: &Part) -> Result<u32, String> {
    let lower = text.to_lowercase();
    let named = part.names.iter().position(|name| !lower.is_empty() && *name == lower);
    named.map_or_else(|| integer(text), |at| Ok(at as u32))
}

/// Models mustParseInt.
fn integer(text: &str) -> Result<u32, String> {
    match text.parse::<i64>() {
        Ok(number) if number < 0 => Err(format!("negative number ({number}) not allowed: {text}")),
        Ok(number) => Ok(number.try_into().unwrap_or(u32::MAX)),
        Err(_) => {
            let quoted = crate::api::quote(text);
            let why = format!("strconv.Atoi: parsing {quoted}: invalid syntax");
            Err(format!("failed to parse int from {text}: {why}"))
        }
    }
}

/// Models validateTimeZone.
fn time_zone(zone: &Field, errors: &mut Errors) {
    let name = zone.text();
    if name.is_empty() {
        let detail = "timeZone must be nil or non-empty string";
        return errors.invalid(zone, name, detail);
    }
    if name.eq_ignore_ascii_case("local") {
        let detail = "timeZone must be an explicit time zone as defined in \
                      https://www.iana.org/time-zones";
        errors.invalid(zone, name, detail);
    }
    if !is_time_zone(name) {
        errors.invalid(zone, name, format!("unknown time zone {name}"));
    }
}

/// Whether this may be the name of a time zone. The names of the areas stand for the whole of the
/// database, which would not be worth its size.
fn is_time_zone(name: &str) -> bool {
    const AREAS: [&str; 16] = [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Brazil",
        "Canada",
        "Chile",
        "Etc",
        "Europe",
        "Indian",
        "Mexico",
        "Pacific",
        "US",
    ];
    const ALONE: [&str; 16] = [
        "CET",
        "CST6CDT",
        "EET",
        "EST",
        "EST5EDT",
        "GMT",
        "HST",
        "Japan",
        "Local",
        "MET",
        "MST",
        "PST8PDT",
        "ROK",
        "Singapore",
        "UTC",
        "WET",
    ];
    match name.split_once('/') {
        Some((area, place)) => AREAS.contains(&area) && !place.is_empty(),
        None => ALONE.contains(&name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules() {
        let check = |text: &str, expected: Result<(), &str>| {
            assert_eq!(parse(text), expected.map_err(str::to_owned), "{text}");
        };
        for good in
            ["* * * * *", "*/5 0-3,7 1 jan-MAR sun", "@daily", "@every 1h", "TZ=UTC 0 0 1 1 0"]
        {
            check(good, Ok(()));
        }
        check("61 * * * *", Err("end of range (61) above maximum (59): 61"));
        check("* * 0 * *", Err("beginning of range (0) below minimum (1): 0"));
        check("5-1 * * * *", Err("beginning of range (5) beyond end of range (1): 5-1"));
        check("*/0 * * * *", Err("step of range should be a positive number: */0"));
        check("1-2-3 * * * *", Err("too many hyphens: 1-2-3"));
        check("@never", Err("unrecognized descriptor: @never"));
        check(
            "-1 * * * *",
            Err("failed to parse int from : strconv.Atoi: parsing \"\": invalid syntax"),
        );
        check("", Err("expected exactly 5 fields, found 0: []"));
    }
}
