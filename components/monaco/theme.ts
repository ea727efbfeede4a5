import type { editor } from "monaco-editor/editor/editor.api.js";

/** Monaco reads hexadecimal colours only, and our tokens are OKLCH: the canvas converts. */
function tokenReader(): (token: string) => string {
  const canvas = document.createElement("canvas");
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const style = getComputedStyle(document.documentElement);
  return (token) => {
    if (!context) return "#808080";
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = style.getPropertyValue(`--${token}`).trim();
    context.fillRect(0, 0, 1, 1);
    const { data } = context.getImageData(0, 0, 1, 1);
    return `#${Array.from(data.slice(0, 3), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  };
}

/** A theme of the tokens in force, light or dark. Make it again when the page's theme changes. */
export function themeOfTokens(dark: boolean): editor.IStandaloneThemeData {
  const color = tokenReader();
  const bare = (token: string) => color(token).slice(1);
  return {
    base: dark ? "vs-dark" : "vs",
    inherit: true,
    rules: [
      { token: "", foreground: bare("ink") },
      { token: "keyword", foreground: bare("accent-text"), fontStyle: "bold" },
      // Monaco's base theme names these three with the language's suffix, which a bare name loses to.
      { token: "operator.sql", foreground: bare("muted") },
      { token: "string.sql", foreground: bare("pass") },
      { token: "predefined.sql", foreground: bare("stale") },
      { token: "delimiter", foreground: bare("muted") },
      { token: "number", foreground: bare("error") },
      { token: "comment", foreground: bare("faint"), fontStyle: "italic" },
      { token: "identifier", foreground: bare("ink") },
    ],
    colors: {
      "editor.background": color("surface"),
      "editor.foreground": color("ink"),
      "editorLineNumber.foreground": color("faint"),
      "editorLineNumber.activeForeground": color("ink"),
      "editorCursor.foreground": color("accent-text"),
      "editor.selectionBackground": color("selection"),
      "editor.lineHighlightBackground": color("sunken"),
      "editor.lineHighlightBorder": color("sunken"),
      "editorIndentGuide.background1": color("line"),
      "editorBracketMatch.background": color("accent-soft"),
      "editorBracketMatch.border": color("accent-line"),
      "editorWidget.background": color("raised"),
      "editorWidget.foreground": color("ink"),
      "editorWidget.border": color("line"),
      "editorHoverWidget.background": color("raised"),
      "editorHoverWidget.foreground": color("ink"),
      "editorHoverWidget.border": color("line"),
      "editorSuggestWidget.background": color("raised"),
      "editorSuggestWidget.foreground": color("ink"),
      "editorSuggestWidget.border": color("line"),
      "editorSuggestWidget.selectedBackground": color("hover"),
      "editorSuggestWidget.selectedForeground": color("ink"),
      "editorSuggestWidget.highlightForeground": color("accent-text"),
      "editorSuggestWidget.focusHighlightForeground": color("accent-text"),
      "list.hoverBackground": color("hover"),
      "textCodeBlock.background": color("sunken"),
      "editorWarning.foreground": color("error-fill"),
      "editorError.foreground": color("fail-fill"),
      "scrollbarSlider.background": `${color("na-fill")}66`,
      "scrollbarSlider.hoverBackground": `${color("na-fill")}99`,
      focusBorder: color("ring"),
    },
  };
}
