import { describe, expect, test } from "@jest/globals";
import { complaint } from "../../../workers/openstack/cli-complaint.js";
import { golden } from "../../support/golden.js";

/** What a recorded run that failed comes to. */
function failureOf(file: string, line: string, at = 0) {
  const found = golden(`openstack/${file}.json`).filter((record) => record.argv.slice(1).join(" ").startsWith(line))[at];
  if (!found) throw new Error(`${file} has nothing recorded as ${line}`);
  return complaint({ exit: found.exitCode, signal: null, stdout: found.stdout, stderr: found.stderr }).failure;
}

describe("what the openstack program says becomes the failure that it is", () => {
  test.each([
    ["error-auth", "network agent list", "credentials", "requires authentication. (HTTP 401)"],
    ["error-auth", "--os-auth-type token", "credentials", "Could not recognize Fernet token"],
    ["error-unreachable", "network agent list", "unreachable", "Unable to establish connection to http://127.0.0.1:9"],
    ["error-tls", "network agent list", "unreachable", "CERTIFICATE_VERIFY_FAILED"],
    ["error-no-compute-endpoint", "server list", "not_found", "public endpoint for compute service in RegionOne region not found"],
    ["error-not-found", "port show nope", "not_found", "No Port found for nope"],
    ["error-not-found", "project show nope", "not_found", "No project with a name or ID of 'nope' exists"],
    ["error-quota-conflict-forbidden", "security group show web", "ambiguous", "More than one SecurityGroup exists with the name 'web'"],
    ["error-quota-conflict-forbidden", "server list --all-projects", "denied", "Policy doesn't allow"],
    ["error-quota-conflict-forbidden", "network set --name x", "denied", "rule:update_network is disallowed by policy"],
    ["error-usage", "network agent list --nosuch", "internal", "does not know these words"],
    ["error-usage", "network agent list -c Nope", "usage", "No recognized column names in ['Nope']"],
    ["client-10.5.0", "network show nope", "not_found", "No Network found for nope"],
  ])("%s: %s", (file, line, code, message) => {
    expect(failureOf(file, line)).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test("a newer client says the same with other words before it", () => {
    expect(failureOf("client-10.5.0", "network agent list -f json", 1)).toMatchObject({ code: "credentials" });
  });

  test.each([
    [4, "timeout", "timed out"],
    [6, "unreachable", "502"],
    [7, "unreachable", "Bad Gateway"],
  ])("an answer that never comes or is a proxy's page: %s", (at, code, message) => {
    const record = golden("openstack/error-unreachable.json")[at];
    const failure = record && complaint({ exit: 1, signal: null, stdout: record.stdout, stderr: record.stderr }).failure;

    expect(failure).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test("nothing at all still says how it ended", () => {
    expect(complaint({ exit: 1, signal: null, stdout: "", stderr: "" }).failure).toMatchObject({
      code: "tool_failed",
      message: "openstack: exit code 1, and no word",
    });
    expect(complaint({ exit: null, signal: "SIGTERM", stdout: "", stderr: "" }).failure.message).toContain("ended by SIGTERM");
  });
});
