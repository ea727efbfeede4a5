/** For reading and for paper: black on white, whatever the reader's theme. */
export const STYLE = `
:root { color-scheme: light; }
body { font: 14px/1.5 system-ui, sans-serif; color: #1a1d21; background: #fff; margin: 2rem auto;
  max-width: 64rem; padding: 0 1.5rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1rem 0; }
dt { color: #5b6470; } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0;
  border-bottom: 1px solid #d9dde3; overflow-wrap: anywhere; }
th { color: #5b6470; font-weight: 600; } .n { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
small, .muted { color: #5b6470; } svg { display: block; }
pre { font: 12px/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere;
  background: #f5f6f8; padding: .5rem .75rem; margin: .25rem 0 .75rem; border-radius: 4px; }
thead { display: table-header-group; } tr, pre, svg { break-inside: avoid; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } table, pre { font-size: 10px; }
  h2 { break-after: avoid; } @page { margin: 15mm; } }
`;
