//! What a real server showed: its columns, and the rows of objects it also gave in full.

use super::now;
use crate::api::testkit::{Step, document, recordings, resource_of, steps};
use crate::api::{Object, Resource};
use crate::apiserver::printers::{PRINTERS, columns, row, sheet};

/// The words of a line of a table.
fn words(line: &str) -> Vec<String> {
    let words = line.split("  ").map(str::trim).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// The resource of a command that prints a table of one kind, and whether it is a wide one.
fn shown(step: &Step) -> Option<(Resource, bool)> {
    let mut arguments = step.command.strip_prefix("kubectl get ")?.split(' ');
    let resource = Resource::named(arguments.next()?)?;
    let (wide, lists) = (step.command.contains("-o wide"), step.command.contains("-o "));
    let has_printer =
        PRINTERS.iter().any(|(of, _)| *of == resource) || sheet::of(resource).is_some();
    (has_printer && (wide || !lists)).then_some((resource, wide))
}

/// All recorded cases, with their names.
fn cases() -> Vec<(String, Vec<Step>)> {
    let Some(folder) = recordings("kubectl") else {
        return Vec::new();
    };
    let mut cases: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("a text")))
        .map(|(name, text)| (name, steps(&text)))
        .collect();
    cases.sort_by(|a, b| a.0.cmp(&b.0));
    cases
}

#[test]
fn columns_are_those_recorded() {
    let mut compared = 0;
    for (name, steps) in cases() {
        for step in &steps {
            let Some((resource, wide)) = shown(step) else { continue };
            let heading = step.output.as_deref().and_then(|output| output.lines().next());
            let Some(heading) = heading.filter(|it| it.starts_with("NAME")) else { continue };
            let mut actual = words(heading);
            actual.retain(|word| word != "NAMESPACE");
            let expected: Vec<String> = columns(resource)
                .iter()
                .filter(|column| wide || column.priority == 0)
                .map(|column| column.name.to_uppercase())
                .collect();
            actual.truncate(expected.len());
            assert_eq!(actual, expected, "{name}: {}", step.command);
            compared += 1;
        }
    }
    println!("{compared} recorded headings are ours");
}

/// The last object given in full before a table or after it, by resource and name.
fn given(steps: &[Step]) -> Vec<Object> {
    let full = steps.iter().filter(|step| step.command.starts_with("kubectl get "));
    let full = full.filter(|step| step.command.ends_with("-o yaml"));
    let values = full.filter_map(|step| Some(document(step.output.as_deref()?)));
    let objects = values.filter_map(|value| Some(Object::load(resource_of(&value)?, &value)));
    objects.collect()
}

/// Times and addresses as the recordings have them.
fn normalised(object: &Object, wide: bool) -> Vec<String> {
    let columns = columns(object.resource()).iter();
    let cells = row(object, now()).cells;
    let cells = cells.iter().zip(columns).filter(|(_, column)| wide || column.priority == 0);
    let cells = cells.map(|(cell, column)| match column.name.as_str() {
        "Age" => "AGE".to_owned(),
        _ => cell.to_string(),
    });
    cells.filter(|cell| !cell.is_empty()).collect()
}

#[test]
fn rows_are_those_recorded() {
    let (mut found, mut all) = (0, 0);
    for (name, steps) in cases() {
        for object in given(&steps) {
            let Some(_) = PRINTERS.iter().find(|(of, _)| *of == object.resource()) else {
                continue;
            };
            let tables =
                steps.iter().filter_map(|step| Some((shown(step)?, step.output.as_ref()?)));
            let tables = tables.filter(|((of, _), _)| *of == object.resource());
            let rows: Vec<(bool, Vec<String>)> = tables
                .flat_map(|((_, wide), output)| output.lines().map(move |line| (wide, words(line))))
                .filter(|(_, words)| words.first().is_some_and(|first| object.name() == first))
                .collect();
            if rows.is_empty() {
                continue;
            }
            all += 1;
            let ours = |wide: bool| normalised(&object, wide);
            let is_ours = rows.iter().any(|(wide, row)| *row == ours(*wide));
            assert!(is_ours, "{name}: {:?} is not among {rows:#?}", ours(true));
            found += 1;
        }
    }
    println!("{found} of {all} objects given in full have their recorded row");
}
