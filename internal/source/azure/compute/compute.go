// Package compute collects Azure virtual machines.
package compute

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/azure"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*azure.Session] {
	return []source.Kind[*azure.Session]{virtualMachine}
}

// VirtualMachine is a virtual machine.
type VirtualMachine struct {
	// Size is the kind of machine.
	Size string `json:"size"`
	// System is Linux or Windows.
	System string `json:"system"`
	// PasswordLogin is whether a password signs in over SSH; always true on Windows.
	PasswordLogin bool `json:"password_login"`
	// Interfaces are the ids of its network interfaces.
	Interfaces []string `json:"interfaces"`
	// Identities are the managed identities its code can act with.
	Identities []string `json:"identities"`
	// Running is whether it runs.
	Running bool `json:"running"`
}

type machineProperties struct {
	Hardware struct {
		Size string `json:"vmSize"`
	} `json:"hardwareProfile"`
	Storage struct {
		OSDisk struct {
			System string `json:"osType"`
		} `json:"osDisk"`
	} `json:"storageProfile"`
	OS struct {
		Linux struct {
			NoPassword bool `json:"disablePasswordAuthentication"`
		} `json:"linuxConfiguration"`
	} `json:"osProfile"`
	Network struct {
		Interfaces []struct {
			ID string `json:"id"`
		} `json:"networkInterfaces"`
	} `json:"networkProfile"`
	Extended struct {
		View struct {
			Power struct {
				Code string `json:"code"`
			} `json:"powerState"`
		} `json:"instanceView"`
	} `json:"extended"`
}

var virtualMachine = source.Type[*azure.Session, VirtualMachine]{
	Name:     "azurerm_virtual_machine",
	Service:  "compute",
	Locality: source.Global,
	Calls:    []source.Call{{Op: "resources", Permission: "Microsoft.Compute/virtualMachines/read"}},
	Refresh:  []string{"Microsoft.Compute/virtualMachines/write", "Microsoft.Compute/virtualMachines/delete"},
	List:     listMachines,
	Facets: func(d *source.Draft[VirtualMachine]) {
		f := facet.Compute{Running: estate.TriOf(d.Config.Running), PublicAddresses: []string{}, Networks: []string{}, Firewalls: d.Config.Interfaces}
		if len(d.Config.Identities) > 0 {
			f.RunsAs = d.Config.Identities[0]
		}
		d.Offer(f)
	},
}

func listMachines(ctx context.Context, s *azure.Session, found func(*source.Draft[VirtualMachine])) error {
	return azure.Rows(ctx, s, "resources", "type =~ 'microsoft.compute/virtualmachines'", func(row azure.Row[machineProperties]) error {
		p := row.Properties
		windows := strings.EqualFold(p.Storage.OSDisk.System, "Windows")
		d := azure.Draft(row, VirtualMachine{
			Size: p.Hardware.Size, System: p.Storage.OSDisk.System, PasswordLogin: windows || !p.OS.Linux.NoPassword,
			Interfaces: []string{}, Identities: identities(row.ID, row.Identity), Running: strings.EqualFold(p.Extended.View.Power.Code, "PowerState/running"),
		})
		for _, i := range p.Network.Interfaces {
			d.Config.Interfaces = append(d.Config.Interfaces, i.ID)
			d.Relate(estate.AttachedTo, i.ID)
		}
		for _, id := range d.Config.Identities {
			d.Relate(estate.RunsAs, id)
		}
		found(d)
		return nil
	})
}

// identities returns the user-assigned identities of a resource, sorted, and the
// resource itself when it has an identity of its own.
func identities(self string, raw json.RawMessage) []string {
	var i struct {
		Type     string                     `json:"type"`
		Assigned map[string]json.RawMessage `json:"userAssignedIdentities"`
	}
	ids := []string{}
	if len(raw) == 0 || json.Unmarshal(raw, &i) != nil {
		return ids
	}
	for id := range i.Assigned {
		ids = append(ids, id)
	}
	if strings.Contains(i.Type, "SystemAssigned") {
		ids = append(ids, self)
	}
	slices.Sort(ids)
	return ids
}
