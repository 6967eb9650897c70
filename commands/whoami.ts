import { z } from "zod";
import { onBot } from "../src/command/define.js";
import { view } from "../src/contract/view.js";

/** Who the bot takes somebody for, and what that allows here. */
export default onBot({
  summary: "who you are to the bot, your roles, and what answers in this channel",
  examples: ["whoami"],
  args: z.object({}),
  risk: "read",
  role: "viewer",
  open: true,
  async run(desk, _args, { actor, channel }) {
    const standing = await desk.whoami(actor, channel);
    const roles = standing.roles.join(", ") || "no role";
    const card = view(
      standing.roles.length > 0 ? "info" : "warn",
      `you are ${standing.name ?? standing.id}: ${roles}`,
      standing.refusal ?? undefined,
    );
    card.sections.push({
      kind: "facts",
      facts: [
        { label: "identity", value: standing.id },
        { label: "roles", value: roles },
        { label: "clusters that answer here", value: standing.clusters.join(", ") || "none" },
        { label: "detail shown here", value: standing.detail },
      ],
    });
    card.again = "whoami";
    return card;
  },
});
