package reach

import (
	"fmt"

	"github.com/stance-sec/stance/internal/estate"
)

// blockAt returns what the block of public access does to a subnet: off, a blocking
// mode, or empty when that is not known. The subnet's own word counts first, for it
// includes exemptions.
func (n *Network) blockAt(s *subnetFact) (string, []estate.Unknown, Hop) {
	if s.block != "" {
		return s.block, nil, Hop{ID: s.ref.ID}
	}
	if v := n.vpcByID[key{s.ref.Region, s.vpc}]; v != nil && v.block != "" {
		return v.block, nil, Hop{ID: v.ref.ID}
	}
	if n.vpcByID[key{s.ref.Region, s.vpc}] == nil {
		if u, lost := n.missed(s.ref.Account, s.ref.Region, "aws_vpc"); lost {
			u.Path = s.ref.ID + "#aws_vpc"
			return "", []estate.Unknown{u}, Hop{}
		}
	}
	const kind = "aws_vpc_block_public_access_options"
	b := n.regionBlock[[2]string{s.ref.Account, s.ref.Region}]
	if b == nil {
		if u, lost := n.missed(s.ref.Account, s.ref.Region, kind); lost {
			u.Path = s.ref.ID + "#" + kind
			return "", []estate.Unknown{u}, Hop{}
		}
		return "off", nil, Hop{}
	}
	if len(b.gaps) > 0 {
		return "", b.gaps, Hop{ID: b.ref.ID}
	}
	if b.mode == "" || b.mode == "off" {
		return "off", nil, Hop{ID: b.ref.ID}
	}
	return "", []estate.Unknown{{Path: s.ref.ID + "#internet_block", Reason: estate.Uncollected, Detail: "whether it is exempt from the region's block"}}, Hop{ID: b.ref.ID}
}

func blockStage(mode string, gaps []estate.Unknown, at Hop) stage {
	s := stage{hop: Hop{ID: at.ID, Kind: "block-public-access", Why: fmt.Sprintf("mode %.40q", mode)}, gaps: gaps}
	switch mode {
	case "off":
	case "block-ingress", "block-bidirectional":
		s.flow = uniform(bound{}, nil)
	default:
		s.flow = uniform(anything(), nil)
		if len(gaps) == 0 {
			s.gaps = []estate.Unknown{{Path: at.ID + "#internet_block", Reason: estate.Malformed, Detail: fmt.Sprintf("mode %.40q", mode)}}
		}
	}
	return s
}
