import type { UserConfig } from "tsdown";
import { base } from "../../tsdown.base.ts";

const config: UserConfig = {
  ...base,
  // The last is nobody's entry: it keeps grad out of the file with the compiler, which a bundler could not take apart.
  entry: { index: "src/index.ts", formula: "src/formula/index.ts", grad: "src/transform/grad.ts" },
};
export default config;
