//! Rows that open and close, with columns: the pattern ARIA calls a treegrid.

use leptos::prelude::*;
use web_sys::{KeyboardEvent, MouseEvent};

use crate::ui::dom;
use crate::ui::icons::Icon;
use crate::view::treegrid::{Motion, Row, on_key};

/// What the caller tells of a row. The first cell holds the name.
pub struct Cells {
    /// The name of the row, with whatever stands beside it.
    pub name: AnyView,
    /// The other cells.
    pub rest: Vec<AnyView>,
}

/// A treegrid.
#[component]
pub fn TreeGrid<K>(
    /// A name for its elements, once in the document.
    name: &'static str,
    /// What it lists.
    #[prop(into)]
    label: Signal<String>,
    /// The heads of the columns.
    heads: Vec<Signal<String>>,
    /// The rows in view.
    #[prop(into)]
    rows: Signal<Vec<Row<K>>>,
    /// What stands in a row.
    cells: fn(&K) -> Cells,
    /// Whether a row is the selected one.
    selected: fn(&K) -> Signal<bool>,
    /// Opens or closes a row.
    #[prop(into)]
    on_toggle: Callback<K>,
    /// Selects a row.
    #[prop(into)]
    on_select: Callback<K>,
    /// Opens the actions of a row.
    #[prop(into)]
    on_menu: Callback<(K, MouseEvent)>,
) -> impl IntoView
where
    K: Clone + PartialEq + Send + Sync + 'static,
{
    let focused = RwSignal::new(0usize);
    let row_id = move |index: usize| format!("{name}-row-{index}");
    let keydown = move |event: KeyboardEvent| {
        let rows = rows.get_untracked();
        let now = focused.get_untracked().min(rows.len().saturating_sub(1));
        let Some(motion) = on_key(&rows, now, &event.key()) else {
            return;
        };
        event.prevent_default();
        event.stop_propagation();
        match motion {
            Motion::To(index) => {
                focused.set(index);
                dom::focus(&row_id(index));
            }
            Motion::Toggle => on_toggle.run(rows[now].key.clone()),
            Motion::Select => on_select.run(rows[now].key.clone()),
        }
    };
    let heads = heads.into_iter().map(|head| {
        view! { <th class="treegrid__head" scope="col">{head}</th> }
    });
    let body = move || {
        let rows = rows.get().into_iter().enumerate();
        rows.map(|(index, row)| {
            let last_focused = move || focused.get() == index;
            view! {
                <GridRow
                    id=row_id(index)
                    row=row
                    focusable=Signal::derive(last_focused)
                    cells=cells
                    selected=selected
                    on_focus=Callback::new(move |()| focused.set(index))
                    on_toggle=on_toggle
                    on_select=on_select
                    on_menu=on_menu
                />
            }
        })
        .collect_view()
    };
    view! {
        <table class="treegrid" role="treegrid" aria-label=label on:keydown=keydown>
            <thead><tr>{heads.collect_view()}</tr></thead>
            <tbody>{body}</tbody>
        </table>
    }
}

#[component]
fn GridRow<K>(
    /// The `id` of its element.
    id: String,
    /// The row.
    row: Row<K>,
    /// Whether Tab reaches it.
    focusable: Signal<bool>,
    /// What stands in it.
    cells: fn(&K) -> Cells,
    /// Whether it is the selected one.
    selected: fn(&K) -> Signal<bool>,
    /// It got the focus.
    on_focus: Callback<()>,
    /// It opens or closes.
    on_toggle: Callback<K>,
    /// It is selected.
    on_select: Callback<K>,
    /// Its actions open.
    on_menu: Callback<(K, MouseEvent)>,
) -> impl IntoView
where
    K: Clone + PartialEq + Send + Sync + 'static,
{
    let Cells { name, rest } = cells(&row.key);
    let selected = selected(&row.key);
    let key = StoredValue::new(row.key.clone());
    let twisty = row.open.map(|_| view! { <Icon name="chevron-right"/> });
    view! {
        <tr
            id=id
            class="treegrid__row"
            tabindex=move || if focusable.get() { "0" } else { "-1" }
            attr:aria-level=row.level
            attr:aria-posinset=row.place.0
            attr:aria-setsize=row.place.1
            aria-expanded=row.open.map(|open| open.to_string())
            aria-selected=move || selected.get().to_string()
            on:focus=move |_| on_focus.run(())
            on:click=move |_| on_select.run(key.get_value())
            on:contextmenu=move |event| on_menu.run((key.get_value(), event))
        >
            <td class="treegrid__cell">
                <span class="treegrid__name" style=format!("--level:{}", row.level)>
                    <span
                        class="treegrid__twisty"
                        on:click=move |event| {
                            event.stop_propagation();
                            on_toggle.run(key.get_value());
                        }
                    >
                        {twisty}
                    </span>
                    {name}
                </span>
            </td>
            {rest
                .into_iter()
                .map(|cell| view! { <td class="treegrid__cell">{cell}</td> })
                .collect_view()}
        </tr>
    }
}
