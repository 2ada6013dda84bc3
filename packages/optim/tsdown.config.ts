import type { UserConfig } from "tsdown";
import { base } from "../../tsdown.base.ts";

const config: UserConfig = {
  ...base,
  entry: { index: "src/index.ts", problems: "src/problems/index.ts" },
};
export default config;
