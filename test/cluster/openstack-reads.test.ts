import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readOf, reads } from "../../src/cluster/openstack-reads.js";
import { FailureError, toFailure } from "../../src/contract/failure.js";

function failureOf(line: string) {
  try {
    readOf(line.split(" "));
  } catch (error) {
    return toFailure(error);
  }
  throw new Error(`${line} was taken`);
}

describe("a read of the openstack program", () => {
  test("is taken apart into name, options and things", () => {
    expect(readOf(["port", "list", "--host", "compute1", "--long", "--name=a b"])).toEqual({
      name: "port list",
      options: [
        { name: "--host", value: "compute1" },
        { name: "--long", value: null },
        { name: "--name", value: "a b" },
      ],
      things: [],
    });
    expect(readOf(["security", "group", "rule", "list", "web"])).toMatchObject({ name: "security group rule list", things: ["web"] });
  });

  test.each([
    ["port set --name x web", "denied", "changes something", "reads: port list, port show"],
    ["server delete web", "denied", "changes something"],
    ["network agent delete x", "denied", "changes something"],
    ["token issue", "denied", "logins and secrets"],
    ["credential list", "denied", "logins and secrets"],
    ["ec2 credentials list", "denied", "logins and secrets"],
    ["application credential list", "denied", "logins and secrets"],
    ["keypair list", "denied", "logins and secrets"],
    ["user list", "denied", "logins and secrets"],
    ["port", "usage", "is not one of the reads", "reads: port list, port show"],
    ["nonsense list", "usage", "is not one of the reads"],
    ["--os-cloud other port list", "usage", "is not one of the reads"],
    ["port list --debug", "usage", "takes no `--debug` here", "options: --long, --device-owner"],
    ["port list --os-password x", "usage", "takes no `--os-password` here"],
    ["port list --log-file /etc/passwd", "usage", "takes no `--log-file` here"],
    ["port list --os-token=x", "usage", "takes no `--os-token` here"],
    ["port list -f yaml", "usage", "takes no `-f` here", "the form of the output is the bot's own"],
    ["port list --na web", "usage", "takes no `--na` here"],
    ["port list --long=yes", "usage", "`--long` takes no value"],
    ["port list --name", "usage", "`--name` needs a value"],
    ["port list --name --long", "usage", "cannot be a name or id"],
    ["port list web", "usage", "one word too many"],
    ["port show", "usage", "needs a name or id"],
    ["port show a b", "usage", "`b` is one word too many"],
    ["port show a --sort-column Name", "usage", "takes no `--sort-column` here"],
  ])("is not: %s", (line, code, message, hint = "") => {
    const failure = failureOf(line);

    expect(failure).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(failure.hint ?? "").toContain(hint);
  });

  test("only ever lists or shows, and no option names a file, a login or a log", () => {
    for (const [name, { flags, values }] of Object.entries(reads)) {
      expect(name).toMatch(/ (list|show)$/);
      for (const option of [...flags, ...values])
        expect(option).not.toMatch(/^os-|file|debug|log|token|password|auth|timing|format|insecure/);
    }
  });

  test("of any words is a read with allowed options or a failure, never anything else", () => {
    const word = fc.oneof(
      fc.constantFrom("port", "list", "show", "--long", "--name", "--os-token", "-f", "--", "network", "agent"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        try {
          const { name, options, things } = readOf(words);
          expect(Object.keys(reads)).toContain(name);
          for (const thing of [...things, ...options.map(({ value }) => value ?? "x")]) expect(thing).not.toMatch(/^-/);
        } catch (error) {
          expect(error).toBeInstanceOf(FailureError);
        }
      }),
    );
  });
});
