//! A pod gets the number of its priority class. Models plugin/pkg/admission/priority/admission.go.

use crate::api::validation::SYSTEM_PRIORITY_CLASSES;
use crate::api::{Key, Object, Resource, Status, Str, Value};
use crate::apiserver::write::{Ctx, Refusal};

const PREEMPTS: &str = "PreemptLowerPriority";

/// What a class means to a pod.
struct Class {
    name: Str,
    value: i64,
    policy: Str,
}

/// Gives a pod what its class says.
pub fn admit(pod: &mut Value, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let name = Str::from(pod.at_path(&["metadata", "name"]).text());
    let forbidden = |why: &str| Refusal::from(Status::forbidden(Resource::PODS, &name, why));
    let spec = pod.entry("spec");
    let wanted = Str::from(spec.at("priorityClassName").text());
    let class = match wanted.is_empty() {
        true => default(ctx),
        false => named(&wanted, ctx)?
            .ok_or_else(|| forbidden(&format!("no PriorityClass with name {wanted} was found")))?,
    };
    let Class { name: class, value, policy } = class;
    const COMPUTED: &str =
        "must not be provided in pod spec; priority admission controller computed";
    if let Some(given) = spec.at("priority").as_int().filter(|given| *given != value) {
        return Err(forbidden(&format!(
            "the integer value of priority ({given}) {COMPUTED} {value} from the given \
             PriorityClass name"
        )));
    }
    if let Some(given) = spec.at("preemptionPolicy").as_str().filter(|given| *given != policy) {
        return Err(forbidden(&format!(
            "the string value of PreemptionPolicy ({given}) {COMPUTED} {policy} from the given \
             PriorityClass name"
        )));
    }
    if !class.is_empty() {
        *spec.entry("priorityClassName") = class.into();
    }
    *spec.entry("priority") = value.into();
    *spec.entry("preemptionPolicy") = policy.into();
    Ok(())
}

/// There is one default class at most.
pub fn validate(class: &Object, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if class.to_value().at("globalDefault").as_bool() != Some(true) {
        return Ok(());
    }
    let Some(other) = defaults(ctx).find(|other| other.name() != class.name()) else {
        return Ok(());
    };
    let why = format!(
        "PriorityClass {} is already marked as default. Only one default can exist",
        other.name()
    );
    Err(Status::forbidden(Resource::PRIORITYCLASSES, class.name(), &why).into())
}

fn named(name: &str, ctx: &Ctx<'_>) -> Result<Option<Class>, Refusal> {
    // The system's own classes are there before they are there.
    if let Some((name, value)) = SYSTEM_PRIORITY_CLASSES.iter().find(|(known, _)| *known == name) {
        let policy = Str::new_static(PREEMPTS);
        return Ok(Some(Class { name: Str::new_static(name), value: *value, policy }));
    }
    let found = ctx.find(Resource::PRIORITYCLASSES, &Key::new("", name))?;
    Ok(found.map(|object| read(&object)))
}

/// The class of those who name none.
fn default(ctx: &Ctx<'_>) -> Class {
    let least = defaults(ctx).map(read).min_by_key(|class| class.value);
    least.unwrap_or(Class { name: Str::default(), value: 0, policy: Str::new_static(PREEMPTS) })
}

fn defaults<'a>(ctx: &Ctx<'a>) -> impl Iterator<Item = &'a Object> {
    let classes = ctx.cache.collection(Resource::PRIORITYCLASSES);
    let classes = classes.into_iter().flat_map(|classes| classes.iter());
    classes.filter(|class| class.to_value().at("globalDefault").as_bool() == Some(true))
}

fn read(class: &Object) -> Class {
    let value = class.to_value();
    Class {
        name: class.meta().name.clone(),
        value: value.at("value").as_int().unwrap_or(0),
        policy: value.at("preemptionPolicy").text().into(),
    }
}
