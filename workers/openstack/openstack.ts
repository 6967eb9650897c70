import { z } from "zod";
import { answer } from "../../src/cluster/ask.js";
import type { NeutronAgent, OpenStack } from "../../src/cluster/openstack.js";
import type { OpenStackConfig } from "../../src/config/valid.js";
import { bodyOf } from "./reply.js";
import { createSession } from "./session.js";

const Agents = z.object({
  agents: z.array(
    z.object({
      id: z.string(),
      agent_type: z.string(),
      binary: z.string(),
      host: z.string(),
      alive: z.boolean(),
      admin_state_up: z.boolean(),
      heartbeat_timestamp: z.string().nullish(),
    }),
  ),
});

const fields = ["id", "agent_type", "binary", "host", "alive", "admin_state_up", "heartbeat_timestamp"];

/** Neutron by REST: a cached token instead of a second of CPU for every question. */
export function createOpenStack(config: OpenStackConfig): OpenStack {
  const session = createSession(config);
  return {
    agents: (ask) =>
      answer(ask, async () => {
        const path = `/v2.0/agents?${fields.map((field) => `fields=${field}`).join("&")}`;
        const { agents } = bodyOf(await session.get("network", path, ask), Agents, "Neutron");
        const { roles } = await session.login(ask);
        // A list that holds something was allowed to be seen, whatever the roles are called here.
        return { agents: agents.map(agentOf), visible: agents.length > 0 || roles.includes("admin"), roles };
      }),
  };
}

function agentOf(row: z.infer<typeof Agents>["agents"][number]): NeutronAgent {
  const { id, agent_type: type, binary, host, alive, admin_state_up: adminUp } = row;
  return { id, type, binary, host, alive, adminUp, heartbeatAt: utc(row.heartbeat_timestamp ?? "") };
}

/** `2026-11-23 16:10:26`, in UTC without saying so. */
function utc(text: string): number | null {
  const at = Date.parse(`${text.replace(" ", "T").replace(/Z$/, "")}Z`);
  return Number.isNaN(at) ? null : at;
}
