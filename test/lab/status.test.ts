import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Stage, until } from "../../lab/demo/stage.js";
import { firstLines, lines, transcriptIn, typed } from "../../lab/demo/transcript.js";
import { openRows } from "../../lab/driver/rows.js";
import { faults } from "../../lab/faults/faults.js";
import { heal, inject } from "../../lab/faults/switch.js";
import { must } from "../../lab/hosts/run.js";
import type { Site } from "../../lab/hosts/site.js";
import { tearDown } from "../../lab/hosts/state.js";
import { python } from "../../lab/openstack/plane.js";
import { type Cloud, raiseCloud, workerOf } from "../../lab/openstack/raise.js";
import { tapOf } from "../../lab/site.js";
import type { View } from "../../src/contract/view.js";
import { answerTo, replaceWorker, startWorker, verdictOf } from "../support/site.js";

let site: Site;
let stage: Stage;
let cloud: Cloud;
let worker: ChildProcess;

beforeAll(async () => {
  cloud = await raiseCloud({ dir: mkdtempSync(join(tmpdir(), "lab-status-")), bird: { connectDelay: 0 } });
  site = cloud.site;
  ({ stage, worker } = await startWorker(site, { worker: workerOf(cloud) }));
  await until("a first green status", async () => (await verdict("status")).startsWith("lab GREEN"));
}, 150_000);
afterAll(async () => {
  await tearDown(site.dir);
}, 30_000);

const ask = (...words: string[]): Promise<View> => answerTo(stage, words);

const verdict = (...words: string[]): Promise<string> => verdictOf(stage, words);

describe("status and bgp on the healthy site", () => {
  test("are green, with the size of everything", async () => {
    const card = await ask("status");

    expect(card.verdict).toMatchObject({ light: "ok", text: "lab GREEN: 4 hosts, BGP 5/5, felix 2/2, etcd 1/1, no alarm, agents 2/2" });
    expect(await verdict("bgp")).toBe("lab: all 5 BGP sessions are Established at both ends");
    for (const fault of faults) expect(card.verdict.text).not.toContain(fault.expect.firstLine);
  });

  test("keep what ran as evidence", async () => {
    const card = await ask("status");
    const raw = await ask(...(card.actions.find((action) => action.label === "Raw")?.line.split(" ") ?? []));

    expect(raw.verdict.text).toMatch(/^\d+ calls behind `status` on lab/);
    expect(JSON.stringify(raw.sections)).toContain("BIRD 1.6");
  });

  test("come out of the worker's copy of etcd once that is whole", async () => {
    await until("etcd's keys are copied", async () => {
      const card = await ask("status");
      const raw = await ask(...(card.actions.find((action) => action.label === "Raw")?.line.split(" ") ?? []));
      return /keys from the worker's copy, which \S+ confirmed/.test(JSON.stringify(raw.sections));
    });
  }, 30_000);
});

describe("Neutron", () => {
  const look = (sql: string) =>
    must([python, "-c", "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall())", database(), sql]);
  const database = () => join(cloud.plane.dir, "db/neutron.db");

  test("has the ports that etcd and the hosts have, bound and active", async () => {
    const { stdout } = await site.exec("ctl1", [
      "etcdctl",
      "get",
      "--prefix",
      "--keys-only",
      "/calico/resources/v3/projectcalico.org/workloadendpoints/",
    ]);
    for (const { portId, host } of site.workloads) {
      expect(stdout).toContain(`${host}-openstack-`);
      expect(stdout).toContain(portId.replaceAll("-", "--"));
      expect((await site.exec(host, ["ip", "link", "show", tapOf({ portId })])).code).toBe(0);
    }
    const active = () =>
      look("select count(*) from ports join ml2_port_bindings on id = port_id where ports.status = 'ACTIVE' and vif_type = 'tap'");
    await until("both ports are active", async () => (await active()) === "[(2,)]\n");
  });

  test("lists agents whose heartbeat is felix' own report: fresh, and never in the future", async () => {
    const { stdout } = await stage.line(["status"]);

    expect(stdout).toMatch(/agents 2 of 2 alive, oldest heartbeat \d s/);
    expect(await look("select count(*) from agents where heartbeat_timestamp > strftime('%Y-%m-%d %H:%M:%f', 'now', '+0.1 seconds')")).toBe(
      "[(0,)]\n",
    );
    const rows = openRows(database());
    expect(
      await rows.write([
        { agent: "compute1", at: Date.now() + 60_000 },
        { port: "x", status: "DOWN" },
      ]),
    ).toEqual([expect.stringMatching(/^refused: the heartbeat of compute1 is (59|60)\.\d/), "ok"]);
    rows.close();
    expect(await look("select count(*) from agents where heartbeat_timestamp > datetime('now', '+30 seconds')")).toBe("[(0,)]\n");
  });

  test("answers a user without the role with an empty list, which is not called no agents", async () => {
    await restage("member");
    try {
      const { verdict: found, footer } = await ask("status");
      expect(found.text).toBe("lab GREY: the bot's OpenStack user may not see agents (roles: member, reader)");
      expect(JSON.stringify(footer)).not.toContain("Neutron");
    } finally {
      await restage("chatops");
    }
  }, 60_000);

  async function restage(who: "chatops" | "member"): Promise<void> {
    ({ stage, worker } = await replaceWorker(site, { stage, worker }, { worker: workerOf(cloud, who) }));
  }
});

