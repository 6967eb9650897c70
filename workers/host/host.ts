import { isIP } from "node:net";
import { answer } from "../../src/cluster/ask.js";
import type { HostTool } from "../../src/cluster/host.js";
import { fail } from "../../src/contract/failure.js";
import { askMarked } from "../ssh/marked.js";
import type { SshPool } from "../ssh/pool.js";
import { readConnect } from "./connect.js";
import { readMachine } from "./machine.js";
import { readLookup } from "./route.js";
import { connectQuestions, machineQuestions, routeQuestions, script } from "./script.js";

export interface HostSettings {
  /** Deadline of all questions to one host, ms. */
  hostTimeout: number;
  /** systemd units that matter, without `.service`. */
  units: readonly string[];
}

/** A connection that takes longer is none, seconds. */
const connectWithin = 2;
const maxBytes = 2 * 1024 * 1024;

/** Reads the machine over SSH, one exec each, as an ordinary user. */
export function createHostReader(pool: SshPool, { hostTimeout, units }: HostSettings): HostTool {
  const seconds = Math.max(1, Math.floor(hostTimeout / 1000) - 1);
  const common = { timeoutMs: hostTimeout, maxBytes };
  return {
    read: (host, ask) =>
      answer(ask, async () => {
        const asking = (mark: string): string => script(machineQuestions(units), { mark, seconds });
        return readMachine(
          await askMarked(pool, { ...common, host, ask, what: "systemctl show, ip addr, /proc, packages", script: asking }),
          host,
        );
      }),
    route: (host, destination, ask) =>
      answer(ask, async () => {
        const { family, address, length } = destination;
        if (isIP(address) !== family) throw fail("usage", `\`${address.slice(0, 50)}\` is not an IPv${family} address`);
        const asking = (mark: string): string => script(routeQuestions(destination), { mark, seconds });
        const what = `ip route get ${address}, ip route show match ${address}/${length}`;
        return readLookup(await askMarked(pool, { ...common, host, ask, what, script: asking }), destination);
      }),
    connect: (host, to, ask) =>
      answer(ask, async () => {
        const { address, port } = to;
        if (isIP(address) === 0 || !Number.isInteger(port) || port < 1 || port > 65_535)
          throw fail("usage", `\`${address.slice(0, 50)}\` port ${port} is no TCP address`);
        const asking = (mark: string): string => script(connectQuestions(to), { mark, seconds: connectWithin });
        const found = await askMarked(pool, { ...common, host, ask, what: `connect ${address} port ${port}`, script: asking });
        return readConnect(found, connectWithin);
      }),
  };
}
