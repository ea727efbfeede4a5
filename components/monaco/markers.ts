import type { editor } from "monaco-editor/editor/editor.api.js";
import type { SqlCheck } from "#lib/osquery/check.ts";
import { monaco } from "./monaco.ts";

interface Placed {
  message: string;
  line?: number;
  column?: number;
}

function markerOf(model: editor.ITextModel, problem: Placed, severity: number) {
  const { message, line, column } = problem;
  if (line === undefined || column === undefined || line > model.getLineCount()) return [];
  const word = model.getWordAtPosition({ lineNumber: line, column });
  const end = Math.max(word?.endColumn ?? 0, column + 1);
  const range = { startLineNumber: line, startColumn: column, endLineNumber: line, endColumn: end };
  return [{ severity, message, ...range }];
}

/** Wavy lines below what SQLite complains of and what a warning is about. */
export function showProblems(model: editor.ITextModel, check: SqlCheck | undefined): void {
  const { MarkerSeverity } = monaco;
  monaco.editor.setModelMarkers(model, "osquery", [
    ...(check?.errors ?? []).flatMap((one) => markerOf(model, one, MarkerSeverity.Error)),
    ...(check?.warnings ?? []).flatMap((one) => markerOf(model, one, MarkerSeverity.Warning)),
  ]);
}
