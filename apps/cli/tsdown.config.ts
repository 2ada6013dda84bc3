import { defineConfig } from "tsdown";
import { base } from "../../tsdown.base.ts";

export default defineConfig({ ...base, platform: "node", entry: { main: "src/main.ts" }, dts: false });
