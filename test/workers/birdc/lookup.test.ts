import { describe, expect, test } from "@jest/globals";
import { toFailure } from "../../../src/contract/failure.js";
import { lookupQuestions, readLookup, readTable } from "../../../workers/birdc/lookup.js";

const four = { family: 4 as const, address: "10.65.0.12", length: 32 };
const six = { family: 6 as const, address: "fd00::12", length: 128 };

describe("what birdc is asked", () => {
  test("is one lookup for an address, and a count for a prefix", () => {
    expect(lookupQuestions(four)).toEqual([{ family: 4, ask: ["show route for 10.65.0.12 all"], always: true }]);
    expect(lookupQuestions({ ...four, address: "10.65.0.0", length: 24 })[0]?.ask).toEqual([
      "show route for 10.65.0.0/24 all",
      "show route where net ~ 10.65.0.0/24 count",
    ]);
  });

  test.each([
    { ...four, address: "10.65.0.12; reboot" },
    { ...four, address: "all protocol x" },
    { ...four, length: 33 },
    { ...four, length: Number.NaN },
    { ...six, address: "10.65.0.12" },
  ])("never holds what is no IP: $address/$length", (wrong) => {
    const failure = (() => {
      try {
        return lookupQuestions(wrong);
      } catch (error) {
        return toFailure(error);
      }
    })();

    expect(failure).toMatchObject({ code: "usage" });
  });
});

describe("the answer", () => {
  const ready = "BIRD 1.6.8 ready.\nAccess restricted\n";
  const path = "10.65.0.0/24       blackhole [static1 15:49:03] * (200)\n\tType: static unicast univ\n";

  test("has routes and how many are inside", () => {
    const found = [
      { title: "4 show route for 10.65.0.0/24 all", text: ready + path, exit: 0 },
      { title: "4 show route where net ~ 10.65.0.0/24 count", text: `${ready}3 of 12 routes for 12 networks\n`, exit: 0 },
    ];

    expect(readLookup(found, { ...four, length: 24 })).toMatchObject({ routes: [{ kind: "blackhole" }], inside: 3, silent: null });
  });

  test.each([
    ["hung", { text: "", exit: 124 }],
    ["dead", { text: "Unable to connect to server control socket (/run/calico/bird.ctl): Connection refused", exit: 1 }],
    ["stopped", { text: "Unable to connect to server control socket (/run/calico/bird.ctl): No such file or directory", exit: 1 }],
  ])("of a BIRD that is %s says so", (how, section) => {
    expect(readLookup([{ title: "4 show route for 10.65.0.12 all", ...section }], four)).toMatchObject({ routes: [], silent: { how } });
  });

  test("for IPv6 comes from bird6, else from a BIRD 2 on the one socket, else bird6 is missing", () => {
    const route = "fd00::12/128       via fd00::1 on eth0 [Mesh_fd00__1 15:49:45] * (100/0) [i]\n";
    const ask = (family: 4 | 6, text: string) => ({ title: `${family} show route for fd00::12 all`, text, exit: 0 });

    expect(readLookup([ask(6, ready + route), ask(4, `${ready}syntax error\n`)], six).routes).toHaveLength(1);
    expect(readLookup([ask(4, `BIRD 2.0.12 ready.\nNetwork not found\n`)], six)).toEqual({ routes: [], inside: null, silent: null });
    expect(readLookup([ask(4, `${ready}Invalid character\n`)], six).silent).toMatchObject({ family: 6, how: "stopped" });
  });

  test("a whole table of a BIRD that hangs is a failure, not an empty table", () => {
    expect(() => readTable([{ title: "4 show route primary", text: "", exit: 124 }], "rr1")).toThrow(/rr1.*hung/);
  });
});
