import type { OpenStackConfig } from "../../src/config/valid.js";
import type { Write } from "../local/private-folder.js";

/** The one cloud of the file. */
export const cloudName = "calico-chatops";

/** Paths of what the `openstack` program reads. */
export interface CloudFiles {
  clouds: string;
  /** Named so that no other such file of the machine is merged in. */
  secure: string;
}

/** Seconds after which the client gives up on one request by itself; it then tries again. */
const apiTimeout = 10;

/** Writes the worker's login for the `openstack` program: neither argv nor environment may hold it. */
export function writeCloud(config: OpenStackConfig, write: Write): CloudFiles {
  const auth = {
    auth_url: config.authUrl,
    username: config.username,
    project_name: config.project,
    user_domain_name: config.userDomain,
    project_domain_name: config.projectDomain,
  };
  const cloud = {
    auth,
    interface: config.interface,
    identity_api_version: "3",
    api_timeout: apiTimeout,
    ...(config.region === null ? {} : { region_name: config.region }),
    ...(config.ca === null ? {} : { cacert: write("ca.pem", config.ca) }),
  };
  // JSON is YAML, which is what the client reads.
  const clouds = write("clouds.yaml", JSON.stringify({ clouds: { [cloudName]: cloud } }));
  const secure = write("secure.yaml", JSON.stringify({ clouds: { [cloudName]: { auth: { password: config.password.reveal() } } } }));
  return { clouds, secure };
}
