import type { Handle } from "@sveltejs/kit/hooks";

/** Preloads scripts, styles and the two Latin faces every page sets its first lines in. */
export const handle: Handle = ({ event, resolve }) =>
  resolve(event, {
    preload: ({ type, path }) =>
      type === "js" ||
      type === "css" ||
      (type === "font" && /(inter|source-serif-4)-latin-wght-normal/.test(path)),
  });
