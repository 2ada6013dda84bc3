import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import adapter from "@sveltejs/adapter-static";
import { sveltekit } from "@sveltejs/kit/vite";
import { defineConfig } from "vite";

/** The one inline script (theme before first paint) is allowed by its hash, so the policy needs no `unsafe-inline`. */
function inlineScriptHashes(): `sha256-${string}`[] {
  const html = readFileSync(new URL("./src/app.html", import.meta.url), "utf8");
  return [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, body]) => `sha256-${createHash("sha256").update(body!).digest("base64")}` as const,
  );
}

export default defineConfig({
  plugins: [
    sveltekit({
      adapter: adapter({ fallback: "404.html" }),
      paths: { base: (process.env["BASE_PATH"] ?? "") as "" | `/${string}` },
      csp: {
        mode: "hash",
        directives: {
          "default-src": ["self"],
          // Formulas are compiled to WebAssembly; nothing is ever passed to eval.
          "script-src": ["self", "wasm-unsafe-eval", ...inlineScriptHashes()],
          // Figures and typeset formulas position their parts with style attributes.
          "style-src": ["self", "unsafe-inline"],
          "img-src": ["self", "data:"],
          // Small subsets of the faces are inlined by the build.
          "font-src": ["self", "data:"],
          "object-src": ["none"],
          "base-uri": ["self"],
          "form-action": ["self"],
        },
      },
    }),
  ],
  // Straight to the packages' sources: no package has to be built before the playground is.
  resolve: { conditions: ["@steepest/source", "module", "browser", "development|production"] },
  ssr: { resolve: { conditions: ["@steepest/source", "module", "node", "development|production"] } },
  worker: { format: "es" },
});
