import { describe, expect, test } from "@jest/globals";
import { isSecretName, redact, secret } from "../../src/log/redact.js";

// Put together here so that no scanner takes a test for a leak.
const slack = ["xoxb", "1234567890", "abcdefABCDEF"].join("-");
const app = ["xapp", "1", "A0123", "deadbeef"].join("-");
const pem = ["-----BEGIN ", "PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIPq1\n-----END PRIVATE KEY-----"].join("");

describe("redact()", () => {
  test.each([
    ["a Slack bot token", `token ${slack} refused`, "1234567890"],
    ["a Slack app token", `using ${app}`, "deadbeef"],
    ["a password in a command line", "mysql --password=hunter2secret -h x", "hunter2secret"],
    ["a password as the next word", "openstack --os-password hunter2secret token issue", "hunter2secret"],
    ["OS_PASSWORD in an environment", "OS_PASSWORD=hunter2secret OS_USERNAME=admin", "hunter2secret"],
    ["a password in YAML", "auth:\n  password: hunter2secret\n  user: admin", "hunter2secret"],
    ["a password in JSON", '{"password":"hunter2 secret","user":"admin"}', "hunter2 secret"],
    ["a password in quoted JSON", JSON.stringify('{"password":"hunter2secret","user":"admin"}'), "hunter2secret"],
    ["a Keystone token header", "X-Auth-Token: gAAAAABabc and more", "gAAAAABabc"],
    ["an authorization header", 'curl -H "Authorization: Bearer abc.def.ghi" http://x', "abc.def.ghi"],
    ["a private key", `key:\n${pem}\nafter`, "MC4CAQAwBQYDK2VwBCIEIPq1"],
    ["a private key that was cut", `key:\n${pem.slice(0, 50)}`, "MC4CAQAwBQYDK2V"],
    ["a private key inside JSON", JSON.stringify({ key: pem }), "MC4CAQAwBQYDK2VwBCIEIPq1"],
    ["a password in a URL", "amqp://neutron:hunter2secret@10.0.0.1:5672/ failed", "hunter2secret"],
    ["etcd's user flag", "etcdctl --user root:hunter2secret get /", "hunter2secret"],
    ["etcd's environment", "ETCDCTL_USER=root:hunter2secret ETCD_PASSWORD=hunter2secret", "hunter2secret"],
    ["a response URL of Slack", "posting to https://hooks.slack.com/commands/T1/2/abcdef", "T1/2/abcdef"],
  ])("masks %s", (_, text, leaked) => {
    expect(text).toContain(leaked);
    expect(redact(text)).not.toContain(leaked);
    expect(redact(text)).toContain("[secret]");
  });

  test("leaves ordinary words of the field alone", () => {
    for (const text of [
      "Mesh_10_0_0_2 BGP up 02:51 Established",
      "token expired for user admin",
      "https://10.0.0.1:2379 is healthy",
      "10.65.0.2 via 10.0.0.2 on eth0 [Mesh_10_0_0_2 2026-01-02] * (100/0) [i]",
      "ssh: connect to host compute1 port 22: No route to host",
    ])
      expect(redact(text)).toBe(text);
  });

  test("masks a registered value wherever it is, also line by line and as JSON writes it", () => {
    secret('odd"value\\here');
    secret("first-line-of-key\nsecond-line-of-key");

    expect(redact('see odd"value\\here')).toBe("see [secret]");
    expect(JSON.stringify({ x: 'odd"value\\here' })).toContain("odd");
    expect(redact(JSON.stringify({ x: 'odd"value\\here' }))).toBe('{"x":"[secret]"}');
    expect(redact("has second-line-of-key only")).toBe("has [secret] only");
  });

  test("does not register values so short that they would mask ordinary words", () => {
    secret("up");

    expect(redact("BGP up")).toBe("BGP up");
  });
});

test("names of fields that hold secrets are known", () => {
  for (const name of ["password", "os_password", "botToken", "token", "X-Auth-Token", "privateKey", "responseUrl"])
    expect([name, isSecretName(name)]).toEqual([name, true]);
  for (const name of ["cluster", "request", "tokens", "key", "hostKey"]) expect([name, isSecretName(name)]).toEqual([name, false]);
});
