import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "ssh2";
import type { Bench, Row } from "../bench.js";
import { answered } from "../hosts/answered.js";
import { type LargeSite, raiseLargeSite } from "../hosts/large-site.js";
import { deadRack, everyCompute } from "../hosts/racks.js";
import { timed } from "../rounds.js";

/** How a rack dies: the words of its servers, and how the page says it. */
const deaths = { silent: "takes connections and never answers", refused: "refuses connections", cut: "falls silent on warm connections" };
type Death = keyof typeof deaths;

/** Status of a cloud of the size that people are on call for. */
export const largeStatus: Bench = {
  name: "racks",
  summary: "/calico status over 300 simulated hosts with one rack of 20 dead, 20,000 endpoints and 3,000 security groups in a real etcd",
  async run(say) {
    const site = await raiseLargeSite(say);
    try {
      return await measured(site, say);
    } finally {
      await site.close();
    }
  },
};

const times = 5;

async function measured(site: LargeSite, say: (text: string) => void): Promise<Row[]> {
  const clients = await warmClients(site);
  const alive: number[] = [];
  const bare: number[] = [];
  await ask(site, "BGP 600/600, felix 300/300");
  for (let round = 0; round < times; round++) {
    alive.push(await ask(site, "eu1 GREEN"));
    bare.push(await timed(() => Promise.all(clients.map(rawExec))));
  }
  for (const client of clients) client.end();
  const found = { silent: [] as number[], refused: [] as number[], cut: [] as number[] };
  for (const death of ["silent", "refused", "cut"] as const) {
    say(`rack ${deadRack} ${deaths[death]}`);
    for (let round = 0; round < times; round++) {
      if (death === "cut") {
        await site.servers.ask("alive");
        await ask(site, "eu1 GREEN");
      }
      await site.servers.ask(death);
      found[death].push(await ask(site, `r${deadRack}`));
    }
    await site.servers.ask("alive");
  }
  return rows({ alive, bare, ...found });
}

/** Typed to answered; the card must say what is expected of it. */
async function ask({ slack }: LargeSite, expected: string): Promise<number> {
  // Longer than the bot's pause between two posts to a channel.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  const card = answered(slack, "C0NETOPS");
  const began = performance.now();
  await slack.acts.type("alice", "C0NETOPS", "/calico status");
  const { blocks } = await card;
  const ms = performance.now() - began;
  const text = JSON.stringify(blocks);
  if (!text.includes(expected)) throw new Error(`the card does not say ${expected}: ${text.slice(0, 400)}`);
  return ms;
}

/** As the product's pool, but nothing else: connections of ssh2 to every host, opened before. */
function warmClients({ folder, port }: LargeSite): Promise<Client[]> {
  const privateKey = readFileSync(join(folder, "id"));
  return Promise.all(
    everyCompute().map(
      ({ address }) =>
        new Promise<Client>((resolve, reject) => {
          const client = new Client();
          client.once("ready", () => resolve(client)).on("error", reject);
          client.connect({ host: address, port, username: "root", privateKey, readyTimeout: 60_000 });
        }),
    ),
  );
}

function rawExec(client: Client): Promise<number> {
  return new Promise((resolve, reject) => {
    client.exec(`birdc --${randomUUID()}`, (error, channel) => {
      if (error) return reject(error);
      let bytes = 0;
      channel.on("data", (data: Buffer) => {
        bytes += data.length;
      });
      return channel.once("close", () => resolve(bytes));
    });
  });
}

type Found = Record<Death | "alive" | "bare", readonly number[]>;

const whole =
  "There is one card, so the verdict is as late as the slowest part of it: a host that says nothing costs its connection's deadline of 2 s. A watch cache with a background sweep would have the verdict before the dead are waited for.";

function rows(found: Found): Row[] {
  const row = (what: string, measured: readonly number[], limit: number): Row => ({
    what,
    measured,
    unit: "ms",
    baseline: null,
    goal: { kind: "median", limit },
    cause: whole,
  });
  const baseline = { name: "bare ssh2, the same exec on 300 warm connections", measured: found.bare };
  const dead = (Object.keys(deaths) as Death[]).flatMap((death) => [
    row(`a rack ${deaths[death]}: verdict`, found[death], 3000),
    row(`a rack ${deaths[death]}: complete`, found[death], 8000),
  ]);
  return [{ ...row("every host alive: verdict", found.alive, 3000), baseline }, ...dead];
}
