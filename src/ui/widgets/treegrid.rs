//! Rows that open and close, with columns: the pattern ARIA calls a treegrid.

use std::hash::Hash;

use leptos::prelude::*;
use web_sys::{KeyboardEvent, MouseEvent};

use crate::ui::dom;
use crate::ui::icons::Icon;
use crate::ui::text::t;
use crate::view::treegrid::{Motion, Row, on_key};
use crate::view::words::Lang;

/// What stands in a row. The first cell holds the name.
pub struct Cells {
    /// The name of the row, with whatever stands beside it.
    pub name: AnyView,
    /// The other cells.
    pub rest: Vec<AnyView>,
}

/// What the caller knows of its rows, and does with them.
pub struct RowKind<K: 'static> {
    /// A text that no other row has, for the `id` of its element.
    pub id: fn(&K) -> String,
    /// What stands in it.
    pub cells: fn(&K) -> Cells,
    /// Whether it is the selected one.
    pub selected: fn(&K) -> Signal<bool>,
    /// Opens or closes it.
    pub on_toggle: Callback<K>,
    /// Selects it.
    pub on_select: Callback<K>,
    /// Whether it has actions.
    pub has_menu: fn(&K) -> bool,
    /// Opens its actions.
    pub on_menu: Callback<(K, MouseEvent)>,
}

impl<K> Clone for RowKind<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for RowKind<K> {}

impl<K> RowKind<K> {
    fn dom_id(self, key: &K) -> String {
        format!("row-{}", (self.id)(key))
    }
}

/// A treegrid.
#[component]
pub fn TreeGrid<K>(
    /// What it lists.
    #[prop(into)]
    label: Signal<String>,
    /// The heads of the columns.
    heads: Vec<Signal<String>>,
    /// The rows in view.
    #[prop(into)]
    rows: Signal<Vec<Row<K>>>,
    /// What is known of them.
    kind: RowKind<K>,
) -> impl IntoView
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
{
    let focused = RwSignal::new(None::<K>);
    let at = move |rows: &[Row<K>]| {
        let key = focused.get();
        rows.iter().position(|row| Some(&row.key) == key.as_ref()).unwrap_or(0)
    };
    // The row that Tab reaches: the focused one, or the first while there is none.
    let stop = Memo::new(move |_| rows.with(|rows| rows.get(at(rows)).map(|row| row.key.clone())));
    let keydown = move |event: KeyboardEvent| {
        let rows = rows.get_untracked();
        let now = untrack(|| at(&rows));
        let Some(motion) = on_key(&rows, now, &event.key()) else {
            return;
        };
        event.prevent_default();
        event.stop_propagation();
        let key = rows[now].key.clone();
        match motion {
            Motion::To(index) => dom::focus(&kind.dom_id(&rows[index].key)),
            Motion::Select => kind.on_select.run(key),
            Motion::Toggle => {
                kind.on_toggle.run(key.clone());
                // The row is drawn anew, and shall keep the focus.
                request_animation_frame(move || dom::focus(&kind.dom_id(&key)));
            }
        }
    };
    view! {
        <table class="treegrid" role="treegrid" aria-label=label on:keydown=keydown>
            <Heads heads=heads/>
            <tbody>
                <For
                    each=move || rows.get()
                    key=|row| row.clone()
                    children=move |row| {
                        view! { <GridRow row=row kind=kind focused=focused stop=stop/> }
                    }
                />
            </tbody>
        </table>
    }
}

#[component]
fn Heads(
    /// The heads of the columns.
    heads: Vec<Signal<String>>,
) -> impl IntoView {
    let head = |head| view! { <th class="treegrid__head" scope="col">{head}</th> };
    view! {
        <thead>
            <tr>
                {heads.into_iter().map(head).collect_view()}
                <td class="treegrid__head"></td>
            </tr>
        </thead>
    }
}

/// The actions of a row. The keyboard opens them on the row itself.
#[component]
fn More<K>(
    /// The row.
    key: StoredValue<K>,
    /// What is known of it.
    kind: RowKind<K>,
) -> impl IntoView
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
{
    view! {
        <button
            type="button"
            class="icon-button icon-button--small treegrid__dots"
            id=format!("more-{}", kind.dom_id(&key.get_value()))
            tabindex="-1"
            aria-label=t(Lang::more)
            on:click=move |event| kind.on_menu.run((key.get_value(), event))
        >
            <Icon name="more"/>
        </button>
    }
}

#[component]
fn GridRow<K>(
    /// The row.
    row: Row<K>,
    /// What is known of it.
    kind: RowKind<K>,
    /// The row with the focus.
    focused: RwSignal<Option<K>>,
    /// The row that Tab reaches.
    stop: Memo<Option<K>>,
) -> impl IntoView
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
{
    let Cells { name, rest } = (kind.cells)(&row.key);
    let selected = (kind.selected)(&row.key);
    let key = StoredValue::new(row.key.clone());
    let tab = move || key.with_value(|key| stop.with(|stop| stop.as_ref() == Some(key)));
    let twisty = row.open.map(|_| view! { <Icon name="chevron-right"/> });
    let toggle = move |event: MouseEvent| {
        event.stop_propagation();
        kind.on_toggle.run(key.get_value());
    };
    view! {
        <tr
            id=kind.dom_id(&row.key)
            class="treegrid__row"
            tabindex=move || if tab() { "0" } else { "-1" }
            attr:aria-level=row.level
            attr:aria-posinset=row.place.0
            attr:aria-setsize=row.place.1
            aria-expanded=row.open.map(|open| open.to_string())
            aria-selected=move || selected.get().to_string()
            on:focus=move |_| focused.set(Some(key.get_value()))
            on:click=move |_| kind.on_select.run(key.get_value())
            on:contextmenu=move |event| kind.on_menu.run((key.get_value(), event))
        >
            <td class="treegrid__cell">
                <span class="treegrid__name" style=format!("--level:{}", row.level)>
                    <span class="treegrid__twisty" on:click=toggle>{twisty}</span>
                    {name}
                </span>
            </td>
            {rest
                .into_iter()
                .map(|cell| view! { <td class="treegrid__cell">{cell}</td> })
                .collect_view()}
            <td class="treegrid__cell treegrid__more">
                {(kind.has_menu)(&row.key).then(|| view! { <More key=key kind=kind/> })}
            </td>
        </tr>
    }
}
