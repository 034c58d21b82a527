//! A component of a master: what it is, what it is at, whether it acts.

use leptos::prelude::*;
use smol_str::SmolStr;

use crate::ui::page::page;
use crate::view::node::{Duty, MasterView};
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
    let told = Memo::new(move |_| {
        let lang = page.lang.get();
        cell.with(|view| tell(view, part, lang, narrow.get()))
    });
    let stacked = move || number > 1 && !narrow.get();
    let acting = acts(page, place);
    let selected = is_selected(page, subject.clone());
    let ringed = changed(page, subject.clone());
    let label = move || format!("{}, {}", part.program(), told.with(|told| told.text.clone()));
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
            style=move || rect.get().style()
            tabindex=tab_stop(page, key)
            aria-label=label
            on:focus=move |_| page.map_focus.set(Some(focus.clone()))
            on:click=move |_| page.select(subject.clone())
            on:contextmenu=context
        >
            <span class="part__name">{part.short()}</span>
            <span class="part__value">{move || told.with(|told| told.text.clone())}</span>
        </button>
    }
}

fn tell(view: &MasterView, part: Part, lang: Lang, narrow: bool) -> Told {
    let duty = |duty: Option<Duty>| {
        duty.map(|duty| match duty {
            Duty::Active => (lang.duty_active().to_string(), true),
            Duty::Standby => (lang.duty_standby().to_string(), false),
        })
    };
    let known = match part {
        Part::Etcd => view.etcd.as_ref().map(|etcd| {
            let text = if narrow {
                format!("{}·{}", etcd.term, etcd.commit)
            } else {
                format!("{} {} · {} {}", lang.term(), etcd.term, lang.commit(), etcd.commit)
            };
            (text, false)
        }),
        Part::Apiserver => view.apiserver.map(|revision| {
            let text =
                if narrow { revision.to_string() } else { format!("{} {revision}", lang.rev()) };
            (text, false)
        }),
        Part::Scheduler => duty(view.scheduler),
        Part::Controllers => duty(view.controllers),
        Part::Kubelet => None,
    };
    match known {
        Some((text, active)) => Told { text, down: false, active },
        None => Told { text: lang.part_down().to_string(), down: true, active: false },
    }
}
