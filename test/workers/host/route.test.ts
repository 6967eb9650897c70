import { describe, expect, test } from "@jest/globals";
import { toFailure } from "../../../src/contract/failure.js";
import { readLookup } from "../../../workers/host/route.js";
import { golden } from "../../support/golden.js";

const web = { family: 4 as const, address: "10.65.0.12", length: 32 };
const get = (file: string, phase: string): string =>
  golden(file).find((record) => record.phase === phase && record.argv.join(" ").includes("route get 10.65.0.12"))?.stdout ?? "";
const lookup = (used: string, matching = "[]") =>
  readLookup(
    [
      { title: "used", text: used, exit: used.startsWith("RTNETLINK") ? 2 : 0 },
      { title: "matching", text: matching, exit: 0 },
    ],
    web,
  );

describe("what the kernel does", () => {
  test("with a route that was withdrawn is the default gateway, as if nothing were wrong", () => {
    expect(lookup(get("host/route-withdrawn.json", "after")).used).toMatchObject({ gateway: "192.168.10.254", device: "eth0" });
    expect(lookup(get("host/route-withdrawn.json", "before")).used).toMatchObject({ gateway: "192.168.10.12" });
  });

  test("has the routes that cover it, longest first, the default written out", () => {
    const all = golden("host/route-duplicated.json").find((record) => record.phase === "after" && record.argv.join(" ") === "ip -j route");
    const { matching } = lookup(get("host/route-duplicated.json", "after"), all?.stdout);

    expect(matching.find(({ prefix }) => prefix === "10.65.0.12/32")).toMatchObject({
      device: "tap2567a5ec-97",
      gateway: null,
      protocol: null,
    });
    expect(matching.at(-1)).toMatchObject({ prefix: "0.0.0.0/0", gateway: "192.168.10.254" });
  });

  test("may be spread over several next hops", () => {
    const spread =
      '[{"dst":"10.65.0.12","nexthops":[{"gateway":"10.0.0.1","dev":"eth0","weight":1},{"gateway":"10.0.0.2","dev":"eth1","weight":1}]}]';

    expect(lookup("RTNETLINK answers: x", spread).matching).toEqual([
      expect.objectContaining({ gateway: "10.0.0.1", device: "eth0", hops: 2 }),
    ]);
  });

  test("may be nothing, and says how", () => {
    expect(lookup("RTNETLINK answers: Network is unreachable\n")).toEqual({ used: null, refusal: "Network is unreachable", matching: [] });
  });

  test("that is printed as something else is not guessed", () => {
    const failure = (() => {
      try {
        return lookup('Option "-j" is unknown, try "ip -help".');
      } catch (error) {
        return toFailure(error);
      }
    })();

    expect(failure).toMatchObject({ code: "unreadable_output" });
  });
});
