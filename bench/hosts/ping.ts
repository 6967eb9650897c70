import { z } from "zod";
import { onWorker } from "../../src/command/define.js";
import { view } from "../../src/contract/view.js";

/** A command that costs nothing but its way. */
export const ping = onWorker({
  summary: "answers",
  examples: ["ping"],
  args: z.object({}),
  risk: "read",
  role: "viewer",
  timeout: 20_000,
  phases: ["answering"],
  result: z.object({ said: z.string() }),
  run: () => Promise.resolve({ said: "pong" }),
  render: ({ said }) => view("ok", said),
});
