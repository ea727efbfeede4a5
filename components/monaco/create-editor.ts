import type { editor } from "monaco-editor/editor/editor.api.js";
import { unknownTablesIn } from "#lib/osquery/sql-tables.ts";
import { monaco } from "./monaco.ts";
import { codeOf } from "./sql-context.ts";
import { themeOfTokens } from "./theme.ts";

const THEME = "muster";
/** As tall as its text between these, so that a short policy needs no scrolling inside a page. */
const HEIGHT_PX_MIN = 148;
const HEIGHT_PX_MAX = 460;

export interface SqlEditorOptions {
  value: string;
  label: string;
  readOnly: boolean;
  dark: boolean;
  onChange: (value: string) => void;
}

export interface SqlEditorHandle {
  setValue: (value: string) => void;
  setDark: (dark: boolean) => void;
  focus: () => void;
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

/** Esc gives the Tab key back to the page until the editor is left, so that nobody is trapped. */
function freeTabKey(instance: editor.IStandaloneCodeEditor, readOnly: boolean): void {
  if (readOnly) return;
  const nothingOpen = "!suggestWidgetVisible && !findWidgetVisible && !editorHasSelection";
  const release = () => instance.updateOptions({ tabFocusMode: true });
  instance.addCommand(monaco.KeyCode.Escape, release, nothingOpen);
  instance.onDidBlurEditorText(() => instance.updateOptions({ tabFocusMode: false }));
}

function fitHeight(instance: editor.IStandaloneCodeEditor, node: HTMLElement): void {
  const adjust = () => {
    const height = Math.min(HEIGHT_PX_MAX, Math.max(HEIGHT_PX_MIN, instance.getContentHeight()));
    node.style.height = `${height}px`;
  };
  instance.onDidContentSizeChange(adjust);
  adjust();
}

/** A wavy line below every table that osquery does not have. */
function markUnknownTables(model: editor.ITextModel): void {
  const sql = model.getValue();
  const code = codeOf(sql);
  const markers = unknownTablesIn(sql).flatMap((name) => {
    const at = code.search(new RegExp(`\\b${name}\\b`, "i"));
    if (at < 0) return [];
    const start = model.getPositionAt(at);
    return [
      {
        severity: monaco.MarkerSeverity.Warning,
        message: `osquery has no table "${name}".`,
        startLineNumber: start.lineNumber,
        startColumn: start.column,
        endLineNumber: start.lineNumber,
        endColumn: start.column + name.length,
      },
    ];
  });
  monaco.editor.setModelMarkers(model, "osquery", markers);
}

export function createSqlEditor(node: HTMLElement, given: SqlEditorOptions): SqlEditorHandle {
  const setDark = (dark: boolean) => monaco.editor.defineTheme(THEME, themeOfTokens(dark));
  setDark(given.dark);
  const instance = monaco.editor.create(node, options(given));
  const model = instance.getModel();
  fitHeight(instance, node);
  freeTabKey(instance, given.readOnly);
  // Widths measured before the font has arrived put the cursor beside its letter.
  void document.fonts.ready.then(() => monaco.editor.remeasureFonts());
  if (model) {
    markUnknownTables(model);
    model.onDidChangeContent(() => {
      markUnknownTables(model);
      given.onChange(model.getValue());
    });
  }
  return {
    setValue: (value) => {
      if (model && model.getValue() !== value) model.setValue(value);
    },
    setDark: (dark) => {
      setDark(dark);
      monaco.editor.setTheme(THEME);
    },
    focus: () => instance.focus(),
    dispose: () => {
      instance.dispose();
      model?.dispose();
    },
  };
}
