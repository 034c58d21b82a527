// How the editor looks: every colour and font is a variable of the page.
//
// The page's style sheet defines, for each of its themes:
//   --editor-font  --editor-size
//   --editor-paper  --editor-ink  --editor-faint (line numbers, hints)  --editor-line (rules)
//   --editor-panel (tooltips, search)  --editor-active (the current line)
//   --editor-selection  --editor-match  --editor-focus (outline, current choice)
//   --editor-key  --editor-string  --editor-value  --editor-comment  --editor-mark (punctuation)
//   --editor-error  --editor-warning  --editor-info
// A variable that is missing leaves the surrounding text's colour.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const use = (name) => `var(--editor-${name})`;

const levels = ["error", "warning", "info"];

/** A rule for each level of diagnostic, made from its name. */
const forEachLevel = (rule) => Object.assign({}, ...levels.map(rule));

const look = EditorView.theme({
  "&": { height: "100%", color: use("ink"), backgroundColor: use("paper") },
  // Inside, because the panel around the editor may clip what lies outside.
  "&.cm-focused": { outline: `2px solid ${use("focus")}`, outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: use("font"), fontSize: use("size"), lineHeight: "1.55" },
  ".cm-content": { caretColor: use("ink"), padding: "8px 0" },
  ".cm-content ::selection, .cm-content::selection": { backgroundColor: use("selection") },
  ".cm-gutters": { color: use("faint"), backgroundColor: use("paper"), border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: use("active") },
  ".cm-foldPlaceholder": {
    color: use("faint"), backgroundColor: use("panel"), border: `1px solid ${use("line")}`,
  },
  "&.cm-focused .cm-matchingBracket, &.cm-focused .cm-nonmatchingBracket": {
    backgroundColor: "transparent", outline: `1px solid ${use("faint")}`,
  },
  ".cm-selectionMatch, .cm-searchMatch": { backgroundColor: use("match") },
  ".cm-searchMatch-selected": { outline: `2px solid ${use("focus")}` },
});

const panels = EditorView.theme({
  ".cm-panels, .cm-tooltip": {
    color: use("ink"), backgroundColor: use("panel"), border: `1px solid ${use("line")}`,
  },
  ".cm-tooltip": { borderRadius: "4px", fontSize: use("size") },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: use("font"), fontSize: use("size") },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    color: use("ink"), backgroundColor: use("selection"), outline: `1px solid ${use("focus")}`,
  },
  ".cm-completionDetail": { color: use("faint"), fontStyle: "normal" },
  ".cm-textfield": {
    color: "inherit", backgroundColor: use("paper"), border: `1px solid ${use("line")}`,
  },
  ".cm-button": {
    color: "inherit", backgroundColor: use("paper"), backgroundImage: "none",
    border: `1px solid ${use("line")}`, borderRadius: "4px",
  },
  ".cm-textfield:focus-visible, .cm-button:focus-visible, .cm-panel [name=close]:focus-visible": {
    outline: `2px solid ${use("focus")}`,
  },
  ".cm-panel [name=close]": { color: "inherit" },
});

const diagnostics = EditorView.theme({
  ...forEachLevel((level) => ({
    [`.cm-diagnostic-${level}`]: { borderLeft: `4px solid ${use(level)}` },
    // A text decoration instead of CodeMirror's pictures, which cannot follow a variable.
    [`.cm-lintRange-${level}`]: {
      backgroundImage: "none",
      textDecoration: `underline wavy ${use(level)}`,
      textDecorationSkipInk: "none",
    },
    [`.cm-lintPoint-${level}:after`]: { borderBottomColor: use(level) },
    [`.cm-lint-marker-${level}`]: { color: use(level), content: "normal" },
  })),
  ".cm-lintRange-active": { backgroundColor: use("match") },
  ".cm-panel.cm-panel-lint ul [aria-selected], .cm-panel.cm-panel-lint ul:focus [aria-selected]": {
    color: use("ink"), backgroundColor: use("selection"),
  },
  // Shape as well as colour tells the levels apart.
  ".cm-lint-marker:before": { display: "block", fontSize: "0.85em", lineHeight: "1.2" },
  ".cm-lint-marker-error:before": { content: "'✕'" },
  ".cm-lint-marker-warning:before": { content: "'▲'" },
  ".cm-lint-marker-info:before": { content: "'●'" },
});

const highlighting = HighlightStyle.define([
  { tag: tags.definition(tags.propertyName), color: use("key") },
  { tag: tags.string, color: use("string") },
  { tag: tags.content, color: use("value") },
  { tag: tags.comment, color: use("comment") },
  { tag: [tags.punctuation, tags.bracket, tags.meta, tags.keyword], color: use("mark") },
  { tag: [tags.typeName, tags.labelName], color: use("mark") },
]);

/** The whole look, as one extension. */
export const theme = [look, panels, diagnostics, syntaxHighlighting(highlighting)];
