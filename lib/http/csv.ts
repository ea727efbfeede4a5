import Papa from "papaparse";

/** How cells begin that spreadsheets run. Papa's own misses those that go on in another line. */
const FORMULA = /^[=+\-@\t\r\n]/;

/** Lines of CSV. Cells that a spreadsheet would run as formulas are quoted: hosts name themselves. */
export const csvLines = (rows: unknown[][]): string =>
  `${Papa.unparse(rows, { escapeFormulae: FORMULA, newline: "\n" })}\n`;

/** A body that is sent as it is made; whoever stops reading ends the making. */
export function streamOf(chunks: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}

export function csvResponse(chunks: AsyncGenerator<string>, fileName: string): Response {
  return new Response(streamOf(chunks), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="${fileName}"`,
      "Cache-Control": "no-store",
    },
  });
}
