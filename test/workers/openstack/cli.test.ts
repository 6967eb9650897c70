import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import type { OpenStackConfig } from "../../../src/config/valid.js";
import { toFailure } from "../../../src/contract/failure.js";
import type { Evidence } from "../../../src/contract/outcome.js";
import { type Cli, createCli } from "../../../workers/openstack/cli.js";
import { golden } from "../../support/golden.js";
import { gone, programs } from "../../support/program.js";
import { ask } from "./plane.js";

const made = programs();
const clis: Cli[] = [];
afterAll(() => {
  for (const cli of clis) cli.close();
  made.remove();
});

const config = (cli: string | null): OpenStackConfig => ({
  authUrl: "https://keystone.example.net:5000/v3",
  username: "chatops",
  password: { reveal: () => "pw-1" },
  project: "admin",
  userDomain: "Default",
  projectDomain: "Default",
  region: "RegionOne",
  interface: "public",
  ca: "-----BEGIN CERTIFICATE-----",
  timeout: 500,
  cli,
});

function cli(path: string | null, timeoutMs?: number): Cli {
  const one = createCli(config(path), timeoutMs);
  clis.push(one);
  return one;
}

const failureOf = (work: Promise<unknown>) => work.then(() => null, toFailure);

describe("a read", () => {
  test("gives what the program printed, and is noted without a secret", async () => {
    const recorded = golden("openstack/port.json").find(({ argv }) => argv.join(" ") === "openstack port list --long -f json");
    if (!recorded) throw new Error("nothing recorded");
    const notes: Evidence[] = [];

    const rows = await cli(made.replay("port-list", recorded)).read(["port", "list", "--long"], ask(notes));

    expect(rows).toEqual(JSON.parse(recorded.stdout));
    expect(notes).toMatchObject([{ where: "worker", what: "openstack port list --long -f json", exit: 0 }]);
    expect(JSON.stringify(notes)).not.toContain("pw-1");
  });

  test("ties values to their options, keeps odd names whole, and always asks for JSON", async () => {
    const argv = made.script("argv", `printf '%s\\n' "$@" > ${made.folder}/argv.txt`, "echo '[]'");

    await cli(argv).read(["port", "list", "--name", "web; rm -rf $HOME", "-c", "Name", "--long"], ask());

    expect((await made.left("argv.txt")).split("\n")).toEqual([
      ...["port", "list", "--name=web; rm -rf $HOME", "--column=Name", "--long", "-f", "json"],
    ]);
  });

  test("runs with nothing of the worker's environment; the login is in private files, gone with close()", async () => {
    process.env["OS_PASSWORD"] = "of-somebody-else";
    const show = made.script(
      "env",
      `env > ${made.folder}/env.txt`,
      `cat /proc/$$/cmdline | tr '\\0' ' ' > ${made.folder}/cmd.txt`,
      "echo '[]'",
    );
    const one = cli(show);
    await one.read(["subnet", "list"], ask());
    delete process.env["OS_PASSWORD"];

    const env = Object.fromEntries((await made.left("env.txt")).split("\n").map((line) => line.split("=", 2) as [string, string]));
    expect(
      Object.keys(env)
        .filter((name) => name.startsWith("OS_"))
        .toSorted(),
    ).toEqual(["OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE", "OS_CLOUD"]);
    expect(JSON.stringify(env) + readFileSync(`${made.folder}/cmd.txt`, "utf8")).not.toContain("pw-1");
    const [clouds, secure] = [env["OS_CLIENT_CONFIG_FILE"] ?? "", env["OS_CLIENT_SECURE_FILE"] ?? ""];
    expect([statSync(clouds).mode & 0o777, statSync(secure).mode & 0o777, statSync(dirname(clouds)).mode & 0o777]).toEqual([
      0o600, 0o600, 0o700,
    ]);
    const cloud = (JSON.parse(readFileSync(clouds, "utf8")) as { clouds: Record<string, object> }).clouds[env["OS_CLOUD"] ?? ""];
    expect(cloud).toMatchObject({ region_name: "RegionOne", auth: { username: "chatops", project_name: "admin" } });
    expect(readFileSync(secure, "utf8")).toContain("pw-1");

    one.close();
    expect(existsSync(dirname(clouds))).toBe(false);
    expect(await failureOf(one.read(["subnet", "list"], ask()))).toMatchObject({ code: "cancelled" });
  });
});

describe("what goes wrong", () => {
  test("a hang is ended with all its processes", async () => {
    const hang = made.script("hang", `sleep 600 & echo $! > ${made.folder}/child.txt`, "wait");
    const began = Date.now();

    const failure = await failureOf(cli(hang, 400).read(["port", "list"], ask()));

    expect(failure).toMatchObject({ code: "timeout", message: expect.stringContaining("gave no answer in 0.4 s") });
    expect(Date.now() - began).toBeLessThan(3000);
    expect(await gone(Number(await made.left("child.txt")))).toBe(true);
  });

  test("output without end is cut", async () => {
    expect(await failureOf(cli(made.script("flood", "exec yes")).read(["port", "list"], ask()))).toMatchObject({ code: "too_large" });
  });

  test("a program that is not there, or switched off, is missing", async () => {
    expect(await failureOf(cli("/nonexistent/openstack").read(["port", "list"], ask()))).toMatchObject({
      code: "tool_missing",
      message: expect.stringContaining("/nonexistent/openstack on the worker is not there"),
      hint: expect.stringContaining("python3-openstackclient"),
    });
    expect(await failureOf(cli(null).read(["port", "list"], ask()))).toMatchObject({ code: "tool_missing", hint: "set `openstack.cli`" });
  });

  test("words instead of JSON are not taken for an answer", async () => {
    expect(await failureOf(cli(made.script("words", "echo hello")).read(["port", "list"], ask()))).toMatchObject({
      code: "unreadable_output",
    });
  });

  test("what is not a read never starts the program", async () => {
    const trap = made.script("trap", `echo ran > ${made.folder}/ran.txt`);

    expect(await failureOf(cli(trap).read(["port", "delete", "web"], ask()))).toMatchObject({ code: "denied" });
    expect(existsSync(`${made.folder}/ran.txt`)).toBe(false);
  });
});
