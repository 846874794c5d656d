// Package compute collects Google Compute Engine.
package compute

import (
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/gcp"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*gcp.Session] { return []source.Kind[*gcp.Session]{firewall, instance} }
