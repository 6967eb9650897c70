import type { Answer, Ask } from "./ask.js";

/** A row of Neutron's agent list. */
export interface NeutronAgent {
  id: string;
  type: string;
  binary: string;
  host: string;
  /** Neutron's verdict: the last report is younger than its agent_down_time. */
  alive: boolean;
  adminUp: boolean;
  /** Last report, epoch ms (UTC); null when unreadable. */
  heartbeatAt: number | null;
}

export interface AgentList {
  agents: NeutronAgent[];
  /**
   * Whether the token may see agents at all. Neutron answers a plain member with an empty list and no error, so
   * "no agents" and "not allowed to see them" can only be told apart by the roles of the token.
   */
  visible: boolean;
  /** Roles of the token, by name. */
  roles: string[];
}

export interface OpenStack {
  agents(ask: Ask): Promise<Answer<AgentList>>;
}
