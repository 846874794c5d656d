package reach

import (
	"strings"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// onePort is a list of the port, or of nothing when it is not known.
func onePort(port int) []network.PortRange {
	if port <= 0 || port > lastPort {
		return nil
	}
	return []network.PortRange{{From: port, To: port}}
}

func readDatabase(l line, f *facts) func() {
	ref := l.ref()
	s := &serviceFact{
		ref: ref, set: l.text("subnet_group"), vpc: l.text("vpc"), groups: l.guards("security_groups"), auth: "password",
		public: estate.TriOf(l.flag("publicly_accessible")), ports: onePort(l.number("port")), cluster: l.text("cluster"),
	}
	if status := l.text("status"); status == "stopped" || status == "stopping" {
		s.closed = "the database is " + status
	}
	return keep(f.services, ref.ID, s)
}

func readDatabaseCluster(l line, f *facts) func() {
	ref := l.ref()
	s := &serviceFact{
		ref: ref, set: l.text("subnet_group"), groups: l.guards("security_groups"), auth: "password",
		public: estate.TriOf(l.flag("publicly_accessible")), ports: onePort(l.number("port")), members: l.list("members"),
	}
	return keep(f.services, ref.ID, s)
}

func readWarehouse(l line, f *facts) func() {
	ref := l.ref()
	s := &serviceFact{
		ref: ref, vpc: l.text("vpc"), subnets: l.list("subnets"), groups: l.guards("security_groups"), auth: "password",
		public: estate.TriOf(l.flag("publicly_accessible")), ports: onePort(l.number("port")),
	}
	if l.text("status") == "paused" {
		s.closed = "the warehouse is paused"
	}
	return keep(f.services, ref.ID, s)
}

// kafkaPorts are where brokers listen for the internet: SCRAM, certificates, identities.
var kafkaPorts = []network.PortRange{{From: 9194, To: 9194}, {From: 9196, To: 9196}, {From: 9198, To: 9198}}

func readKafka(l line, f *facts) func() {
	ref := l.ref()
	s := &serviceFact{
		ref: ref, subnets: l.list("subnets"), groups: l.guards("security_groups"), public: estate.TriOf(l.flag("public_access")),
		ports: kafkaPorts, spread: true,
	}
	return keep(f.services, ref.ID, s)
}

func readBroker(l line, f *facts) func() {
	ref := l.ref()
	s := &serviceFact{
		ref: ref, subnets: l.list("settings", "subnets"), groups: l.guards("settings", "security_groups"), auth: "password",
		public: estate.TriOf(l.flag("settings", "publicly_accessible")),
	}
	if s.gaps = l.gaps(ref.ID, "settings"); len(s.gaps) > 0 {
		s.public = estate.Maybe
	}
	return keep(f.services, ref.ID, s)
}

func readReplication(l line, f *facts) func() {
	ref := l.ref()
	s := &serviceFact{
		ref: ref, vpc: l.text("vpc"), groups: l.guards("security_groups"), subnets: l.list("subnets"),
		public: estate.TriOf(l.flag("publicly_accessible")),
	}
	return keep(f.services, ref.ID, s)
}

// readInner takes over a store that never has an address on the internet.
func readInner(l line, f *facts) func() {
	ref := l.ref()
	s := &serviceFact{
		ref: ref, set: l.text("subnet_group"), vpc: l.text("vpc"), subnets: l.list("subnets"), groups: l.guards("security_groups"),
		public: estate.No, ports: onePort(l.number("port")),
	}
	if set := l.text("node", "subnet_group"); set != "" {
		s.set, s.groups, s.gaps = set, l.guards("node", "security_groups"), l.gaps(ref.ID, "node")
	}
	return keep(f.services, ref.ID, s)
}

func readContainers(l line, f *facts) func() {
	ref := l.ref()
	s := &serviceFact{
		ref: ref, subnets: l.list("subnets"), groups: l.guards("security_groups"), public: estate.TriOf(l.flag("assign_public_ip")),
		fills: l.list("load_balancers"),
	}
	if len(s.subnets) > 0 { // else its tasks may have any port of their machine
		s.at = l.registered()
	}
	switch {
	case l.text("status") == "INACTIVE":
		s.closed = "the service is gone"
	case l.number("running_tasks") == 0 && l.number("desired_tasks") == 0:
		s.closed = "the service runs no task"
	case len(s.subnets) == 0:
		s.public = estate.Maybe
		s.gaps = []estate.Unknown{{Path: ref.ID + "#subnets", Reason: estate.Uncollected, Detail: "its tasks use the network of machines that it does not name"}}
	}
	return keep(f.services, ref.ID, s)
}

// registered returns the ports at which tasks stand in each target group.
func (l line) registered() map[string][]int {
	at := map[string][]int{}
	for _, r := range l.config.GetArray("registrations") {
		group := l.b.own(r.GetStringBytes("target_group"))
		if port := r.GetInt("port"); port > 0 && port <= lastPort {
			at[group] = append(at[group], port)
		}
	}
	return at
}

func readSubnetSet(l line, f *facts) func() {
	ref := l.ref()
	return keep(f.subnetSets, ref.ID, &subnetSetFact{ref: ref, vpc: l.text("vpc"), subnets: l.list("subnets")})
}

// setName is the key of a subnet group: service, account, region and name.
func setName(ref estate.Ref, name string) string {
	service := "rds"
	if strings.Contains(ref.Type, "redshift") {
		service = "redshift"
	}
	return strings.Join([]string{service, ref.Account, ref.Region, strings.ToLower(name)}, " ")
}
