//! A component of a master: what it is, what it is at, whether it acts.

use leptos::prelude::*;
use smol_str::SmolStr;

use crate::ui::page::page;
use crate::view::node::{Duty, EtcdView, MasterView};
use crate::view::stage::label::keep_end;
use crate::view::stage::layout::MasterForm;
use crate::view::stage::roving::MapKey;
use crate::view::subject::{Part, Place, Subject};
use crate::view::words::Lang;

use super::scene::{acts, changed, is_selected, scene, tab_stop};

/// What a part shows beside its name.
#[derive(Clone, PartialEq)]
struct Told {
    text: String,
    down: bool,
    active: bool,
}

/// A part of a master.
#[component]
pub fn MasterPart(
    /// The master.
    host: SmolStr,
    /// Which part.
    part: Part,
    /// What the master is like.
    cell: ArcRwSignal<MasterView>,
    /// The number of the master.
    index: Memo<usize>,
) -> impl IntoView {
    let page = page();
    let scene = scene();
    let place = Place::part(&host, part);
    let subject: Subject = place.clone().into();
    let key = MapKey::Part(host.clone(), part);
    let focus = key.clone();
    let number = Part::MASTER.iter().position(|other| *other == part).unwrap_or(0);
    let rect = Memo::new(move |_| {
        scene.layout.with(|layout| {
            let master = layout.masters.get(index.get());
            master.map(|master| master.parts[number].relative_to(&master.card)).unwrap_or_default()
        })
    });
    let narrow = Memo::new(move |_| scene.layout.with(|l| l.master_form == MasterForm::Narrow));
    let letters = Memo::new(move |_| scene.layout.with(|l| l.part_letters(part.short().len())));
    let told = Memo::new(move |_| {
        let lang = page.lang.get();
        let room = if narrow.get() { Room::Little } else { Room::Enough };
        cell.with(|view| tell(view, part, lang, room, letters.get()))
    });
    let duty = matches!(part, Part::Scheduler | Part::Controllers);
    let stacked = move || number > 1 && !narrow.get();
    let acting = acts(page, place);
    let selected = is_selected(page, subject.clone());
    let ringed = changed(page, subject.clone());
    let context = {
        let subject = subject.clone();
        move |event: web_sys::MouseEvent| page.open_context(&event, &subject, &host)
    };
    view! {
        <button
            type="button"
            id=key.dom_id()
            class="part"
            class:part--acting=acting
            class:part--selected=selected
            class:part--changed=ringed
            class:part--down=move || told.with(|told| told.down)
            class:part--active=move || told.with(|told| told.active)
            class:part--stacked=stacked
            class:part--duty=duty
            style=move || rect.get().style()
            tabindex=tab_stop(page, key)
            on:focus=move |_| page.map_focus.set(Some(focus.clone()))
            on:click=move |_| page.select(subject.clone())
            on:contextmenu=context
        >
            <span class="part__name">{part.short()}</span>
            <span class="part__value">{move || told.with(|told| told.text.clone())}</span>
            <span class="part__duty"></span>
        </button>
    }
}

/// How much a part can say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Enough,
    Little,
}

/// What a part says in at most `letters` letters; of a number that does not fit, the end counts.
fn tell(view: &MasterView, part: Part, lang: Lang, room: Room, letters: usize) -> Told {
    let duty = |duty: Option<Duty>| {
        duty.map(|duty| match duty {
            Duty::Active => (lang.duty_active().to_string(), true),
            Duty::Standby => (lang.duty_standby().to_string(), false),
        })
    };
    let fitting = |long: String, short: String| {
        let fits = room == Room::Enough && long.chars().count() <= letters;
        let text = match letters {
            _ if fits => long,
            // An ellipsis alone would say nothing.
            0..3 if short.chars().count() > letters => String::new(),
            letters => keep_end(&short, letters),
        };
        (text, false)
    };
    let known = match part {
        Part::Etcd => view.etcd.as_ref().map(|EtcdView { term, commit, .. }| {
            let long = format!("{} {term} · {} {commit}", lang.term(), lang.commit());
            fitting(long, format!("{term}·{commit}"))
        }),
        Part::Apiserver => view
            .apiserver
            .map(|revision| fitting(format!("{} {revision}", lang.rev()), revision.to_string())),
        Part::Scheduler => duty(view.scheduler),
        Part::Controllers => duty(view.controllers),
        Part::Kubelet => None,
    };
    match known {
        Some((text, active)) => Told { text, down: false, active },
        None => Told { text: lang.part_down().to_string(), down: true, active: false },
    }
}
