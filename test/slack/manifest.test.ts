import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { manifestYaml } from "../../src/slack/manifest.js";
import { botScopes, freeMethods } from "../../src/slack/scopes.js";

const folder = join(import.meta.dirname, "../../src/slack");
const source = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(join(folder, file), "utf8"))
  .join("\n");

/** The Web API methods that the code calls: `client.chat.postMessage(`, `.auth.test(`; an upload is three calls. */
function called(): string[] {
  const plain = [...source.matchAll(/(?:client|createClient\([^)]*\))\.((?:[a-z]+\.)+[a-zA-Z]+)\(/g)].map(([, method = ""]) => method);
  const methods = plain.filter(
    (method) =>
      !/^(on|once|off|disconnect)$/.test(method) &&
      /^(apps|auth|chat|conversations|users|usergroups|views|files|reactions|pins)\./.test(method),
  );
  const uploads = source.includes(".filesUploadV2(") ? ["files.getUploadURLExternal", "files.completeUploadExternal"] : [];
  return [...new Set([...methods, ...uploads])];
}

/** A `message` event is subscribed to by the kind of its conversation; here only people's direct messages. */
const events = (): string[] =>
  [...source.matchAll(/app\.event\("([a-z_.]+)"/g)].map(([, name = ""]) => (name === "message" ? "message.im" : name));

describe("the scopes", () => {
  test("cover every Web API method that the code calls, and every event that it listens to", () => {
    const covered = new Set([...botScopes.flatMap(({ methods }) => methods), ...freeMethods]);

    expect(called().length).toBeGreaterThanOrEqual(9);
    expect(called().filter((method) => !covered.has(method))).toEqual([]);
    expect(events().toSorted()).toEqual(botScopes.flatMap((scope) => scope.events).toSorted());
  });

  test("are not more than the code uses", () => {
    const used = new Set([...called(), ...events()]);
    const idle = botScopes.filter(
      ({ name, methods, events: of }) => name !== "commands" && ![...methods, ...of].some((one) => used.has(one)),
    );

    expect(idle).toEqual([]);
  });
});

describe("the manifest", () => {
  const yaml = manifestYaml({ command: "/calico", usages: ["status [CLUSTER]", "bgp [NODE]", "x".repeat(200)] });
  const manifest = parse(yaml) as Record<string, Record<string, never>>;

  test("is YAML with what Slack wants: command, scopes, events, Socket Mode, buttons", () => {
    expect(manifest).toMatchObject({
      display_information: { name: "calico-chatops" },
      features: { slash_commands: [{ command: "/calico", usage_hint: "status [CLUSTER] | bgp [NODE]", should_escape: false }] },
      oauth_config: { scopes: { bot: botScopes.map(({ name }) => name) } },
      settings: {
        event_subscriptions: { bot_events: ["app_mention", "message.im"] },
        interactivity: { is_enabled: true },
        socket_mode_enabled: true,
      },
    });
  });

  test("keeps to Slack's limits and says why it wants each scope", () => {
    const { name, description } = manifest["display_information"] as unknown as { name: string; description: string };

    expect(name.length).toBeLessThanOrEqual(35);
    expect(description.length).toBeLessThanOrEqual(140);
    for (const scope of botScopes) expect(yaml).toContain(`- ${scope.name} # ${scope.why}`);
  });
});
