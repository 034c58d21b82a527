//! Jobs and CronJobs. Models kubectl/pkg/describe describeJob and describeCronJob.

use super::sheet::{Sheet, controlled_by, moment, scalar, truth};
use super::template;
use crate::api::{Codec, Object, Timestamp, Value, age};
use crate::terminal::kubectl::script::{Ctx, Flow};

const UNSET: &str = "<unset>";

fn or_unset(value: &Value) -> String {
    if value.is_null() { UNSET.to_owned() } else { scalar(value) }
}

/// Writes a job down.
pub fn describe(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    let (spec, status) = (value.at("spec"), value.at("status"));
    sheet.heading(&value);
    sheet.field_if(0, "Selector", &template::selector(spec.at("selector")));
    sheet.labels_and_annotations(&value);
    controlled_by(sheet, &value);
    sheet.field_if(0, "Parallelism", &scalar(spec.at("parallelism")));
    sheet.field(0, "Completions", or_unset(spec.at("completions")));
    sheet.field_if(0, "Completion Mode", spec.at("completionMode").text());
    sheet.field_if(0, "Suspend", &scalar(spec.at("suspend")));
    sheet.field_if(0, "Backoff Limit", &scalar(spec.at("backoffLimit")));
    sheet.field_if(0, "TTL Seconds After Finished", &scalar(spec.at("ttlSecondsAfterFinished")));
    let (start, end) = (status.at("startTime"), status.at("completionTime"));
    if !start.is_null() {
        sheet.field(0, "Start Time", moment(start));
    }
    if !end.is_null() {
        sheet.field(0, "Completed At", moment(end));
    }
    if !start.is_null() && !end.is_null() {
        let seconds = Timestamp::load(end).0 - Timestamp::load(start).0;
        sheet.field(0, "Duration", age::human(seconds));
    }
    if let Some(seconds) = spec.at("activeDeadlineSeconds").as_int() {
        sheet.field(0, "Active Deadline Seconds", format!("{seconds}s"));
    }
    let [active, succeeded, failed] =
        ["active", "succeeded", "failed"].map(|field| status.at(field).as_int().unwrap_or(0));
    let ready = status.at("ready").as_int().map_or(String::new(), |n| format!(" ({n} Ready)"));
    let counts = format!("{active} Active{ready} / {succeeded} Succeeded / {failed} Failed");
    sheet.field(0, "Pods Statuses", counts);
    if spec.at("completionMode").text() == "Indexed" {
        let indexes = status.at("completedIndexes").text();
        sheet.field(0, "Completed Indexes", super::sheet::or_none(indexes));
    }
    template::describe(spec.at("template"), sheet);
    Ok(())
}

/// Writes a cron job down.
pub fn describe_cron(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    let (spec, status) = (value.at("spec"), value.at("status"));
    let job = spec.at_path(&["jobTemplate", "spec"]);
    sheet.heading(&value);
    sheet.labels_and_annotations(&value);
    sheet.field(0, "Schedule", spec.at("schedule").text());
    sheet.field(0, "Concurrency Policy", spec.at("concurrencyPolicy").text());
    sheet.field(0, "Suspend", if truth(spec.at("suspend")) { "True" } else { "False" });
    sheet.field_if(0, "Time Zone", spec.at("timeZone").text());
    let limits = ["successfulJobsHistoryLimit", "failedJobsHistoryLimit"];
    for (title, field) in ["Successful", "Failed"].into_iter().zip(limits) {
        sheet.field(0, &format!("{title} Job History Limit"), or_unset(spec.at(field)));
    }
    let deadline = spec.at("startingDeadlineSeconds").as_int();
    let deadline = deadline.map_or(UNSET.to_owned(), |seconds| format!("{seconds}s"));
    sheet.field(0, "Starting Deadline Seconds", deadline);
    match job.at("selector") {
        Value::Null => sheet.field(0, "Selector", UNSET),
        selector => sheet.field(0, "Selector", template::selector(selector)),
    }
    sheet.field(0, "Parallelism", or_unset(job.at("parallelism")));
    sheet.field(0, "Completions", or_unset(job.at("completions")));
    if let Some(seconds) = job.at("activeDeadlineSeconds").as_int() {
        sheet.field(0, "Active Deadline Seconds", format!("{seconds}s"));
    }
    template::describe(job.at("template"), sheet);
    match status.at("lastScheduleTime") {
        Value::Null => sheet.field(0, "Last Schedule Time", UNSET),
        last => sheet.time(0, "Last Schedule Time", last),
    }
    let active = status.at("active").items().iter();
    let active: Vec<&str> = active.map(|job| job.at("name").text()).collect();
    sheet.field(0, "Active Jobs", super::sheet::or_none(&active.join(", ")));
    Ok(())
}
