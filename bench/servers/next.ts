import next from "next";
import { serve } from "./listen.ts";

/** A built app of Next, mounted as server.ts mounts the product's, with nothing in front. */
const app = next({ dir: process.argv[2], dev: false });
await app.prepare();
const handle = app.getRequestHandler();
serve((req, res) => void handle(req, res));
