import document from "../../../public/openapi.json" with { type: "json" };

/** Made from the routes by scripts/openapi.ts; a test fails while it lags behind them. */
export const GET = (): Response => Response.json(document);
