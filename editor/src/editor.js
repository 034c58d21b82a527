// The code editor of the page: CodeMirror 6 for Kubernetes manifests, behind a few functions.
//
// The page loads this file after its first paint and calls `create`; every other function takes
// what `create` returned. Lines and columns count from 1, and columns count characters, as in the
// diagnostics of the engine. Nothing here knows a colour or a language: colours come from the
// variables that theme.js names, words from the `phrases` that the page hands in.

import {
  acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap,
} from "@codemirror/autocomplete";
import {
  defaultKeymap, history, historyKeymap, indentLess, indentMore, isolateHistory,
} from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching, codeFolding, foldGutter, foldKeymap, getIndentUnit, indentOnInput, indentUnit,
} from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics as showDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, Compartment, EditorState, Prec } from "@codemirror/state";
import {
  EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers,
} from "@codemirror/view";
import { theme } from "./theme.js";

// What can change while an editor lives. Compartments are names only, so all editors share them.
const language = new Compartment();
const editability = new Compartment();
const completions = new Compartment();

// Marks changes that the page made itself and need not be told of.
const fromPage = Annotation.define();

/**
 * Makes an editor inside `parent`.
 *
 * - `doc`: its first text; `label`: its accessible name; `readOnly`
 * - `phrases`: CodeMirror's English words, each with its translation
 * - `onChange(text)`: a person changed the text; `onApply()`: a person pressed Mod-Enter
 */
export function create(parent, options) {
  const { doc = "", label, phrases = {}, readOnly = false, onChange, onApply } = options;
  return new EditorView({
    parent,
    doc,
    extensions: [
      // Before the standard keys, where Mod-Enter would insert a line.
      Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (onApply?.(), true) }])),
      language.of(wording(label, phrases)),
      editability.of(EditorState.readOnly.of(readOnly)),
      completions.of([]),
      EditorView.updateListener.of((update) => {
        const byPage = update.transactions.some((change) => change.annotation(fromPage));
        if (update.docChanged && !byPage) onChange?.(update.state.doc.toString());
      }),
      ...standard,
    ],
  });
}

/** The whole text. */
export function getDoc(editor) {
  return editor.state.doc.toString();
}

/** Replaces the whole text; a person can undo just that. `onChange` is not called. */
export function setDoc(editor, text) {
  if (text === getDoc(editor)) return;
  editor.dispatch({
    changes: { from: 0, to: editor.state.doc.length, insert: text },
    annotations: [fromPage.of(true), isolateHistory.of("full")],
  });
}

/**
 * Shows what is wrong, underlined and in the gutter, instead of what was shown before.
 * Each item is `{ line, column, endLine?, endColumn?, severity, message }` with a severity of
 * "error", "warning" or "info". Without an end the word at the place is marked.
 */
export function setDiagnostics(editor, items) {
  const doc = editor.state.doc;
  const diagnostics = items.map(({ line, column, endLine, endColumn, severity, message }) => {
    const from = offset(doc, line, column);
    const to = endColumn ? offset(doc, endLine ?? line, endColumn) : wordEnd(editor.state, from);
    return { from, to: Math.max(from, to), severity, message };
  });
  editor.dispatch(showDiagnostics(editor.state, diagnostics));
}

/**
 * Asks `source(text, line, column)` for completions. It answers null, or
 * `{ column, options: [{ label, detail?, info?, apply? }] }` where `column` is where the word to
 * be replaced begins on this line.
 */
export function setCompletions(editor, source) {
  const override = (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const column = [...line.text.slice(0, context.pos - line.from)].length + 1;
    const word = context.matchBefore(/[\w./-]+/);
    if (!word && !context.explicit) return null;
    const answer = source(context.state.doc.toString(), line.number, column);
    if (!answer) return null;
    const from = offset(context.state.doc, line.number, answer.column);
    return { from, options: answer.options, validFor: /^[\w./-]*$/ };
  };
  editor.dispatch({
    effects: completions.reconfigure(autocompletion({ override: [override], icons: false })),
  });
}

/** Moves the cursor to a place, into view and into focus. */
export function reveal(editor, line, column) {
  const at = offset(editor.state.doc, line, column);
  editor.dispatch({
    selection: { anchor: at },
    effects: EditorView.scrollIntoView(at, { y: "center" }),
  });
  editor.focus();
}

/** Whether a person may change the text. */
export function setReadOnly(editor, readOnly) {
  editor.dispatch({ effects: editability.reconfigure(EditorState.readOnly.of(readOnly)) });
}

/** Changes the accessible name and the words of an editor. */
export function setLanguage(editor, label, phrases) {
  editor.dispatch({ effects: language.reconfigure(wording(label, phrases)) });
}

/** Removes the editor from the page. */
export function destroy(editor) {
  editor.destroy();
}

const standard = [
  lineNumbers(),
  foldGutter(),
  codeFolding(),
  lintGutter(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  history(),
  indentOnInput(),
  indentUnit.of("  "),
  bracketMatching(),
  closeBrackets(),
  search({ top: true }),
  highlightSelectionMatches(),
  EditorView.lineWrapping,
  yaml(),
  theme,
  keymap.of([
    // Escape, then Tab leaves the editor: CodeMirror itself lets that Tab through.
    { key: "Tab", run: (editor) => acceptCompletion(editor) || indent(editor), shift: indentLess },
    ...closeBracketsKeymap,
    ...defaultKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...completionKeymap,
    ...lintKeymap,
  ]),
];

function wording(label, phrases) {
  return [
    EditorState.phrases.of(phrases),
    EditorView.contentAttributes.of({ "aria-label": label }),
  ];
}

/** Spaces up to the next stop at the cursor; a selection moves by whole lines. */
function indent(editor) {
  const { state } = editor;
  if (state.readOnly) return false;
  const range = state.selection.main;
  if (!range.empty) return indentMore(editor);
  const unit = getIndentUnit(state);
  const column = range.head - state.doc.lineAt(range.head).from;
  editor.dispatch(state.replaceSelection(" ".repeat(unit - (column % unit))), {
    scrollIntoView: true,
    userEvent: "input",
  });
  return true;
}

/** The offset of a line and column, the nearest there is when the text is shorter. */
function offset(doc, line, column) {
  const { from, text } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return from + [...text].slice(0, column - 1).join("").length;
}

function wordEnd(state, from) {
  const line = state.doc.lineAt(from);
  const word = /^[^\s:,[\]{}]+/.exec(state.sliceDoc(from, line.to));
  return word ? from + word[0].length : Math.min(from + 1, line.to);
}
