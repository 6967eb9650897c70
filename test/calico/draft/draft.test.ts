import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Fault, mostBytes, readDrafts } from "../../../src/calico/draft/draft.js";

interface Case {
  name?: string;
  argv?: string[];
  stdin?: string;
  exitCode: number;
  stderr: string;
}
const golden = join(import.meta.dirname, "../../golden");
const recordedIn = (file: string): Case[] => JSON.parse(readFileSync(join(golden, `calicoctl/${file}.json`), "utf8")) as Case[];
const applied = recordedIn("invalid").filter(({ name, stdin }) => name?.startsWith("apply: ") === true && stdin !== undefined);

/** What calicoctl refuses only for what it finds in the datastore, or for an object as a whole that may not be written. */
const elsewhere = new Set([
  "apply: pool overlapping",
  "apply: pool same CIDR",
  "apply: pool changes CIDR",
  "apply: pool changes blockSize",
  "apply: wep name mismatch",
]);

const refused = ({ faults }: { faults: Fault[] }): boolean => faults.length > 0;

describe("what calicoctl was seen to do with bad input", () => {
  test("was recorded in a hundred cases", () => {
    expect(applied.length).toBeGreaterThan(90);
    expect([...elsewhere].filter((name) => !applied.some((one) => one.name === name))).toEqual([]);
  });

  test.each(
    applied.filter(({ exitCode, name }) => exitCode === 1 && !elsewhere.has(name ?? "")).map(({ name, stdin }) => ({ name, stdin })),
  )("$name: refused here too, with its place and the next step", ({ stdin = "" }) => {
    const { faults } = readDrafts(stdin);

    expect(faults.length).toBeGreaterThan(0);
    for (const { line, column, text } of faults) {
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
      expect(text).not.toBe("");
    }
  });

  test("is taken here too where calicoctl takes it", () => {
    const taken = applied.filter(({ exitCode, stdin }) => exitCode === 0 && stdin !== "");

    expect(taken.length).toBeGreaterThan(5);
    expect(
      taken.filter(({ stdin = "" }) => refused(readDrafts(stdin))).map(({ name, stdin = "" }) => [name, readDrafts(stdin).faults]),
    ).toEqual([]);
  });

  test("holds for everything that was written with success, and for every object of a recorded cluster", () => {
    const written = [...recordedIn("crud"), ...recordedIn("partial")].filter(
      ({ exitCode, stdin, argv = [] }) =>
        exitCode === 0 && stdin !== undefined && stdin !== "" && ["apply", "create", "replace"].includes(argv[1] ?? ""),
    );
    const stored = (JSON.parse(readFileSync(join(golden, "etcd/keyspace.json"), "utf8")) as { key: string; value: string }[])
      .filter(({ key }) => key.startsWith("/calico/resources/v3/projectcalico.org/") && !key.includes("/clusterinformations/"))
      .map(({ value }) => (typeof value === "string" ? value : JSON.stringify(value)));

    expect(written.length).toBeGreaterThan(20);
    expect(stored.length).toBeGreaterThan(50);
    for (const text of [...written.map(({ stdin = "" }) => stdin), ...stored])
      expect([text, readDrafts(text).faults.filter(({ doubt }) => !doubt)]).toEqual([text, []]);
  });
});

const policy = (spec: string): string => `apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: openstack}
spec:
${spec}`;
const said = (text: string): string[] =>
  readDrafts(text).faults.map(({ line, column, path, text: about, hint }) => `${line}:${column} ${path}: ${about}; ${hint}`);

describe("what is said", () => {
  test("names the wrong word, its line and column, and what to write", () => {
    expect(said(policy("  ingres: []"))).toEqual(["5:3 spec.ingres: `ingres` is no field of `spec`; did you mean `ingress`?"]);
    expect(said(policy("  ingress:\n    - action: allow\n      protocol: tcp"))).toEqual([
      "6:7 spec.ingress[0].action: `allow` is not known here; did you mean `Allow`? Calico minds capitals",
      "7:7 spec.ingress[0].protocol: `tcp` is no protocol; did you mean `TCP`? Calico minds capitals",
    ]);
    expect(said(policy("  selector: app == web"))).toEqual([
      "5:3 spec.selector: the selector is wrong at position 8: expected string; app == web\n       ^",
    ]);
    expect(said(`${policy("  selector: all()")}\n---\n${policy("  order: low").replace("openstack", "a b")}`)).toEqual([
      "9:23 metadata.namespace: `a b` is no name; small letters, digits, `-` and `.`, with a letter or digit at both ends",
      "11:3 spec.order: `low` is no number; such as 100, without quotes",
    ]);
  });

  test("a snippet that lost its blanks is called so, and not taken apart", () => {
    expect(
      said("apiVersion: projectcalico.org/v3\nkind: BGPPeer\nmetadata:\nname: peer\nspec:\npeerIP: 192.168.10.254\nasNumber: 64512"),
    ).toEqual([
      "4:1 : `name: peer` stands at the left edge, below `metadata:`: the indentation is lost; what belongs below a key begins two blanks further to the right; a code block or a file keeps the blanks",
    ]);
  });

  test("an unknown field of a kind that grows is a doubt, and the object is read all the same", () => {
    const { drafts, faults } = readDrafts(
      "apiVersion: projectcalico.org/v3\nkind: FelixConfiguration\nmetadata: {name: default}\nspec: {newSwitch: true}",
    );

    expect(faults).toMatchObject([{ path: "spec.newSwitch", doubt: true }]);
    expect(drafts).toMatchObject([{ kind: "FelixConfiguration", name: "default", namespace: null }]);
  });

  test("too much is not parsed", () => {
    expect(said(`# ${"x".repeat(mostBytes)}`)).toEqual([
      expect.stringContaining("are more than the 262144 that are read; send fewer objects"),
    ]);
  });
});

describe("what is read", () => {
  test("lists are taken apart, each object with the line where it begins; no namespace means calicoctl's default", () => {
    const { drafts, faults } = readDrafts(`kind: List
apiVersion: v1
items:
- apiVersion: projectcalico.org/v3
  kind: NetworkPolicy
  metadata: {name: a}
- apiVersion: projectcalico.org/v3
  kind: GlobalNetworkPolicy
  metadata: {name: b}
`);

    expect(faults).toEqual([]);
    expect(drafts).toMatchObject([
      { line: 4, kind: "NetworkPolicy", name: "a", namespace: "default" },
      { line: 7, kind: "GlobalNetworkPolicy", name: "b", namespace: null },
    ]);
  });

  test("whatever is typed, there is an answer", () => {
    const word = fc.constantFrom(
      "apiVersion: projectcalico.org/v3\n",
      "kind: Tier\n",
      "metadata:\n",
      "  name: a\n",
      "spec: &a [*a]\n",
      "- ",
      "---\n",
      "{",
      "?",
      "\t",
      "!!x ",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 12 }), (parts) => {
        const { drafts, faults } = readDrafts(parts.join(""));
        expect(drafts.length + faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});