describe("each fault is the first line of the next status", () => {
  test.each(faults.map((fault) => [fault.name, fault] as const))(
    "%s",
    async (name, fault) => {
      await inject(site, name);
      try {
        await until(`"${fault.expect.firstLine}"`, async () => (await verdict("status")).includes(fault.expect.firstLine), 25_000);
        expect(await verdict("status")).toContain(fault.expect.object);
      } finally {
        await heal(site, name);
      }
      await until("green again", async () => (await verdict("status")).startsWith("lab GREEN"), 25_000);
    },
    90_000,
  );
});

describe("the README", () => {
  test("shows what these lines print, as far as the first line of each", async () => {
    const shown = firstLines(transcriptIn(readFileSync(join(import.meta.dirname, "../../README.md"), "utf8")));

    expect(shown.map(({ line }) => line)).toEqual(lines);
    for (const { line, first } of shown)
      expect(`${line}: ${(await typed(line, { site, stage })).split("\n")[0]}`).toBe(`${line}: ${first}`);
  }, 90_000);
});

describe("what people get wrong is said plainly", () => {
  test.each([
    ["stauts", "`stauts` is not a command", "did you mean `status`?"],
    ["bgp compute11", "lab has no host `compute11`", "did you mean `bgp compute1`?"],
    ['bgp "compute1', "is never closed", "close it"],
    ["bgp fd00::1", "lab has no host `fd00::1`", "hosts come from the config"],
    ["status nowhere", "there is no cluster `nowhere`", "lab"],
  ])("%s", async (line, message, hint) => {
    const text = JSON.stringify(await ask(line));

    expect(text).toContain(message);
    expect(text).toContain(hint);
  });

  test("a wrong configuration", async () => {
    const good = readFileSync(stage.config, "utf8");
    writeFileSync(stage.config, good.replace("192.168.10.11", "192.168.10.999"));
    try {
      const { code, stderr } = await stage.line(["status"]);

      expect(code).toBe(1);
      expect(stderr).toMatch(/config\.yaml:\d+:\d+ clusters\[0\]\.hosts\[1\]\.address: not an IP address/);
    } finally {
      writeFileSync(stage.config, good);
    }
  });
});

describe("a missing part is told at once", () => {
  test("no worker", async () => {
    worker.kill("SIGTERM");
    await until("the worker is gone", async () => (await verdict("clusters")).includes("no worker is alive"));
    const began = Date.now();

    expect(await verdict("status")).toContain("no worker");
    expect(Date.now() - began).toBeLessThan(5000);

    worker = stage.start("worker");
    await until("green again", async () => (await verdict("status")).startsWith("lab GREEN"));
  }, 60_000);

  test("no Redis", async () => {
    const began = Date.now();
    const { code, stderr } = await stage.line(["status"]).then(async (first) => {
      expect(first.code).toBe(0);
      await site.run(["sh", "-c", `redis-cli -s ${join(site.dir, "redis.sock")} shutdown`]);
      return stage.line(["status"]);
    });

    expect(code).toBe(1);
    expect(stderr).toMatch(/redis|queue/i);
    expect(Date.now() - began).toBeLessThan(12_000);
  }, 30_000);
});
