import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { fingerprintOf } from "../../src/config/keys.js";
import { redactedConfig } from "../../src/config/redacted.js";
import { type ConfigFolder, configFolder, env, example } from "./folder.js";

let folder: ConfigFolder;
beforeAll(() => {
  folder = configFolder();
});
afterAll(() => folder.remove());

test("what was understood can be printed: hosts by line, keys by fingerprint, secrets not at all", async () => {
  const shown = redactedConfig(await folder.load(example));

  expect(shown).toMatchObject({
    redis: { username: "calico-chatops-bot", password: "[secret]" },
    bot: { signingKey: "[secret]", slack: { team: "T0EXAMPLE", appToken: "[secret]", botToken: "[secret]" } },
    clusters: [
      {
        name: "eu1",
        workerKeys: [fingerprintOf(folder.publicPem)],
        worker: {
          signingKey: "[secret]",
          ssh: { privateKey: "[secret]", knownHosts: "2 lines" },
          etcd: { key: "[secret]", ca: "113 bytes" },
        },
      },
      { name: "us1", worker: null },
    ],
  });
  expect(shown).toHaveProperty("clusters.0.hosts.1", "compute1 10.0.1.1 compute rack=r1 peers=rr1,rr2 felix");
  expect(shown).toHaveProperty("clusters.0.hosts.21", "compute21 10.0.1.21 compute felix maintenance");
  const text = JSON.stringify(shown);
  for (const secret of [...Object.values(env), "PRIVATE KEY"]) expect(text).not.toContain(secret);
});
