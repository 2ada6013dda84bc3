// Serves the built playground as a static host would.
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import sirv from "sirv";
import { root } from "./workspace.js";

const site = join(root, "apps/playground/build");
const host = "127.0.0.1";

/**
 * Serves apps/playground/build on loopback. A path without a page gets 404.html, from which the app starts on that path.
 * @param {number} [port] 0, the default, takes any free port
 * @throws {Error} when the playground is not built; EADDRINUSE when the port is taken
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function servePlayground(port = 0) {
  if (!existsSync(join(site, "index.html"))) {
    throw new Error(`the playground is not built: run \`npm start\`, or build it first: ${site}`);
  }
  // Shared memory in workers needs an isolated page.
  const isolation = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
  };
  const files = sirv(site, {
    etag: true,
    setHeaders(response, path) {
      const lasting = path.startsWith("/_app/immutable/");
      response.setHeader("Cache-Control", lasting ? "public, max-age=31536000, immutable" : "no-cache");
    },
    onNoMatch(_request, response) {
      const fallback = join(site, "404.html");
      response.writeHead(404, { "Content-Type": "text/html; charset=utf-8" });
      response.end(existsSync(fallback) ? readFileSync(fallback) : "not found\n");
    },
  });
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
    files(request, response);
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(undefined));
  });
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://${host}:${address.port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
