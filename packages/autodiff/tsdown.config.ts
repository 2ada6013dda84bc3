import type { UserConfig } from "tsdown";
import { base } from "../../tsdown.base.ts";

const config: UserConfig = {
  ...base,
  unbundle: true,
  entry: { index: "src/index.ts", formula: "src/formula/index.ts" },
};
export default config;
