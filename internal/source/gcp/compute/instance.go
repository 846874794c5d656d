package compute

import (
	"context"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/gcp"
)

// Instance is a virtual machine.
type Instance struct {
	// MachineType is the kind of machine.
	MachineType string `json:"machine_type"`
	// Running is whether it runs.
	Running bool `json:"running"`
	// Networks are the networks it stands in.
	Networks []string `json:"networks"`
	// ExternalAddresses are its addresses on the internet; empty when it has none.
	ExternalAddresses []string `json:"external_addresses"`
	// NetworkTags are the tags by which firewall rules find it.
	NetworkTags []string `json:"network_tags"`
	// ServiceAccount is the identity its code acts with; empty when it has none.
	ServiceAccount string `json:"service_account"`
	// FullScope is whether that identity may use all its grants from here.
	FullScope bool `json:"full_scope"`
	// IPForwarding is whether it may send packets that are not its own.
	IPForwarding bool `json:"ip_forwarding"`
	// ShieldedBoot is whether only signed boot code starts.
	ShieldedBoot bool `json:"shielded_boot"`
}

type instanceData struct {
	Name        string            `json:"name"`
	MachineType string            `json:"machineType"`
	Status      string            `json:"status"`
	Labels      map[string]string `json:"labels"`
	Tags        struct {
		Items []string `json:"items"`
	} `json:"tags"`
	Interfaces []struct {
		Network string `json:"network"`
		Access  []struct {
			Address string `json:"natIP"`
		} `json:"accessConfigs"`
	} `json:"networkInterfaces"`
	ServiceAccounts []struct {
		Email  string   `json:"email"`
		Scopes []string `json:"scopes"`
	} `json:"serviceAccounts"`
	CanIPForward bool `json:"canIpForward"`
	Shielded     struct {
		SecureBoot bool `json:"enableSecureBoot"`
	} `json:"shieldedInstanceConfig"`
}

var instance = source.Type[*gcp.Session, Instance]{
	Name:     "google_compute_instance",
	Service:  "compute",
	Locality: source.Global,
	Calls:    []source.Call{{Op: "ListAssets", Permission: "cloudasset.assets.listResource"}},
	Refresh:  []string{"v1.compute.instances.insert", "v1.compute.instances.delete", "v1.compute.instances.setTags", "v1.compute.instances.setServiceAccount"},
	List:     listInstances,
	Facets: func(d *source.Draft[Instance]) {
		c := d.Config
		d.Offer(facet.Compute{Running: estate.TriOf(c.Running), PublicAddresses: c.ExternalAddresses, Networks: c.Networks, Firewalls: c.NetworkTags, RunsAs: c.ServiceAccount})
	},
}

func listInstances(ctx context.Context, s *gcp.Session, found func(*source.Draft[Instance])) error {
	return gcp.Assets(ctx, s, "compute.googleapis.com/Instance", func(a gcp.Asset[instanceData]) error {
		i := a.Data
		d := gcp.Draft(a, Instance{
			MachineType: i.MachineType[strings.LastIndex(i.MachineType, "/")+1:], Running: i.Status == "RUNNING", Networks: []string{}, ExternalAddresses: []string{},
			NetworkTags: append([]string{}, i.Tags.Items...), IPForwarding: i.CanIPForward, ShieldedBoot: i.Shielded.SecureBoot,
		})
		d.Name, d.Tags = i.Name, i.Labels
		for _, n := range i.Interfaces {
			d.Config.Networks = append(d.Config.Networks, n.Network)
			d.Relate(estate.MemberOf, n.Network)
			for _, access := range n.Access {
				if access.Address != "" {
					d.Config.ExternalAddresses = append(d.Config.ExternalAddresses, access.Address)
				}
			}
		}
		for _, account := range i.ServiceAccounts {
			d.Config.ServiceAccount = account.Email
			d.Relate(estate.RunsAs, account.Email)
			for _, scope := range account.Scopes {
				d.Config.FullScope = d.Config.FullScope || strings.HasSuffix(scope, "/auth/cloud-platform")
			}
		}
		found(d)
		return nil
	})
}
