package reach

import (
	"github.com/stance-sec/stance/internal/estate"
)

// ofFront answers for a name on the internet that a service of AWS answers.
func (n *Network) ofFront(f *frontFact) []Exposure {
	list := n.ownFront(f)
	if f.ref.Type != "aws_lambda_function" {
		return list
	}
	return n.orThroughFronts(list, "who may call the API that passes requests on to it")
}

func (n *Network) ownFront(f *frontFact) []Exposure {
	verdict, gaps := f.verdict, f.gaps
	if f.stages && verdict != estate.No && !n.links.staged[f.ref.Account+" "+f.ref.Region+" "+shortID(f.ref.ID)] {
		u, lost := n.missed(f.ref.Account, f.ref.Region, stageType(f.ref.Type))
		if !lost {
			return blocked(f.ref, Hop{ID: f.ref.ID, Kind: "service", Why: "nothing of it is deployed"})
		}
		u.Path = f.ref.ID + "#" + u.Path
		verdict, gaps = estate.Maybe, append([]estate.Unknown{u}, gaps...)
	}
	if verdict == estate.No {
		return blocked(f.ref, Hop{ID: f.ref.ID, Kind: "service", Why: f.why})
	}
	return []Exposure{{
		Target: f.ref, Verdict: verdict, Protocol: "tcp", Ports: f.ports, Sources: sourcesOf(f.sources), Auth: f.auth, Unknown: gaps,
		Path: []Hop{fromInternet, {ID: f.ref.ID, Kind: "service", Why: f.why}},
	}}
}

// stageType is the type of the stages of an API.
func stageType(api string) string {
	if api == "aws_apigatewayv2_api" {
		return "aws_apigatewayv2_stage"
	}
	return "aws_api_gateway_stage"
}
