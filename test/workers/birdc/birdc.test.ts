import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Evidence } from "../../../src/contract/outcome.js";
import { createLog } from "../../../src/log/log.js";
import { createBird } from "../../../workers/birdc/birdc.js";
import { createSshPool, type SshPool } from "../../../workers/ssh/pool.js";
import { golden } from "../../support/golden.js";
import { type Sshd, startSshd } from "../../support/sshd.js";

let sshd: Sshd;
let pool: SshPool;
let folder = "";
let noted: Evidence[] = [];
beforeAll(async () => {
  sshd = await startSshd();
  pool = createSshPool(sshd.config, createLog({ level: "error" }));
  folder = mkdtempSync(join(tmpdir(), "birdc-test-"));
  writeFileSync(join(folder, "bird.ctl"), "");
});
afterAll(() => {
  pool.close();
  sshd.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  noted = [];
});

/** A program in birdc's place that writes its words down and then does this. */
function birdc(does: string) {
  const path = join(folder, "birdc");
  writeFileSync(path, `#!/bin/sh\nfor w in "$@"; do printf '%s\\n' "$w"; done >>${folder}/words\n${does}\n`);
  writeFileSync(join(folder, "words"), "");
  chmodSync(path, 0o755);
  const config = {
    path,
    path6: path,
    sockets: [join(folder, "none.ctl"), join(folder, "bird.ctl")],
    sockets6: [join(folder, "bird6.ctl")],
  };
  return createBird(pool, { birdc: config, hostTimeout: 3000 });
}
const words = (): string[] => readFileSync(join(folder, "words"), "utf8").trim().split("\n");
const ask = () => ({ signal: AbortSignal.timeout(20_000), request: "r1", note: (evidence: Evidence) => void noted.push(evidence) });
const web = { family: 4 as const, address: "10.65.0.12", length: 32 };
const recorded = golden("host/route-duplicated.json").find(
  ({ host, phase, argv }) => host === "rr1" && phase === "after" && argv.join(" ").includes("route for"),
);

describe("birdc over a real sshd", () => {
  test("gets exactly the words that are meant, and its routes come back", async () => {
    writeFileSync(join(folder, "said"), recorded?.stdout ?? "");
    const found = await birdc(`cat ${folder}/said`).routes(sshd.host, web, ask());

    expect(found).toMatchObject({
      ok: true,
      value: {
        silent: null,
        routes: [
          { nextHop: "192.168.10.11", best: true },
          { nextHop: "192.168.10.12", best: false },
        ],
      },
    });
    expect(words()).toEqual(["-r", "-s", join(folder, "bird.ctl"), "show", "route", "for", "10.65.0.12", "all"]);
    expect(noted).toMatchObject([{ where: "h1", what: "birdc show route for 10.65.0.12 all" }]);
  });

  test("is asked for what is inside a prefix with a tilde that no shell touches", async () => {
    await birdc("echo 'BIRD 1.6.8 ready.'").routes(sshd.host, { ...web, address: "10.65.0.0", length: 24 }, ask());

    expect(words().slice(8)).toEqual(["-r", "-s", join(folder, "bird.ctl"), "show", "route", "where", "net", "~", "10.65.0.0/24", "count"]);
  });

  test("that hangs costs one deadline, and is told as hung", async () => {
    const began = Date.now();
    const found = await birdc("exec sleep 30").routes(sshd.host, { ...web, address: "10.65.0.0", length: 24 }, ask());

    expect(found).toMatchObject({ ok: true, value: { silent: { how: "hung" } } });
    expect(Date.now() - began).toBeLessThan(3500);
  }, 10_000);

  test("is never reached by what is no address", async () => {
    const found = await birdc("true").routes(sshd.host, { ...web, address: "10.65.0.12; touch /tmp/x" }, ask());

    expect(found).toMatchObject({ ok: false, failure: { code: "usage" } });
    expect(words()).toEqual([""]);
  });

  test("gives whole tables, and fails loudly when it cannot", async () => {
    const table = "BIRD 1.6.8 ready.\n10.65.0.12/32      via 192.168.10.12 on eth0 [Node_192_168_10_12 15:47:42] * (100/0) [i]\n";
    writeFileSync(join(folder, "said"), table);

    expect(await birdc(`cat ${folder}/said`).table(sshd.host, ask())).toMatchObject({
      ok: true,
      value: [{ prefix: "10.65.0.12/32", source: "bgp" }],
    });
    expect(await birdc("echo 'Access denied'").table(sshd.host, ask())).toMatchObject({ ok: false, failure: { code: "tool_failed" } });
  });
});
