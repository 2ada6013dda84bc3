import type { UserConfig } from "tsdown";

/** How every package is built: one ES module per entry with its types, nothing minified, dependencies left outside. */
export const base: UserConfig = {
  platform: "neutral",
  format: "esm",
  fixedExtension: true,
  dts: { generator: "oxc" },
  hash: false,
  failOnWarn: true,
};
