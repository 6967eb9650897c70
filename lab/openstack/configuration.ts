import { botAddress, keystonePort, neutronPort } from "../site.js";

/** What Keystone and Neutron are told: one folder for everything, SQLite, no broker, nothing that listens outside the site. */
export interface Planning {
  /** Folder of the plane: etc, db, log. */
  dir: string;
  /** Password of Neutron's own user in Keystone. */
  neutronPassword: string;
  /** Seconds after which Neutron calls an agent dead. */
  agentDownTime: number;
}

export const keystoneUrl = `http://127.0.0.1:${keystonePort}/v3`;
export const neutronUrl = `http://127.0.0.1:${neutronPort}`;

/** All files by their path below the folder. */
export function configuration(planning: Planning): Record<string, string> {
  return {
    "etc/keystone.conf": keystone(planning),
    "etc/uwsgi.ini": uwsgi(planning),
    "etc/neutron.conf": neutron(planning),
    // Found by stevedore on PYTHONPATH as if it were an installed package.
    "python/lab-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: lab\nVersion: 1\n",
    "python/lab-1.dist-info/entry_points.txt": "[neutron.ml2.mechanism_drivers]\nlab_calico = mechanism:Driver\n",
  };
}

/** The memory cache is valid because there is one process; cheap hashes because the passwords guard nothing. */
const keystone = ({ dir }: Planning): string => `[DEFAULT]
use_stderr = true
[database]
connection = sqlite:///${dir}/db/keystone.db
[fernet_tokens]
key_repository = ${dir}/etc/fernet-keys
[fernet_receipts]
key_repository = ${dir}/etc/fernet-keys
[credential]
key_repository = ${dir}/etc/credential-keys
[identity]
password_hash_rounds = 4
[cache]
enabled = true
backend = dogpile.cache.memory
`;

/** One process and one thread: an SQLite connection may not change threads. */
const uwsgi = ({ dir }: Planning): string => `[uwsgi]
plugins = python3
http-socket = 127.0.0.1:${keystonePort}
wsgi-file = /usr/bin/keystone-wsgi-public
master = true
processes = 1
enable-threads = true
lazy-apps = true
need-app = true
buffer-size = 65535
listen = 100
die-on-term = true
add-header = Connection: close
env = OS_KEYSTONE_CONFIG_FILES=${dir}/etc/keystone.conf
`;

const neutron = ({ dir, neutronPassword, agentDownTime }: Planning): string => `[DEFAULT]
use_stderr = true
bind_host = 127.0.0.1
bind_port = ${neutronPort}
core_plugin = ml2
service_plugins = router,qos
transport_url = fake://
api_workers = 1
rpc_workers = 0
rpc_state_report_workers = 0
agent_down_time = ${agentDownTime}
notify_nova_on_port_status_changes = false
notify_nova_on_port_data_changes = false
state_path = ${dir}/db
api_paste_config = /etc/neutron/api-paste.ini
host = ${botAddress}
[database]
connection = sqlite:///${dir}/db/neutron.db
[oslo_concurrency]
lock_path = ${dir}/db/lock
[ml2]
type_drivers = local,flat
tenant_network_types = local
mechanism_drivers = lab_calico
extension_drivers = port_security,qos
[ml2_type_flat]
flat_networks = *
[keystone_authtoken]
www_authenticate_uri = http://127.0.0.1:${keystonePort}
auth_url = http://127.0.0.1:${keystonePort}
auth_type = password
username = neutron
password = ${neutronPassword}
project_name = service
user_domain_name = Default
project_domain_name = Default
`;
