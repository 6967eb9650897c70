"""Stands in for Neutron's Calico mechanism driver: binds a port as a tap where a live felix agent is, and nothing else."""
from neutron.plugins.ml2.drivers import mech_agent


class Driver(mech_agent.SimpleAgentMechanismDriverBase):
    def __init__(self):
        super().__init__("Calico per-host agent (felix)", "tap", {"port_filter": True})

    def get_allowed_network_types(self, agent=None):
        return ["local", "flat"]

    def get_mappings(self, agent):
        return {}

    def check_segment_for_agent(self, segment, agent):
        return segment["network_type"] in self.get_allowed_network_types()
