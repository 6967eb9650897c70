import { z } from "zod";
import { onBot } from "../src/command/define.js";
import { view } from "../src/contract/view.js";

/** Changes may be made again. */
export default onBot({
  summary: "lets changes of a cluster on again",
  examples: ["unfreeze lab"],
  args: z.object({
    cluster: z.string().min(1).max(60).meta({ positional: 0, placeholder: "CLUSTER", target: true, description: "which" }),
  }),
  risk: "read",
  role: "operator",
  async run(desk, { cluster }) {
    const { who } = await desk.freeze(cluster, 0, "lifted");
    return view("ok", `${cluster}: changes may be made again`, `the freeze was lifted by ${who}`);
  },
});
