import * as monaco from "monaco-editor/editor/editor.api.js";
// "features/suggest" holds the inline kind only, and not the list.
import "monaco-editor/editor/contrib/suggest/browser/suggestController.js";
import "monaco-editor/features/bracketMatching/register.js";
import "monaco-editor/features/caretOperations/register.js";
import "monaco-editor/features/clipboard/register.js";
import "monaco-editor/features/codeEditor/register.js";
import "monaco-editor/features/codicon/register.js";
import "monaco-editor/features/comment/register.js";
import "monaco-editor/features/cursorUndo/register.js";
import "monaco-editor/features/find/register.js";
import "monaco-editor/features/gotoError/register.js";
import "monaco-editor/features/hover/register.js";
import "monaco-editor/features/indentation/register.js";
import "monaco-editor/features/linesOperations/register.js";
import "monaco-editor/features/multicursor/register.js";
import "monaco-editor/features/placeholderText/register.js";
import "monaco-editor/features/readOnlyMessage/register.js";
import "monaco-editor/features/snippet/register.js";
import "monaco-editor/features/toggleTabFocusMode/register.js";
import "monaco-editor/features/wordOperations/register.js";
import "monaco-editor/languages/definitions/sql/register.js";
import "./monaco.css";
import { completionProvider } from "./completion.ts";
import { hoverProvider } from "./hover.ts";

// From our own files: the content policy loads no script of another host.
self.MonacoEnvironment = {
  getWorker: () =>
    new Worker(new URL("monaco-editor/editor/editor.worker.js", import.meta.url), {
      type: "module",
    }),
};

// Once for the page's life: this module is loaded by the first editor that is shown.
monaco.languages.registerCompletionItemProvider("sql", completionProvider(monaco));
monaco.languages.registerHoverProvider("sql", hoverProvider);

export { monaco };
