import type { editor } from "monaco-editor/editor/editor.api.js";
import { monaco } from "./monaco.ts";

interface Keys {
  onRun?: () => void;
  onFormat: () => void;
}

/** Esc gives the Tab key back to the page until the editor is left, so that nobody is trapped. */
export function freeTabKey(instance: editor.IStandaloneCodeEditor, readOnly: boolean): void {
  if (readOnly) return;
  const nothingOpen = "!suggestWidgetVisible && !findWidgetVisible && !editorHasSelection";
  const release = () => instance.updateOptions({ tabFocusMode: true });
  instance.addCommand(monaco.KeyCode.Escape, release, nothingOpen);
  instance.onDidBlurEditorText(() => instance.updateOptions({ tabFocusMode: false }));
}

/** Ctrl+M (Ctrl+Shift+M on a Mac) is Monaco's own, Ctrl+S the form's. */
export function addKeys(instance: editor.IStandaloneCodeEditor, { onRun, onFormat }: Keys): void {
  const { KeyMod, KeyCode } = monaco;
  instance.addAction({
    id: "muster.format",
    label: "Format SQL",
    keybindings: [KeyMod.Shift | KeyMod.Alt | KeyCode.KeyF],
    run: onFormat,
  });
  if (!onRun) return;
  instance.addAction({
    id: "muster.run",
    label: "Run on hosts",
    keybindings: [KeyMod.CtrlCmd | KeyCode.Enter],
    run: onRun,
  });
}
