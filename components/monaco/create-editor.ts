import type { editor } from "monaco-editor/editor/editor.api.js";
import type { SqlCheck } from "#lib/osquery/check.ts";
import { addKeys, freeTabKey } from "./editor-keys.ts";
import { formatSql } from "./format.ts";
import { showProblems } from "./markers.ts";
import { monaco } from "./monaco.ts";
import { tableAt } from "./sql-context.ts";
import { themeOfTokens } from "./theme.ts";

const THEME = "muster";
/** As tall as its text between these, so that a short policy needs no scrolling inside a page. */
const HEIGHT_PX_MIN = 190;
const READ_ONLY_PX_MIN = 64;
const HEIGHT_PX_MAX = 460;

export interface SqlEditorOptions {
  value: string;
  label: string;
  readOnly: boolean;
  dark: boolean;
  onChange: (value: string) => void;
  /** Ctrl+Enter, Cmd+Enter on a Mac. */
  onRun?: () => void;
  /** The cursor has come to a table's name. */
  onTable?: (table: string) => void;
  /** Whether formatting worked; it is also asked for by the keyboard. */
  onFormatted?: (worked: boolean) => void;
}

export type InputAttributes = Readonly<Record<string, string | boolean | undefined>>;

export interface SqlEditorHandle {
  setValue: (value: string) => void;
  setDark: (dark: boolean) => void;
  focus: () => void;
  /** Replaces the selection, and puts the cursor behind it. */
  insert: (text: string) => void;
  format: () => void;
  /** Puts the cursor there and shows it. */
  goTo: (line: number, column: number) => void;
  showProblems: (check: SqlCheck | undefined) => void;
  /** For the element that has the focus: what ties it to its label and its error. */
  setAttributes: (attributes: InputAttributes) => void;
  dispose: () => void;
}

const options = ({ value, label, readOnly }: SqlEditorOptions) =>
  ({
    value,
    readOnly,
    theme: THEME,
    language: "sql",
    ariaLabel: label,
    // Its text field gets the browser's own role; Monaco's newer edit context has none in Firefox.
    editContext: false,
    automaticLayout: true,
    fixedOverflowWidgets: true,
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    scrollbar: { alwaysConsumeMouseWheel: false, verticalScrollbarSize: 10 },
    overviewRulerLanes: 0,
    lineNumbersMinChars: 3,
    lineDecorationsWidth: 8,
    folding: false,
    padding: { top: 10, bottom: 10 },
    wordWrap: "on",
    tabSize: 2,
    fontSize: 13,
    lineHeight: 21,
    fontFamily: "'JetBrains Mono Variable', ui-monospace, Menlo, monospace",
    renderLineHighlight: readOnly ? "none" : "line",
    occurrencesHighlight: "off",
    quickSuggestions: { other: true, comments: false, strings: false },
    suggest: { showWords: false, preview: false },
    wordBasedSuggestions: "off",
    domReadOnly: readOnly,
    tabFocusMode: readOnly,
    placeholder: "SELECT 1 FROM … WHERE …;",
  }) satisfies editor.IStandaloneEditorConstructionOptions;

function fitHeight(instance: editor.IStandaloneCodeEditor, node: HTMLElement, least: number): void {
  const adjust = () => {
    const height = Math.min(HEIGHT_PX_MAX, Math.max(least, instance.getContentHeight()));
    node.style.height = `${height}px`;
  };
  instance.onDidContentSizeChange(adjust);
  adjust();
}

function setAttributes(node: HTMLElement, attributes: InputAttributes): void {
  const input = node.querySelector("textarea.inputarea");
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) input?.removeAttribute(name);
    else input?.setAttribute(name, String(value));
  }
}

/** As if typed at the cursor, a blank before it where words would grow together. */
function insert(instance: editor.IStandaloneCodeEditor, text: string): void {
  const selection = instance.getSelection();
  if (!selection) return;
  const { startLineNumber: line, startColumn: column } = selection;
  const before =
    instance
      .getModel()
      ?.getLineContent(line)
      .charAt(column - 2) ?? "";
  const spaced = /[\w)'"]/.test(before) ? ` ${text}` : text;
  instance.pushUndoStop();
  instance.executeEdits("schema", [{ range: selection, text: spaced, forceMoveMarkers: true }]);
  instance.pushUndoStop();
  instance.focus();
}

/** One step of undo, for which the editor is at hand. False when the text cannot be formatted. */
async function format(instance: editor.IStandaloneCodeEditor): Promise<boolean> {
  const model = instance.getModel();
  const before = model?.getValue() ?? "";
  const text = await formatSql(before);
  // What was typed meanwhile is not thrown away.
  if (!model || text === undefined || model.getValue() !== before) return false;
  instance.pushUndoStop();
  if (text !== before) {
    instance.executeEdits("format", [{ range: model.getFullModelRange(), text }]);
  }
  instance.pushUndoStop();
  instance.focus();
  return true;
}

/** Tells which table the cursor is at, when that changes. */
function followCursor(
  instance: editor.IStandaloneCodeEditor,
  onTable: (table: string) => void,
): void {
  let last: string | undefined;
  instance.onDidChangeCursorPosition(({ position }) => {
    const model = instance.getModel();
    if (!model || !instance.hasTextFocus()) return;
    const table = tableAt(model.getValue(), model.getOffsetAt(position));
    if (table && table !== last) onTable(table);
    last = table ?? last;
  });
}

export function createSqlEditor(node: HTMLElement, given: SqlEditorOptions): SqlEditorHandle {
  const setDark = (dark: boolean) => monaco.editor.defineTheme(THEME, themeOfTokens(dark));
  setDark(given.dark);
  const instance = monaco.editor.create(node, options(given));
  const model = instance.getModel();
  fitHeight(instance, node, given.readOnly ? READ_ONLY_PX_MIN : HEIGHT_PX_MIN);
  freeTabKey(instance, given.readOnly);
  // Widths measured before the font has arrived put the cursor beside its letter.
  void document.fonts.ready.then(() => monaco.editor.remeasureFonts());
  model?.onDidChangeContent(() => given.onChange(model.getValue()));
  const formatAll = () => void format(instance).then(given.onFormatted);
  if (!given.readOnly) addKeys(instance, { onRun: given.onRun, onFormat: formatAll });
  if (given.onTable) followCursor(instance, given.onTable);
  return {
    setValue: (value) => {
      if (model && model.getValue() !== value) model.setValue(value);
    },
    setDark: (dark) => {
      setDark(dark);
      monaco.editor.setTheme(THEME);
    },
    focus: () => instance.focus(),
    insert: (text) => insert(instance, text),
    format: formatAll,
    goTo: (lineNumber, column) => {
      instance.focus();
      instance.setPosition({ lineNumber, column });
      instance.revealPositionInCenterIfOutsideViewport({ lineNumber, column });
    },
    showProblems: (check) => model && showProblems(model, check),
    setAttributes: (attributes) => setAttributes(node, attributes),
    dispose: () => {
      instance.dispose();
      model?.dispose();
    },
  };
}
