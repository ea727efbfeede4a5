import "monaco-editor/features/diffEditor/register.js";
import type { editor } from "monaco-editor/editor/editor.api.js";
import { monaco } from "./monaco.ts";
import { themeOfTokens } from "./theme.ts";

const THEME = "muster";
const HEIGHT_PX_MIN = 120;
const HEIGHT_PX_MAX = 420;
/** Narrower than this, two texts beside each other are columns of three words. */
const SIDE_BY_SIDE_PX_MIN = 600;

export interface SqlDiffOptions {
  before: string;
  after: string;
  dark: boolean;
}

export interface SqlDiffHandle {
  setDark: (dark: boolean) => void;
  dispose: () => void;
}

const OPTIONS = {
  theme: THEME,
  readOnly: true,
  domReadOnly: true,
  originalEditable: false,
  renderSideBySide: true,
  useInlineViewWhenSpaceIsLimited: true,
  renderSideBySideInlineBreakpoint: SIDE_BY_SIDE_PX_MIN,
  renderOverviewRuler: false,
  renderGutterMenu: false,
  hideUnchangedRegions: { enabled: false },
  automaticLayout: true,
  fixedOverflowWidgets: true,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  scrollbar: { alwaysConsumeMouseWheel: false, verticalScrollbarSize: 10 },
  lineNumbersMinChars: 3,
  folding: false,
  padding: { top: 10, bottom: 10 },
  wordWrap: "on",
  diffWordWrap: "on",
  tabFocusMode: true,
  editContext: false,
  fontSize: 13,
  lineHeight: 21,
  fontFamily: "'JetBrains Mono Variable', ui-monospace, Menlo, monospace",
  renderLineHighlight: "none",
} satisfies editor.IStandaloneDiffEditorConstructionOptions;

function fitHeight(instance: editor.IStandaloneDiffEditor, node: HTMLElement): void {
  const sides = [instance.getOriginalEditor(), instance.getModifiedEditor()];
  const adjust = () => {
    const content = Math.max(...sides.map((side) => side.getContentHeight()));
    node.style.height = `${Math.min(HEIGHT_PX_MAX, Math.max(HEIGHT_PX_MIN, content))}px`;
  };
  for (const side of sides) side.onDidContentSizeChange(adjust);
  instance.onDidUpdateDiff(adjust);
  adjust();
}

/** Monaco drops the names of the sides when any option of the whole changes. */
function keepName(side: editor.ICodeEditor, ariaLabel: string): void {
  const name = () => {
    if (side.getRawOptions().ariaLabel !== ariaLabel) side.updateOptions({ ariaLabel });
  };
  side.onDidChangeConfiguration(name);
  name();
}

/** Two texts beside each other, or one below the other where there is no room. */
export function createSqlDiff(node: HTMLElement, given: SqlDiffOptions): SqlDiffHandle {
  const setDark = (dark: boolean) => monaco.editor.defineTheme(THEME, themeOfTokens(dark));
  setDark(given.dark);
  const instance = monaco.editor.createDiffEditor(node, OPTIONS);
  const original = monaco.editor.createModel(given.before, "sql");
  const modified = monaco.editor.createModel(given.after, "sql");
  instance.setModel({ original, modified });
  fitHeight(instance, node);
  keepName(instance.getOriginalEditor(), "SQL before");
  keepName(instance.getModifiedEditor(), "SQL after");
  void document.fonts.ready.then(() => monaco.editor.remeasureFonts());
  return {
    setDark: (dark) => {
      setDark(dark);
      monaco.editor.setTheme(THEME);
    },
    dispose: () => {
      instance.dispose();
      original.dispose();
      modified.dispose();
    },
  };
}
