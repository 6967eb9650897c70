import { z } from "zod";
import { onBot } from "../src/command/define.js";

/** Stops what runs, on the hosts too. */
export default onBot({
  summary: "stops a running or waiting job",
  details: [
    "who asked may cancel, and operators of the cluster",
    "the id of a job stops that job, the id of a request stops all of its jobs; remote programs end with it",
  ],
  examples: ["cancel 3f2a9c1d0b7e4a55-1"],
  args: z.object({
    id: z
      .string()
      .regex(/^[a-z0-9-]{8,80}$/, "ids are lower case letters, digits and dashes")
      .meta({ positional: 0, placeholder: "ID", description: "as `jobs` shows it" }),
  }),
  risk: "read",
  // Whoever may ask may stop what he asked for; the right for somebody else's is checked with the job.
  role: "viewer",
  run: (desk, { id }) => desk.cancel(id),
});
