import type { editor } from "monaco-editor/editor/editor.api.js";
import type { SqlCheck } from "#lib/osquery/check.ts";
import { monaco } from "./monaco.ts";

/** A name with what stands before its dots, else one character. */
const NAME_OR_SIGN = /^(?:\w+(?:\.\w+)*|.)/;

interface Placed {
  message: string;
  line?: number;
  column?: number;
}

function markerOf(model: editor.ITextModel, problem: Placed, severity: number) {
  const { message, line, column } = problem;
  if (line === undefined || column === undefined || line > model.getLineCount()) return [];
  const [text = "?"] = NAME_OR_SIGN.exec(model.getLineContent(line).slice(column - 1)) ?? [];
  const end = column + text.length;
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
