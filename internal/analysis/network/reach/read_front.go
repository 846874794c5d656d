package reach

import (
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

var (
	https = []network.PortRange{{From: 443, To: 443}}
	web   = []network.PortRange{{From: 80, To: 80}, {From: 443, To: 443}}
)

// publicFront is a name that everyone can call.
func publicFront(ref estate.Ref, ports []network.PortRange, why string) *frontFact {
	return &frontFact{ref: ref, verdict: estate.Yes, sources: internet, ports: ports, why: why}
}

// close makes it a front that nobody can call.
func (f *frontFact) close(why string) { f.verdict, f.why = estate.No, why }

// doubt makes it a front that may or may not answer.
func (f *frontFact) doubt(gaps ...estate.Unknown) {
	f.verdict, f.gaps = estate.Maybe, append(f.gaps, gaps...)
}

func readRestAPI(l line, f *facts) func() {
	ref := l.ref()
	front := publicFront(ref, https, "API Gateway answers for it")
	front.stages, front.auth = true, "authorizer"
	gaps := l.gaps(ref.ID, "methods", "policy")
	open := slices.ContainsFunc(l.config.GetArray("methods"), func(m *fastjson.Value) bool { return string(m.GetStringBytes("authorization")) == "NONE" })
	switch {
	case len(gaps) > 0:
		front.auth = ""
	case l.config.Get("policy") != nil:
		front.auth = "policy"
		l.narrow(front)
	case open:
		front.auth = "none"
	}
	switch endpoints := l.list("endpoints"); {
	case len(endpoints) == 1 && endpoints[0] == "PRIVATE":
		front.close("it answers within networks only")
	case !l.flag("default_endpoint"):
		front.doubt(domainGap(ref.ID))
	}
	return keep(f.fronts, ref.ID, front)
}

// narrow takes from the sources of an API those that its policy does not let in. A caller
// whom a policy of its own allows needs no allow of the API's, in the same account.
func (l line) narrow(front *frontFact) {
	signed := slices.ContainsFunc(l.config.GetArray("methods"), func(m *fastjson.Value) bool { return string(m.GetStringBytes("authorization")) == "AWS_IAM" })
	if front.sources = l.admitted(l.config.Get("policy"), !signed).Intersect(front.sources); front.sources.Empty() {
		front.close("its policy lets nobody of the internet in")
	}
}

func domainGap(id string) estate.Unknown {
	return estate.Unknown{Path: id + "#default_endpoint", Reason: estate.Uncollected, Detail: "its usual address is off, and whether a domain name leads to it is not read"}
}

func readHTTPAPI(l line, f *facts) func() {
	ref := l.ref()
	front := publicFront(ref, https, "API Gateway answers for it")
	front.stages, front.auth = true, "authorizer"
	if gaps := l.gaps(ref.ID, "routes"); len(gaps) > 0 {
		front.auth = ""
	} else if slices.ContainsFunc(l.config.GetArray("routes"), func(r *fastjson.Value) bool { return string(r.GetStringBytes("authorization")) == "NONE" }) {
		front.auth = "none"
	}
	if !l.flag("default_endpoint") {
		front.doubt(domainGap(ref.ID))
	}
	for _, i := range l.config.GetArray("integrations") {
		front.passes = append(front.passes, invoked(l.b.own(i.GetStringBytes("target"))))
	}
	return keep(f.fronts, ref.ID, front)
}

// invoked takes the function's own ARN out of the address by which it is called.
func invoked(target string) string {
	_, function, found := strings.Cut(target, "/functions/")
	if !found {
		return target
	}
	function, _, _ = strings.Cut(function, "/")
	return function
}

func readStage(l line, f *facts) func() {
	ref := l.ref()
	return keep(f.stages, ref.ID, &stageFact{ref: ref, api: l.text("api")})
}

func readSearch(l line, f *facts) func() {
	ref := l.ref()
	front := publicFront(ref, https, "it stands outside of any network")
	front.auth = "policy"
	if !l.flag("enforce_https") {
		front.ports = web
	}
	gaps := l.gaps(ref.ID, "vpc")
	if len(gaps) > 0 {
		front.doubt(gaps...)
	}
	if l.text("vpc") == "" {
		return keep(f.fronts, ref.ID, front)
	}
	return keep(f.services, ref.ID, &serviceFact{
		ref: ref, subnets: l.list("subnets"), vpc: l.text("vpc"), groups: l.guards("security_groups"), public: estate.No, ports: front.ports, auth: "policy",
	})
}

func readKubernetes(l line, f *facts) func() {
	ref := l.ref()
	front := publicFront(ref, https, "its API has an address on the internet")
	front.auth = "iam"
	ranges := l.list("public_cidrs")
	set, err := network.ParseSet(ranges)
	front.sources = set.Internet()
	if err != nil {
		front.doubt(estate.Unknown{Path: ref.ID + "#public_cidrs", Reason: estate.Malformed, Detail: err.Error()})
		front.sources = internet
	}
	gaps := l.gaps(ref.ID, "public_endpoint", "public_cidrs")
	switch {
	case len(gaps) > 0:
		front.sources = internet
		front.doubt(gaps...)
	case !l.flag("public_endpoint"):
		front.close("its API has no address on the internet")
	case err == nil && front.sources.Empty():
		front.close("the ranges that it lets in hold no address of the internet")
	}
	return keep(f.fronts, ref.ID, front)
}

func readDistribution(l line, f *facts) func() {
	ref := l.ref()
	front := publicFront(ref, web, "CloudFront answers for it")
	if !l.flag("enabled") {
		front.close("it is switched off")
	}
	for _, o := range l.config.GetArray("origins") {
		front.passes = append(front.passes, strings.ToLower(string(o.GetStringBytes("domain"))))
	}
	behaviors := l.config.GetArray("behaviors")
	guarded := len(behaviors) > 0
	for _, b := range behaviors {
		guarded = guarded && (b.GetBool("trusted_key_groups") || b.GetBool("trusted_signers"))
	}
	front.auth = "none"
	if guarded {
		front.auth = "policy"
	}
	return keep(f.fronts, ref.ID, front)
}
