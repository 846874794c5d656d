package reach

import (
	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// balancerFact is a load balancer of any kind.
type balancerFact struct {
	ref estate.Ref
	// kind is application, network, gateway or classic.
	kind    string
	public  bool
	state   string
	four    bool
	six     bool
	dns     string
	vpc     string
	subnets []string
	groups  guards
	// listeners are those of classic ones; others have facts of their own.
	listeners []listen
	// machines are the ids of what a classic one sends to.
	machines []string
}

// listen is a port that is listened on.
type listen struct {
	id       string
	protocol string
	port     int
	// to is the port behind, for classic ones.
	to int
}

// listenerFact is a listener of a load balancer that is not classic.
type listenerFact struct {
	ref      estate.Ref
	balancer string
	listen   listen
	// targets are the target groups that it is known to send to.
	targets []string
	// unread is whether it may have rules that were not read.
	unread bool
}

// targetFact is a target group, or who fills one.
type targetFact struct {
	ref estate.Ref
	// kind is instance, ip, lambda or alb; empty for who fills groups.
	kind      string
	protocol  string
	port      int
	vpc       string
	balancers []string
	// preserves is whether targets see the client's own address; unknown when that was
	// not read.
	preserves estate.Tri
	// members are the ids of machines known to stand in it.
	members []string
	// complete is whether members are all there are.
	complete bool
	// fills are the target groups that members are put into, and the names of the
	// classic load balancers.
	fills        []string
	fillsClassic []string
}

// serviceFact is something that a service of AWS runs inside a network.
type serviceFact struct {
	ref estate.Ref
	// subnets are those it may stand in; set names a subnet group that holds them.
	subnets []string
	set     string
	vpc     string
	groups  guards
	// public is whether it has addresses on the internet.
	public estate.Tri
	// ports are those it listens on with TCP; empty when that is not known.
	ports []network.PortRange
	// closed says why nothing can be reached, for one that is not in use.
	closed string
	auth   string
	gaps   []estate.Unknown
	// fills are the target groups that its tasks stand in, and the ports at which they
	// do in each, as far as that is known.
	fills []string
	at    map[string][]int
	// cluster is the name of the cluster it is a member of; members those of a cluster.
	cluster string
	members []string
	// spread is whether it stands in all of its subnets.
	spread bool
}

// subnetSetFact is a subnet group of a database service.
type subnetSetFact struct {
	ref     estate.Ref
	vpc     string
	subnets []string
}

// frontFact is a name on the internet that a service of AWS answers, outside of any
// network of the customer's.
type frontFact struct {
	ref     estate.Ref
	verdict estate.Tri
	sources network.Set
	ports   []network.PortRange
	auth    string
	why     string
	gaps    []estate.Unknown
	stages  bool
	// passes are the names and full ids of what requests are passed on to.
	passes []string
	// subnets and groups are where a function opens connections from.
	subnets []string
	groups  guards
}

// stageFact is a deployed stage of an API.
type stageFact struct {
	ref estate.Ref
	api string
}
