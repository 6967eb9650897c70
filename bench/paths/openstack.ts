import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { tearDown } from "../../lab/hosts/state.js";
import { raiseCloud } from "../../lab/openstack/raise.js";
import type { Bench } from "../bench.js";
import { root } from "../record.js";

const Found = z.object({ rest: z.array(z.number()), cli: z.array(z.number()) });

/** Neutron's agents, asked of the lab's real Keystone and Neutron. */
export const openstack: Bench = {
  name: "openstack",
  summary: "Neutron's agents over REST with a kept token, beside the openstack command",
  needs: { "python3-openstackclient": "/usr/bin/openstack" },
  async run(say) {
    const dir = mkdtempSync(join(tmpdir(), "bench-cloud-"));
    try {
      const { site, plane } = await raiseCloud({ dir }, say);
      const asking = { authUrl: plane.authUrl, username: "chatops", password: plane.passwords.chatops, project: "admin", times: 7 };
      const words = [join(root, "node_modules/.bin/tsx"), join(root, "bench/hosts/openstack-asker.ts")];
      const { code, stdout, stderr } = await site.run(words, { stdin: JSON.stringify(asking), timeoutMs: 120_000 });
      if (code !== 0) throw new Error(`asking ended with ${code}: ${stderr.slice(-800)}`);
      const { rest, cli } = Found.parse(JSON.parse(stdout));
      const baseline = { name: "openstack network agent list", measured: cli };
      return [{ what: "agents", measured: rest, unit: "ms", baseline, goal: { kind: "faster", limit: 50 } }];
    } finally {
      await tearDown(dir);
    }
  },
};
