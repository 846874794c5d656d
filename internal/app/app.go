// Package app wires the parts of Stance together: the one place that knows which
// clouds, checks and frameworks this binary holds.
package app

import (
	"errors"
	"os"
	"strings"

	"github.com/stance-sec/stance/checks"
	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/schema"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	awscatalog "github.com/stance-sec/stance/internal/source/aws/catalog"
	"github.com/stance-sec/stance/internal/source/azure"
	azurecatalog "github.com/stance-sec/stance/internal/source/azure/catalog"
	"github.com/stance-sec/stance/internal/source/gcp"
	gcpcatalog "github.com/stance-sec/stance/internal/source/gcp/catalog"
)

// Version is the version of the binary, set when it is linked.
var Version = "dev"

// Schema returns the shapes of every resource type and facet.
func Schema() (*schema.Set, error) {
	set := schema.NewSet()
	for name, t := range facet.Types() {
		if err := set.AddFacet(name, t); err != nil {
			return nil, estate.Errorf(estate.CodeInternal, "describe the estate", "%w", err)
		}
	}
	if err := errors.Join(addAll(set, AWSKinds()), addAll(set, AzureKinds()), addAll(set, GCPKinds())); err != nil {
		return nil, estate.Errorf(estate.CodeInternal, "describe the estate", "%w", err)
	}
	return set, nil
}

func addAll[S source.Session](set *schema.Set, kinds []source.Kind[S]) error {
	for _, k := range kinds {
		if err := k.AddTo(set); err != nil {
			return err
		}
	}
	return nil
}

// AWSKinds returns the resource types of AWS.
func AWSKinds() []source.Kind[*aws.Session] { return awscatalog.Kinds() }

// AzureKinds returns the resource types of Azure.
func AzureKinds() []source.Kind[*azure.Session] { return azurecatalog.Kinds() }

// GCPKinds returns the resource types of Google Cloud.
func GCPKinds() []source.Kind[*gcp.Session] { return gcpcatalog.Kinds() }

// Checks says which checks run.
type Checks struct {
	// Folders and Patterns come from --checks: folders of the user's own checks, and
	// ids, with *, of the checks to run. Without patterns all run.
	Folders, Patterns []string
	Options           policy.Options
}

// ParseChecks splits the values of --checks: what is a folder, or looks like a path, is
// a folder; the rest are ids.
func ParseChecks(values []string) Checks {
	var c Checks
	for _, v := range values {
		info, err := os.Stat(v)
		if err == nil && info.IsDir() || strings.ContainsAny(v, `/\`) || v == "." {
			c.Folders = append(c.Folders, v)
		} else {
			c.Patterns = append(c.Patterns, v)
		}
	}
	return c
}

// Library loads and compiles the built-in checks and the user's own, and returns all
// of them and those that are selected.
func (c Checks) Library() (all, selected *policy.Library, err error) {
	set, err := Schema()
	if err != nil {
		return nil, nil, err
	}
	sources, err := policy.Load(checks.FS, ".")
	if err != nil {
		return nil, nil, err
	}
	for _, folder := range c.Folders {
		own, err := loadFolder(folder)
		if err != nil {
			return nil, nil, err
		}
		sources = append(sources, own...)
	}
	all, err = policy.Compile(set, sources, c.Options)
	if err != nil {
		return nil, nil, err
	}
	selected, err = all.Select(c.Patterns)
	return all, selected, err
}

func loadFolder(folder string) ([]policy.Source, error) {
	info, err := os.Stat(folder)
	if err != nil {
		return nil, estate.Errorf(estate.CodeNotFound, "read checks in "+folder, "%w", err)
	}
	if !info.IsDir() {
		return nil, estate.Errorf(estate.CodeInvalid, "read checks in "+folder, "it is not a folder")
	}
	own, err := policy.Load(os.DirFS(folder), ".")
	if err == nil && len(own) == 0 {
		err = estate.Errorf(estate.CodeInvalid, "read checks in "+folder, "it holds no check").
			WithHint("a check is a file that ends in .yaml; docs/add/check.md shows one")
	}
	return own, err
}

// AWSInfos returns what the resource types of AWS say of themselves.
func AWSInfos() []source.Info {
	var infos []source.Info
	for _, k := range AWSKinds() {
		infos = append(infos, k.Info())
	}
	return infos
}
