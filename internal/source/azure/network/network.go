// Package network collects Azure virtual networks and their firewalls.
package network

import (
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/azure"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*azure.Session] {
	return []source.Kind[*azure.Session]{securityGroup}
}
