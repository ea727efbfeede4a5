import type { editor } from "monaco-editor/editor/editor.api.js";
import { monaco } from "./monaco.ts";

interface Keys {
  onRun?: () => void;
  onFormat: () => void;
}

/** What Esc closes or undoes in Monaco itself comes first. */
const NOTHING_OPEN = [
  ...["!suggestWidgetVisible", "!findWidgetVisible", "!markersNavigationVisible"],
  ...["!inSnippetMode", "!editorHasSelection", "!editorHasMultipleSelections"],
].join(" && ");

/** Monaco holds an action, and its editor with it, until somebody disposes of it. */
function addAction(instance: editor.IStandaloneCodeEditor, action: editor.IActionDescriptor): void {
  const added = instance.addAction(action);
  instance.onDidDispose(() => added.dispose());
}

/** Esc gives the Tab key back to the page until the editor is left, so that nobody is trapped. */
export function freeTabKey(instance: editor.IStandaloneCodeEditor, readOnly: boolean): void {
  if (readOnly) return;
  addAction(instance, {
    id: "muster.freeTab",
    label: "Let Tab leave the editor",
    keybindings: [monaco.KeyCode.Escape],
    precondition: NOTHING_OPEN,
    run: () => instance.updateOptions({ tabFocusMode: true }),
  });
  instance.onDidBlurEditorText(() => instance.updateOptions({ tabFocusMode: false }));
}

/** Ctrl+M (Ctrl+Shift+M on a Mac) is Monaco's own, Ctrl+S the form's. */
export function addKeys(instance: editor.IStandaloneCodeEditor, { onRun, onFormat }: Keys): void {
  const { KeyMod, KeyCode } = monaco;
  addAction(instance, {
    id: "muster.format",
    label: "Format SQL",
    keybindings: [KeyMod.Shift | KeyMod.Alt | KeyCode.KeyF],
    run: onFormat,
  });
  if (!onRun) return;
  addAction(instance, {
    id: "muster.run",
    label: "Run on hosts",
    keybindings: [KeyMod.CtrlCmd | KeyCode.Enter],
    run: onRun,
  });
}
