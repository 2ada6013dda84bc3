/** Serves the built playground on a free port of loopback, just as `npm start` does. */
export { servePlayground } from "../../scripts/serve.js";
