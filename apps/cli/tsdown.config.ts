import type { UserConfig } from "tsdown";
import { base } from "../../tsdown.base.ts";

const config: UserConfig = {
  ...base,
  platform: "node",
  entry: { main: "src/main.ts" },
  dts: false,
  banner: "#!/usr/bin/env node",
};
export default config;
