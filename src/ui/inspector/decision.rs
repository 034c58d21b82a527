//! How the scheduler compared the nodes for a pod: the chosen one first, the refused ones last.

use leptos::prelude::*;

use crate::ui::page::page;
use crate::ui::text::t;
use crate::view::inspector::{Decision, NodeScore, NodeVerdict, plugin_short};
use crate::view::subject::Subject;
use crate::view::words::Lang;

/// The table of scores.
#[component]
pub fn DecisionTable(
    /// One cycle of the scheduler.
    decision: Decision,
) -> impl IntoView {
    let columns = decision.plugins.clone();
    let scored = decision.nodes.iter().any(|node| node.total().is_some());
    let width = columns.len() + 1;
    let heads = columns.into_iter().map(|plugin| {
        let short = plugin_short(&plugin).to_string();
        view! { <th scope="col" data-tip=plugin.to_string()>{short}</th> }
    });
    let heads = scored.then(|| heads.collect_view());
    let rows: Vec<NodeScore> = decision.ranked().into_iter().cloned().collect();
    let message = decision.message.to_string();
    view! {
        {(!message.is_empty()).then(|| view! { <p class="verdict">{message}</p> })}
        <div class="scores__frame">
        <table class="scores">
            <caption class="unseen">{t(Lang::scores)}</caption>
            <thead>
                <tr>
                    <th scope="col">{t(Lang::score_node)}</th>
                    {heads}
                    {scored.then(|| view! { <th scope="col">{t(Lang::score_total)}</th> })}
                    {(!scored).then(|| view! { <td></td> })}
                </tr>
            </thead>
            <tbody>
                {rows.into_iter().map(|row| view! { <Line row=row width=width/> }).collect_view()}
            </tbody>
        </table>
        </div>
    }
}

#[component]
fn Line(
    /// One node.
    row: NodeScore,
    /// How many cells there are beside its name.
    width: usize,
) -> impl IntoView {
    let page = page();
    let total = row.total();
    let subject = Subject::node(&row.node);
    let rest = match row.verdict {
        NodeVerdict::Scored(scores) => {
            let cells = scores.into_iter().map(|score| view! { <td>{score}</td> });
            view! { {cells.collect_view()} <td class="scores__total">{total}</td> }.into_any()
        }
        NodeVerdict::Refused(plugin, words) => view! {
            <td class="scores__refused" colspan=width.to_string() data-tip=plugin.to_string()>
                {words.to_string()}
            </td>
        }
        .into_any(),
    };
    view! {
        <tr class="scores__row" class:scores__row--chosen=row.chosen>
            <th scope="row">
                <button
                    type="button"
                    class="sentence__link"
                    on:click=move |_| page.select(subject.clone())
                >
                    {row.node.to_string()}
                </button>
                {row.chosen.then(|| view! { <span class="unseen">{t(Lang::score_chosen)}</span> })}
            </th>
            {rest}
        </tr>
    }
}
