import type { UserConfig } from "tsdown";
import { base } from "../../tsdown.base.ts";

const config: UserConfig = {
  ...base,
  platform: "node",
  // As engines in publishConfig says. In the checkout, whose command brings its own Node.js, npx would warn of it.
  target: "node22",
  entry: { main: "src/main.ts" },
  dts: false,
  banner: "#!/usr/bin/env node",
};
export default config;
